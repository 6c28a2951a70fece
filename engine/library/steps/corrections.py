"""The step that made the tables of corrections of parts of songs, and of what can be undone."""

from engine.library.steps.song_changes import noting_all

# A step's number is never used again: what it keeps alive must not pass to another step.
# `kept_song` names songs that a step that can be undone needs, though no place holds them now.
# A stretch of lines belongs to one word of the person: those of a mood never overlap.
_TABLES = """
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE kept_song (
    step_id INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    PRIMARY KEY (step_id, song_id)
) WITHOUT ROWID;
CREATE INDEX kept_song_song ON kept_song (song_id);
CREATE TABLE mood_span (
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    mood TEXT NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL CHECK (last_line >= first_line),
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'added')),
    at TEXT NOT NULL,
    PRIMARY KEY (song_id, mood, first_line)
) WITHOUT ROWID;
"""
CORRECTIONS = _TABLES + noting_all("mood_span")
