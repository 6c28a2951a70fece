"""Gradients that are written out are those of the formulas, to the last digits of doubles."""

import torch
from torch.autograd import gradcheck

from engine.training.tasks.causal.batch import Choices
from engine.training.tasks.causal.layer_steps import (
    add_and_norm,
    attended,
    gated,
    heads_turned,
)
from engine.training.tasks.causal.learned_words import (
    chosen_probabilities,
    log_probabilities,
)
from engine.training.tasks.causal.low_rank import Spans, with_low_rank

EXACT = torch.float64


def some(*sides: int, seed: int = 0) -> torch.Tensor:
    chance = torch.Generator().manual_seed(seed + sum(sides))
    return torch.randn(*sides, dtype=EXACT, generator=chance).requires_grad_()


def test_norms() -> None:
    def normed(carried: torch.Tensor, added: torch.Tensor, gain: torch.Tensor) -> tuple[
            torch.Tensor, torch.Tensor]:
        return add_and_norm(carried, added, gain, 1e-5, EXACT)

    assert gradcheck(normed, (some(2, 3, 8), some(2, 3, 8, seed=1), some(8)))
    assert gradcheck(lambda x, g: add_and_norm(x, None, g, 1e-5, EXACT)[1], (some(4, 8), some(8)))


def test_gates() -> None:
    assert gradcheck(gated, (some(2, 3, 10),))


def test_attention_kept_or_made_again() -> None:
    mask = torch.zeros(4, 4, dtype=EXACT).masked_fill_(
        torch.ones(4, 4).triu(1).bool(), float("-inf")).repeat(2, 1)
    given = (some(2, 3, 8, 6), some(2, 3, 4, 6), some(2, 3, 4, 6, seed=3))
    for keep in (True, False):
        assert gradcheck(lambda q, k, v, kept=keep: attended(q, k, v, mask, kept), given)


def test_turned_heads() -> None:
    angles = torch.outer(torch.arange(4.0), torch.tensor([1.0, 0.3, 0.1]))[:, None]
    whole = some(2, 4, 5, 6).detach().float().requires_grad_()
    query, key, value = heads_turned(whole, angles.cos(), angles.sin(), 3, 1)
    assert query.shape == (2, 1, 12, 6) and key.shape == value.shape == (2, 1, 4, 6)
    # turning keeps lengths, so the gradient of the squares is twice the value; the query is divided
    # by the root of 6
    (6 * query.square().sum() + key.square().sum() + value.square().sum()).backward()
    torch.testing.assert_close(whole.grad, 2 * whole.detach(), atol=1e-5, rtol=1e-5)


def test_low_rank_changes() -> None:
    weight, bias = some(7, 5).detach(), some(7).detach()
    spans = Spans(((0, 3), (4, 7)), 0.5)
    changes = [some(2, 5), some(3, 2), some(2, 5, seed=4), some(3, 2, seed=5)]

    def product(value: torch.Tensor, *parts: torch.Tensor) -> torch.Tensor:
        return with_low_rank(value, None, weight, bias, spans, parts)

    def thinned(value: torch.Tensor, *parts: torch.Tensor) -> torch.Tensor:
        return with_low_rank(value, value * 0.5, weight, None, spans, parts)

    value = some(2, 3, 5)
    assert gradcheck(product, (value, *changes))
    assert gradcheck(thinned, (value, *changes))
    whole = weight.clone()
    whole[0:3] += 0.5 * changes[1] @ changes[0]
    whole[4:7] += 0.5 * changes[3] @ changes[2]
    torch.testing.assert_close(product(value, *changes), value @ whole.t() + bias)


def test_probabilities_of_words() -> None:
    tokens = torch.tensor([3, 0, 8])
    hidden, head = some(3, 4).detach().float(), some(9, 4).detach().float()
    found = log_probabilities(hidden, head, tokens)
    known = torch.log_softmax(hidden @ head.t(), -1).gather(1, tokens[:, None])[:, 0]
    torch.testing.assert_close(found, known)
    hidden.requires_grad_()
    head.requires_grad_()
    (log_probabilities(hidden, head, tokens) * torch.tensor([1.0, 2.0, -1.0])).sum().backward()
    mine = hidden.grad, head.grad
    hidden.grad = head.grad = None
    known = torch.log_softmax(hidden @ head.t(), -1).gather(1, tokens[:, None])[:, 0]
    (known * torch.tensor([1.0, 2.0, -1.0])).sum().backward()
    for ours, theirs in zip(mine, (hidden.grad, head.grad), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_what_is_no_choice_takes_no_probability() -> None:
    hidden, head = some(2, 4).detach().float(), some(9, 4).detach().float()
    words = torch.tensor([1, 4, 6])
    allowed = torch.tensor([[True, False, True], [True, True, True]])
    first = chosen_probabilities(hidden, head, torch.tensor([1, 1]), Choices(words, allowed))
    rest = [chosen_probabilities(hidden, head, torch.tensor([6, token]), Choices(words, allowed))
            for token in (4, 6)]
    assert torch.isclose(first[0].exp() + rest[0][0].exp(), torch.tensor(1.0))
    assert torch.isclose(first[1].exp() + rest[0][1].exp() + rest[1][1].exp(), torch.tensor(1.0))
