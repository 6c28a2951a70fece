"""The person's own verdicts as a label set, so that taggers can be measured on their music.

Accepted and added moods are there, rejected ones are not, and nothing else was asked. Verdicts are
made on what a tagger showed, so they are fewer and kinder than labels given blindly.
"""

from dataclasses import dataclass

from engine.errors import EngineError
from engine.evaluation.judged_song import JudgedSong
from engine.evaluation.label_sets import VERDICTS, LabelSpace
from engine.tagging.labels import Verdict
from engine.tagging.lyric_store import LyricStore

OWN = "own"
FEWEST_VERDICTS = 20


@dataclass(frozen=True, slots=True)
class OwnLabels:
    """Songs the person said something of; `verdicts` counts every word on one mood of one song."""

    songs: tuple[JudgedSong, ...]
    space: LabelSpace
    verdicts: int

    @property
    def enough(self) -> bool:
        """Whether anything can be measured with them."""
        return self.verdicts >= FEWEST_VERDICTS and len(self.songs) > 1

    def required(self) -> "OwnLabels":
        """These, or EngineError saying how to give more where they are too few."""
        if self.enough:
            return self
        given = "one" if self.verdicts == 1 else str(self.verdicts or "none")
        raise EngineError(
            f"Measuring on your own labels needs {FEWEST_VERDICTS} of them, on two songs or more; "
            f"so far there {'is' if self.verdicts == 1 else 'are'} {given}.",
            "Open a song in the library and say of its moods whether they are right, or add one "
            "that is missing.")


def read_own_labels(store: LyricStore) -> OwnLabels:
    """Every verdict on a song whose words the library still has."""
    songs: list[JudgedSong] = []
    moods: set[str] = set()
    for song_id, verdicts in store.all_labels().items():
        lyric = store.lyric(song_id)
        if lyric is None or not lyric.words.strip():
            continue
        text = "\n".join(line.text for line in lyric.lines)
        said = {mood: int(verdict is not Verdict.REJECTED) for mood, verdict in verdicts.items()}
        songs.append(JudgedSong(str(song_id), lyric.artist, lyric.title, "", text, {OWN: said}))
        moods.update(said)
    tags = tuple(sorted(moods))
    space = LabelSpace({OWN: tags}, tags, {}, {OWN: VERDICTS})
    return OwnLabels(tuple(songs), space, sum(len(song.given[OWN]) for song in songs))
