"""Vectors of sentences kept in the library, so that no fact is read again after a start.

A vector is found by its text and the id of the encoder that read it. Kept in half precision,
which moves a cosine by less than 0.001; the same numbers are given out when a text is first read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from engine.chat.memory.sentence_vectors import Floats, SentenceEncoder
from engine.errors import EngineError
from engine.library.database import Database

OpenLibrary = Callable[[], AbstractContextManager[Database]]
"""A connection for the calling thread, closed on leaving."""
MOST_KEPT = 100_000
"""Vectors; beyond it those kept first go first. Of 384 numbers they take 77 MB."""
_AT_ONCE = 500
_FEW = 1e-12


class VectorStore:
    """Belongs to the thread that opened its database."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        self._database = database
        self._most = most

    def vectors(self, encoder_id: str, texts: Sequence[str]) -> dict[str, Floats]:
        """(D,) by text, of those that are kept."""
        wanted = {_key(encoder_id, text): text for text in texts}
        found: dict[str, Floats] = {}
        for keys in _parts(list(wanted)):
            places = ",".join("?" * len(keys))
            for key, held in self._database.all(
                    f"SELECT key, vector FROM sentence_vector WHERE key IN ({places})", keys):
                found[wanted[key]] = _whole(np.frombuffer(held, np.float16))
        return found

    def keep(self, encoder_id: str, vectors: Mapping[str, Floats]) -> None:
        """Keeps vectors (D,) by text."""
        with self._database.transaction():
            self._database.execute_many(
                "INSERT OR IGNORE INTO sentence_vector (key, vector) VALUES (?, ?)",
                [(_key(encoder_id, text), vector.astype(np.float16).tobytes())
                 for text, vector in vectors.items()])
            self._database.execute(
                "DELETE FROM sentence_vector WHERE id <= (SELECT max(id) FROM sentence_vector) - ?",
                (self._most,))


class KeptEncoder:
    """An encoder that reads a text once and for all: for what is read again after every start,
    as facts are, not for what is said once. `encoder_id` says whose vectors they are.

    A library that cannot be used just now is no reason to stop: then texts are read.
    """

    def __init__(self, encoder: SentenceEncoder, encoder_id: str, library: OpenLibrary) -> None:
        self._encoder = encoder
        self._id = encoder_id
        self._library = library

    @property
    def width(self) -> int:
        return self._encoder.width

    def vectors(self, texts: Sequence[str]) -> Floats:
        """As of the encoder itself, but for the precision."""
        found = self._kept(list(dict.fromkeys(texts)))
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            read = self._encoder.vectors(missing).astype(np.float16)
            fresh = {text: _whole(half) for text, half in zip(missing, read, strict=True)}
            self._keep(fresh)
            found |= fresh
        return np.stack([found[text] for text in texts]) if texts else self._encoder.vectors(())

    def _kept(self, texts: Sequence[str]) -> dict[str, Floats]:
        with suppress(EngineError), self._library() as database:
            found = VectorStore(database).vectors(self._id, texts)
            return {text: held for text, held in found.items() if len(held) == self.width}
        return {}

    def _keep(self, vectors: Mapping[str, Floats]) -> None:
        with suppress(EngineError), self._library() as database:
            VectorStore(database).keep(self._id, vectors)


def _whole(half: npt.NDArray[np.float16]) -> Floats:
    """(D,) of length 1 again, after the rounding."""
    rounded = half.astype(np.float32)
    return rounded / max(float(np.linalg.norm(rounded)), _FEW)


def _key(encoder_id: str, text: str) -> bytes:
    told = f"{encoder_id}\n{text}".encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=16).digest()


def _parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
