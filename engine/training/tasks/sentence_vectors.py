"""Whole songs as vectors of an encoder that does not learn: the weighted mean of their excerpts'.

Every way that trains a head on still vectors takes them from here, so that a song is read once
for all folds, and only once for a job that is resumed. Knows no label.
"""
# torch and safetensors are typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.events import Progress, Report
from engine.inference.classifier import batches_by_length
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.dataset import Floats, LabelledSong
from engine.training.loop.precision import wants_bf16
from engine.training.tasks.mood_task import MoodModel, padded

_BATCH_TOKENS = 8192
_KEY_BYTES = 16
_SONGS_A_PART = 512  # after each the person may stop, and what was read is kept


class SentenceVectors:
    """Song vectors (D,) of the base model in folder `base`, kept in `file` where one is named."""

    def __init__(self, base: Path, precision: str = "auto", file: Path | None = None) -> None:
        self.base = base
        self.bf16 = wants_bf16(precision)
        self.file = file
        self._known: dict[bytes, Floats] | None = None

    @cached_property
    def model(self) -> MoodModel:
        """The encoder, loaded when the first song has to be read. Its heads are not used."""
        model = MoodModel(self.base, 1, 1)
        return model.eval()

    def prepare(self, songs: Sequence[LabelledSong], report: Report) -> None:
        """Reads the songs not yet known, and keeps what they gave."""
        known = self._vectors()
        missing = {key: song for song in songs if (key := song_key(song)) not in known}
        keys = list(missing)
        for at in range(0, len(keys), _SONGS_A_PART):
            part = keys[at : at + _SONGS_A_PART]
            report(Progress(done=at, total=len(keys), message="Reading songs", unit="songs"))
            vectors = self._read([missing[key] for key in part])
            known.update(zip(part, vectors, strict=True))
            self._keep()

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        """(S, D) the vectors of S songs; those not known yet are read without being kept."""
        known = self._vectors()
        keys = [song_key(song) for song in songs]
        missing = {key: song for key, song in zip(keys, songs, strict=True) if key not in known}
        read = self._read(list(missing.values())) if missing else ()
        fresh = dict(zip(missing, read, strict=True))
        found = [known[key] if key in known else fresh[key] for key in keys]
        return np.stack(found) if found else np.zeros((0, self.width), np.float32)

    @property
    def width(self) -> int:
        """D, the numbers of a vector."""
        return int(self.model.moods.in_features)

    @property
    def vocabulary(self) -> int:
        """V, the tokens the encoder knows."""
        return int(self.model.encoder.config.vocab_size)

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(B, D) the vectors of B excerpts of T tokens, padded where `mask` (B, T) is 0."""
        return self.model.pooled(ids, mask)

    def encoder_weights(self) -> dict[str, Floats]:
        """encoder.* in fp32, as the graph builder wants them."""
        return {
            name: np.ascontiguousarray(value.detach().float().numpy())
            for name, value in self.model.state_dict().items()
            if value.dtype.is_floating_point and name.startswith("encoder.")
        }

    def _vectors(self) -> dict[bytes, Floats]:
        if self._known is None:
            self._known = _kept(self.file)
        return self._known

    def _keep(self) -> None:
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            keys = np.frombuffer(b"".join(self._vectors()), np.uint8).reshape(-1, _KEY_BYTES)
            vectors = np.stack(list(self._vectors().values()))
            write_checkpoint(self.file, {"keys": keys, "vectors": vectors})

    def _read(self, songs: Sequence[LabelledSong]) -> Floats:
        """(S, D) the excerpts' vectors, weighted by how much is sung in each."""
        if not songs:
            return np.zeros((0, self.width), np.float32)
        ids = [excerpt.token_ids for song in songs for excerpt in song.excerpts]
        weights = np.array([e.weight for song in songs for e in song.excerpts], np.float32)
        vectors = np.zeros((len(ids), self.width), np.float32)
        with torch.no_grad(), self._precision():
            for batch in batches_by_length([len(row) for row in ids], _BATCH_TOKENS):
                places = list(batch.places)
                vectors[places] = self.pooled(*padded([ids[place] for place in places])).numpy()
        starts = np.cumsum([0, *(len(song.excerpts) for song in songs)])[:-1]
        summed = np.add.reduceat(vectors * weights[:, None], starts)
        total = np.add.reduceat(weights, starts)[:, None]
        return (summed / total).astype(np.float32)

    def _precision(self) -> AbstractContextManager[object]:
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16)


def song_key(song: LabelledSong) -> bytes:
    """16 bytes that stand for what the encoder would read of a song: the same words, the same."""
    digest = hashlib.blake2b(digest_size=_KEY_BYTES)
    for excerpt in song.excerpts:
        digest.update(excerpt.token_ids.tobytes())
        digest.update(np.float64(excerpt.weight).tobytes())
    return digest.digest()


def _kept(file: Path | None) -> dict[bytes, Floats]:
    """The vectors of an earlier run, none where there was none."""
    if file is None or not file.exists():
        return {}
    stored, _ = read_checkpoint(file)
    keys = [row.tobytes() for row in stored["keys"]]
    return dict(zip(keys, stored["vectors"].astype(np.float32), strict=True))
