"""Personas and scenes as the command line names them: a file, or a name in the library.

A card that is named joins the library the talk is kept in. What stands in files is data.
"""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.chat.cards.reading import read_card
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.scene import Scene
from engine.chat.scene_store import SceneStore
from engine.chat.shipped import shipped_personas, shipped_scenes
from engine.chat.talk import CastMember, TalkSetup
from engine.cli.plain_text import say
from engine.errors import EngineError
from engine.library.database import Database
from engine.paths import AppPaths

_Kind = TypeVar("_Kind", Persona, Scene)
_OURS = ".toml"


class Casting:
    """Finds who speaks and where, for talks kept in `database`; with `beside` names of the
    person's library are found too, though the talk is not kept there."""

    def __init__(self, database: Database, paths: AppPaths, beside: bool = False) -> None:
        self._database = database
        self._paths = paths
        self._beside = beside and paths.library_file.exists()
        put_shipped(database, paths)

    def setup(self, personas: Sequence[str], scene: str = "", prompt_format: str = "",
              person: str = "") -> TalkSetup:
        """A talk of these personas; without any, of the scene's cast. EngineError where one is
        not found, or two are called the same."""
        set_in = self.scene(scene) if scene else None
        names = personas or (set_in.cast if set_in else ())
        members = tuple(self.member(name) for name in names)
        return TalkSetup(members, set_in, prompt_format=prompt_format, person=person)

    def member(self, wanted: str) -> CastMember:
        """The persona of a file or a name. EngineError where there is none."""
        persona, picture = self._persona(wanted)
        store = PersonaStore(self._database)
        number = store.same_as(persona)
        return CastMember(store.add(persona, picture).id if number is None else number, persona)

    def scene(self, wanted: str) -> Scene:
        """The scene of a file or a title. EngineError where there is none."""
        if Path(wanted).is_file():
            return _read(Path(wanted), Scene)
        titles: list[str] = []
        for database in self._libraries():
            store = SceneStore(database)
            rows = store.rows()
            for row in rows:
                if row.title.casefold() == wanted.casefold():
                    return store.scene(row.id).value
            titles += [row.title for row in rows]
        raise EngineError(f"There is no scene “{wanted}”.",
                          f"Name a file, or one of: {', '.join(dict.fromkeys(titles))}.")

    def _persona(self, wanted: str) -> tuple[Persona, bytes]:
        file = Path(wanted)
        if file.is_file() and file.suffix.lower() == _OURS:
            return _read(file, Persona), b""
        if file.is_file():
            card = read_card(file)
            for sentence in card.said:
                say(sentence)
            return card.persona, card.picture
        for database in self._libraries():
            store = PersonaStore(database)
            number = find_persona(store, wanted)
            if number is not None:
                return store.persona(number).value, store.picture(number)
        names = [row.name for row in PersonaStore(self._database).rows()]
        raise EngineError(f"There is no persona “{wanted}”, neither as a file nor by name.",
                          f"In the library are: {', '.join(names)}.")

    def _libraries(self) -> Iterator[Database]:
        if self._beside:
            with closing(Database.open(self._paths.library_file, self._paths.backups)) as own:
                yield own
        yield self._database


def put_shipped(database: Database, paths: AppPaths) -> None:
    """Makes sure that what comes with the program is in the library."""
    PersonaStore(database).put_shipped(shipped_personas(paths.shipped_personas))
    SceneStore(database).put_shipped(shipped_scenes(paths.shipped_scenes))


def find_persona(store: PersonaStore, wanted: str) -> int | None:
    """The id of who is named so, or else called so, in any case."""
    name = wanted.casefold()
    rows = store.rows()
    named = next((row.id for row in rows if row.name.casefold() == name), None)
    if named is not None:
        return named
    found = ((row.id, store.find(row.id)) for row in rows)
    return next((number for number, persona in found
                 if persona is not None and persona.called.casefold() == name), None)


def _read(file: Path, kind: type[_Kind]) -> _Kind:
    """A file of ours: TOML as those that come with the program, or JSON."""
    try:
        if file.suffix.lower() == _OURS:
            return msgspec.convert(tomllib.loads(file.read_text("utf-8-sig")), kind)
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, ValueError, RecursionError) as why:
        noun = kind.__name__.lower()
        raise EngineError(f"{file.name} holds no {noun}: {why}.",
                          f"Name a file with a {noun} in it.") from why
