"""What an evaluation is measured on: a file of songs with labels, or the person's own verdicts.

Reads; measures nothing and opens no model.
"""

from contextlib import closing

from engine.errors import EngineError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.judged_song import read_judged_songs, songs_of_split
from engine.evaluation.label_sets import one_line, read_label_space
from engine.evaluation.own_labels import read_own_labels
from engine.evaluation.run import Material, fold_songs
from engine.events import Report
from engine.library.database import Database
from engine.tagging.lyric_store import LyricStore

OWN_NAME = "your own labels"


def gather(job: EvaluationJob, report: Report) -> Material:
    """The songs a job names, in folds where it asks for them. EngineError where there are none."""
    if job.data is None:
        return _own(job)
    space = read_label_space(job.labels_file)
    songs = read_judged_songs(job.data, space, job.counts_file, report)
    judged = songs_of_split(songs, job.split)
    if not songs:
        raise EngineError(f"{job.data.name} has no songs to measure on.",
                          "A song needs words, and a label by one of the label sets in "
                          f"{job.labels_file.name}: {', '.join(space.set_names)}.")
    if not judged:
        raise EngineError(f"{job.data.name} has no songs to measure on in the part “{job.split}”.",
                          'A song says its part in "split"; “all” takes every one.')
    return Material(one_line(job.data.name), space, judged, songs_of_split(songs, "train") or songs,
                    fold_songs(judged, job.folds))


def _own(job: EvaluationJob) -> Material:
    """The songs of the library that the person has said something of."""
    if not job.paths.library_file.is_file():
        database = Database.in_memory()
    else:
        database = Database.open(job.paths.library_file, job.paths.backups)
    with closing(database):
        own = read_own_labels(LyricStore(database)).required()
    return Material(OWN_NAME, own.space, own.songs, own.songs, fold_songs(own.songs, job.folds))
