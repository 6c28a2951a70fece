"""The step that made the tables of playlists, and of the mood curves of songs."""

# A playlist with a `rule` (JSON) holds what the rule finds; one without holds its songs, each once.
# A curve can be made again from the excerpts of its tagging: nothing refers to it.
PLAYLISTS = """
CREATE TABLE playlist (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    rule TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL,
    made_at TEXT NOT NULL
);
CREATE TABLE playlist_song (
    playlist_id INTEGER NOT NULL REFERENCES playlist (id) ON DELETE CASCADE,
    song_id INTEGER NOT NULL REFERENCES song (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    PRIMARY KEY (playlist_id, song_id)
) WITHOUT ROWID;
CREATE INDEX playlist_song_song ON playlist_song (song_id);
CREATE TABLE song_curve (
    tagging_id INTEGER PRIMARY KEY REFERENCES tagging (id) ON DELETE CASCADE,
    curve BLOB NOT NULL
);
"""
