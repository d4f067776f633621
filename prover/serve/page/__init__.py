"""The live page: what it shows, and how it is kept up to date."""
