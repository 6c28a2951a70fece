"""The step that made the tables of watched folders, and of whose tags a song shows."""

FOLDERS = ""
