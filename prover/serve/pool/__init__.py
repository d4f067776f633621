"""Worker processes as the server sees them, and whose turn is next."""
