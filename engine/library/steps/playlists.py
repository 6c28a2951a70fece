"""The step that made the tables of playlists."""

PLAYLISTS = ""
