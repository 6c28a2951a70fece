"""The command `rewrite`: a line or a text said again in another mood.

The rewritten text goes to stdout; --all shows every candidate with how far it moves and how much
of the meaning it keeps.
"""

import argparse
import sys

from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.cli.command import Commands, Context
from engine.cli.json_lines import print_object
from engine.cli.plain_text import plain, say
from engine.errors import EngineError
from engine.interplay.hearing import MoodListener
from engine.interplay.rewrite_prompt import load_rewrite_prompt
from engine.interplay.rewriting import (
    Candidate,
    LineRewritten,
    MoodRewriter,
    RewriteRequest,
    Rewritten,
)
from engine.paths import AppPaths
from engine.settings import Settings, load_settings
from engine.tagging.language import LanguageDetector
from engine.tagging.own_moods import open_vocabulary

STDIN = "-"
MOST_CANDIDATES = 32
_NO_ENCODER = ("No sentence encoder is installed, so only words are compared to tell how much of "
               "the meaning stays. To add it: models add all-MiniLM-L6-v2")


def register(commands: Commands) -> None:
    """Adds `rewrite`."""
    parser = commands.add_parser("rewrite", help="say a line or a text in another mood")
    parser.add_argument("text", nargs="?", default=STDIN, metavar="TEXT",
                        help="the line or text; “-” or nothing reads it from stdin")
    parser.add_argument("--towards", required=True, metavar="MOOD", help="for example “sadness”")
    parser.add_argument("--model", default="", metavar="ID", help="see “models list”")
    parser.add_argument("--tagger", default="", metavar="ID", help="who hears the moods")
    parser.add_argument("--candidates", type=_count, default=6, metavar="N",
                        help="so many tries for each line")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="other tries")
    parser.add_argument("--all", action="store_true", help="show the candidates, the best first")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, and one last")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Rewrites what was asked for. EngineError where it cannot be."""
    text = _text(options.text)
    settings = load_settings(context.paths.settings_file)
    tagger = context.open_tagger(context.paths, options.tagger, settings)
    rewriter = MoodRewriter(
        context.open_model(context.paths, options.model, settings), MoodListener(tagger),
        find_encoder(context.paths, settings, _NO_ENCODER),
        open_vocabulary(context.paths), load_rewrite_prompt(context.paths),
        LanguageDetector())
    request = RewriteRequest(text, options.towards, options.candidates, options.seed)
    for event in rewriter.rewrite(request):
        match event:
            case LineRewritten() if options.json:
                print_object(_line(event))
            case LineRewritten() if options.all:
                print(_candidates(event), flush=True)
            case Rewritten():
                _tell_end(event, options.json)
            case _:
                pass
    return 0


def find_encoder(paths: AppPaths, settings: Settings, missing: str) -> SentenceEncoder:
    """The installed sentence encoder; where there is none, `missing` says what that means."""
    from engine.inference.sentence_encoder import open_sentence_encoder

    encoder = open_sentence_encoder(paths, settings.threads)
    if encoder is None:
        say(missing)
    return encoder or NoEncoder()


def _text(given: str) -> str:
    try:
        text = sys.stdin.read().rstrip("\n") if given == STDIN else given
    except UnicodeDecodeError as wrong:
        raise EngineError("What came in is not text in UTF-8.", "Convert it first.") from wrong
    if not text.strip():
        raise EngineError("There is nothing to rewrite.", "Write it behind the command.")
    return text


def _tell_end(told: Rewritten, as_json: bool) -> None:
    if as_json:
        print_object({"before": told.before, "after": told.after, "mood": told.mood,
                      "shift": round(told.shift, 4), "kept": round(told.kept, 4)})
    else:
        print(plain(told.after), flush=True)
    if told.after == told.before:
        say("No candidate was better, so it stays as it is. Try --candidates or another --seed.")


def _line(told: LineRewritten) -> dict[str, object]:
    return {"line": told.line, "before": told.before, "after": told.after,
            "candidates": [{"text": one.text, "shift": round(one.shift, 4),
                            "kept": round(one.kept, 4), "better": one.better}
                           for one in told.candidates]}


def _candidates(told: LineRewritten) -> str:
    return plain("\n".join([told.before, *map(_candidate, told.candidates), ""]))


def _candidate(one: Candidate) -> str:
    return f"  {'*' if one.better else ' '} {one.shift:+.2f}  {one.kept:4.0%}  {one.text}"


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_CANDIDATES:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST_CANDIDATES}")
    return int(text)
