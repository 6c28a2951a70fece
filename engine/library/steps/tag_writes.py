"""The step that made the tables of what was written into files."""

TAG_WRITES = ""
