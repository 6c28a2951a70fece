"""Everything personal as one file: a zip with a list of what it holds and the hash of each."""
