"""The command `personas`: who is in the library, and character cards in and out of it."""

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from engine.chat.cards.reading import read_card
from engine.chat.cards.writing import CardForm, write_card
from engine.chat.persona_store import PersonaStore
from engine.cli.casting import find_persona, put_shipped
from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.errors import EngineError
from engine.library.database import Database

DONE, KNOWN_ERROR = 0, 2
_FORMS = (".png", ".json", ".charx")
_ABOUT_LETTERS = 60


def register(commands: Commands) -> None:
    """Adds `personas`."""
    parser = commands.add_parser("personas", help="list, import and export characters")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    listed = acts.add_parser("list", help="who is in the library")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(run=_list)
    brought = acts.add_parser("import", help="add characters from cards (PNG, JSON, CHARX)")
    brought.add_argument("files", nargs="+", type=Path, metavar="FILE")
    brought.set_defaults(run=_import)
    given = acts.add_parser("export", help="write a card that other programs read")
    given.add_argument("name", metavar="NAME")
    given.add_argument("file", type=Path, metavar="FILE", help="ends with .png, .json or .charx")
    given.add_argument("--force", action="store_true", help="write over a file that is there")
    given.set_defaults(run=_export)


def _list(options: argparse.Namespace, context: Context) -> int:
    with closing(_library(context)) as database:
        for row in PersonaStore(database).rows():
            if options.json:
                print_object({"id": row.id, "name": row.name, "about": row.about,
                              "tags": row.tags, "shipped": row.shipped, "talks": row.talks})
            else:
                about = " ".join(row.about.split())[:_ABOUT_LETTERS]
                print(plain(f"{' '.join(row.name.split())}  {about}").rstrip())
    return DONE


def _import(options: argparse.Namespace, context: Context) -> int:
    files = cast(Sequence[Path], options.files)
    with closing(_library(context)) as database:
        brought = [_imported(PersonaStore(database), file) for file in files]
    return DONE if all(brought) else KNOWN_ERROR


def _imported(store: PersonaStore, file: Path) -> bool:
    """Whether it went well. One bad card does not keep the others out."""
    try:
        card = read_card(file)
        known = store.same_as(card.persona)
        if known is None:
            store.add(card.persona, card.picture)
    except EngineError as problem:
        say(f"{file.name}: {' '.join(filter(None, (problem.message, problem.hint)))}")
        return False
    for sentence in card.said:
        say(f"{file.name}: {sentence}")
    print(plain(card.persona.name) + (" was there already." if known else " is in the library."))
    return True


def _export(options: argparse.Namespace, context: Context) -> int:
    file = cast(Path, options.file)
    form = file.suffix.lower()
    if form not in _FORMS:
        raise EngineError(f"{file.name} does not say which kind of card it shall be.",
                          "Let it end with .png, .json or .charx.")
    if file.exists() and not options.force:
        raise EngineError(f"{file.name} is there already.", "Choose another name, or --force.")
    with closing(_library(context)) as database:
        store = PersonaStore(database)
        number = find_persona(store, options.name)
        if number is None:
            names = ", ".join(row.name for row in store.rows())
            raise EngineError(f"There is no persona “{options.name}”.",
                              f"In the library are: {names}.")
        write_card(store.persona(number).value, store.picture(number), file,
                   cast(CardForm, form.removeprefix(".")))
    print(f"Written to {file}.")
    return DONE


def _library(context: Context) -> Database:
    database = Database.open(context.paths.library_file, context.paths.backups)
    put_shipped(database, context.paths)
    return database
