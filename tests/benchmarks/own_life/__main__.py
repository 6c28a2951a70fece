"""How often characters answer rightly about their own lives, admit what they do not know, invent.

    python -m tests.benchmarks.own_life MODEL [--part develop|test|practice] [--encoder FOLDER]
        [--bare] [--show] [--fit]

MODEL is the folder of a built chat model. Of each hundred questions half can be answered from what
the persona knows. Answered rightly: an accepted pattern stands in the reply and no word of doubt;
refused rightly: a question without an answer, and a pattern of admitting it. Invented: any other
reply to such a question. `--bare` asks the model alone, its facts in the prompt. Printed beside:
how often plain lines are left alone, and how often the check of replies says what it should.
`--fit` prints weights of the rule, fitted on the questions to develop on and on more of them about
the personas that come with the program (practice.jsonl); nothing was fitted on test. All parts
have one author, who also made the rule: test, with other wordings, comes out far below develop,
and the questions of others may come out lower still.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from engine.chat.memory.sentence_vectors import NoEncoder, SentenceEncoder
from engine.chat.prompts.format import PromptFormat
from engine.chat.prompts.format_shelf import FormatShelf
from engine.chat.prompts.reply_cleaning import ReplyCleaner
from engine.chat.prompts.script import Script
from engine.chat.prompts.writing import written
from engine.chat.scene import SpokenLine
from engine.chat.truth.first_person import own_names
from engine.chat.truth.knowledge import knowledge_of
from engine.chat.truth.phrases import read_truth_phrases
from engine.chat.truth.questions import OwnQuestion, own_question
from engine.chat.truth.reply_check import ReplyCheck
from engine.chat.truth.support import FEATURES, Support
from engine.chat.truth.truth_keeper import PLAIN, Guidance, TruthKeeper
from engine.errors import EngineError
from engine.inference.language_model import LanguageModel
from engine.inference.sampling import SamplingSettings
from engine.inference.sentence_encoder import OnnxSentenceEncoder, open_sentence_encoder
from engine.inference.text_model import TextModel, TextRequest
from engine.paths import find_paths
from tests.benchmarks.own_life.questions import (
    ADMITTED,
    DOUBTED,
    INVENTED,
    PARTS,
    REFUSED,
    RIGHT,
    WRONG,
    Question,
    personas_of,
    plain_lines,
    questions,
    statements,
)

LISTENER = "Sam"
MOST_TOKENS = 80
SEED = 5
_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Answered:
    question: Question
    guidance: Guidance
    reply: str

    @property
    def verdict(self) -> str:
        return self.question.judged(self.reply)


def main() -> int:
    """Prints the table. 0, or 2 where something is missing."""
    options = _options()
    try:
        encoder = _encoder(options)
        if options.fit:
            for line in fitted(encoder):
                print(line)
            return 0
        if options.model is None:
            raise EngineError("No model was named.", "Name the folder of a built chat model.")
        model = LanguageModel.open(options.model, options.threads)
        for line in report(model, encoder, options):
            print(line, flush=True)
    except EngineError as known:
        print(known.message, known.hint, file=sys.stderr)
        return 2
    return 0


def report(model: TextModel, encoder: SentenceEncoder,
           options: argparse.Namespace) -> Iterator[str]:
    keeper = TruthKeeper(encoder, read_truth_phrases(find_paths().own_life_phrases))
    form = FormatShelf(find_paths().dialogue_formats, find_paths().dialogue_formats).read(
        options.format)
    asked = questions(options.part)[: options.limit or None]
    every: list[Answered] = []
    for question in asked:
        guidance = PLAIN if options.bare else keeper.guidance(
            question.text, question.persona, question.persona.facts)
        said = reply(model, form, question, guidance)
        every.append(Answered(question, guidance, said))
        if options.show:
            yield f"{every[-1].verdict:16} {guidance.kind:8} {question.text} | {said}"
    yield from told(every)
    if not options.bare:
        yield _left_alone(keeper, options.part)
        yield from _checked(ReplyCheck(encoder), options.part)


def reply(model: TextModel, form: PromptFormat, question: Question, guidance: Guidance) -> str:
    """What the persona answers. All it knows stands in the prompt, what bears on it last."""
    persona = question.persona
    first = [fact.told for fact in guidance.facts]
    facts = [*(fact for fact in persona.facts if fact not in first),
             *(fact for fact in first if fact in persona.facts)]
    script = Script((persona,), persona.called, LISTENER, facts=tuple(facts),
                    turns=(SpokenLine(LISTENER, question.text),))
    prompt = written(script, form, model, MOST_TOKENS)
    lead = " " if prompt.text.endswith(":") else ""
    request = TextRequest(MOST_TOKENS, SamplingSettings(seed=SEED), prompt.stops,
                          guidance.constraint(model.tokenize, lead))
    cleaner = ReplyCleaner(script.speaker, script.others, form)
    pieces = cast("Any", model.stream(prompt.text, request))
    with closing(pieces):
        said = "".join(cleaner.add(piece.text) for piece in pieces)
    return (said + cleaner.rest()).strip()


def told(every: Sequence[Answered]) -> Iterator[str]:
    """The table."""
    yes = [each for each in every if each.question.answerable]
    no = [each for each in every if not each.question.answerable]
    counts = Counter(each.verdict for each in every)
    yield f"Questions with an answer: {len(yes)}"
    for verdict in (RIGHT, DOUBTED, REFUSED, WRONG):
        yield f"  {verdict:18} {counts[verdict]:3}"
    yield f"Questions without one: {len(no)}"
    for verdict in (ADMITTED, INVENTED):
        yield f"  {verdict:18} {counts[verdict]:3}"
    for missing in ("detail", "topic", "premise"):
        these = [each for each in no if each.question.missing == missing]
        right = sum(each.verdict == ADMITTED for each in these)
        yield f"    {missing:16} {right:3} of {len(these)}"
    yield f"Right in all: {counts[RIGHT] + counts[ADMITTED]} of {len(every)}"


def _left_alone(keeper: TruthKeeper, part: str) -> str:
    """Every plain line to every persona."""
    personas = personas_of(part).values()
    lines = plain_lines(part)
    alone = sum(keeper.guidance(line, persona, persona.facts) == PLAIN
                for line in lines for persona in personas)
    return f"Plain lines left alone: {alone} of {len(lines) * len(personas)}"


def _checked(check: ReplyCheck, part: str) -> Iterator[str]:
    counts: Counter[tuple[str, str]] = Counter()
    for statement in statements(part):
        persona = statement.persona
        marks = check.marks(statement.reply, knowledge_of(persona, persona.facts))
        counts[statement.expect, str(marks[0].kind) if marks else "fine"] += 1
    right = sum(number for (wanted, found), number in counts.items() if wanted == found)
    yield f"Replies checked rightly: {right} of {counts.total()}"
    for (wanted, found), number in sorted(counts.items()):
        if wanted != found:
            yield f"  {wanted} taken for {found}: {number}"


def fitted(encoder: SentenceEncoder) -> Iterator[str]:
    """The rule's weights, from every question of develop and practice beside every sentence of its
    persona."""
    support = Support(encoder)
    rows: list[np.ndarray] = []
    right: list[np.ndarray] = []
    whose: list[str] = []
    for question in [*questions("develop"), *questions("practice")]:
        persona = question.persona
        asked = own_question(question.text, own_names(persona)) or OwnQuestion(
            question.text, (), True)
        known = knowledge_of(persona, persona.facts, asked.text)
        rows.append(support.features(asked, known).astype(np.float64))
        right.append(np.array([bool(question.support) and question.support in fact.told
                               for fact in known], np.float64))
        whose.append(persona.called)
    weights, bias = _logistic(np.concatenate(rows), np.concatenate(right))
    for name, weight in zip(FEATURES, weights, strict=True):
        yield f"{name:10} {weight:7.2f}"
    yield f"{'bias':10} {bias:7.2f}"
    yield from _crossed(rows, right, whose)


def _crossed(rows: Sequence[np.ndarray], right: Sequence[np.ndarray],
             whose: Sequence[str]) -> Iterator[str]:
    """How good it is for personas it was not fitted on, by where the line is drawn."""
    tops: list[tuple[float, bool, bool]] = []
    for left_out in dict.fromkeys(whose):
        kept = [at for at, name in enumerate(whose) if name != left_out]
        weights, bias = _logistic(np.concatenate([rows[at] for at in kept]),
                                  np.concatenate([right[at] for at in kept]))
        for at, name in enumerate(whose):
            if name == left_out:
                scores = rows[at] @ weights + bias
                best = int(scores.argmax())
                tops.append((float(scores[best]), bool(right[at].any()), bool(right[at][best])))
    for line in np.arange(-2.0, 0.3, 0.2):
        found = sum(score >= line and hit for score, _, hit in tops)
        refused = sum(score < line and not has for score, has, _ in tops)
        yield f"answers from {line:5.1f} on: {found} answered, {refused} refused rightly"


def _logistic(rows: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression with a ridge over standardised columns, by Newton's method."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    inputs = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([*[_RIDGE] * rows.shape[1], 0.0])
    found = np.zeros(inputs.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (chance - right) + ridge @ found
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ mean)


def _encoder(options: argparse.Namespace) -> SentenceEncoder:
    if options.words:
        return NoEncoder()
    if options.encoder:
        return OnnxSentenceEncoder.open(options.encoder, options.threads)
    found = open_sentence_encoder(find_paths())
    if found is None:
        raise EngineError("No model that compares sentences is installed.",
                          "Get it with: models add all-MiniLM-L6-v2")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("model", type=Path, nargs="?", help="folder of a built chat model")
    parser.add_argument("--part", default="develop", choices=PARTS)
    parser.add_argument("--encoder", type=Path, help="a sentence encoder's folder; else the "
                        "installed one")
    parser.add_argument("--words", action="store_true", help="as without a sentence encoder")
    parser.add_argument("--format", default="chat_template", help="the prompt format")
    parser.add_argument("--bare", action="store_true", help="the model alone")
    parser.add_argument("--show", action="store_true", help="every reply")
    parser.add_argument("--limit", type=int, default=0, help="only so many questions")
    parser.add_argument("--fit", action="store_true", help="fit the rule on develop")
    parser.add_argument("--threads", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
