"""The catalogue in words for the person. What is fetched, and its hash, is the engine's matter."""

from gui.models.adding import Offered

CATALOGUE = (
    Offered("SmolLM2-135M-Instruct",
            "A small model for English that answers in an instant on any laptop: it chats, "
            "summarises, rewrites, and sorts texts under your labels.",
            93_000_000, "Apache-2.0"),
)
