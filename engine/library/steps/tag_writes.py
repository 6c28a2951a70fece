"""The step that made the tables of what was written into files."""

# A write is `begun` before its copy is made, `ready` before the file is replaced by it, and then
# `written`. The difference holds what was replaced, so that a write can be taken back.
TAG_WRITES = """
CREATE TABLE tag_batch (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL
);
CREATE TABLE tag_write (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES tag_batch (id) ON DELETE CASCADE,
    song_id INTEGER REFERENCES song (id) ON DELETE SET NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tag', 'sidecar')),
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    format TEXT NOT NULL,
    tagger TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('begun', 'ready', 'written', 'undone')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    own TEXT NOT NULL,
    temporary TEXT NOT NULL DEFAULT '',
    goal TEXT NOT NULL DEFAULT '',
    hash_before BLOB,
    hash_after BLOB,
    difference BLOB
);
CREATE INDEX tag_write_batch ON tag_write (batch_id);
CREATE INDEX tag_write_song ON tag_write (song_id);
CREATE INDEX tag_write_path ON tag_write (path);
CREATE INDEX tag_write_unfinished ON tag_write (state) WHERE state IN ('begun', 'ready');
CREATE TRIGGER tag_write_moved AFTER UPDATE OF path ON place BEGIN
    UPDATE tag_write SET path = new.path WHERE path = old.path;
END;
"""
