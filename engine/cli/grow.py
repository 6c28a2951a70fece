"""The command `grow`: lets a model here propose rows after a few of yours, to approve or refuse.

What is approved can be learned from as grown:ID.
"""

import argparse
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec

from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.cli.train_sources import GROWN, SOURCES_HELP, columns_of, source_of
from engine.errors import EngineError
from engine.library.database import Database
from engine.settings import load_settings
from engine.training.growth.growing import Grower, Grown, Proposed
from engine.training.growth.grown import GrownRow, Growth, RowState, seeds_of
from engine.training.growth.growth_store import GrowthStore
from engine.training.rows.reading import read_rows
from engine.training.rows.row import BadRow, Row

DONE = 0
_MOST_SEEDS = 200
_ALL = "all"


def register(commands: Commands) -> None:
    """Adds `grow new`, `more`, `list`, `show`, `approve`, `refuse` and `remove`."""
    parser = commands.add_parser("grow", help="let a few rows grow into more to learn from")
    acts = parser.add_subparsers(required=True,
                                 metavar="new|more|list|show|approve|refuse|remove")
    new = acts.add_parser("new", help="a new set, and its first proposals")
    new.add_argument("source", metavar="SOURCE", help=SOURCES_HELP)
    new.add_argument("--name", default="", help="what the set is called")
    new.add_argument("--columns", type=columns_of,
                     help="which column serves as what: text=lyrics,labels=tags")
    new.set_defaults(run=run_new)
    more = acts.add_parser("more", help="further proposals of a set")
    more.add_argument("id", metavar="ID")
    more.set_defaults(run=run_more)
    listed = acts.add_parser("list", help="every set")
    listed.set_defaults(run=run_list)
    shown = acts.add_parser("show", help="the rows of a set, and where they stand")
    shown.add_argument("id", metavar="ID")
    shown.set_defaults(run=run_show)
    for state, about in ((RowState.APPROVED, "take proposals to learn from"),
                         (RowState.REFUSED, "leave proposals; they do not come again")):
        verb = {RowState.APPROVED: "approve", RowState.REFUSED: "refuse"}[state]
        judging = acts.add_parser(verb, help=about)
        judging.add_argument("id", metavar="ID")
        judging.add_argument("rows", nargs="+", metavar="ROW",
                             help=f"their numbers, or “{_ALL}” that wait for your word")
        judging.set_defaults(run=run_judge, state=state)
    removing = acts.add_parser("remove", help="delete a set with all its rows")
    removing.add_argument("id", metavar="ID")
    removing.set_defaults(run=run_remove)
    for each in (new, more):
        each.add_argument("--count", type=int, default=20, metavar="N", help="rows wanted")
        each.add_argument("--model", default="", metavar="ID", help="see “models list”")
        each.add_argument("--seed", type=int, default=7, metavar="N", help="other tries")
    for each in (new, more, listed, shown):
        each.add_argument("--json", action="store_true", help="one JSON object a line")


def run_new(options: argparse.Namespace, context: Context) -> int:
    """Makes a set of the rows of a source and lets it grow."""
    source = source_of(options.source, options.columns)
    rows: list[Row] = []
    for row in read_rows(source, context.paths):
        if not isinstance(row, BadRow):
            rows.append(row)
        if len(rows) == _MOST_SEEDS:
            break
    kind, seeds = seeds_of(rows)
    with _store(context) as store:
        growth = store.create(options.name or options.source, kind, seeds)
        say(f"The set {growth.id} begins with {len(seeds)} rows.")
        return _grow(store, growth, options, context)


def run_more(options: argparse.Namespace, context: Context) -> int:
    """Lets a set grow further."""
    with _store(context) as store:
        return _grow(store, store.growth(options.id), options, context)


def run_list(options: argparse.Namespace, context: Context) -> int:
    """Prints every set, the newest first."""
    with _store(context) as store:
        growths = store.growths()
    for growth in growths:
        if options.json:
            print_object(_growth(growth))
        else:
            print(plain(f"{growth.id}  {growth.name}: {growth.approved} approved,"
                        f" {growth.proposed} wait, {growth.refused} refused"))
    if not growths and not options.json:
        print("No rows were grown yet.")
    return DONE


def run_show(options: argparse.Namespace, context: Context) -> int:
    """Prints the rows of a set."""
    with _store(context) as store:
        store.growth(options.id)
        rows = store.rows(options.id)
    for row in rows:
        _tell(row, options.json)
    return DONE


def run_judge(options: argparse.Namespace, context: Context) -> int:
    """Stores the person's word on rows."""
    with _store(context) as store:
        known = {row.id: row for row in store.rows(store.growth(options.id).id)}
        waiting = [row.id for row in known.values() if row.state is RowState.PROPOSED]
        chosen = waiting if options.rows == [_ALL] else _numbers(options.rows, known)
        store.judge(chosen, options.state)
        growth = store.growth(options.id)
    say(f"{growth.approved} rows of {growth.name} can be learned, as {GROWN}{growth.id}.")
    return DONE


def run_remove(options: argparse.Namespace, context: Context) -> int:
    """Deletes a set."""
    with _store(context) as store:
        growth = store.growth(options.id)
        store.delete(growth.id)
    say(f"{growth.name} is gone, with its {growth.approved} approved rows.")
    return DONE


@contextmanager
def _store(context: Context) -> Generator[GrowthStore]:
    paths = context.paths
    with closing(Database.open(paths.library_file, paths.backups)) as database:
        yield GrowthStore(database)


def _grow(store: GrowthStore, growth: Growth, options: argparse.Namespace,
          context: Context) -> int:
    from engine.inference.sentence_encoder import open_sentence_encoder

    if options.count < 1:
        raise EngineError("At least one row has to be wanted.", "Say how many: --count 20")
    settings = load_settings(context.paths.settings_file)
    model = context.open_model(context.paths, options.model, settings)
    encoder = open_sentence_encoder(context.paths, settings.threads)
    for event in Grower(model, store, encoder).grow(growth.id, options.count, options.seed):
        if isinstance(event, Proposed):
            _tell(event.row, options.json)
        elif isinstance(event, Grown):
            _tell_end(event, growth)
    return DONE


def _tell_end(event: Grown, growth: Growth) -> None:
    why = ", ".join(f"{count} {reason}" for reason, count in event.dropped.items())
    say(f"{event.kept} of {event.tried} tries were kept{f' ({why})' if why else ''}."
        f" Say which are good: grow approve {growth.id} ROW…")


def _tell(row: GrownRow, as_json: bool) -> None:
    if as_json:
        print_object(msgspec.to_builtins(row))
        return
    labels = f" [{', '.join(row.text.labels)}]" if row.text.labels else ""
    answer = f" → {row.text.answer}" if row.text.answer else ""
    text = " ".join(f"{row.text.text}{answer}".split())
    print(plain(f"{row.id:6}  {row.state.value:9}{labels} {text}"), flush=True)


def _growth(growth: Growth) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(growth)
    return told | {"seeds": len(growth.seeds)}


def _numbers(named: Sequence[str], known: dict[int, GrownRow]) -> list[int]:
    found = [int(name) for name in named if name.isdecimal() and int(name) in known]
    if len(found) < len(named):
        wrong = next(name for name in named if not name.isdecimal() or int(name) not in known)
        raise EngineError(f"There is no row {wrong} in this set.",
                          "“grow show ID” tells their numbers.")
    return found
