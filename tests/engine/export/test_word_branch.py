"""The graph counts an excerpt's words as training did, in any company, and few bytes keep them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.export.word_branch import RANK, WordTable, add_word_branch, word_table
from engine.inference.onnx_model import OnnxModel
from engine.tagging.results import Excerpt
from engine.training.dataset import LabelledSong
from engine.training.word_shares import word_shares
from tests.engine.training.songs_by_hand import song

WORDS, OUTPUTS = 200, 8
PADDING, START, END, UNKNOWN = range(4)
Floats = npt.NDArray[np.float32]


class Alone:
    """A graph of the branch and nothing else."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def add(self, kind: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def saved(self, output: str, file: Path) -> Path:
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
        said = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", OUTPUTS])
        graph = helper.make_graph(self.nodes, "words", [ids], [said],
                                  list(self.constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)],
                                  ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, file)
        return file


def rarity(seed: int = 0) -> Floats:
    """Marks and every third word are not known; the rest 1 and more."""
    values = np.random.default_rng(seed).uniform(1, 9, WORDS).astype(np.float32)
    values[::3] = 0
    values[[PADDING, START, END, UNKNOWN]] = 0
    return values


def weights(seed: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(size=(OUTPUTS, WORDS)).astype(np.float32)


def often(known: Floats) -> Floats:
    return np.exp(1 - known)


def undone(table: WordTable) -> tuple[Floats, Floats]:
    """(V,) rarity and (M + 2, V) weights, as the graph reads them."""
    read = table.rarity.astype(np.float32) * np.float32(table.rarity_step)
    return read, table.heads @ table.words.astype(np.float32).T


@pytest.fixture(scope="module")
def table() -> WordTable:
    return word_table(rarity(), weights(), often(rarity()))


@pytest.fixture(scope="module")
def model(table: WordTable, tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    graph = Alone()
    output = add_word_branch(graph, table)
    file = graph.saved(output, tmp_path_factory.mktemp("graph") / "words.onnx")
    return OnnxModel.open(file, threads=1)


def run(model: OnnxModel, *texts: list[int], length: int = 0) -> Floats:
    """What the graph says of texts padded to the longest, or to `length` tokens."""
    longest = max([length, *(len(text) for text in texts)])
    ids = np.full((len(texts), longest), PADDING)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
    [said] = model.run(model.outputs, {"input_ids": ids})
    return np.asarray(said, np.float32)


def by_hand(table: WordTable, text: list[int]) -> Floats:
    """(M + 2,) the shares that training would give the text, by the table."""
    known, plain = undone(table)
    excerpt = Excerpt(0, 0, "words", np.array(text), 1.0, ())
    one: LabelledSong = replace(song("s"), excerpts=(excerpt,))
    shares = word_shares([one], known)
    return plain[:, shares.columns] @ shares.values


def some_texts() -> list[list[int]]:
    """Texts of any length between their marks; some of few words that repeat, some unknown."""
    chance = np.random.default_rng(7)
    inner = [chance.integers(UNKNOWN, top, size).tolist()
             for size, top in ((1, WORDS), (5, WORDS), (60, WORDS), (40, 12), (126, WORDS),
                               (300, 30), (500, WORDS))]
    inner += [[5], [5] * 9, [UNKNOWN, 5, UNKNOWN], []]
    return [[START, *words, END] for words in inner]


@pytest.mark.parametrize("together", [True, False], ids=["padded together", "alone"])
def test_it_says_what_training_counted(model: OnnxModel, table: WordTable,
                                       together: bool) -> None:
    texts = some_texts()
    expected = np.stack([by_hand(table, text) for text in texts])
    said = run(model, *texts) if together else np.concatenate([run(model, t) for t in texts])
    assert said.shape == (len(texts), OUTPUTS) and said.dtype == np.float32
    assert said == pytest.approx(expected, abs=1e-5)
    assert np.ptp(expected, axis=0).min() > 0.1, "texts must differ to tell anything"


def test_padding_changes_nothing(model: OnnxModel) -> None:
    text = [START, 5, 7, 5, 8, END]
    short, long = run(model, text), run(model, text, length=200)
    assert long == pytest.approx(short, abs=1e-6)


@pytest.mark.parametrize("words", [[], [UNKNOWN], [6, 9, 12], [PADDING] * 4])
def test_a_text_without_a_known_word_adds_nothing(model: OnnxModel, words: list[int]) -> None:
    assert not run(model, [START, *words, END]).any()


def test_unknown_words_take_no_share(model: OnnxModel) -> None:
    plain = run(model, [START, 5, 7, END])
    assert run(model, [START, 5, UNKNOWN, 7, 6, UNKNOWN, END]) == pytest.approx(plain, abs=1e-6)


def test_order_changes_nothing_and_repeats_count_ever_less(model: OnnxModel,
                                                           table: WordTable) -> None:
    assert run(model, [START, 5, 7, 5, END]) == pytest.approx(
        run(model, [START, 5, 5, 7, END]), abs=1e-6)
    known, plain = undone(table)
    one, other = known[5] * (1 + np.log(3)), known[7]
    expected = (plain[:, 5] * one + plain[:, 7] * other) / np.hypot(one, other)
    assert run(model, [START, 5, 7, 5, 5, END])[0] == pytest.approx(expected, abs=1e-5)


def test_as_many_directions_as_outputs_keep_nearly_everything(table: WordTable) -> None:
    known, plain = undone(table)
    assert table.words.shape == (WORDS, min(RANK, OUTPUTS)) and table.words.dtype == np.int8
    assert table.rarity.dtype == np.uint8 and table.heads.dtype == np.float32
    assert known == pytest.approx(rarity(), abs=9 / 255)
    heard = rarity() > 0
    # Exactly the words that have a rarity are heard.
    assert np.array_equal(known > 0, heard) and not plain[:, ~heard].any()
    change = np.linalg.norm(plain[:, heard] - weights()[:, heard], axis=0)
    assert (change / np.linalg.norm(weights()[:, heard], axis=0)).mean() < 0.1


def test_few_directions_keep_the_words_that_are_met_often() -> None:
    known = np.full(WORDS, 2.0, np.float32)
    meetings = np.where(np.arange(WORDS) < 20, 1.0, 1e-4).astype(np.float32)
    errors = []
    for rank in (1, 3, OUTPUTS):
        made = word_table(known, weights(), meetings, rank)
        assert made.words.shape == (WORDS, rank)
        miss = np.square(undone(made)[1] - weights()).mean(0)
        errors.append(float((miss * meetings).sum() / meetings.sum()))
        if rank == 3:
            assert miss[:20].mean() < miss[20:].mean()
    assert errors == sorted(errors, reverse=True)


def test_no_word_that_is_known_makes_a_table_that_is_silent(tmp_path: Path) -> None:
    nothing = np.zeros(WORDS, np.float32)
    silent = word_table(nothing, np.zeros((OUTPUTS, WORDS), np.float32), often(nothing))
    graph = Alone()
    file = graph.saved(add_word_branch(graph, silent), tmp_path / "words.onnx")
    assert not run(OnnxModel.open(file, 1), [START, 5, 9, 9, END]).any()
