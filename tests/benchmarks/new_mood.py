"""A new mood from 20 songs: how well it is told on held-out songs, and how soon it can be used.

    python -m tests.benchmarks.new_mood --data FOLDER          # FOLDER holds lyrics_moods.jsonl.gz
    python -m tests.benchmarks.new_mood --data FOLDER --quick  # fewer songs and draws
    python -m tests.benchmarks.new_mood --time                 # seconds from the start to usable

Each mood is treated as new: the heads of the tagger are learned again without it (see
new_mood_heads) from two thirds of the artists. The last third is a person's library: the examples
are drawn from one half of its artists, as people choose them (agreed on by at least two annotators,
or tagged at least three times; where there are fewer than asked for, all of them), everything
else there is unlabelled; the other half judges.
"clear": songs on which people agreed that the mood is there, against songs of which nobody said so.
"""

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.evaluation.metrics import roc_auc
from engine.paths import AppPaths, find_paths
from engine.tagging.vocabulary import Vocabulary
from engine.training.new_mood.fitting import LEAST_EXAMPLES, Marks, learn_mood
from engine.training.new_mood.known_songs import KnownSongs
from tests.benchmarks.new_mood_heads import FOLDS, Known, Said, heads_without, read_known

GEMS, LASTFM = "gems9", "lastfm27"
MOODS = {
    GEMS: ("sadness", "tension", "tenderness", "power", "nostalgia", "solemnity",
           "joyful_activation", "calmness", "amazement"),
    LASTFM: ("romanticism", "happiness", "amusement", "cheerfulness", "depression", "excitement"),
}
CLEAR = {GEMS: 2, LASTFM: 3}
LEAST_JUDGES = 5
_QUICK_SONGS = 2500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--noes", type=int, default=0)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--time", action="store_true")
    asked = parser.parse_args()
    if asked.time:
        tell_time(find_paths())
    if asked.data:
        draws = 2 if asked.quick else asked.draws
        tell_quality(find_paths(), asked.data, asked.examples, asked.noes, draws, asked.quick)


def tell_quality(paths: AppPaths, data: Path, examples: int, noes: int, draws: int, quick: bool
                 ) -> None:
    known = read_known(paths, data, _QUICK_SONGS if quick else 0)
    print(f"{len(known.songs)} songs; {examples} that carry the mood, {noes} that do not, "
          f"{draws} draws in each of {1 if quick else FOLDS} libraries")
    truth = Truth(known, data)
    wanted = [(name, mood) for name, moods in MOODS.items() for mood in moods]
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for fold in range(1 if quick else FOLDS):
        every = dict(heads_without(known, paths, fold, [""]))[""]
        for mood, said in heads_without(known, paths, fold, [mood for _, mood in wanted]):
            name = next(name for name, one in wanted if one == mood)
            whole = every.logits[:, every.moods.index(mood)]
            for draw in range(draws):
                for kind, value in judged(known, said, whole, truth.of(name, mood),
                                          places_of(paths), fold, draw, examples, noes, mood):
                    found[name, mood][kind].append(value)
    show(found)


class Truth:
    """What people said of the songs: how often each mood was given by a label set."""

    def __init__(self, known: Known, data: Path) -> None:
        with gzip.open(data / "lyrics_moods.jsonl.gz", "rt", encoding="utf-8") as lines:
            labels = {row["id"]: row["labels"] for row in map(json.loads, lines)}
        with gzip.open(data / "gems9_counts.jsonl.gz", "rt", encoding="utf-8") as lines:
            counts = {row["id"]: row["counts"] for row in map(json.loads, lines)}
        self._labels = [labels.get(song.id, {}) for song in known.songs]
        self._counts = [counts.get(song.id) for song in known.songs]

    def of(self, name: str, mood: str) -> tuple[np.ndarray, np.ndarray]:
        """(S,) 1 said, 0 not said, -1 not asked; and the same of the clear songs alone."""
        said = np.full(len(self._labels), -1)
        clear = said.copy()
        for at, (labels, counts) in enumerate(zip(self._labels, self._counts, strict=True)):
            if name not in labels:
                continue
            told = counts if name == GEMS and counts is not None else labels[name]
            told = told if isinstance(told, dict) else dict.fromkeys(
                told if isinstance(told, list) else [told], 1)
            count = told.get(mood, 0)
            said[at] = count > 0
            clear[at] = 1 if count >= CLEAR[name] else 0 if count == 0 else -1
        return said, clear


def judged(known: Known, said: Said, whole: np.ndarray, truth: tuple[np.ndarray, np.ndarray],
           places: Mapping[str, tuple[float, float]], fold: int, draw: int, examples: int,
           noes: int, mood: str) -> Iterator[tuple[str, float]]:
    """AUCs of one draw, by kind; none where too few songs carry the mood."""
    chance = np.random.default_rng([fold, draw, sum(map(ord, mood))])
    artists = np.array([song.artist or song.id for song in known.songs])
    library = np.flatnonzero(known.fold == fold)
    names = np.unique(artists[library])
    half = set(chance.permutation(names)[: len(names) // 2].tolist())
    own = np.array([artist in half for artist in artists[library]])
    mine, judges = library[own], library[~own]
    sure = [chance.permutation(mine[truth[1][mine] == value]) for value in (1, 0)]
    examples = min(examples, len(sure[0]))
    if examples < LEAST_EXAMPLES or len(sure[1]) < noes:
        return
    chosen = np.concatenate([sure[0][:examples], sure[1][:noes]])
    rows = np.concatenate([chosen, np.setdiff1d(mine, chosen)])
    vectors = known.vectors
    looks = np.concatenate([said.logits, said.affect, vectors / np.linalg.norm(
        vectors, axis=1, keepdims=True)], 1)
    songs = KnownSongs("tagger@1", said.moods, tuple(rows.tolist()),
                       tuple(artists[rows].tolist()), looks[rows])
    marks = Marks(np.arange(examples), np.arange(examples, examples + noes))
    for kind, place in (("examples", None), ("with its place", places[mood])):
        head = learn_mood(songs, marks, places, place).head
        yield from _aucs(kind, looks[judges] @ head.weights, truth, judges)
    yield from _aucs("all labels", whole[judges], truth, judges)


def _aucs(kind: str, scores: np.ndarray, truth: tuple[np.ndarray, np.ndarray],
          judges: np.ndarray) -> Iterator[tuple[str, float]]:
    for which, values in zip(("all", "clear"), truth, strict=True):
        asked = values[judges] >= 0
        present = values[judges][asked] == 1
        if present.sum() >= LEAST_JUDGES and (~present).sum() >= LEAST_JUDGES:
            yield f"{kind}, {which}", roc_auc(scores[asked].astype(np.float64), present)


def show(found: Mapping[tuple[str, str], Mapping[str, Sequence[float]]]) -> None:
    """A row a mood, and the means of each label set with the spread over draws."""
    kinds = [f"{kind}, {which}" for which in ("clear", "all")
             for kind in ("examples", "with its place", "all labels")]
    print(f"\n{'mood':28}" + "".join(f"{kind:>24}" for kind in kinds))
    for (name, mood), values in found.items():
        print(f"{f'{mood} ({name})':28}" + "".join(_cell(values.get(kind, ())) for kind in kinds))
    for name in MOODS:
        rows = [values for (one, _), values in found.items() if one == name]
        means = [[np.mean(row[kind]) for row in rows if row.get(kind)] for kind in kinds]
        print(f"{f'mean of {name}':28}" + "".join(
            f"{np.mean(each):>24.3f}" if each else f"{'-':>24}" for each in means))


def _cell(values: Sequence[float]) -> str:
    if not values:
        return f"{'-':>24}"
    return f"{f'{np.mean(values):.3f} ± {np.std(values):.3f}':>24}"


def places_of(paths: AppPaths) -> dict[str, tuple[float, float]]:
    moods = Vocabulary.load(paths.moods_file).moods
    return {mood.id: (mood.valence, mood.arousal) for mood in moods}


def tell_time(paths: AppPaths, count: int = 1000) -> None:
    """Seconds from 20 examples in a library nobody has tagged to a mood that shows everywhere."""
    from engine.export.own_moods_desk import OwnMoodsDesk
    from engine.library.database import Database
    from engine.settings import Settings
    from engine.tagging.lyric_store import LyricStore
    from engine.tagging.opening import open_tagger
    from engine.tagging.reading import lyric_from_text
    from engine.training.new_mood.library_songs import Examples
    from tests.benchmarks.word_mill import milled_song

    with TemporaryDirectory() as folder:
        home = AppPaths(Path(folder), paths.resources)
        database = Database.open(home.library_file)
        store = LyricStore(database)
        songs = tuple(store.record_song(f"song {number}", None, lyric_from_text(
            milled_song(number)), "en") for number in range(count))
        start = time.perf_counter()
        desk = OwnMoodsDesk(home, database, open_tagger(home, "", Settings()))
        trial = desk.try_out(Examples(songs[:20], ()))
        tried = time.perf_counter() - start
        desk.keep(desk.new_mood("Late night drive"), trial)
        kept = time.perf_counter() - start
        again = time.perf_counter()
        desk.try_out(Examples(songs[:20], songs[20:24]))
        print(f"Nothing tagged before: preview after {tried:.1f} s, usable after {kept:.1f} s; "
              f"after a further yes or no {time.perf_counter() - again:.2f} s")
        database.close()


if __name__ == "__main__":
    main()
