"""The command `tag`: moods for files, folders and JSONL lines, as text, JSON lines or CSV."""

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec

from engine.cli.answers import Answer, as_json, as_text, csv_header, csv_row
from engine.cli.command import Commands, Context
from engine.cli.jsonl import Entry, read_entries
from engine.cli.write_options import add_write_options
from engine.errors import EngineError
from engine.inference.in_use import InUse
from engine.library.database import Database
from engine.settings import Settings, load_settings
from engine.tagging.generative_tagger import GenerativeTagger
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.reasons import explain
from engine.tagging.requests import Answered, NamedLyric, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song import SongRow, SongState
from engine.tagging.tagger import Tagger

DONE, KNOWN_ERROR = 0, 2
LINES_AT_ONCE = 1000


def register(commands: Commands) -> None:
    """Adds `tag`."""
    parser = commands.add_parser("tag", help="find the moods of lyrics and recordings")
    parser.add_argument("paths", nargs="*", type=_named, metavar="PATH",
                        help="a lyric, a recording or a folder of them")
    parser.add_argument("--from-jsonl", type=Path, metavar="FILE",
                        help='lyrics as {"id", "lyrics", "artist"?, "title"?} a line; .gz too')
    parser.add_argument("--tagger", default="", metavar="ID",
                        help="see “models list”; with a chat model also generative:ID, "
                             "generative-free:ID and zero-shot:ID")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table as well")
    parser.add_argument("--all-scores", action="store_true", help="the score of every mood")
    parser.add_argument("--explain", action="store_true", help="the lines each tag leans on")
    parser.add_argument("--no-store", action="store_true", help="leave the library as it is")
    parser.add_argument("--write-tags", action="store_true",
                        help="write the moods into the files, too; “library undo” takes them out")
    add_write_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Tags what was asked for. EngineError where nothing can be; one bad file stops nothing."""
    if not options.paths and options.from_jsonl is None:
        raise EngineError("There is nothing to tag.", "Name files or folders, or use --from-jsonl.")
    if options.write_tags:
        _check_writing(options)
    settings = load_settings(context.paths.settings_file)
    tagger = context.open_tagger(context.paths, options.tagger, settings)
    settings = replace(settings, tagger=tagger.id)
    with InUse(context.paths.in_use_mark).held(), ExitStack() as stack:
        database = (Database.in_memory() if options.no_store
                    else Database.open(context.paths.library_file, context.paths.backups))
        stack.callback(database.close)
        job = _Job(LyricStore(database), tagger, settings, options.all_scores, options.explain)
        tell = _teller(options, tagger, stack)
        rows = [*_rows_of(job.answers(options.paths, options.from_jsonl), tell)]
    if not rows:
        raise EngineError("No lyrics or recordings were found there.",
                          "Look at the folder, or name the files themselves.")
    print(_summary([row.state for row in rows]), file=sys.stderr)
    if isinstance(tagger, GenerativeTagger) and tagger.tally.sentence():
        print(tagger.tally.sentence(), file=sys.stderr)
    if {row.state for row in rows} == {SongState.FAILED}:
        return KNOWN_ERROR
    return _write(rows, options, context, settings) if options.write_tags else DONE


def _check_writing(options: argparse.Namespace) -> None:
    from engine.cli.tag_writing import check

    check(options)


def _write(rows: Sequence[SongRow], options: argparse.Namespace, context: Context,
           settings: Settings) -> int:
    """What writes files is imported once it is asked for."""
    from engine.cli.tag_writing import write_tags

    return DONE if write_tags(rows, options, context, settings) else KNOWN_ERROR


def _named(path: str) -> Path:
    """An empty name, as an unset variable of the shell gives it, is not the current folder."""
    if not path:
        raise argparse.ArgumentTypeError("an empty name; for this folder, say “.”")
    return Path(path)


def _rows_of(answers: Iterable[Answer], tell: Callable[[Answer], None]) -> Iterator[SongRow]:
    for answer in answers:
        tell(answer)
        yield answer.row


@dataclass(frozen=True, slots=True)
class _Job:
    """One command's work: from paths and lines to answers."""

    store: LyricStore
    tagger: Tagger
    settings: Settings
    all_scores: bool
    explain: bool

    def answers(self, paths: Sequence[Path], file: Path | None) -> Iterator[Answer]:
        service = TaggingService(self.store, LanguageDetector(), lambda: self.tagger,
                                 lambda: self.settings)
        if paths:
            for row in _rows(service, TagRequest(paths=tuple(paths))):
                yield self._answer(("path", row.place), row)
        if file is not None:
            entries = read_entries(file)
            while chunk := list(islice(entries, LINES_AT_ONCE)):
                yield from self._lines(service, chunk)

    def _lines(self, service: TaggingService, entries: Sequence[Entry]) -> Iterator[Answer]:
        """Answers in the order of the lines; one that could not be read answers for itself."""
        lyrics: list[NamedLyric] = [entry.lyric for entry in entries if entry.lyric]
        rows = _rows(service, TagRequest(lyrics=tuple(lyrics)))
        for entry in entries:
            row = _failed(entry) if entry.lyric is None else next(rows)
            named = replace(row, title=entry.title or row.title,
                            artist=entry.artist or row.artist)
            yield self._answer(("id", entry.id), named)

    def _answer(self, key: tuple[str, object], row: SongRow) -> Answer:
        song = None if row.song_id is None else self.store.song(row.song_id, self.settings)
        if song is None or row.state is SongState.FAILED:
            return Answer(key, row, self.tagger.id)
        reasons = tuple(explain(self.tagger, song.lyric, tag.tag, self.settings.collation)
                        for tag in row.tags if tag.tag in self.tagger.moods
                        ) if self.explain else ()
        return Answer(key, row, self.tagger.id, song.lyric, song.moods, reasons)


def _rows(service: TaggingService, request: TagRequest) -> Iterator[SongRow]:
    return (event.row for event in service.run(request) if isinstance(event, Answered))


def _failed(entry: Entry) -> SongRow:
    problem = entry.problem
    return SongRow(place="", song_id=None, state=SongState.FAILED,
                   message=problem.message if problem else "", hint=problem.hint if problem else "")


def _teller(options: argparse.Namespace, tagger: Tagger, stack: ExitStack
            ) -> Callable[[Answer], None]:
    """Writes each answer to stdout, and to the table if there is one, as soon as it is known."""
    moods = tagger.moods if options.all_scores else ()
    table = None
    if options.csv is not None:
        try:
            opened = stack.enter_context(options.csv.open("w", newline="", encoding="utf-8"))
        except OSError as failure:
            raise EngineError(f"{options.csv} cannot be written: {failure.strerror}.",
                              "Choose another place for the table.") from failure
        table = csv.writer(opened)
        table.writerow(csv_header("path" if options.paths else "id", moods))

    def tell(answer: Answer) -> None:
        if options.json:
            told = msgspec.json.encode(as_json(answer, options.all_scores)).decode()
        else:
            told = as_text(answer, options.all_scores)
        print(told, flush=True)
        if table is not None:
            table.writerow(csv_row(answer, moods))
    return tell


def _summary(states: Sequence[SongState]) -> str:
    """"12 songs: 10 tagged, 1 without words, 1 that could not be read." """
    kinds = (("tagged", {SongState.TAGGED}),
             ("without words", {SongState.NO_WORDS}),
             ("in a language this tagger does not know", {SongState.UNKNOWN_LANGUAGE}),
             ("that could not be tagged", {SongState.FAILED, SongState.WAITING}))
    counts = [(sum(state in which for state in states), name) for name, which in kinds]
    told = ", ".join(f"{count} {name}" for count, name in counts if count)
    return f"{len(states)} {'song' if len(states) == 1 else 'songs'}: {told}."
