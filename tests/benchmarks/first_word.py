"""From sending a message to a character until its first word, with a prompt of 600 tokens.

    python -m tests.benchmarks.first_word --model FOLDER [--encoder FOLDER] [--rounds N]

Through the whole way a reply takes in the program: the message stored, facts searched, the prompt
written, read and answered, the first text told. Each round begins a talk nobody has seen, with one
of the personas that come with the program, whose description is made so long that the first prompt
takes about 600 tokens; then it sends a second message.
"new" is the first: nothing but the format's own words was read before. Of the second only what was
said since is new ("seen"), but where it calls for other facts than the first: those rounds are
counted apart. Middle of the rounds.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.chat.chatbot import Chatbot
from engine.chat.conversation import ReplySettings
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.study import Study
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.persona import Persona
from engine.chat.persona_store import PersonaStore
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.replies import PromptRead, ReplyStarted, ReplyText
from engine.chat.shipped import shipped_personas
from engine.chat.talk import CastMember, TalkSetup
from engine.chat.truth.phrases import read_truth_phrases
from engine.inference.benchmark import Figure, median
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import SamplingSettings
from engine.inference.sentence_encoder import OnnxSentenceEncoder
from engine.inference.text_model import TextModel
from engine.library.database import Database
from engine.paths import find_paths
from tests.benchmarks.figures import as_text, needed, parser

TOKENS, REPLY = 600, 24
_LAST_TURNS = 40  # tokens of a reply's end, the next message and the marks between
_BESIDE = 380  # tokens of the format, the example lines, the facts in use and the turns
SEEN_MS, NEW_MS = 80.0, 600.0
_DAYS = ("walked to the mill", "mended the red boat", "counted the geese", "wrote to the harbour",
         "lost a key in the snow", "painted the north door", "slept under the bridge")


@dataclass(frozen=True)
class Sent:
    """One message: milliseconds to the first word, tokens of the prompt, and of those new."""

    milliseconds: float
    prompt: int
    unread: int


def measure(options: argparse.Namespace) -> Iterator[Figure]:
    needed(options, "model")
    model = LanguageModel.open(options.model, options.threads)
    encoder = (OnnxSentenceEncoder.open(options.encoder, options.threads)
               if options.encoder else None)
    rounds = [_round(model, encoder, number) for number in range(options.rounds + 1)][1:]
    new, then = [one[0] for one in rounds], [one[1] for one in rounds]
    yield _figure("its prefix seen before", [sent for sent in then if sent.unread <= _LAST_TURNS],
                  SEEN_MS)
    yield _figure("other facts in use than for the reply before",
                  [sent for sent in then if sent.unread > _LAST_TURNS])
    yield _figure("new", new, NEW_MS)


def _figure(name: str, sent: Sequence[Sent], reach: float | None = None) -> Figure:
    title = f"send to first word, a {TOKENS}-token prompt, {name}"
    wanted = f"under {reach:.0f} ms" if reach else "-"
    if not sent:
        return Figure("dialogue", title, "in no round", wanted, None, {})
    each = [one.milliseconds for one in sent]
    middle = median(each)
    return Figure(
        "dialogue", title,
        f"{middle:.0f} ms ({min(each):.0f} to {max(each):.0f} ms); {len(sent)} rounds of "
        f"{median([one.prompt for one in sent]):.0f} tokens, "
        f"{median([one.unread for one in sent]):.0f} of them read", wanted,
        middle < reach if reach else None, {"milliseconds": middle})


def _round(model: TextModel, encoder: SentenceEncoder | None, number: int) -> tuple[Sent, Sent]:
    paths = find_paths()
    shipped = list(shipped_personas(paths.shipped_personas).values())
    study = Study(FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats), lambda: encoder,
                  read_truth_phrases(paths.own_life_phrases))
    with closing(Database.in_memory()) as database:
        director = Director(database, study)
        bot = Chatbot(ConversationStore(database), lambda _: model, director=director)
        persona = long_persona(model, shipped, number)
        member = CastMember(PersonaStore(database).add(persona).id, persona)
        settings = ReplySettings(REPLY, SamplingSettings(seed=number))
        talk = director.begin(TalkSetup((member,), person="Sam"), settings).id
        study.encoder.vectors(["once, so that opening is no part of it"])
        sent = (_sent(bot, talk, "Good evening! It is warm here."),
                _sent(bot, talk, "Then let us sit down for a while."))
    if isinstance(model, LanguageModel):
        model.forget(f"conversation-{talk}")
    return sent


def long_persona(model: TextModel, shipped: Sequence[Persona], number: int) -> Persona:
    """One of those that come with the program, with a diary that makes its first prompt take about
    TOKENS; no two begin alike."""
    persona = shipped[number % len(shipped)]
    lines, at = [persona.description, f"This is the diary of journey {number}."], 0
    while model.count(" ".join(lines)) < TOKENS - _BESIDE:
        lines.append(f"Day {at + number}: {_DAYS[at % 7]} and paid {at * 7 % 23} coins.")
        at += 1
    return msgspec.structs.replace(persona, description=" ".join(lines))


def _sent(bot: Chatbot, talk: int, text: str) -> Sent:
    began = time.perf_counter()
    first, prompt, held = 0.0, 0, -1
    for event in bot.send(talk, text):
        if isinstance(event, ReplyStarted):
            prompt = event.budget.prompt
        elif isinstance(event, PromptRead) and held < 0:
            held = event.done  # the first progress is what was read before
        elif isinstance(event, ReplyText) and not first:
            first = 1000 * (time.perf_counter() - began)
    return Sent(first, prompt, prompt - held)


def main() -> int:
    """Prints the figures; 0 if all are reached."""
    found = parser(__doc__ or "")
    found.add_argument("--encoder", type=Path, help="folder of the built all-MiniLM-L6-v2")
    options = found.parse_args()
    figures = list(measure(options))
    for figure in figures:
        print(as_text(figure), flush=True)
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())
