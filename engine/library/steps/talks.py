"""The steps that made the tables of talks: messages, personas, scenes, facts and their vectors."""

# A message's `chosen` is the alternative shown after it, a conversation's the one shown first.
# While a reply streams it is not searched: its text would be indexed anew four times a second.
CONVERSATIONS = """
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

# Personas and scenes are JSON documents beside what a list needs of them. A conversation holds
# copies of its scene, its author's note and its lorebook ('' is none), so that it goes on as it
# was begun; its cast are references. `shipped` names what came with the program, '' is the
# person's own. A fact is of one conversation or, without one, of its persona wherever it talks;
# `heard_by` is a JSON list of personas, NULL for all, and `origin` the text it was taken up with.
# A message's `marks`, JSON, are what in it does not agree with what its speaker knows. A tree edit
# remembers how to be undone.
PERSONAS = """
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
VECTORS = """
CREATE TABLE sentence_vector (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL
);
"""

# What tools did for a message before it was answered, JSON; '' is nothing.
TOOL_STEPS = """
ALTER TABLE message ADD COLUMN steps TEXT NOT NULL DEFAULT '';
"""

# After which message one of the cast came in, by its id; 0 is from the beginning.
PRESENCE = """
ALTER TABLE cast_member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
"""
