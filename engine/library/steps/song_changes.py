"""The step that notes which songs changed and when, so that an index of all is kept up cheaply."""

SONG_CHANGES = ""
