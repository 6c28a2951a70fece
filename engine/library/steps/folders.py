"""The step that made the tables of watched folders, and of whose tags a song shows."""

from engine.library.steps.song_changes import noting, noting_all

# `changed`: the file is no longer the one that was read. `told`: the person has heard that it
# changed or is missing, and does not want to hear it again. A `new_file` was met in a watched
# folder and not read yet. A song shows what its `song_tagger` said, whatever the settings' tagger
# is, until another tagger reads it on the person's wish. A proposal is what a tagger said when it
# was only to be compared: it is kept apart from the taggings, so that nothing shows it before the
# person has accepted it; then it becomes one. It is of the lyric as it was cut.
_TABLES = """
ALTER TABLE place ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE place ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE TABLE watched_folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    tags_new INTEGER NOT NULL DEFAULT 0,
    paused INTEGER NOT NULL DEFAULT 0,
    away INTEGER NOT NULL DEFAULT 0,
    added_at TEXT NOT NULL,
    scanned_at TEXT
);
CREATE TABLE new_file (
    path TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE song_tagger (
    song_id INTEGER PRIMARY KEY REFERENCES song (id) ON DELETE CASCADE,
    tagger_id INTEGER NOT NULL REFERENCES tagger (id) ON DELETE CASCADE,
    at TEXT NOT NULL
);
CREATE INDEX song_tagger_tagger ON song_tagger (tagger_id);
CREATE TRIGGER song_tagger_left AFTER INSERT ON tagging BEGIN
    DELETE FROM song_tagger WHERE song_id = new.song_id AND tagger_id <> new.tagger_id;
END;
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY,
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    tagger_id INTEGER NOT NULL REFERENCES tagger (id) ON DELETE CASCADE,
    run_at TEXT NOT NULL,
    vector BLOB,
    refused INTEGER NOT NULL DEFAULT 0,
    UNIQUE (song_id, tagger_id)
);
CREATE INDEX proposal_tagger ON proposal (tagger_id);
CREATE TABLE proposed_excerpt (
    proposal_id INTEGER NOT NULL REFERENCES proposal (id) ON DELETE CASCADE,
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
    PRIMARY KEY (proposal_id, number)
) WITHOUT ROWID;
CREATE TRIGGER proposal_outdated AFTER UPDATE OF lyric ON song
WHEN json_extract(new.lyric, '$.lines') <> json_extract(old.lyric, '$.lines') BEGIN
    DELETE FROM proposal WHERE song_id = new.id;
END;
CREATE TRIGGER proposal_of_other_moods AFTER UPDATE OF moods ON tagger
WHEN new.moods <> old.moods BEGIN
    DELETE FROM proposal WHERE tagger_id = new.id;
END;
"""

_KEYS = ("coalesce(old.song_id, -old.id)", "coalesce(new.song_id, -new.id)")
FOLDERS = "".join((_TABLES, noting("place_flagged_noted", "UPDATE OF changed ON place", *_KEYS),
                   noting_all("song_tagger")))
