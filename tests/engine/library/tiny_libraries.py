"""Small libraries with a bit of everything a person makes, written through the stores."""

from contextlib import closing
from pathlib import Path

import numpy as np

from engine.chat.cast_store import CastStore
from engine.chat.conversation import Role
from engine.chat.conversation_store import ConversationStore
from engine.chat.fact import Fact, FactSource
from engine.chat.fact_store import FactStore
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.talk import CastMember
from engine.library.database import Database
from engine.paths import AppPaths
from engine.settings import Settings, save_settings
from engine.tagging.intake import Fingerprint
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore
from engine.tagging.playlists.playlist_store import PlaylistStore
from engine.tagging.reading import lyric_from_text
from engine.tagging.results import ExcerptMoods
from tests.fakes import FakeTagger

WORDS = {"Harbour": "Lanterns on the harbour wall\nthe ferry never came",
         "Meadow": "Barefoot through the clover\nall the afternoon was ours",
         "Cellar": "Seven steps below the kitchen\nwhere the apples kept the cold"}


def library_at(paths: AppPaths) -> Database:
    return Database.open(paths.library_file, paths.backups)


def add_song(database: Database, title: str, folder: str = "/music", scored: bool = True) -> int:
    """One of WORDS, read from a file that may well not be there, tagged by the fake tagger."""
    store = LyricStore(database, exists=lambda _: True)
    lyric = lyric_from_text(WORDS[title], title, "The Ferrymen", "txt")
    song = store.record_song(f"{folder}/{title}.txt", Fingerprint(40, 1), lyric, "en")
    if scored:
        tagger = FakeTagger()
        scores = np.full(len(tagger.moods), 0.5, np.float32)
        store.record_scores(song, tagger, [ExcerptMoods(0, 1, 9.0, scores, 0.1, 0.2)],
                            np.ones(4, np.float32))
    return song


def label(database: Database, song: int, mood: str, verdict: Verdict, at: str) -> None:
    LyricStore(database).set_label(song, mood, verdict)
    database.execute("UPDATE label SET at = ? WHERE song_id = ? AND mood = ?", (at, song, mood))


def add_talk(database: Database, title: str, *lines: str) -> int:
    """A talk of the person and one persona, in turns, with a fact only she knows."""
    personas, talks = PersonaStore(database), ConversationStore(database)
    wren = personas.add(Persona(name="Wren", description="Keeps the lamp."))
    talk = talks.create(title).id
    CastStore(database).set_cast(talk, [CastMember(wren.id, wren.value)])
    parent = None
    for number, line in enumerate(lines):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = talks.add_message(talk, role, line, parent, "Wren" if number % 2 else "").id
    FactStore(database).add(Fact(0, "The ferry sank.", FactSource.PERSON, talk, None, parent,
                                 (wren.id,)))
    return talk


def fill(paths: AppPaths) -> None:
    """A home with songs, labels, a playlist, a talk, settings, window state, a prompt, a model."""
    with closing(library_at(paths)) as database:
        harbour, meadow = (add_song(database, title) for title in ("Harbour", "Meadow"))
        label(database, harbour, "sadness", Verdict.ACCEPTED, "2026-05-01T10:00:00+00:00")
        PlaylistStore(database).make("Evening", [meadow, harbour])
        add_talk(database, "Of lamps", "Who lights the lamp?", "I do.")
    save_settings(paths.settings_file, Settings(appearance="dark", most_daily_backups=3))
    (paths.home / "window.ini").write_text(
        "[General]\npage=library\nodd=@Variant(\\0\\0\\0\\x1)\n", "utf-8")
    paths.own_dialogue_formats.mkdir(parents=True)
    (paths.own_dialogue_formats / "mine.toml").write_text('name = "mine"\n', "utf-8")
    put_model(paths, "tiny")


def put_model(paths: AppPaths, name: str, content: bytes = b"weights") -> None:
    folder = paths.models / name
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{}", "utf-8")
    (folder / "model.onnx").write_bytes(content)


def told(paths: AppPaths) -> dict[str, object]:
    """What a person would find in a library again, without any numbers."""
    with closing(library_at(paths)) as database:
        return {question: sorted(map(tuple, database.all(sql))) for question, sql in (
            ("songs", "SELECT title, words FROM song"),
            ("places", "SELECT p.path, s.title FROM place p JOIN song s ON s.id = p.song_id"),
            ("labels", "SELECT s.title, mood, verdict, at FROM label JOIN song s"
                       " ON s.id = song_id"),
            ("scores", "SELECT s.title, t.name, e.scores FROM excerpt e JOIN tagging g"
                       " ON g.id = e.tagging_id JOIN song s ON s.id = g.song_id"
                       " JOIN tagger t ON t.id = g.tagger_id"),
            ("playlists", "SELECT p.name, s.title, x.place FROM playlist p JOIN playlist_song x"
                          " ON x.playlist_id = p.id JOIN song s ON s.id = x.song_id"),
            ("messages", "SELECT c.title, m.text, m.author, coalesce(p.text, '') FROM message m"
                         " JOIN conversation c ON c.id = m.conversation_id"
                         " LEFT JOIN message p ON p.id = m.parent_id"),
            ("casts", "SELECT c.title, p.name FROM cast_member m JOIN persona p"
                      " ON p.id = m.persona_id JOIN conversation c ON c.id = m.conversation_id"),
            ("facts", "SELECT c.title, f.text, p.name, m.text FROM fact f LEFT JOIN conversation c"
                      " ON c.id = f.conversation_id LEFT JOIN persona p"
                      " ON p.id = json_extract(f.heard_by, '$[0]')"
                      " LEFT JOIN message m ON m.id = f.message_id"),
        )}


def home(folder: Path, resources: Path) -> AppPaths:
    """Another person's computer."""
    return AppPaths(folder, resources)
