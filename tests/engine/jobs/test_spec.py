"""A request comes back from its file as it was asked, or says why not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.jobs.spec import CURRENT_VERSION, JobSpec, spec_from_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2**53, 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8)


@given(st.dictionaries(st.text(), JSON, max_size=4), st.text(), st.booleans())
def test_a_request_comes_back_as_it_was_asked(arguments: dict[str, object], title: str,
                                              polite: bool) -> None:
    spec = JobSpec.ask("train", arguments, title, polite)
    again = spec_from_json(spec.to_json())
    assert again == spec
    assert again.argument_values() == arguments


def test_nobody_can_change_a_request() -> None:
    spec = JobSpec.ask("train", {"rates": [1, 2]}, "")
    spec.argument_values()["rates"] = []
    assert spec.argument_values() == {"rates": [1, 2]}
    with pytest.raises(AttributeError):
        spec.title = "another"  # type: ignore[misc]


def test_what_json_cannot_say_is_refused_at_once() -> None:
    with pytest.raises(TypeError):
        JobSpec.ask("train", {"work": object()}, "")


@pytest.mark.parametrize("text", [
    b"", b"{", b"[]", b"\xff\xfe", b'{"kind": "train"}',
    b'{"kind":"train","arguments":[1],"title":"","created_at":1.0}',
    b'{"kind":"train","arguments":{},"title":"","created_at":"today"}',
])
def test_a_broken_file_is_one_sentence(text: bytes) -> None:
    with pytest.raises(EngineError, match="cannot be read") as caught:
        spec_from_json(text)
    assert caught.value.hint


def test_a_newer_version_is_refused_kindly() -> None:
    told = json.loads(JobSpec.ask("train", {}, "").to_json())
    told["version"] = CURRENT_VERSION + 1
    with pytest.raises(EngineError, match="newer version"):
        spec_from_json(json.dumps(told).encode())
