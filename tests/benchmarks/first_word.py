"""From sending a message to a character until its first word, with a prompt of 600 tokens.

    python -m tests.benchmarks.first_word --model FOLDER [--encoder FOLDER] [--rounds N]

Through the whole way a reply takes in the program: the message stored, facts searched, the prompt
written, read and answered, the first text told. Each round begins a talk nobody has seen, with a
persona whose texts bring its first prompt to about 600 tokens, then sends a second message.
"new" is the first: nothing but the format's own words was read before; "seen" is the second: only
what was said since is new. Middle of the rounds.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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
    for name, place, reach in (("its prefix seen before", 1, SEEN_MS), ("new", 0, NEW_MS)):
        sent = [one[place] for one in rounds]
        middle = median([one.milliseconds for one in sent])
        yield Figure(
            "dialogue", f"send to first word, a {TOKENS}-token prompt, {name}",
            f"{middle:.0f} ms; {sent[0].prompt} tokens, {sent[0].unread} of them read "
            f"({min(o.milliseconds for o in sent):.0f} to "
            f"{max(o.milliseconds for o in sent):.0f} ms)",
            f"under {reach:.0f} ms", middle < reach, {"milliseconds": middle})


def _round(model: TextModel, encoder: SentenceEncoder | None, number: int) -> tuple[Sent, Sent]:
    paths = find_paths()
    study = Study(FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats), lambda: encoder,
                  read_truth_phrases(paths.own_life_phrases))
    with closing(Database.in_memory()) as database:
        director = Director(database, study)
        bot = Chatbot(ConversationStore(database), lambda _: model, director=director)
        persona = long_persona(model, number)
        member = CastMember(PersonaStore(database).add(persona).id, persona)
        settings = ReplySettings(REPLY, SamplingSettings(seed=number))
        talk = director.begin(TalkSetup((member,), person="Sam"), settings).id
        study.encoder.vectors(["once, so that opening is no part of it"])
        sent = (_sent(bot, talk, "Good evening! It is warm here."),
                _sent(bot, talk, "Then let us sit down for a while."))
    if isinstance(model, LanguageModel):
        model.forget(f"conversation-{talk}")
    return sent


def long_persona(model: TextModel, number: int) -> Persona:
    """Somebody whose first prompt takes about TOKENS; no two begin alike."""
    name = f"Mira{number}"
    facts = tuple(f"{name} owns {number + at} {thing}." for at, thing in
                  enumerate(("boats", "maps", "lamps", "ropes", "clocks", "geese")))
    lines, at = [f"{name} keeps the diary of journey {number}."], 0
    while model.count(" ".join(lines)) < TOKENS - 170:  # what the format, the facts and turns take
        lines.append(f"On day {at + number} {name} {_DAYS[at % 7]} and paid {at * 7 % 23} coins.")
        at += 1
    return Persona(name, description=" ".join(lines), traits="calm, exact", facts=facts,
                   greetings=(f"Come in, I am {name}.",))


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
