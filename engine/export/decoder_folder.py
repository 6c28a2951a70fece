"""A whole model folder out of a decoder's weights and tokenizer: built, proved, then in its place.

Knows what belongs into the folder and what must agree in it. Where the weights come from is its
callers' business, what the graph looks like decoder_graph's.
"""
# onnx's helpers are typed in part, tokenizers not at all.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import tokenizers

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.export.decoder_forms import GRAPH, WEIGHTS, DecoderForm, write_decoder
from engine.export.decoder_graph import MOST_WINDOW
from engine.export.decoder_proof import prove
from engine.export.decoder_weights import BlockMatrix, DecoderWeights
from engine.export.model_place import taking_place
from engine.inference.tokenizer import Tokenizer
from engine.models.chat_template import ChatTemplate
from engine.models.manifest import (
    TEXT_GENERATION,
    DecoderInfo,
    ModelManifest,
    describe_file,
    write_manifest,
)
from engine.models.stop_tokens import stop_ids

_TOKENIZER = "tokenizer.json"
_MOST_UNUSED_ROWS = 1_024  # embeddings are padded to round numbers
_STEPS = 4
_HINT = "Fetch the model again from its source, weights and tokenizer together."


@dataclass(frozen=True, slots=True, eq=False)
class DecoderSource:
    """A decoder that is to be installed. `lay` writes tokenizer.json, and whatever tells of the
    chat template and the tokens that end a reply, into a folder."""

    id: str
    name: str
    weights: DecoderWeights
    lay: Callable[[Path], None]
    about: str = ""
    licence: str = ""
    made_from: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def build_folder(source: DecoderSource, models: Path, report: Report) -> ModelManifest:
    """Installs the decoder below `models` and returns its manifest.

    EngineError where parts of it do not fit each other or the graph does not work; then nothing
    is left behind.
    """
    with taking_place(models, source.id) as folder:
        _tell(report, 0, source, "Reading the tokenizer")
        source.lay(folder)
        tokenizer = Tokenizer.open(folder / _TOKENIZER)
        template = ChatTemplate.load(folder)
        weights = fitted(source.weights, vocabulary_size(folder), source.name)
        if not weights.all_finite():
            # Not left to the proof: rounding to 8 bits can hide what is no number.
            raise EngineError(f"Some weights of {source.name} are no numbers: it is damaged.",
                              _HINT)
        _tell(report, 1, source, "Building the graph")
        form = write_decoder(weights, lambda text: tokenizer.encode(text).ids, folder)
        manifest = _manifest(source, weights, form, start_ids(tokenizer),
                             stop_ids(folder, tokenizer, template.stops))
        _tell(report, 2, source, "Trying it")
        prove(folder, manifest, _some_ids(tokenizer))
        _tell(report, 3, source, "Putting it in its place")
        version = describe_file(folder, folder / WEIGHTS).sha256[:8]
        return write_manifest(folder, msgspec.structs.replace(manifest, version=version))


def fitted(weights: DecoderWeights, tokens: int, name: str) -> DecoderWeights:
    """The decoder with exactly as many words as its tokenizer has, unused rows cut away.

    EngineError where the tokenizer has more, or so few that it must be another model's.
    """
    rows = weights.config.vocabulary
    if rows == tokens:
        return weights
    if not tokens < rows <= tokens + max(_MOST_UNUSED_ROWS, tokens // 50):
        raise EngineError(f"{name} knows {rows:,} words, its tokenizer {tokens:,}: they do not "
                          "belong together.", _HINT)
    return replace(
        weights,
        config=replace(weights.config, vocabulary=tokens),
        embedding=weights.embedding.top(tokens),
        head=None if weights.head is None else weights.head.top(tokens),
    )


def vocabulary_size(folder: Path) -> int:
    """How many ids the tokenizer of a folder has, with those that were added to it."""
    return tokenizers.Tokenizer.from_file(str(folder / _TOKENIZER)).get_vocab_size()


def start_ids(tokenizer: Tokenizer) -> tuple[int, ...]:
    """What stands before every prompt, by the tokenizer's own rule."""
    marked = tokenizer.wrap(np.array([-1], np.int64)).tolist()
    return tuple(marked[:marked.index(-1)])


def _some_ids(tokenizer: Tokenizer) -> list[int]:
    return [*start_ids(tokenizer), *tokenizer.encode("Hello, how are you?").ids.tolist()] or [0]


def _manifest(source: DecoderSource, weights: DecoderWeights, form: DecoderForm,
              starts: tuple[int, ...], stops: tuple[int, ...]) -> ModelManifest:
    config = weights.config
    return ModelManifest(
        id=source.id, name=source.name, kind="decoder", task=TEXT_GENERATION,
        about=source.about, languages=source.languages, graph=GRAPH,
        window=min(config.window, MOST_WINDOW),
        decoder=DecoderInfo(
            layout="shared-cache", layers=config.layers, kv_heads=config.kv_heads,
            head_size=config.head_size, vocabulary=config.vocabulary, stop_ids=stops,
            start_ids=starts, cache=form.cache, cache_steps=form.cache_steps,
            prompt_graph=form.prompt_graph),
        quality={"perplexity_lost": round(form.lost, 4)},
        precision=precision_of(weights), parameters=weights.parameters(),
        licence=source.licence, made_from=source.made_from)


def precision_of(weights: DecoderWeights) -> str:
    """In what its layers are kept: "4-bit", "8-bit", "4- and 8-bit" or "fp32"."""
    first = weights.layers[0]
    matrices = (first.query, first.key, first.value, first.output, first.gate, first.up,
                first.down)
    bits = sorted({m.bits for m in matrices if isinstance(m, BlockMatrix)})
    return f"{'- and '.join(map(str, bits))}-bit" if bits else "fp32"


def _tell(report: Report, done: int, source: DecoderSource, what: str) -> None:
    report(Progress(done, _STEPS, f"{what} of {source.name}" if done == 0 else what))
