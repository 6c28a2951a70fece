"""The step that made the tables of corrections of parts of songs, and of what can be undone."""

CORRECTIONS = ""
