"""Character cards and lorebooks: files of other programs to personas, and back."""
