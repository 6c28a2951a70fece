"""Moods by asking a model that was never taught them: every mood of the vocabulary is a label.

A mood's score is how much likelier the excerpt makes it than a text without content does, so
many moods can score high at once. Knows no song and no training.
"""

from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.inference.text_model import TextModel
from engine.tagging.classify_prompt import ClassifyPrompt
from engine.tagging.excerpts import cut_excerpts
from engine.tagging.lyric import Lyric
from engine.tagging.mood_answers import affect_of, fingerprint, phrases_of, unit_rows
from engine.tagging.results import Excerpt, ExcerptScores
from engine.tagging.tagger import NONE_EXPERIMENTAL
from engine.tagging.vocabulary import Vocabulary
from engine.tagging.zero_shot import ZeroShotClassifier, log_softmax

THRESHOLD = 0.75  # a mood has to be three times as likely as without the excerpt
_LEAST_EXCERPT = 8


class ZeroShotTagger:
    """Scores excerpts with a classifying prompt.

    With p the share of a mood among all moods and q its share for texts without content, the
    score is p / (p + q): 0.5 where the excerpt says nothing of the mood, 0.75 where it makes it
    three times as likely.
    """

    def __init__(
        self,
        model: TextModel,
        prompt: ClassifyPrompt,
        vocabulary: Vocabulary,
        excerpt_tokens: int,
        languages: frozenset[str] = frozenset(),
        version: str = "1",
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._vocabulary = vocabulary
        self._phrases = phrases_of(vocabulary)
        self._version = version
        self._classifier = ZeroShotClassifier(model, prompt)
        self.moods = vocabulary.ids
        self.thresholds = tuple(THRESHOLD for _ in self.moods)
        self.experimental = NONE_EXPERIMENTAL
        self.languages = languages
        room = self._classifier.room(self._phrases)
        if room < _LEAST_EXCERPT:
            raise EngineError(
                f"The prompt “{prompt.name}” leaves {model.name} no room for a lyric.",
                "Choose a shorter prompt, or a model with a larger window.")
        self._excerpt = min(excerpt_tokens, room)

    @property
    def id(self) -> str:
        """Model, version, window and a sign that changes with the prompt and the moods."""
        asked = fingerprint((repr(self._prompt), *self._phrases))
        return f"zero-shot:{self._model.id}@{self._version}/{self._excerpt}-{asked}"

    def cut(self, lyric: Lyric) -> tuple[Excerpt, ...]:
        """Excerpts of at most so many tokens; the classifier makes one line of each."""
        return cut_excerpts(lyric, self._model.tokenizer,
                            self._excerpt + self._model.tokenizer.special_tokens)

    def score(self, excerpts: Sequence[Excerpt]) -> ExcerptScores:
        moods = np.zeros((len(excerpts), len(self.moods)), np.float32)
        for row, excerpt in enumerate(excerpts):
            prior = self._classifier.calibration(self._phrases).bias
            lift = log_softmax(self._classifier.raw(excerpt.text, self._phrases)) - prior
            moods[row] = 1 / (1 + np.exp(-lift))
        return ExcerptScores(moods, affect_of(self._vocabulary, np.maximum(moods - 0.5, 0)),
                             unit_rows(moods))
