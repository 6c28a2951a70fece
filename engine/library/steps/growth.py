"""The step that made the tables of rows a model proposed to learn from."""

# A set keeps the rows it grew from, JSON; what was proposed is learned only once the person has
# approved it. Refused rows stay, so that none is proposed again.
GROWTH = """
CREATE TABLE growth (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    seeds TEXT NOT NULL,
    made_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE grown_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    growth_id TEXT NOT NULL REFERENCES growth (id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'refused')),
    model TEXT NOT NULL,
    alike REAL NOT NULL,
    nearest TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX grown_row_growth ON grown_row (growth_id);
"""
