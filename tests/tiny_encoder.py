"""Encoders small enough to make in a test: a tokenizer, weights, a model folder, a base model.

The hand-made weights hear two words: "tears" raises sadness, "sun" raises happiness.
"""

from pathlib import Path

import numpy as np
import onnx
import tokenizers
from tokenizers import models, normalizers, pre_tokenizers, processors

from engine.export.calibration import measure_ranges
from engine.export.encoder_graph import EncoderShape, build_encoder_graph
from engine.inference.tokenizer import Ids, Tokenizer
from engine.models.manifest import SENTENCE_VECTORS, LabelInfo, ModelManifest, write_manifest
from tests.benchmarks.word_mill import WORDS, milled_song

MOODS = ("sadness", "happiness", "calmness")
HEARD = {"tears": 0, "sun": 1}
WIDTH, HEADS, LAYERS, PLACES = 32, 4, 2, 512
SHAPE = EncoderShape(HEADS, 1e-12)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_MARKS = (".", ",", "!", "?", "'")

Weights = dict[str, np.ndarray]


def tiny_tokenizer() -> tokenizers.Tokenizer:
    """WordPiece over the mill's words, single letters and marks, with [CLS] and [SEP]."""
    words = sorted({word.lower() for word in WORDS} | set(HEARD) - set(_LETTERS))
    pieces = [*_SPECIAL, *_MARKS, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
    names = dict.fromkeys([*pieces, *words])
    vocabulary = {name: number for number, name in enumerate(names)}
    whole = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    whole.normalizer = normalizers.BertNormalizer(lowercase=True)
    whole.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    whole.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")])
    return whole


def tiny_weights(seed: int = 0) -> Weights:
    """A two-layer encoder that passes words on almost as they are, and heads that hear two."""
    chance = np.random.default_rng(seed)
    tokenizer = tiny_tokenizer()

    def some(*shape: int, size: float = 0.05) -> np.ndarray:
        return chance.normal(0, size, shape).astype(np.float32)

    rows = some(tokenizer.get_vocab_size(), WIDTH, size=0.3)
    rows[:, :2] *= 0.05
    for word, axis in HEARD.items():
        rows[tokenizer.token_to_id(word), axis] = 3.0
    weights = {"encoder.embeddings.word_embeddings.weight": rows,
               "encoder.embeddings.position_embeddings.weight": some(PLACES, WIDTH, size=0.02),
               "encoder.embeddings.token_type_embeddings.weight": some(2, WIDTH, size=0.02)}
    weights |= _norm("encoder.embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.encoder.layer.{number}."
        for name, out, into in (("attention.self.query", WIDTH, WIDTH),
                                ("attention.self.key", WIDTH, WIDTH),
                                ("attention.self.value", WIDTH, WIDTH),
                                ("attention.output.dense", WIDTH, WIDTH),
                                ("intermediate.dense", 2 * WIDTH, WIDTH),
                                ("output.dense", WIDTH, 2 * WIDTH)):
            weights[f"{layer}{name}.weight"] = some(out, into)
            weights[f"{layer}{name}.bias"] = some(out)
        weights |= _norm(f"{layer}attention.output.LayerNorm") | _norm(f"{layer}output.LayerNorm")
    weights["moods.weight"] = some(len(MOODS), WIDTH, size=0.1)
    weights["moods.weight"][[0, 1], [0, 1]] = 4.0
    weights["moods.bias"] = np.full(len(MOODS), -0.5, np.float32)
    weights["affect.weight"], weights["affect.bias"] = some(2, WIDTH, size=0.3), some(2)
    return weights


def _norm(name: str) -> Weights:
    return {f"{name}.weight": np.ones(WIDTH, np.float32),
            f"{name}.bias": np.zeros(WIDTH, np.float32)}


def sample_ids() -> list[Ids]:
    """Token ids of a few milled songs, both signs among them."""
    tokenizer = Tokenizer(tiny_tokenizer())
    texts = [milled_song(seed) + "\ntears\nsun" for seed in range(6)]
    return [tokenizer.wrap(tokenizer.encode(text).ids[-PLACES + 2:]) for text in texts]


def save_graph(file: Path, weights: Weights, int8: bool) -> Path:
    """The graph of these weights; for int8 with ranges measured on milled songs."""
    ranges = None
    if int8:
        ranges = measure_ranges(weights, SHAPE, sample_ids(), file.with_name("probe.onnx"))
    onnx.save(build_encoder_graph(weights, SHAPE, ranges), file)
    return file


def save_tagger(folder: Path, int8: bool = True) -> ModelManifest:
    """A whole model folder of the hand-made encoder; the last mood is experimental."""
    folder.mkdir(parents=True)
    save_graph(folder / "model.onnx", tiny_weights(), int8)
    (folder / "tokenizer.json").write_text(tiny_tokenizer().to_str(), "utf-8")
    labels = tuple(LabelInfo(mood, 0.5, experimental=mood == MOODS[-1]) for mood in MOODS)
    return write_manifest(folder, ModelManifest(
        id="tiny", name="Tiny", kind="encoder", task="mood-tagging", labels=labels,
        languages=("en",), window=PLACES))


def save_sentence_encoder(folder: Path) -> Path:
    """A whole model folder of the hand-made encoder without heads: sentences to vectors."""
    folder.mkdir(parents=True)
    weights = {name: array for name, array in tiny_weights().items()
               if name.startswith("encoder.")}
    save_graph(folder / "model.onnx", weights, int8=True)
    (folder / "tokenizer.json").write_text(tiny_tokenizer().to_str(), "utf-8")
    write_manifest(folder, ModelManifest(
        id=folder.name, name="Tiny sentences", kind="encoder", task=SENTENCE_VECTORS,
        languages=("en",), window=PLACES))
    return folder


def save_base(folder: Path) -> Path:
    """A random BERT with its tokenizer, as a base model's folder."""
    import torch
    import transformers

    tokenizer = tiny_tokenizer()
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=2 * WIDTH, max_position_embeddings=PLACES,
        initializer_range=0.2, attn_implementation="eager")
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), "utf-8")
    return folder
