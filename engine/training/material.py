"""What one training run learns from and is judged by: the songs of its data, read and divided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import EngineError
from engine.evaluation.label_sets import LabelSpace, read_label_space
from engine.inference.tokenizer import Tokenizer
from engine.training.dataset import LabelledSong, read_songs, songs_of
from engine.training.job import SONGS_FILE, SPACES_FILE, TrainingJob

_WITHOUT_HELD_OUT = 200


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Songs to learn from and songs held out, in the label space of the job's moods."""

    space: LabelSpace
    learning: tuple[LabelledSong, ...]
    held_out: tuple[LabelledSong, ...]

    @property
    def judges(self) -> Sequence[LabelledSong]:
        """The songs that set thresholds: those held out, else some of those learned from."""
        return self.held_out or self.learning[:_WITHOUT_HELD_OUT]

    def over(self, moods: tuple[str, ...]) -> "Material":
        """The same songs, judged over these moods alone, in this order."""
        if moods == self.space.moods:
            return self
        columns = [self.space.moods.index(mood) for mood in moods]
        sets = self.space.sets.items()
        cut = {name: tuple(tag for tag in tags if tag in moods) for name, tags in sets}
        return Material(
            replace(self.space, sets=cut, moods=moods),
            tuple(_judged_over(columns, song) for song in self.learning),
            tuple(_judged_over(columns, song) for song in self.held_out),
        )


def _judged_over(columns: list[int], song: LabelledSong) -> LabelledSong:
    judgements = tuple(
        replace(each, present=each.present[columns], asked=each.asked[columns])
        for each in song.judgements
    )
    return replace(song, judgements=judgements)


def read_material(
    job: TrainingJob, tokenizer: Tokenizer, moods: tuple[str, ...] | None = None
) -> Material:
    """Reads the job's data folder, judged over `moods`, for None those of the job. EngineError
    where nothing in it can be learned from."""
    space = read_label_space(job.data / SPACES_FILE, job.moods if moods is None else moods)
    weights, window = job.config.label_sets, job.config.window
    songs = tuple(read_songs(job.data / SONGS_FILE, space, weights, tokenizer, window))
    learning, held_out = songs, ()
    if not job.config.learn_from_validation:
        learning, held_out = songs_of(songs, "train"), songs_of(songs, "valid")
    if not learning:
        raise EngineError(
            "No song of the data can be learned from.", "Check the data folder and the label sets."
        )
    return Material(space, learning, held_out)
