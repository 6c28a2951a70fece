"""BERT as it is trained here says what transformers' says, whatever the company of a text."""

from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from engine.export.encoder_from_graph import read_encoder
from engine.training.tasks.encoder.bert import Bert, BertShape, grouped, mean_of
from tests.tiny_encoder import HEADS, SHAPE, save_base, tiny_weights


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_base(tmp_path_factory.mktemp("base") / "bert")


def sequences(count: int = 7) -> list[np.ndarray]:
    chance = np.random.default_rng(0)
    return [chance.integers(1, 60, length) for length in chance.integers(3, 40, count)]


def test_it_says_what_transformers_says(base: Path) -> None:
    read = read_encoder(base)
    ours = Bert(read.weights, BertShape(read.heads, read.norm_epsilon)).eval()
    theirs = transformers.AutoModel.from_pretrained(base, add_pooling_layer=False).eval()
    for group in grouped(sequences()):
        mask = torch.ones_like(group.ids) if group.real is None else group.real.long()
        with torch.no_grad():
            expected = theirs(input_ids=group.ids, attention_mask=mask).last_hidden_state
            found = ours(group.ids, group.real)
        assert torch.allclose(found[mask > 0], expected[mask > 0], atol=1e-5)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_padding_changes_nothing(precision: torch.dtype) -> None:
    bert = Bert(tiny_weights(), BertShape(HEADS)).eval().to(precision)
    ids = torch.tensor([[5, 6, 7, 0, 0], [5, 6, 7, 8, 9]])
    real = torch.tensor([[True, True, True, False, False], [True] * 5])
    with torch.no_grad():
        alone = mean_of(bert(ids[:1, :3], None), None)
        padded = mean_of(bert(ids, real), real)[:1]
    assert torch.allclose(alone, padded, atol=1e-5 if precision == torch.float32 else 0.03)


def test_rounded_gradients_point_where_exact_ones_do() -> None:
    gradients = []
    for precision in (torch.float32, torch.bfloat16):
        bert = Bert(tiny_weights(), BertShape(HEADS)).to(precision)
        bert.freeze()
        ids = torch.tensor([[5, 6, 7, 8], [9, 4, 3, 2]])
        mean_of(bert(ids, None), None)[:, :3].sum().backward()
        gradients.append(bert.layers[0].looking.weight.grad.float().flatten())
    assert torch.cosine_similarity(*gradients, dim=0) > 0.99


def test_the_weights_come_out_as_they_went_in() -> None:
    weights = {n: a for n, a in tiny_weights().items() if n.startswith("encoder.")}
    found = Bert(weights, BertShape(HEADS, SHAPE.norm_epsilon)).plain()
    assert set(found) == set(weights)
    types = "encoder.embeddings.token_type_embeddings.weight"
    places = "encoder.embeddings.position_embeddings.weight"
    assert np.allclose(found[places] + found[types][0], weights[places] + weights[types][0])
    for name in set(weights) - {types, places}:
        assert np.array_equal(found[name], weights[name]), name


def test_groups_hold_like_lengths_and_every_text_once() -> None:
    texts = [np.ones(length, np.int64) for length in (600, 590, 300, 20, 580, 10)]
    groups = list(grouped(texts))
    assert sorted(row for group in groups for row in group.rows) == list(range(6))
    assert groups[0].rows == (0, 1, 4)
    assert groups[1].rows == (2, 3)
    assert groups[1].real is not None


def test_word_vectors_that_stay_still_have_no_gradients() -> None:
    bert = Bert(tiny_weights(), BertShape(HEADS))
    bert.freeze()
    bert(torch.tensor([[4, 5]]), None).sum().backward()
    assert bert.words.weight.grad is None
    assert bert.places.grad is not None
