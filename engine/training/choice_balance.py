"""Moves moods to where their scores say how often people give them, and a choice between them is
right as often as can be. Shifts keep the order of songs, so no ranking changes. Plain numpy.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.evaluation.label_sets import COMPLETE, LabelSpace
from engine.training.dataset import Floats, LabelledSong

_Doubles = npt.NDArray[np.float64]
_STEPS = 200
_FEWEST = 10  # songs with and without, below which a share says nothing


def balanced_shifts(
    logits: Floats, songs: Sequence[LabelledSong], space: LabelSpace,
    frame: Sequence[str], choices: Mapping[str, float], balance: float,
) -> Floats:
    """(M,) what to add to the moods' logits (S, M) of these songs.

    A mood is calibrated by the first label set of `frame` that knows it: its mean score becomes
    the share of songs people gave it to. Moods of `choices` then go to where the choice is
    likeliest right: all the way, but `balance` of it where a complete label set calibrates them.
    """
    shifts = np.zeros(len(space.moods))
    firmly: set[int] = set()
    for column, mood in enumerate(space.moods):
        name = next((n for n in frame if mood in space.sets.get(n, ())), None)
        found = _calibrated(logits, songs, space, name, column) if name else None
        if found is not None:
            shifts[column] = found
            if name in COMPLETE:
                firmly.add(column)
    offsets = _choice_offsets(logits, songs, space, choices)
    both = sorted(firmly & offsets.keys())
    if both:
        level = float(np.mean([shifts[column] - offsets[column] for column in both]))
        for column, offset in offsets.items():
            share = balance if column in firmly else 1.0
            shifts[column] += share * (offset + level - shifts[column])
    return shifts.astype(np.float32)


def _calibrated(logits: Floats, songs: Sequence[LabelledSong], space: LabelSpace, name: str,
                column: int) -> float | None:
    """The shift after which the mean score is the share of songs with the mood."""
    number = space.set_names.index(name)
    said = [(at, bool(j.present[column])) for at, song in enumerate(songs)
            for j in song.judgements if j.label_set == number]
    given = np.array([has for _, has in said], np.bool_)
    if min(given.sum(), (~given).sum(), len(given)) < _FEWEST:
        return None
    here = logits[[at for at, _ in said], column].astype(np.float64)
    shift = 0.0
    for _ in range(_STEPS):  # Newton on the likelihood of one intercept
        scores = 1 / (1 + np.exp(-(here + shift)))
        step = (given.mean() - scores.mean()) / max(1e-3, float((scores * (1 - scores)).mean()))
        shift += float(np.clip(step, -1, 1))
        if abs(step) < 1e-6:
            break
    return shift


def _choice_offsets(logits: Floats, songs: Sequence[LabelledSong], space: LabelSpace,
                    choices: Mapping[str, float]) -> dict[int, float]:
    """By column, the offsets under which the choices people made are likeliest; mean 0."""
    judged = {space.set_names[j.label_set] for song in songs for j in song.judgements}
    moods = {tag for name in judged if choices.get(name) for tag in space.sets[name]}
    columns = sorted(space.moods.index(mood) for mood in moods)
    if not columns:
        return {}
    rivals, picked, weight = _choices(logits, songs, space, choices, columns)
    offsets = np.zeros(len(columns))
    if not len(picked):
        return {}
    for _ in range(_STEPS):
        shares = _softmax(rivals + offsets)
        shares[np.arange(len(picked)), picked] -= 1
        offsets -= 2.0 * (weight[:, None] * shares).sum(0)
        offsets -= offsets.mean()
    return dict(zip(columns, offsets.tolist(), strict=True))


def _choices(
    logits: Floats, songs: Sequence[LabelledSong], space: LabelSpace,
    choices: Mapping[str, float], columns: Sequence[int],
) -> tuple[_Doubles, npt.NDArray[np.int64], _Doubles]:
    """(n, C) logits of the moods a choice was between (others as good as barred), (n,) the one
    that was picked, (n,) weights that add up to 1; a set of four times the songs weighs twice."""
    rivals: list[_Doubles] = []
    picked: list[int] = []
    sets: list[int] = []
    place = {column: at for at, column in enumerate(columns)}
    for at, song in enumerate(songs):
        for judgement in song.judgements:
            name = space.set_names[judgement.label_set]
            own = [space.moods.index(tag) for tag in space.sets[name]]
            if not choices.get(name) or judgement.present[own].sum() != 1:
                continue
            row = np.full(len(columns), -1e3)
            row[[place[column] for column in own]] = logits[at, own]
            rivals.append(row)
            picked.append(place[own[int(judgement.present[own].argmax())]])
            sets.append(judgement.label_set)
    size = np.bincount(sets, minlength=len(space.set_names)) if sets else np.zeros(1)
    weight = np.array([choices[space.set_names[s]] / size[s] ** 0.5 for s in sets])
    return (np.array(rivals).reshape(-1, len(columns)), np.array(picked, np.int64),
            weight / max(float(weight.sum()), 1e-12))


def _softmax(values: _Doubles) -> _Doubles:
    raised = np.exp(values - values.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)
