"""A decoder in torch says and learns what the papers' form of it does."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.export.learned_decoder import learned, trainable
from engine.training.recipe import LoraOptions, Tuning
from engine.training.tasks.causal.batch import make_batch
from engine.training.tasks.causal.decoder import CausalModel
from tests.tiny_forms import some_ids, weights_of
from tests.tiny_hub import TinyShape, plain_logits
from tests.tiny_learning import some_examples

FAMILIES = [TinyShape(), TinyShape("qwen2", tied=False), TinyShape("qwen3"),
            TinyShape("mistral", more={"sliding_window": 5})]


def every_logit(model: CausalModel, ids: np.ndarray) -> np.ndarray:
    rows = torch.arange(len(ids))
    with torch.no_grad():
        return model.logits(torch.from_numpy(ids)[None], rows).numpy()


@pytest.mark.parametrize("shape", FAMILIES, ids=lambda shape: shape.family)
def test_it_says_what_the_papers_form_says(tmp_path: Path, shape: TinyShape) -> None:
    weights = weights_of(tmp_path, shape)
    model = CausalModel(trainable(weights), Tuning.FULL)
    ids = some_ids(12)
    np.testing.assert_allclose(every_logit(model, ids), plain_logits(weights, ids.tolist()),
                               atol=2e-4, rtol=1e-3)


def test_padding_changes_nothing(tmp_path: Path) -> None:
    model = CausalModel(trainable(weights_of(tmp_path, TinyShape())), Tuning.FULL)
    examples = some_examples(4, seed=3)
    together = make_batch(examples)
    found = model(together.ids, together.rows, together.tokens)
    alone = [model(b.ids, b.rows, b.tokens) for b in (make_batch([e]) for e in examples)]
    torch.testing.assert_close(found, torch.cat(alone), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("shape", FAMILIES, ids=lambda shape: shape.family)
def test_it_learns_as_transformers_does(tmp_path: Path, shape: TinyShape) -> None:
    """GIVEN the same weights and the same tokens THEN loss and gradients are the same."""
    transformers = pytest.importorskip("transformers")
    model = CausalModel(trainable(weights_of(tmp_path, shape)), Tuning.FULL)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    ids = torch.from_numpy(some_ids(11))[None]
    loss = -model(ids, torch.arange(10), ids[0, 1:]).mean()
    loss.backward()
    expected = theirs(ids, labels=ids).loss
    expected.backward()
    torch.testing.assert_close(loss, expected, atol=1e-5, rtol=1e-5)
    layer, other = model.layers[0], theirs.model.layers[0]
    pairs = [(model.embedding.grad, theirs.model.embed_tokens.weight.grad),
             (layer.down.weight.grad, other.mlp.down_proj.weight.grad),
             (layer.query_key_value.weight.grad[:64], other.self_attn.q_proj.weight.grad),
             (layer.attention_norm.grad, other.input_layernorm.weight.grad)]
    for ours, known in pairs:
        torch.testing.assert_close(ours, known, atol=1e-5, rtol=1e-3)


def test_low_rank_changes_begin_with_nothing_and_are_added_in(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape())
    model = CausalModel(trainable(weights), Tuning.LORA, LoraOptions(on=("query", "down")))
    ids = some_ids(9)
    before = every_logit(model, ids)
    np.testing.assert_allclose(before, plain_logits(weights, ids.tolist()), atol=2e-4, rtol=1e-3)
    # WHEN the changes are something
    for _, change in model.adapters():
        torch.nn.init.normal_(change.up, std=0.1)
    after = every_logit(model, ids)
    assert np.abs(after - before).max() > 0.05
    # THEN the merged decoder says the same, and what stood still is the very same
    merged = learned(weights, model, bits=0)
    np.testing.assert_allclose(after, plain_logits(merged, ids.tolist()), atol=2e-4, rtol=1e-3)
    assert merged.layers[1].key is weights.layers[1].key
    assert merged.embedding is weights.embedding
    assert set(model.state_dict()) == {name for name, _ in model.named_parameters()}


def test_head_only_leaves_all_else_without_gradients(tmp_path: Path) -> None:
    weights = weights_of(tmp_path, TinyShape())
    model = CausalModel(trainable(weights), Tuning.HEAD)
    batch = make_batch(some_examples(3))
    model(batch.ids, batch.rows, batch.tokens).sum().backward()
    assert {name for name, _ in model.named_parameters()} == {"untied", "final_norm"}
    assert model.untied is not None and model.untied.grad is not None
    merged = learned(weights, model, bits=0)
    assert merged.head is not None and not merged.config.tied


def test_checkpointing_gives_the_same_gradients(tmp_path: Path) -> None:
    batch = make_batch(some_examples(3))
    grads = []
    for saving in (False, True):
        model = CausalModel(trainable(weights_of(tmp_path, TinyShape())), Tuning.FULL)
        model.checkpointing = saving
        model(batch.ids, batch.rows, batch.tokens).sum().backward()
        grads.append(model.layers[0].gate_up.weight.grad)
    torch.testing.assert_close(grads[0], grads[1])


def test_bf16_is_near(tmp_path: Path) -> None:
    model = CausalModel(trainable(weights_of(tmp_path, TinyShape())), Tuning.FULL)
    batch = make_batch(some_examples(4))
    exact = model(batch.ids, batch.rows, batch.tokens)
    with torch.autocast("cpu", torch.bfloat16):
        near = model(batch.ids, batch.rows, batch.tokens)
    assert near.dtype is torch.float32
    assert float((near - exact).detach().abs().mean()) < 0.1
