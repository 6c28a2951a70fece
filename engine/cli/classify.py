"""The command `classify`: which of any labels fits a text, asked of a chat model or, for its own
labels, of a classifier that was trained.

For polarity the word list's answer stands beside the model's.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten

import msgspec

from engine.cli.classify_trained import answer, trained_classifier
from engine.cli.command import Commands, Context
from engine.errors import EngineError
from engine.settings import load_settings
from engine.tagging.classify_prompt import parse_labels
from engine.tagging.lexicon import Lexicon, LexiconView, is_polarity
from engine.tagging.opening import prompt_shelf
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.zero_shot import Classification, ZeroShotClassifier

STDIN = "-"
MOST_CALIBRATING = 200  # beyond, the average hardly moves
_BAR = 20
_SHOWN = 200


def register(commands: Commands) -> None:
    """Adds `classify`."""
    parser = commands.add_parser("classify", help="find which of any labels fits a text")
    parser.add_argument("text", nargs="?", default=STDIN, metavar="TEXT",
                        help="the text; “-” or nothing: a text a line from stdin")
    parser.add_argument("--labels", default="", metavar="A,B,C",
                        help="what it may be, for example “positive, negative”; a trained "
                        "classifier has labels of its own")
    parser.add_argument("--model", default="", metavar="ID",
                        help="a chat model or a trained classifier; see “models list”")
    parser.add_argument("--prompt", default="", metavar="NAME",
                        help="how to ask: a file of the folder “prompts”, or one that came along")
    parser.add_argument("--calibrate", type=Path, metavar="FILE",
                        help="unlabelled texts of the same kind, one a line")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Answers every text, in order. EngineError where nothing can be asked."""
    trained = trained_classifier(context.paths, options.model) if not options.labels else None
    if trained is not None:
        return answer(trained, _texts(options.text), options.json)
    if not options.labels:
        raise EngineError("It is not said what the text may be.",
                          "Name the labels: --labels positive,negative")
    labels = parse_labels(options.labels)
    shelf = prompt_shelf(context.paths)
    prompt = (shelf.read(options.prompt) if options.prompt
              else shelf.fitting(labels, Vocabulary.load(context.paths.moods_file)))
    if not prompt.serves(labels):
        raise EngineError(f"The prompt “{prompt.name}” is made for other labels: "
                          f"{', '.join(prompt.labels)}.", "Leave --prompt out, or name another.")
    unlabelled = _calibrating(options.calibrate) if options.calibrate else []
    texts = _texts(options.text)
    settings = load_settings(context.paths.settings_file)
    classifier = ZeroShotClassifier(
        context.open_model(context.paths, options.model, settings), prompt)
    if unlabelled:
        classifier.calibrate(unlabelled, labels)
    lexicon = Lexicon() if is_polarity(labels) else None
    answered = 0
    for text in texts:
        said = classifier.classify(text, labels)
        view = lexicon.view(text, labels) if lexicon else None
        print(as_json(text, said, view) if options.json else as_text(text, said, view), flush=True)
        answered += 1
    if not answered:
        raise EngineError("There is no text to classify.", "Write it behind the command.")
    return 0


def as_json(text: str, said: Classification, view: LexiconView | None) -> str:
    """The object of one line of --json."""
    told: dict[str, object] = {
        "text": text, "label": said.best,
        "scores": {label: round(float(score), 6)
                   for label, score in zip(said.labels, said.scores, strict=True)},
        "calibration": said.calibration}
    told |= {"reason": said.reason} if said.reason else {}
    told |= {"cut": True} if said.cut else {}
    if view is not None:
        told["lexicon"] = {"label": view.label or None, "compound": view.compound}
    return msgspec.json.encode(told).decode()


def as_text(text: str, said: Classification, view: LexiconView | None) -> str:
    """A few lines for a person: the text, a bar a label, what the word list says."""
    width = max(map(len, said.labels))
    ranked = sorted(zip(said.labels, said.scores.tolist(), strict=True), key=lambda pair: -pair[1])
    # It may be a page: enough to know it by.
    lines = [shorten(text, _SHOWN, placeholder=" …"),
             *(f"    {label.ljust(width)}  {'█' * round(_BAR * score):{_BAR}}  {score:.2f}"
               for label, score in ranked)]
    if said.reason:
        lines.append(f"    {said.reason}")
    if said.cut:
        lines.append("    The text is long: its end was not read.")
    if view is not None:
        lines.append(f"    {_lexicon_words(view)}")
    return "\n".join(lines)


def _lexicon_words(view: LexiconView) -> str:
    if not view.known:
        return "The word list knows none of these words."
    return f"The word list says: {view.label or 'neither'} ({view.compound:+.2f})."


def _texts(text: str) -> Iterator[str]:
    if text != STDIN:
        yield from [text] if text.strip() else []
        return
    try:
        yield from (line.strip() for line in sys.stdin if line.strip())
    except UnicodeDecodeError as wrong:
        raise EngineError("What came in is not text in UTF-8.", "Convert it first.") from wrong


def _calibrating(file: Path) -> list[str]:
    try:
        texts = [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except OSError as failure:
        raise EngineError(f"{file} cannot be read: {failure.strerror}.",
                          "Check the path.") from failure
    except UnicodeDecodeError as wrong:
        raise EngineError(f"{file} is not text in UTF-8.", "Convert it first.") from wrong
    if not texts:
        raise EngineError(f"{file} holds no texts.", "Give a text a line.")
    if len(texts) > MOST_CALIBRATING:
        print(f"The first {MOST_CALIBRATING} of {len(texts)} texts are used to calibrate.",
              file=sys.stderr)
    return texts[:MOST_CALIBRATING]
