"""Rewrites a line or a text towards a mood: the model proposes, tagger and encoder decide.

Each line gets several candidates. The best moves far towards the mood and keeps most of the
meaning; where none does both, the line stays as it is. Streams what it finds; closing it stops.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import cast

from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.memory.words import words_of
from engine.errors import EngineError
from engine.inference.sampling import SamplingSettings
from engine.inference.text_model import TextModel, TextPiece, TextRequest
from engine.interplay.candidates import cleaned, is_another, unquoted_like
from engine.interplay.hearing import MoodListener, lyric_of
from engine.interplay.mood_shift import MeaningGauge, MoodGauge
from engine.interplay.rewrite_prompt import RewritePrompt
from engine.tagging.language import LanguageDetector
from engine.tagging.song_rows import unknown_language
from engine.tagging.vocabulary import Mood, Vocabulary

LEAST_SHIFT = 0.2
"""Logits a line must move towards the mood to be better than it was."""
LEAST_KEPT, LEAST_WORDS_KEPT = 0.5, 0.3
"""The cosine it must keep to what it said; the share of words where there is no encoder."""
FAR = 3.0
"""Logits beyond which further is not better: there the meaning alone decides."""
MOST_LINES = 200
_LONG = 240  # letters; longer lines are rewritten sentence by sentence
_TEMPERATURES = (0.6, 0.8, 1.0)
_MOST_TOKENS = 200
_PREFIX = "rewriting"  # one cache serves all: the examples are read once
_LINES = re.compile(r"(\s*\n\s*)")
_SENTENCES = re.compile(r"(?<=[.!?…])(\s+)")


@dataclass(frozen=True, slots=True)
class RewriteRequest:
    """`mood` is an id of the vocabulary or any spelling of it. `candidates` are made for each line,
    drawn by chance from `seed` on."""

    text: str
    mood: str
    candidates: int = 6
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to say a line. `shift` is how far it moves towards the mood, in logits; `kept` how much
    of the meaning stays, 1 for all; `worth` ranks it. `better` than the line as it was, or not."""

    text: str
    shift: float
    kept: float
    worth: float
    better: bool


@dataclass(frozen=True, slots=True)
class CandidateWritten:
    """The model has written candidate `number` of `candidates`, for line `line` of `lines`. All of
    this line so far are `ranked`, the best first."""

    line: int
    lines: int
    number: int
    candidates: int
    ranked: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRewritten:
    """A line is done: `after` is the best of its candidates, or as before where none is better.
    `candidates` are ranked, the best first."""

    line: int
    before: str
    after: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The whole: `shift` and `kept` of it all. The same as before where it could not be moved."""

    before: str
    after: str
    mood: str
    shift: float
    kept: float


RewriteEvent = CandidateWritten | LineRewritten | Rewritten


class MoodRewriter:
    """Rewrites with one model, measured by one tagger."""

    def __init__(self, model: TextModel, listener: MoodListener, encoder: SentenceEncoder,
                 vocabulary: Vocabulary, prompt: RewritePrompt,
                 detector: LanguageDetector) -> None:
        self._model = model
        self._tagger = listener.tagger
        self._moods = MoodGauge(listener, vocabulary)
        self._meaning = MeaningGauge(encoder)
        self._vocabulary = vocabulary
        self._prompt = prompt
        self._detector = detector
        self._examples = frozenset(" ".join(words_of(one.answer)) for one in prompt.example)

    def rewrite(self, request: RewriteRequest) -> Iterator[RewriteEvent]:
        """Candidates and lines as they come, and the whole last. EngineError for a mood or a
        language the tagger does not know, and for a text that is none or too long."""
        mood = self._mood(request.mood)
        pieces = pieces_of(request.text)
        places = [at for at, piece in enumerate(pieces) if words_of(piece)]
        self._check(request.text, len(places))
        before = list(pieces)
        for number, place in enumerate(places):
            proposals: list[str] = []
            ranked: tuple[Candidate, ...] = ()
            for written in self._proposed(pieces[place], mood, request, number):
                proposals.append(written)
                ranked = self.ranked(pieces[place], proposals, mood.id)
                yield CandidateWritten(number, len(places), len(proposals), request.candidates,
                                       ranked)
            pieces[place] = ranked[0].text if ranked and ranked[0].better else pieces[place]
            yield LineRewritten(number, before[place], pieces[place], ranked)
        yield self._whole(request.text, "".join(pieces), mood.id)

    def ranked(self, line: str, proposals: Sequence[str], mood: str) -> tuple[Candidate, ...]:
        """Proposals for a line, measured and ranked: those that are better first, then by worth.
        What cannot stand for the line, or comes twice, is left out."""
        tidy = (unquoted_like(cleaned(proposal), line) for proposal in proposals)
        texts = [text for text in dict.fromkeys(tidy) if is_another(text, line, self._examples)]
        shifts = self._moods.shifts(line, texts, mood)
        kept = self._meaning.kept(line, texts)
        found = [self._judged(*one) for one in zip(texts, shifts, kept, strict=True)]
        return tuple(sorted(found, key=lambda one: (not one.better, -one.worth)))

    def _judged(self, text: str, shift: float, kept: float) -> Candidate:
        least = LEAST_WORDS_KEPT if self._meaning.by_words else LEAST_KEPT
        return Candidate(text, shift, kept, min(shift, FAR) * max(kept, 0.0),
                         shift >= LEAST_SHIFT and kept >= least)

    def _whole(self, before: str, after: str, mood: str) -> Rewritten:
        """Lines that move one by one may not move the whole: then it stays."""
        shift = self._moods.shifts(before, [after], mood)[0]
        if after == before or not shift > 0:
            return Rewritten(before, before, mood, 0.0, 1.0)
        return Rewritten(before, after, mood, shift, *self._meaning.kept(before, [after]))

    def _proposed(self, line: str, mood: Mood, request: RewriteRequest,
                  number: int) -> Iterator[str]:
        model = self._model
        prompt = model.render(self._prompt.messages(line, mood))
        most = min(2 * model.count(line) + 24, _MOST_TOKENS)
        asked = TextRequest(most, stops=("\n", *model.reply_stops), prefix=_PREFIX)
        for at in range(request.candidates):
            sampling = SamplingSettings(
                _TEMPERATURES[at % len(_TEMPERATURES)],
                seed=(request.seed + number * request.candidates + at) % 2**31)
            stream = model.stream(prompt, replace(asked, sampling=sampling))
            with closing(cast("Generator[TextPiece]", stream)) as told:
                yield "".join(piece.text for piece in told)

    def _mood(self, word: str) -> Mood:
        mood = self._vocabulary.get(self._vocabulary.canonical(word) or "")
        if mood is None or mood.id not in self._tagger.moods:
            known = [one.name for one in self._vocabulary.moods if one.id in self._tagger.moods]
            raise EngineError(f"“{word}” is no mood this tagger knows.",
                              f"It knows {', '.join(known)}.")
        return mood

    def _check(self, text: str, lines: int) -> None:
        if not lines:
            raise EngineError("There are no words to rewrite.", "Write a line.")
        if lines > MOST_LINES:
            raise EngineError(f"This text has {lines} lines, more than {MOST_LINES}.",
                              "Rewrite it in parts.")
        language = self._detector.detect(lyric_of(text)).code
        if self._tagger.languages and language and language not in self._tagger.languages:
            message, hint = unknown_language(language)
            raise EngineError(message.replace("lyric", "text"), hint)


def pieces_of(text: str) -> list[str]:
    """A text in lines, and long lines in sentences, with what stands between them: joined, they
    are the text."""
    pieces: list[str] = []
    for at, piece in enumerate(_LINES.split(text)):
        if at % 2 or len(piece) <= _LONG:
            pieces.append(piece)
        else:
            pieces += _SENTENCES.split(piece)
    return pieces
