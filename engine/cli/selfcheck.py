"""The command `selfcheck`: the program proves itself where it stands, for installers and people.

Each check says what it found; all run, whatever the others did. Touches nothing of the person's.
"""

import argparse
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from engine.cli.command import Check, Commands, Context
from engine.errors import EngineError
from engine.inference.opening import open_text_model
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextRequest
from engine.library.database import Database
from engine.models.manifest import TEXT_GENERATION, check_files
from engine.models.registry import ModelRegistry
from engine.models.template_manners import Message
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.encoder_tagger import TASK, EncoderTagger
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.requests import Answered, TagRequest
from engine.tagging.service import TaggingService
from engine.tagging.song import SongState
from engine.tagging.vocabulary import Vocabulary

DONE, BUG, KNOWN_ERROR = 0, 1, 2


def register(commands: Commands) -> None:
    """Adds `selfcheck`."""
    parser = commands.add_parser("selfcheck", help="let the program prove itself")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Runs every check and prints each outcome; the exit code is that of the worst."""
    codes = [_try(check, context.paths, options.json) for check in (*CHECKS, *context.checks)]
    return BUG if BUG in codes else max(codes)


def _try(check: Check, paths: AppPaths, as_json: bool) -> int:
    code, found = DONE, ""
    try:
        found = check.run(paths)
    except EngineError as known:
        code, found = KNOWN_ERROR, " ".join(filter(None, (known.message, known.hint)))
    except Exception as mistake:
        code, found = BUG, f"{type(mistake).__name__}: {mistake}"
        traceback.print_exc()
    if as_json:
        print(msgspec.json.encode({"check": check.name, "passed": code == DONE,
                                   "found": found}).decode(), flush=True)
    else:
        print(f"{'passed' if code == DONE else 'FAILED'}  {check.name}: {found}", flush=True)
    return code


def _check_models(paths: AppPaths) -> str:
    """Every file of every shipped model is the one that was shipped."""
    nobody = paths.home / "no models of one's own"
    entries = ModelRegistry(paths.shipped_models, nobody).usable(TASK)
    if not entries:
        raise EngineError("No tagger was shipped with this program.", "Install it again.")
    for entry in entries:
        assert entry.manifest is not None
        check_files(entry.folder, entry.manifest)
    return ", ".join(f"{e.id} is whole" for e in entries)


def _check_session(paths: AppPaths) -> str:
    tagger = _shipped(paths)
    return f"{tagger.id} is open and knows {len(tagger.moods)} moods"


def _check_vocabulary(paths: AppPaths) -> str:
    """The tagger speaks of no mood that the vocabulary lacks."""
    vocabulary = Vocabulary.load(paths.moods_file)
    strange = set(_shipped(paths).moods) - set(vocabulary.ids)
    if strange:
        raise EngineError(f"The tagger knows moods outside the vocabulary: {sorted(strange)}.",
                          "Install Undertone again.")
    return f"{len(vocabulary.ids)} moods"


def _check_library(paths: AppPaths) -> str:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "library.sqlite3")
        try:
            version = database.first("PRAGMA user_version")
        finally:
            database.close()
    return f"a new library opens, version {version[0] if version else '?'}"


def _check_tagging(paths: AppPaths) -> str:
    """The bundled samples are read, tagged and stored, in a library that is thrown away."""
    tagger = _shipped(paths)
    database = Database.in_memory()
    try:
        service = TaggingService(LyricStore(database), LanguageDetector(), lambda: tagger,
                                 lambda: replace(Settings(), tagger=tagger.id))
        rows = [event.row for event in service.run(TagRequest(paths=(paths.samples,)))
                if isinstance(event, Answered)]
    finally:
        database.close()
    failed = [row for row in rows if row.state is SongState.FAILED]
    tagged = [row for row in rows if row.tags]
    if failed or not tagged:
        message = failed[0].message if failed else "No sample song got a tag."
        raise EngineError(message, "Install Undertone again.")
    shown = tagged[0]
    return (f"{len(tagged)} of {len(rows)} samples have tags; "
            f"{shown.title}: {', '.join(tag.tag for tag in shown.tags)}")


def _check_reply(paths: AppPaths) -> str:
    """The chat model, where one is installed, says something."""
    if not ModelRegistry(paths.shipped_models, paths.models).usable(TEXT_GENERATION):
        return "no chat model is installed, so there is nothing to check"
    model = open_text_model(paths, "", Settings())
    prompt = model.render([Message("user", "Say hello.")])
    request = TextRequest(max_tokens=8, sampling=SamplingSettings(temperature=0),
                          stops=model.reply_stops)
    said = "".join(piece.text for piece in model.stream(prompt, request)).strip()
    if not said:
        raise EngineError(f"{model.name} says nothing.", "Check it: models check.")
    return f"{model.name} says: {said!r}"


def _check_system(paths: AppPaths) -> str:
    frozen = "an installed program" if getattr(sys, "frozen", False) else "a checkout"
    return f"Python {sys.version.split()[0]} on {sys.platform}, {frozen}"


def _shipped(paths: AppPaths) -> EncoderTagger:
    nobody = paths.home / "no models of one's own"
    entry = ModelRegistry(paths.shipped_models, nobody).find("", TASK)
    return EncoderTagger.open(entry.folder)


CHECKS: Sequence[Check] = (
    Check("system", _check_system),
    Check("shipped models", _check_models),
    Check("session", _check_session),
    Check("vocabulary", _check_vocabulary),
    Check("library", _check_library),
    Check("tagging", _check_tagging),
    Check("reply", _check_reply),
)
