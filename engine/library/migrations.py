"""The numbered steps that bring an older library file up to date, one transaction each.

A step is never changed once it has shipped; a change of the schema is a new step at the end.
PRAGMA user_version says how many steps a file has taken. Before each one the file is copied.
"""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

APPLICATION_ID = 0x556E6474

_SONGS = """
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

_FULL_TEXT = """
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

# A message's `chosen` is the alternative shown after it, a conversation's the one shown first.
# While a reply streams it is not searched: its text would be indexed anew four times a second.
_CONVERSATIONS = """
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
"""

# Moods that are shown only where they are asked for, with the thresholds they have then.
_EXPERIMENTAL = """
ALTER TABLE tagger ADD COLUMN experimental TEXT NOT NULL DEFAULT '{}';
"""

# Personas and scenes are JSON documents beside what a list needs of them. A conversation holds
# copies of its scene, its author's note and its lorebook ('' is none), so that it goes on as it
# was begun; its cast are references. `shipped` names what came with the program, '' is the
# person's own. A fact is of one conversation or, without one, of its persona wherever it talks;
# `heard_by` is a JSON list of personas, NULL for all, and `origin` the text it was taken up with.
# A message's `marks`, JSON, are what in it does not agree with what its speaker knows. A tree edit
# remembers how to be undone.
_PERSONAS = """
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
"""

# What an encoder made of a sentence: half-precision numbers, by a hash of its id and the text. They
# can be made again: nothing refers to them.
_VECTORS = """
CREATE TABLE sentence_vector (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL
);
"""

# What tools did for a message before it was answered, JSON; '' is nothing.
_TOOL_STEPS = """
ALTER TABLE message ADD COLUMN steps TEXT NOT NULL DEFAULT '';
"""

# After which message one of the cast came in, by its id; 0 is from the beginning.
_PRESENCE = """
ALTER TABLE cast_member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
"""

STEPS: tuple[str, ...] = (_SONGS, _FULL_TEXT, _CONVERSATIONS, _EXPERIMENTAL, _PERSONAS, _VECTORS,
                          _TOOL_STEPS, _PRESENCE)
NEWEST = len(STEPS)


def migrate(connection: sqlite3.Connection, backups: Path | None) -> None:
    """Takes the steps this file lacks. An interrupted step leaves the file as it was before.

    `backups` None makes no copies (a library in memory). A new file is not copied either.
    """
    is_new = _version(connection) == 0
    while (version := _version(connection)) < NEWEST:
        if backups is not None and not is_new:
            _back_up(connection, backups, version)
        _take(connection, version)


def _take(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) == version:  # else another window took this step meanwhile
            for statement in _statements(STEPS[version]):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """A script in single statements: executescript would commit before it starts."""
    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


def _back_up(connection: sqlite3.Connection, backups: Path, version: int) -> None:
    """A whole copy of the file as it was at `version`; a half-made one never has its name."""
    backups.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = backups / f"library-version-{version}-{stamp}.sqlite3"
    unfinished = copy.with_suffix(".part")
    target = sqlite3.connect(unfinished)
    try:
        connection.backup(target)
    finally:
        target.close()
    unfinished.replace(copy)
