"""A model that writes, held against what torch said: greedy tokens, perplexity, likeliest tokens.

Runs the export through the decoders that will run it later. Knows bars for smaller forms.
"""

from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.export.architectures import ENCODER_DECODER, Plan
from engine.export.decoder_folder import start_ids, vocabulary_size
from engine.export.family_graphs import BLOCKS, DYNAMIC, GRAPHS, past_shape
from engine.export.family_parity import (
    Trial,
    agreement,
    forced_trials,
    greedy_trials,
    require_equal,
)
from engine.export.torch_model import TorchModel
from engine.inference.decoder import Decoder
from engine.inference.decoder_opening import ENCODER_DECODER as WITH_ENCODER
from engine.inference.decoder_opening import PAST_PRESENT, open_decoder
from engine.inference.devices import CPU
from engine.inference.tokenizer import Tokenizer
from engine.models.chat_template import ChatTemplate
from engine.models.manifest import TEXT_GENERATION, DecoderInfo, ModelManifest
from engine.models.stop_tokens import stop_ids

PERPLEXITY, TOP = "perplexity ratio", "top-1 agreement"
_MOST_PERPLEXITY = 1.02
_LEAST_TOP = 0.9


class ProvedWriter:
    """`forced` and `greedy` are the reference's answers; `kept` what else it told of itself."""

    does = "Writes."
    forms = (BLOCKS, DYNAMIC)

    def __init__(self, folder: Path, plan: Plan, tokenizer: Tokenizer, forced: list[Trial],
                 greedy: list[Trial], window: int, parameters: int, start: int | None) -> None:
        self._folder = folder
        self._plan = plan
        self._tokenizer = tokenizer
        self._forced = forced
        self._greedy = greedy
        self._window = window
        self._parameters = parameters
        self._start = start

    @classmethod
    def asked(cls, folder: Path, plan: Plan, tokenizer: Tokenizer,
              reference: TorchModel) -> "ProvedWriter":
        """Asks the reference. EngineError where it is damaged or its tokenizer another model's."""
        encodes = plan.kind == ENCODER_DECODER
        tokens = vocabulary_size(folder)
        if tokens > reference.vocabulary:
            raise EngineError(
                f"This model knows {reference.vocabulary:,} words, its tokenizer {tokens:,}: "
                "they do not belong together.",
                "Get the model's folder again, weights and tokenizer together.")
        window = reference.window
        forced = forced_trials(tokenizer, encodes, window, reference.logits)
        if not all(np.isfinite(trial.logits).all() for trial in forced):
            raise EngineError("This model answers with numbers that are none: its weights are "
                              "damaged.", "Get the model's folder again from where it came.")
        greedy = greedy_trials(forced, reference.greedy, reference.logits, window)
        return cls(folder, plan, tokenizer, forced, greedy, window, reference.parameters,
                   reference.start)

    def manifest(self) -> ModelManifest:
        graph = GRAPHS[self._plan.kind][0]
        shape = past_shape(self._folder / graph)
        encodes = self._plan.kind == ENCODER_DECODER
        stops = ChatTemplate.load(self._folder).stops
        return ModelManifest(
            id="", name="", kind=self._plan.kind, task=TEXT_GENERATION, window=self._window,
            graph=graph, parameters=self._parameters,
            decoder=DecoderInfo(
                layout=WITH_ENCODER if encodes else PAST_PRESENT, layers=shape.layers,
                kv_heads=shape.kv_heads, head_size=shape.head_size,
                vocabulary=self._forced[0].logits.shape[1],
                stop_ids=stop_ids(self._folder, self._tokenizer, stops),
                start_ids=() if encodes else start_ids(self._tokenizer),
                decoder_start=self._start))

    def require_equal(self, manifest: ModelManifest) -> None:
        require_equal(self._opened(self._folder, manifest), self._greedy, manifest.name)

    def measure(self, form: Path, manifest: ModelManifest) -> dict[str, float]:
        found = agreement(self._opened(form, manifest), [*self._forced, *self._greedy])
        return {PERPLEXITY: round(found.perplexity, 4), TOP: round(found.top, 4)}

    def is_as_good(self, quality: dict[str, float]) -> bool:
        return quality[PERPLEXITY] <= _MOST_PERPLEXITY and quality[TOP] >= _LEAST_TOP

    def _opened(self, folder: Path, manifest: ModelManifest) -> Decoder[Any]:
        assert manifest.decoder is not None
        return open_decoder(folder, manifest, manifest.decoder, 0, CPU).decoder
