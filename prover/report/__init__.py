"""Pages to look at: one search, one run, one grid. Each is a single file that needs no network."""
