"""Libraries as earlier versions of the program wrote them, kept to test the way up from them.

The statements are a copy of what that version ran: they must not follow later changes.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

_VERSION_1 = """
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
PRAGMA application_id = 1433298036;
PRAGMA user_version = 1;
"""
_VERSION_2 = """
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
PRAGMA user_version = 2;
"""
_VERSION_3 = """
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    named INTEGER NOT NULL DEFAULT 0,
    system_prompt TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    chosen INTEGER REFERENCES message (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    trashed_at TEXT
);
CREATE INDEX conversation_chosen ON conversation (chosen);
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES message (id),
    chosen INTEGER REFERENCES message (id) ON DELETE SET NULL,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    author TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '',
    writer INTEGER NOT NULL DEFAULT 0,
    written_at REAL NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    trashed_at TEXT
);
CREATE INDEX message_conversation ON message (conversation_id);
CREATE INDEX message_parent ON message (parent_id);
CREATE INDEX message_chosen ON message (chosen);
CREATE INDEX message_streaming ON message (state) WHERE state = 'streaming';
CREATE VIRTUAL TABLE message_text USING fts5 (
    text, content = 'message', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_text_added AFTER INSERT ON message
WHEN new.state <> 'streaming' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER message_text_removed AFTER DELETE ON message
WHEN old.state <> 'streaming' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER message_text_changed AFTER UPDATE OF text, state ON message
WHEN old.state <> 'streaming' AND new.state <> 'streaming' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER message_text_left AFTER UPDATE OF text, state ON message
WHEN old.state <> 'streaming' AND new.state = 'streaming' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER message_text_entered AFTER UPDATE OF text, state ON message
WHEN old.state = 'streaming' AND new.state <> 'streaming' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (new.id, new.text);
END;
PRAGMA user_version = 3;
"""
_VERSION_4 = """
ALTER TABLE tagger ADD COLUMN experimental TEXT NOT NULL DEFAULT '{}';
PRAGMA user_version = 4;
"""

_VERSION_5 = """
CREATE TABLE persona (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    picture BLOB,
    shipped TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    trashed_at TEXT
);
CREATE TABLE scene (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    shipped TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    trashed_at TEXT
);
CREATE UNIQUE INDEX persona_shipped ON persona (shipped) WHERE shipped <> '';
CREATE UNIQUE INDEX scene_shipped ON scene (shipped) WHERE shipped <> '';
ALTER TABLE conversation ADD COLUMN scene TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN turn_order TEXT NOT NULL DEFAULT 'natural';
ALTER TABLE conversation ADD COLUMN pause_seconds REAL NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN prompt_format TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN authors_note TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN lorebook TEXT NOT NULL DEFAULT '';
CREATE TABLE cast_member (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    persona_id INTEGER NOT NULL REFERENCES persona (id),
    muted INTEGER NOT NULL DEFAULT 0,
    talkativeness REAL NOT NULL DEFAULT 0.5,
    PRIMARY KEY (conversation_id, place),
    UNIQUE (conversation_id, persona_id)
) WITHOUT ROWID;
CREATE INDEX cast_member_persona ON cast_member (persona_id);
CREATE TABLE fact (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER REFERENCES conversation (id) ON DELETE CASCADE,
    persona_id INTEGER REFERENCES persona (id) ON DELETE CASCADE,
    message_id INTEGER REFERENCES message (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    origin TEXT NOT NULL DEFAULT '',
    pinned INTEGER NOT NULL DEFAULT 0,
    heard_by TEXT,
    approved INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    forgotten_at TEXT
);
CREATE INDEX fact_conversation ON fact (conversation_id);
CREATE INDEX fact_persona ON fact (persona_id);
CREATE INDEX fact_message ON fact (message_id);
CREATE TABLE fact_use (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    fact_id INTEGER NOT NULL REFERENCES fact (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    PRIMARY KEY (message_id, fact_id)
) WITHOUT ROWID;
CREATE INDEX fact_use_fact ON fact_use (fact_id);
ALTER TABLE message ADD COLUMN marks TEXT NOT NULL DEFAULT '';
CREATE TABLE tree_edit (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL
);
CREATE INDEX tree_edit_conversation ON tree_edit (conversation_id);
PRAGMA user_version = 5;
"""
LYRIC_1 = ('{"lines":[{"text":"Lanterns on the harbour wall",'
           '"words":"Lanterns on the harbour wall","kind":"words","repeats":1,'
           '"start_ms":null,"end_ms":null}],"title":"Harbour",'
           '"artist":"The Ferrymen","album":"","source":"txt"}')
SCORES_1 = np.array([0.75, 0.25], "<f4")


def write_version_1(file: Path) -> None:
    """A library of version 1: one song at /music/harbour.txt, tagged by "one", one label."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_VERSION_1)
        connection.execute(
            "INSERT INTO song VALUES (1, 'abc', 'Harbour', 'The Ferrymen', '', 'en', 1,"
            " 'Lanterns on the harbour wall', ?, 'txt', '2026-01-01T00:00:00+00:00')", (LYRIC_1,))
        connection.execute(
            "INSERT INTO place VALUES (1, '/music/harbour.txt', 1, 'Harbour', 'The Ferrymen', 1,"
            " 29, 1700000000000000000, '', '', '', 0, '2026-01-01T00:00:00+00:00')")
        connection.execute(
            "INSERT INTO tagger VALUES (1, 'one', '[\"sadness\",\"calmness\"]', '[0.5,0.5]',"
            " '[\"en\"]', '2026-01-01T00:00:00+00:00')")
        connection.execute(
            "INSERT INTO tagging VALUES (1, 1, 1, '2026-01-01T00:00:00+00:00', NULL)")
        connection.execute("INSERT INTO excerpt VALUES (1, 0, 0, 0, NULL, NULL, 5.0, -0.5, 0.25,"
                           " '[]', ?)", (SCORES_1.tobytes(),))
        connection.execute("INSERT INTO label VALUES (1, 'sadness', 'accepted',"
                           " '2026-01-02T00:00:00+00:00')")
        connection.commit()


def write_version_2(file: Path) -> None:
    """A library of version 2: that of version 1 with its full-text index."""
    write_version_1(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_VERSION_2)


def write_version_3(file: Path) -> None:
    """A library of version 3: that of version 2 with a conversation."""
    write_version_2(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_VERSION_3)
        connection.execute("INSERT INTO conversation (title, created_at, changed_at) VALUES"
                           " ('An evening', '2026-02-01', '2026-02-01')")
        connection.commit()


def write_version_4(file: Path) -> None:
    """A library of version 4: that of version 3 with experimental moods, and three messages in
    its conversation, one of them an alternative."""
    write_version_3(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_VERSION_4)
        for number, parent, role, text in ((1, None, "user", "Who lights the lamp?"),
                                           (2, 1, "assistant", "The keeper."),
                                           (3, 1, "assistant", "Nobody, since the storm.")):
            connection.execute(
                "INSERT INTO message (id, conversation_id, parent_id, role, text, state,"
                " created_at) VALUES (?, 1, ?, ?, ?, 'whole', '2026-02-01')",
                (number, parent, role, text))
        connection.execute("UPDATE conversation SET chosen = 1")
        connection.execute("UPDATE message SET chosen = 2 WHERE id = 1")
        connection.commit()


def write_version_5(file: Path) -> None:
    """A library of version 5: that of version 4 whose talk has a fact."""
    write_version_4(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_VERSION_5)
        connection.execute("INSERT INTO fact (conversation_id, text, source, created_at) VALUES"
                           " (1, 'The keeper limps.', 'person', '2026-03-01')")
        connection.commit()
