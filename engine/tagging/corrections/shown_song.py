"""A song as it is shown: what the tagger said of its lines, with the person's words over it.

What was predicted is never changed: a new song is made, whose excerpts are cut where the person's
words begin and end. Its tags and scores as a whole are changed by words on the whole alone. Pure
values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from engine.tagging.corrections.line_words import LineWord, word_on
from engine.tagging.excerpt_lines import excerpts_of_lines
from engine.tagging.labels import Verdict, tags_as_said
from engine.tagging.lyric import LineKind, Lyric
from engine.tagging.results import ExcerptMoods, Scores, SongMoods, Tag
from engine.tagging.song import Song

HELD, DENIED = 1.0, 0.0


@dataclass(frozen=True, slots=True)
class MoodSpan:
    """A run of lines of words, `first` to `last`, in which a mood holds.

    `score` is the highest in it; `said` where the person had a word in it.
    """

    mood: str
    first: int
    last: int
    score: float
    said: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines in a row with the same excerpts and the same words of the person."""

    lines: tuple[int, ...]
    owners: tuple[int, ...]
    words: tuple[LineWord, ...]


def with_labels(moods: SongMoods, labels: Mapping[str, Verdict]) -> SongMoods:
    """The moods of a song with the person's word on the whole of it over them: HELD and DENIED as
    scores, and what was rejected is no tag of a part either. Without labels the very moods."""
    if not labels:
        return moods
    moods = _with_columns(moods, labels)
    scores = moods.scores.copy()
    for mood, verdict in labels.items():
        scores[moods.moods.index(mood)] = DENIED if verdict is Verdict.REJECTED else HELD
    excerpts = tuple(replace(excerpt, tags=tuple(
        tag for tag in excerpt.tags if labels.get(tag.tag) is not Verdict.REJECTED))
        for excerpt in moods.excerpts)
    return replace(moods, tags=tags_as_said(moods.tags, labels), scores=scores, excerpts=excerpts)


def with_words(song: Song, words: Sequence[LineWord]) -> Song:
    """The song as shown: HELD and DENIED in place of the tagger's scores where the person spoke.

    A mood the tagger does not know gets a column of its own, 0 elsewhere. Without words the very
    song; one that no tagger has read is shown with the person's words alone.
    """
    lyric = song.lyric
    if not words or not any(line.kind is LineKind.WORDS for line in lyric.lines):
        return song
    moods = _with_columns(song.moods or _unread(lyric), (word.mood for word in words))
    owners = excerpts_of_lines(lyric, moods.excerpts)
    order = {mood: at for at, mood in enumerate(moods.moods)}
    excerpts = tuple(_excerpt(run, moods.excerpts, order, lyric)
                     for run in _runs(owners, words))
    return replace(song, moods=replace(moods, excerpts=excerpts))


def mood_spans(song: Song, words: Sequence[LineWord], mood: str) -> tuple[MoodSpan, ...]:
    """Where a mood holds in a song as shown (`with_words`), in order; other lines than words in
    between end no span."""
    if song.moods is None:
        return ()
    owners = excerpts_of_lines(song.lyric, song.moods.excerpts)
    tags = [{tag.tag: tag.score for tag in excerpt.tags} for excerpt in song.moods.excerpts]
    scores = {line: max((tags[n].get(mood, -1.0) for n in numbers), default=-1.0)
              for line, numbers in owners.items()}
    spans: list[MoodSpan] = []
    for held, run in groupby(scores, lambda line: scores[line] >= 0):
        lines = list(run)
        if held:
            said = any(word_on(words, mood, line) for line in lines)
            spans.append(MoodSpan(mood, lines[0], lines[-1], max(scores[n] for n in lines), said))
    return tuple(spans)


def _unread(lyric: Lyric) -> SongMoods:
    """What is known of a song that no tagger has read: nothing, over all its lines."""
    lines = [at for at, line in enumerate(lyric.lines) if line.kind is LineKind.WORDS]
    none = np.zeros(0, np.float32)
    whole = ExcerptMoods(lines[0], lines[-1], 1.0, none, 0.0, 0.0)
    return SongMoods("", (), none, 0.0, 0.0, (whole,), ())


def _with_columns(moods: SongMoods, wanted: Iterable[str]) -> SongMoods:
    """Room in every score for the moods the tagger does not know."""
    new = tuple(dict.fromkeys(mood for mood in wanted if mood not in moods.moods))
    if not new:
        return moods
    zeros = np.zeros(len(new), np.float32)
    excerpts = tuple(replace(excerpt, scores=np.concatenate([excerpt.scores, zeros]))
                     for excerpt in moods.excerpts)
    return replace(moods, moods=(*moods.moods, *new), excerpts=excerpts,
                   scores=np.concatenate([moods.scores, zeros]))


def _runs(owners: dict[int, tuple[int, ...]], words: Sequence[LineWord]) -> list[_Run]:
    said = {line: tuple(word for word in words if word.covers(line)) for line in owners}
    return [_Run(tuple(lines), *key)
            for key, lines in groupby(owners, lambda line: (owners[line], said[line]))]


def _excerpt(run: _Run, excerpts: Sequence[ExcerptMoods], order: dict[str, int],
             lyric: Lyric) -> ExcerptMoods:
    of = [excerpts[number] for number in run.owners]
    scores: Scores = np.max([excerpt.scores for excerpt in of], axis=0)
    for word in run.words:
        scores[order[word.mood]] = HELD if word.holds else DENIED
    spoken = {word.mood: word.holds for word in run.words}
    tags = {tag.tag: tag for excerpt in of for tag in excerpt.tags if tag.tag not in spoken}
    held = tuple(Tag(mood, HELD) for mood, holds in spoken.items() if holds)
    rest = sorted(tags.values(), key=lambda tag: -tag.score)
    times = [lyric.lines[line] for line in run.lines]
    return ExcerptMoods(
        run.lines[0], run.lines[-1], _weight(run, of), scores,
        float(np.mean([excerpt.valence for excerpt in of])),
        float(np.mean([excerpt.arousal for excerpt in of])),
        next((line.start_ms for line in times if line.start_ms is not None), None),
        next((line.end_ms for line in reversed(times) if line.end_ms is not None), None),
        (), (*held, *rest))


def _weight(run: _Run, excerpts: Sequence[ExcerptMoods]) -> float:
    """The run's share of its excerpts' weights, by lines."""
    return sum(excerpt.weight * len(run.lines) / max(1, excerpt.last_line - excerpt.first_line + 1)
               for excerpt in excerpts)
