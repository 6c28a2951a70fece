"""Two characters talk by themselves: do they stay apart, whole and new?

    python -m tests.benchmarks.two_characters --model FOLDER --encoder FOLDER --data FOLDER
        [--turns 40] [--scenes 10] [--format NAME] [--seed 1] [--show]

Ten scenes with the personas that come with the program, fixed seeds, the program's own settings
but for the longest turn. Counted are empty turns, words said for the other, marks that leaked, and
pairs of replies of one speaker nearer than 0.95 in meaning. distinct-2 is the share of different
pairs of words among all within stretches of equally many words of one talk, beside those of people
in the data (the train split, so that valid stays unseen). --model is a built chat model, --encoder
the built all-MiniLM-L6-v2.
"""

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, pairwise
from pathlib import Path

import msgspec
import numpy as np

from engine.chat.chatbot import Chatbot
from engine.chat.conversation import ChatMessage, MessageState, ReplySettings
from engine.chat.conversation_store import ConversationStore
from engine.chat.direction.director import Director
from engine.chat.direction.manner import CHARACTER_SAMPLING, TURN_TOKENS
from engine.chat.direction.study import Study
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.memory.words import words_of
from engine.chat.persona_store import PersonaStore
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.replies import PromptRead, ReplyAnew, ReplyEnded, ReplyStarted
from engine.chat.scene import Scene
from engine.chat.shipped import shipped_personas, shipped_scenes
from engine.chat.talk import CastMember, TalkSetup, TurnOrder
from engine.chat.truth.phrases import read_truth_phrases
from engine.errors import EngineError
from engine.inference.benchmark import Figure
from engine.inference.language_model import LanguageModel
from engine.inference.sentence_encoder import OnnxSentenceEncoder
from engine.inference.text_model import TextModel
from engine.library.database import Database
from engine.paths import find_paths
from tests.benchmarks.figures import as_text

SAME, STRETCH, HUMAN_TALKS, WITHIN = 0.95, 300, 400, 0.10
MORE_SCENES = (
    Scene("A lost glove", "They found one red glove on a bench and want to find whose it is.",
          mode="small mystery", mood="curious", cast=("Teo Marangoni", "Wilma Brandt")),
    Scene("The last seat", "The night train has one seat left; both have to be there by morning.",
          mode="quarrel", mood="tense, then kind", cast=("Inspector Ferrant", "Nadia Holm")),
    Scene("A song for the fair", "They have until noon to write a song for the village fair.",
          mode="comedy", mood="cheerful", cast=("Ambrose Tull", "Teo Marangoni")),
    Scene("The letter", "A letter has come that was sent thirty years ago. It is still closed.",
          mode="drama", mood="quiet", cast=("Sunniva Aas", "Wilma Brandt")),
    Scene("Power cut", "The light is out in the whole town, and they keep each other company.",
          mood="cosy", cast=("Nadia Holm", "Ambrose Tull")),
    Scene("The wager", "One has bet the other that the river will freeze before Sunday.",
          mood="playful", cast=("Inspector Ferrant", "Teo Marangoni")),
)
_MARKS = re.compile(
    r"<\|[^|>]*\|>|###\s*[A-Z]\s*###|<SYS>|\{\}\s*:|\[/?INST\]|<</?SYS>>|</?s>|_of_turn>"
    r"|\{\{|\}\}|^\s*(?:user|assistant|system)\s*:", re.IGNORECASE | re.MULTILINE)


@dataclass
class Played:
    """One talk as it was played. `anew` is how often a reply was made anew; of `prompt` tokens
    `unread` were not read before."""

    scene: str
    names: tuple[str, ...]
    replies: list[ChatMessage] = field(default_factory=list[ChatMessage])
    anew: int = 0
    prompt: int = 0
    unread: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Counts:
    """What is to be 0."""

    empty: int = 0
    for_others: int = 0
    marks: int = 0
    alike: int = 0
    nearest: float = 0.0


def main() -> int:
    """Prints the figures. 0 if all is reached, 1 if not, 2 where something is missing."""
    options = _options()
    try:
        model = LanguageModel.open(options.model, options.threads)
        encoder = OnnxSentenceEncoder.open(options.encoder, options.threads)
        people = distinct(list(islice(human_talks(options.data), HUMAN_TALKS)))
    except EngineError as known:
        print(known.message, known.hint, file=sys.stderr)
        return 2
    talks = [_shown(talk, options.show) for talk in play(model, encoder, options)]
    figures = list(told(talks, encoder, people))
    for figure in figures:
        print(msgspec.json.encode(figure).decode() if options.json else as_text(figure), flush=True)
    return 1 if any(figure.met is False for figure in figures) else 0


def play(model: TextModel, encoder: SentenceEncoder,
         options: argparse.Namespace) -> Iterator[Played]:
    """Each scene once, in a library of its own."""
    paths = find_paths()
    scenes = [*shipped_scenes(paths.shipped_scenes).values(), *MORE_SCENES][:options.scenes]
    study = Study(FormatShelf(paths.own_dialogue_formats, paths.dialogue_formats), lambda: encoder,
                  read_truth_phrases(paths.own_life_phrases))
    for number, scene in enumerate(scenes):
        seed = options.seed + 1000 * number
        settings = ReplySettings(options.tokens, replace(CHARACTER_SAMPLING, seed=seed))
        with closing(Database.in_memory()) as database:
            director = Director(database, study)
            setup = _setup(database, scene, options.format)
            talk = director.begin(setup, settings)
            bot = Chatbot(ConversationStore(database), lambda _: model, director=director)
            yield _played(bot, talk.id, options.turns, Played(scene.title, setup.names))
        for place in (0, 1):
            model_forget(model, f"conversation-{talk.id}-{setup.cast[place].persona_id}")


def model_forget(model: TextModel, prefix: str) -> None:
    """The next talk has the same ids."""
    if isinstance(model, LanguageModel):
        model.forget(prefix)


def _played(bot: Chatbot, talk: int, turns: int, played: Played) -> Played:
    began = time.perf_counter()
    is_first = False  # progress of a reply: what was read before
    for event in bot.play(talk, turns):
        if isinstance(event, ReplyStarted):
            is_first = True
        elif isinstance(event, PromptRead) and is_first:
            is_first = False
            played.prompt += event.total
            played.unread += event.total - event.done
        elif isinstance(event, ReplyAnew):
            played.anew += 1
        elif isinstance(event, ReplyEnded):
            played.replies.append(event.message)
    played.seconds = time.perf_counter() - began
    return played


def _setup(database: Database, scene: Scene, prompt_format: str) -> TalkSetup:
    personas = {p.name: p for p in shipped_personas(find_paths().shipped_personas).values()}
    store = PersonaStore(database)
    cast = tuple(CastMember(store.add(personas[name]).id, personas[name]) for name in scene.cast)
    return TalkSetup(cast, scene, TurnOrder.ROUND, prompt_format=prompt_format)


def told(talks: Sequence[Played], encoder: SentenceEncoder, people: float) -> Iterator[Figure]:
    """The figures over all talks."""
    counts = [counted(talk, encoder) for talk in talks]
    turns = sum(len(talk.replies) for talk in talks)
    for name, value in (("empty turns", sum(c.empty for c in counts)),
                        ("turns with words for the other", sum(c.for_others for c in counts)),
                        ("turns with leaked marks", sum(c.marks for c in counts)),
                        ("pairs of a speaker's replies with cosine over 0.95",
                         sum(c.alike for c in counts))):
        yield Figure("dialogue", name, f"{value} in {turns} turns of {len(talks)} talks",
                     "0", value == 0, {"count": value, "turns": turns})
    ours = distinct([[m.text for m in talk.replies] for talk in talks])
    yield Figure("dialogue", "distinct-2", f"{ours:.3f}, people {people:.3f} "
                 f"({STRETCH} words of a talk at a time)", "within 10 %",
                 abs(ours - people) <= WITHIN * people, {"ours": ours, "people": people})
    words = sum(len(words_of(m.text)) for talk in talks for m in talk.replies)
    anew, seconds = sum(talk.anew for talk in talks), sum(talk.seconds for talk in talks)
    read = sum(talk.unread for talk in talks) / max(sum(talk.prompt for talk in talks), 1)
    cut = sum(m.state is MessageState.LENGTH for talk in talks for m in talk.replies)
    yield Figure("dialogue", "beside", f"{words / max(turns, 1):.0f} words a turn, {cut} cut at "
                 f"their longest, {anew} made anew, nearest pair "
                 f"{max((c.nearest for c in counts), default=0):.3f}, "
                 f"{read:.0%} of the prompts read anew, {seconds / max(turns, 1):.2f} s a turn",
                 values={"anew": anew, "cut": cut, "read": read})


def counted(talk: Played, encoder: SentenceEncoder) -> Counts:
    """What went wrong in a talk."""
    pairs = [value for name in talk.names for value in nearness(
        [m.text for m in talk.replies if m.author == name and m.text.strip()], encoder)]
    return Counts(
        sum(not m.text.strip() or m.state is MessageState.FAILED for m in talk.replies),
        sum(speaks_for(m.text, [n for n in talk.names if n != m.author]) for m in talk.replies),
        sum(bool(_MARKS.search(m.text)) for m in talk.replies),
        sum(value > SAME for value in pairs), max(pairs, default=0.0))


def nearness(texts: Sequence[str], encoder: SentenceEncoder) -> list[float]:
    """The cosines of all pairs."""
    vectors = encoder.vectors(texts)
    return [float(np.dot(vectors[a], vectors[b])) for a, b in combinations(range(len(texts)), 2)]


def speaks_for(text: str, others: Sequence[str]) -> bool:
    """Whether a line begins as another's turn would."""
    names = "|".join(re.escape(name) for name in others)
    return bool(re.search(rf"^\W{{0,4}}(?:{names})\b[^\n:]{{0,20}}:", text,
                          re.IGNORECASE | re.MULTILINE))


def distinct(talks: Sequence[Sequence[str]], stretch: int = STRETCH) -> float:
    """distinct-2 (Li et al. 2016), the mean over stretches of so many words of one talk; rests
    that are shorter are left out, as the measure falls with length. 0 without any."""
    found: list[float] = []
    for talk in talks:
        words = [word for text in talk for word in words_of(text)]
        for start in range(0, len(words) - stretch + 1, stretch):
            pairs = list(pairwise(words[start:start + stretch]))
            found.append(len(set(pairs)) / len(pairs))
    return float(np.mean(found)) if found else 0.0


def human_talks(data: Path) -> Iterator[list[str]]:
    """What people said in talks long enough to compare. EngineError without any."""
    files = sorted((data / "dialogues").glob("*.jsonl.gz"))
    if not files:
        raise EngineError(f"There are no dialogues in {data}.", "Name the folder that holds them.")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            talks = (json.loads(line) for line in lines)
            said = ([turn["text"] for turn in talk["turns"]] for talk in talks
                    if talk["split"] == "train" and not talk["source"].startswith("synthetic"))
            yield from islice((texts for texts in said
                               if sum(len(words_of(text)) for text in texts) >= STRETCH),
                              HUMAN_TALKS // len(files))


def _shown(talk: Played, show: bool) -> Played:
    if show:
        lines = "\n".join(f"{m.author}: {m.text}" for m in talk.replies)
        print(f"== {talk.scene} ({talk.anew} anew, {talk.seconds:.0f} s)\n{lines}\n",
              file=sys.stderr, flush=True)
    return talk


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the folder with dialogues/")
    parser.add_argument("--scenes", type=int, default=10)
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--tokens", type=int, default=TURN_TOKENS, help="the longest turn")
    parser.add_argument("--format", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the talks on stderr")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
