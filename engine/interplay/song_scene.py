"""A scene out of a song: its moods, its arc and what it speaks of become scenario, facts and lore.

Pure: writes by rule what the tagger and the lyric say, nothing is invented. Lines of the lyric are
quoted one at a time and can neither fill a macro nor steer a lorebook; the source is noted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten

import numpy as np

from engine.chat.lorebook import Lorebook, LoreEntry
from engine.chat.memory.sentence_vectors import SentenceEncoder
from engine.chat.scene import AuthorsNote, Scene
from engine.errors import EngineError
from engine.interplay.themes import Theme, find_themes
from engine.tagging.lyric import LineKind
from engine.tagging.results import ExcerptMoods, Scores, SongMoods
from engine.tagging.song import Song, SongState
from engine.tagging.vocabulary import Mood, Vocabulary

PARTS = 3
"""So many parts a song's arc is told in: how it begins, goes on and ends."""
_LONGEST_QUOTE = 120
_QUOTES = 2
_CHANGE = 0.05
"""A mood leads a part only if it is by so much clearer there than the one that led before."""
_MODES = {(True, True): "high spirits", (True, False): "a gentle talk",
          (False, True): "a quarrel", (False, False): "a heart-to-heart"}
_ANGLES = str.maketrans("<>", "‹›")


@dataclass(frozen=True, slots=True)
class SongScene:
    """A scene and the lore that goes with it."""

    scene: Scene
    lorebook: Lorebook


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is known of the song, in words. `arc` are moods in the order in which they lead."""

    name: str
    arc: tuple[Mood, ...]
    moods: tuple[Mood, ...]
    themes: tuple[Theme, ...]
    lines: tuple[str, ...]


class SceneMaker:
    """Makes scenes with the names that `vocabulary` has for moods."""

    def __init__(self, vocabulary: Vocabulary, encoder: SentenceEncoder) -> None:
        self._vocabulary = vocabulary
        self._encoder = encoder

    def scene_from(self, song: Song) -> SongScene:
        """The scene of a tagged song. EngineError for one that has no moods or no words, or is in a
        language its tagger does not know."""
        if song.moods is None or not (song.moods.tagger and song.moods.excerpts):
            raise EngineError("No tagger has heard this song yet.", "Tag it first.")
        if song.row.state is SongState.UNKNOWN_LANGUAGE:
            raise EngineError(song.row.message, song.row.hint)
        lines = tuple(line.words for line in song.lyric.lines if line.kind is LineKind.WORDS)
        telling = _Telling(
            _name(song), self._arc(song.moods),
            self._known([tag.tag for tag in song.moods.tags] or [_strongest(song.moods)]),
            find_themes(lines, self._encoder), lines)
        return SongScene(_scene(song, telling), _lorebook(song, telling))

    def _arc(self, moods: SongMoods) -> tuple[Mood, ...]:
        """The moods that lead its parts, one after the other, each change once."""
        among = [at for at, mood in enumerate(moods.moods) if mood in _leaders(moods)]
        led: list[str] = []
        for scores in _parts(moods.excerpts):
            best = max(among, key=lambda at: float(scores[at]))
            name = moods.moods[best]
            before = moods.moods.index(led[-1]) if led else best
            if not led or (name != led[-1] and scores[best] - scores[before] >= _CHANGE):
                led.append(name)
        return self._known(led)

    def _known(self, names: Sequence[str]) -> tuple[Mood, ...]:
        """The moods of these ids; a tagger may have some the vocabulary has not."""
        return tuple(self._vocabulary.get(name) or Mood(name, name.replace("_", " "), 0.0, 0.0)
                     for name in names)


def plain_quote(line: str) -> str:
    """A line of a lyric as it may stand in a scene or a lorebook: one line, not long, and without
    signs that mean something there."""
    calm = re.sub(r"([{}])\1+", r"\1", " ".join(line.split())).translate(_ANGLES)
    return shorten(calm, _LONGEST_QUOTE, placeholder=" …") or calm[:_LONGEST_QUOTE]


def _leaders(moods: SongMoods) -> set[str]:
    """The moods that may lead a part: tags of the song or of an excerpt, else the strongest."""
    tags = {tag.tag for tag in moods.tags}
    tags |= {excerpt.tags[0].tag for excerpt in moods.excerpts if excerpt.tags}
    return tags or {_strongest(moods)}


def _strongest(moods: SongMoods) -> str:
    return moods.moods[int(np.argmax(moods.scores))]


def _parts(excerpts: Sequence[ExcerptMoods]) -> Iterator[Scores]:
    """The mean scores (M,) of up to PARTS parts that hold about as many words each."""
    weights = np.array([max(excerpt.weight, 1e-6) for excerpt in excerpts])
    scores = np.array([excerpt.scores for excerpt in excerpts])
    middles = np.cumsum(weights) - weights / 2
    part_of = np.minimum((PARTS * middles / weights.sum()).astype(int), PARTS - 1)
    for part in np.unique(part_of):
        here = part_of == part
        yield np.average(scores[here], axis=0, weights=weights[here])


def _scene(song: Song, telling: _Telling) -> Scene:
    words = tuple(theme.word for theme in telling.themes)
    arc = [_low(mood) for mood in telling.arc]
    return Scene(
        title=f"After “{plain_quote(song.row.title or 'a song')}”",
        scenario=" ".join((*_feelings(telling.arc), *_things_told(words))),
        facts=(*_arc_facts(arc), *_quoted(telling)),
        keywords=words,
        mode=_mode(telling.moods),
        mood=", then ".join(arc) if len(arc) > 1 else _listed([_low(m) for m in telling.moods[:3]]),
        authors_note=AuthorsNote(_note(arc), every=3),
        source=f"Made from the song {telling.name}.")


def _lorebook(song: Song, telling: _Telling) -> Lorebook:
    """An entry for each theme: its word calls the lines it stands in."""
    entries = tuple(
        LoreEntry(keys=theme.forms, content=f"Of the {theme.word} it is said: "
                  + " and ".join(f"“{quote}”" for quote in _quotes(theme, telling.lines)[:_QUOTES]),
                  order=float(at), position="after_char", id=at, name=theme.word,
                  comment=f"From the song {telling.name}.")
        for at, theme in enumerate(telling.themes))
    return Lorebook(entries, f"Words of “{plain_quote(song.row.title or 'a song')}”",
                    f"Made from the song {telling.name}.")


def _feelings(arc: Sequence[Mood]) -> Iterator[str]:
    """The arc in sentences, with what each mood is like."""
    begins = ("The feeling is", "Then there is", "In the end there is")
    if len(arc) > 1:
        begins = ("At first the feeling is", "Then there is", "In the end there is")
    for at, mood in enumerate(arc):
        begin = begins[-1] if at and at == len(arc) - 1 else begins[min(at, 1)]
        about = f": {mood.about[0].lower()}{mood.about[1:]}" if mood.about else "."
        yield f"{begin} {_low(mood)}{about}"


def _things_told(words: Sequence[str]) -> Iterator[str]:
    if words:
        yield f"What they talk of comes back to these: {_listed(words)}."


def _arc_facts(arc: Sequence[str]) -> Iterator[str]:
    if arc:
        yield f"It begins with {arc[0]}."
    for before, after in pairwise(arc):
        yield f"The {before} gives way to {after}."


def _quoted(telling: _Telling) -> Iterator[str]:
    """A line for each theme, none twice."""
    used: set[str] = set()
    for theme in telling.themes:
        quote = next((q for q in _quotes(theme, telling.lines) if q not in used), None)
        if quote is not None:
            used.add(quote)
            yield f"There is the {theme.word}: “{quote}”"


def _quotes(theme: Theme, lines: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(plain_quote(lines[at]) for at in theme.lines))


def _mode(moods: Sequence[Mood]) -> str:
    """By where the moods lie on the circumplex, together."""
    return _MODES[sum(mood.valence for mood in moods) >= 0,
                  sum(mood.arousal for mood in moods) >= 0]


def _note(arc: Sequence[str]) -> str:
    if len(arc) > 1 and arc[0] == arc[-1]:
        return f"Let the mood be {arc[0]}, with {_listed(list(dict.fromkeys(arc[1:-1])))} between."
    if len(arc) > 1:
        return f"Let the mood be {arc[0]} at first, and let it turn to {arc[-1]}."
    return f"Keep the mood: {arc[0]}." if arc else ""


def _name(song: Song) -> str:
    title = f"“{plain_quote(song.row.title or 'without a title')}”"
    return f"{title} by {plain_quote(song.row.artist)}" if song.row.artist else title


def _low(mood: Mood) -> str:
    return mood.name[:1].lower() + mood.name[1:]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + "".join(words[-1:])
