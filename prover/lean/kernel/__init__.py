"""A second kernel: the native one of a newer Lean, asked in processes of its own about declarations as data."""
