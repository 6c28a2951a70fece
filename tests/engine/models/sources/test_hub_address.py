"""What a person types or pastes as a hub's model."""

import pytest

from engine.errors import EngineError
from engine.models.sources.hub_address import (
    HubAddress,
    looks_like_hub_address,
    read_hub_address,
)

SITE = "https://huggingface.co/owner/Some.Model-1"


@pytest.mark.parametrize("text, expected", [
    ("owner/Some.Model-1", HubAddress("owner/Some.Model-1")),
    ("  owner/Some.Model-1\n", HubAddress("owner/Some.Model-1")),
    ("owner/Some.Model-1@v2", HubAddress("owner/Some.Model-1", "v2")),
    ("owner/Some.Model-1@refs/pr/3", HubAddress("owner/Some.Model-1", "refs/pr/3")),
    ("owner/Some.Model-1:sub/q4.gguf", HubAddress("owner/Some.Model-1", "main", "sub/q4.gguf")),
    ("owner/Some.Model-1@v2:q4.gguf", HubAddress("owner/Some.Model-1", "v2", "q4.gguf")),
    (SITE, HubAddress("owner/Some.Model-1")),
    (SITE + "?library=x#readme", HubAddress("owner/Some.Model-1")),
    (SITE + "/tree/main", HubAddress("owner/Some.Model-1")),
    (SITE + "/tree/v2/onnx", HubAddress("owner/Some.Model-1", "v2")),
    (SITE + "/blob/main/sub/it%20is.gguf",
     HubAddress("owner/Some.Model-1", "main", "sub/it is.gguf")),
    (SITE + "/resolve/main/it.gguf?download=true",
     HubAddress("owner/Some.Model-1", "main", "it.gguf")),
    ("hf.co/owner/Some.Model-1", HubAddress("owner/Some.Model-1")),
])
def test_it_is_understood(text: str, expected: HubAddress) -> None:
    assert read_hub_address(text) == expected and looks_like_hub_address(text)


@pytest.mark.parametrize("text", [
    "", "model", "/model", "owner/", "a/b/c", "../etc/passwd", "owner/..", "owner/a..b",
    "owner/a--b", "-owner/a", "owner/a b", "https://elsewhere.example/owner/model",
    "file:///etc/passwd", "https://huggingface.co/owner", "https://huggingface.co/../../x",
    "owner/model:", "owner/model@", "C:\\models\\it", "https://huggingface.co/a b/c",
    "https://[foo", "http://[", "https://huggingface.co/owner/model/tree/..%2F..%2Fx",
])
def test_it_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(EngineError, match="does not name") as caught:
        read_hub_address(text)
    assert "owner" in caught.value.hint and not looks_like_hub_address(text)
