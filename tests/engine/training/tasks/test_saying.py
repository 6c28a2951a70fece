"""A decoder in training says its likeliest words, and stops where a reply ends."""

from pathlib import Path

import numpy as np
import torch

from engine.export.learned_decoder import trainable
from engine.inference.tokenizer import Tokenizer
from engine.training.recipe import Tuning
from engine.training.tasks.causal.decoder import CausalModel
from engine.training.tasks.saying import Saying
from tests.tiny_forms import some_ids, weights_of
from tests.tiny_hub import TinyShape


def test_it_says_the_likeliest_words_until_a_reply_ends(tmp_path: Path) -> None:
    model = CausalModel(trainable(weights_of(tmp_path, TinyShape())), Tuning.FULL)
    words = Tokenizer.open(tmp_path / "tokenizer.json")
    ids = some_ids(5)
    likeliest: list[int] = []
    for _ in range(4):
        held = torch.from_numpy(np.concatenate([ids, np.array(likeliest, np.int64)]))[None]
        with torch.no_grad():
            likeliest.append(int(model.logits(held, torch.tensor([held.shape[1] - 1])).argmax()))
    (said,) = Saying(words, [("Hello?", ids)], (), most_tokens=4)(model)
    assert said == f"Hello? — {' '.join(words.decode(likeliest).split())}"
    # WHEN the first of its words ends a reply THEN it says nothing
    (said,) = Saying(words, [("Hello?", ids)], likeliest[:1])(model)
    assert said == "Hello? — "
