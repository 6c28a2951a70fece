"""The command that compares two models of talk scores both on the same words."""

from typing import Any

import numpy as np
import pytest

from tests.benchmarks.dialogue_perplexity import heard_of, told
from tests.benchmarks.prompt_perplexity import formats
from tests.fakes import FakeTextModel

TALKS: list[dict[str, Any]] = [
    {"id": str(n), "source": source, "split": "valid", "keywords": [], "situation": "",
     "persona": {}, "facts": {},
     "turns": [{"speaker": ("a", "b")[m % 2], "text": f"Line {m} of talk {n}."}
               for m in range(6)]}
    for n in range(4) for source in ("synthetic_persona_chat", "topical_chat")]


def test_both_models_are_scored_on_the_same_words() -> None:
    # GIVEN two models that hold every byte for equally likely, the second for likelier
    models = [FakeTextModel(log_chance=lambda prompt, text, each=each: -each * len(text.encode()))
              for each in (2.0, 1.0)]
    form = formats(None)[0]
    before, after = (heard_of(model, form, TALKS, 2) for model in models)
    assert np.array_equal(before.tokens, after.tokens) and len(before.nats) == len(TALKS)
    # THEN the figure of each source and of both tells by how much it is lower
    figures = list(told(TALKS, before, after))
    assert [figure.name.rpartition(", ")[2] for figure in figures] == [
        "synthetic_persona_chat", "topical_chat", "both"]
    for figure in figures:
        assert figure.values["lower"] == pytest.approx(1 - np.exp(-1.0))
        assert figure.values["lower from"] == pytest.approx(figure.values["lower to"])
