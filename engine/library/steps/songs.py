"""The steps that made the tables of songs, of what taggers said of them and of their words."""

SONGS = """
CREATE TABLE song (
    id INTEGER PRIMARY KEY,
    lyric_hash TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT NOT NULL,
    language TEXT NOT NULL,
    has_words INTEGER NOT NULL,
    words TEXT NOT NULL,
    lyric TEXT NOT NULL,
    source TEXT NOT NULL,
    added_at TEXT NOT NULL
);
CREATE TABLE place (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    song_id INTEGER REFERENCES song (id) ON DELETE SET NULL,
    title TEXT NOT NULL DEFAULT '',
    artist TEXT NOT NULL DEFAULT '',
    is_file INTEGER NOT NULL,
    size INTEGER,
    mtime_ns INTEGER,
    refusal TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    hint TEXT NOT NULL DEFAULT '',
    missing INTEGER NOT NULL DEFAULT 0,
    found_at TEXT NOT NULL
);
CREATE INDEX place_song ON place (song_id);
CREATE TABLE tagger (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    moods TEXT NOT NULL,
    thresholds TEXT NOT NULL,
    languages TEXT NOT NULL,
    used_at TEXT NOT NULL
);
CREATE TABLE tagging (
    id INTEGER PRIMARY KEY,
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    tagger_id INTEGER NOT NULL REFERENCES tagger (id) ON DELETE CASCADE,
    run_at TEXT NOT NULL,
    vector BLOB,
    UNIQUE (song_id, tagger_id)
);
CREATE INDEX tagging_tagger ON tagging (tagger_id);
CREATE TABLE excerpt (
    tagging_id INTEGER NOT NULL REFERENCES tagging (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    start_ms INTEGER,
    end_ms INTEGER,
    weight REAL NOT NULL,
    valence REAL NOT NULL,
    arousal REAL NOT NULL,
    echoes TEXT NOT NULL,
    scores BLOB NOT NULL,
    PRIMARY KEY (tagging_id, number)
) WITHOUT ROWID;
CREATE TABLE label (
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    mood TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'added')),
    at TEXT NOT NULL,
    PRIMARY KEY (song_id, mood)
) WITHOUT ROWID;
"""

FULL_TEXT = """
CREATE VIRTUAL TABLE song_text USING fts5 (
    title, artist, words, content = 'song', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO song_text (rowid, title, artist, words) SELECT id, title, artist, words FROM song;
CREATE TRIGGER song_text_added AFTER INSERT ON song BEGIN
    INSERT INTO song_text (rowid, title, artist, words)
    VALUES (new.id, new.title, new.artist, new.words);
END;
CREATE TRIGGER song_text_removed AFTER DELETE ON song BEGIN
    INSERT INTO song_text (song_text, rowid, title, artist, words)
    VALUES ('delete', old.id, old.title, old.artist, old.words);
END;
CREATE TRIGGER song_text_changed AFTER UPDATE OF title, artist, words ON song BEGIN
    INSERT INTO song_text (song_text, rowid, title, artist, words)
    VALUES ('delete', old.id, old.title, old.artist, old.words);
    INSERT INTO song_text (rowid, title, artist, words)
    VALUES (new.id, new.title, new.artist, new.words);
END;
"""

# Moods that are shown only where they are asked for, with the thresholds they have then.
EXPERIMENTAL = """
ALTER TABLE tagger ADD COLUMN experimental TEXT NOT NULL DEFAULT '{}';
"""
