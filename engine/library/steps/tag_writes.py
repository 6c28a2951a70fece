"""The step that made the tables of what was written into files."""

# A row with a goal is under way: its copy is at `temporary`, and once that is whole, goal_hash says
# what the file is to become. The difference holds what was replaced, so that a write can be taken
# back.
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
    state TEXT NOT NULL CHECK (state IN ('new', 'written', 'undone')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    own TEXT NOT NULL,
    temporary TEXT NOT NULL DEFAULT '',
    goal TEXT NOT NULL DEFAULT '',
    goal_hash BLOB,
    hash_before BLOB,
    hash_after BLOB,
    difference BLOB
);
CREATE INDEX tag_write_batch ON tag_write (batch_id);
CREATE INDEX tag_write_song ON tag_write (song_id);
CREATE INDEX tag_write_path ON tag_write (path);
CREATE INDEX tag_write_unfinished ON tag_write (goal) WHERE goal != '';
CREATE TRIGGER tag_write_moved AFTER UPDATE OF path ON place BEGIN
    UPDATE tag_write SET path = new.path WHERE path = old.path;
END;
"""
