"""The moods of a conversation: over its course, as a song has them, and of each who speaks.

The path shown counts, message by message. Values and one service that makes them from what a
listener hears; knows no window, no storage and no model but the tagger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.chat.conversation import ChatMessage, Conversation, Role
from engine.interplay.hearing import Heard, MoodListener, line_of
from engine.settings import CollationSettings
from engine.tagging.collation import collate, combine
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric import LineKind, Lyric, LyricLine
from engine.tagging.readers.draft import text_lines
from engine.tagging.results import ExcerptMoods, Scores, SongMoods
from engine.tagging.song import Song, SongRow, SongState
from engine.tagging.song_rows import unknown_language

REACH = 2
"""A place of the arc hears so many excerpts before and after it too, each half as much as the one
nearer to it: a single “yes” has no mood of its own."""
AGEING = 0.8
"""What a message counts for a speaker's mood now, beside the one they said after it."""
_LONGEST_VOTE = 64.0  # tokens; a long message shall not drown those around it
_NO_WORDS = ("Nothing has been said yet.", "Say something, and its moods are drawn here.")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the person (USER), the model or a persona by its name (ASSISTANT), or what
    happens (SYSTEM). `name` "" is nobody in particular."""

    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerMoods:
    """How somebody feels now: the last they said counts most. `messages` counts all they said."""

    speaker: Speaker
    moods: SongMoods
    messages: int


@dataclass(frozen=True, slots=True, eq=False)
class TalkMoods:
    """A conversation as it feels.

    `song` holds it as a song is held, so that it can be drawn like one: names are headings, what
    is said are lines, and every message is one excerpt or more. `messages` (L,) says for each
    line which message it is of, `excerpt_messages` (E,) the same for each excerpt. `meters` are
    in the order in which they first spoke. `vector` (D,) has length 1, None where nothing is
    heard: then the state of the song's row says why.
    """

    song: Song
    messages: tuple[int, ...]
    excerpt_messages: tuple[int, ...]
    meters: tuple[SpeakerMoods, ...]
    vector: Scores | None = None


@dataclass(frozen=True, slots=True)
class MoodsRead:
    """So many of the messages are read."""

    done: int
    total: int


class TalkMoodReader:
    """Reads conversations with one tagger. Of a talk that goes on only what is new is read."""

    def __init__(self, listener: MoodListener, detector: LanguageDetector) -> None:
        self._listener = listener
        self._detector = detector

    def follow(self, conversation: Conversation, settings: CollationSettings, person: str = ""
               ) -> Iterator[MoodsRead | TalkMoods]:
        """The moods of the path shown, last; before it, and between two runs of the tagger, how
        far it is. `person` is what the person is called."""
        path = [message for message in conversation.path if message.text.strip()]
        found: dict[bytes, Heard] = {}
        for done, total in self._listener.reading([message.text for message in path], found):
            yield MoodsRead(done, total)
        heard = [self._listener.of(found, message.text) for message in path]
        yield self._moods(conversation, path, heard, settings, person)

    def _moods(self, conversation: Conversation, path: Sequence[ChatMessage],
               heard: Sequence[Heard], settings: CollationSettings, person: str) -> TalkMoods:
        talk = _Talk(path, person)
        row = self._row(conversation, talk.lyric)
        if row.state is not SongState.TAGGED:
            return TalkMoods(Song(row, talk.lyric, (row.place,), None), talk.messages, (), ())
        excerpts, owners = talk.placed(heard)
        moods = self._arc(excerpts, settings)
        row = replace(row, tags=moods.tags, valence=moods.valence, arousal=moods.arousal)
        return TalkMoods(Song(row, talk.lyric, (row.place,), moods), talk.messages, owners,
                         self._meters(talk, heard, settings), _direction(heard))

    def _row(self, conversation: Conversation, lyric: Lyric) -> SongRow:
        language = self._detector.detect(lyric).code
        row = SongRow(f"conversation:{conversation.id}", None, SongState.TAGGED,
                      conversation.title, language=language)
        if not language:
            message, hint = _NO_WORDS
            return replace(row, state=SongState.NO_WORDS, message=message, hint=hint)
        knows = self._listener.tagger.languages
        if knows and language not in knows:
            message, hint = unknown_language(language)
            message = message.replace("This lyric", "This talk")
            return replace(row, state=SongState.UNKNOWN_LANGUAGE, message=message, hint=hint)
        return row

    def _arc(self, excerpts: Sequence[ExcerptMoods], settings: CollationSettings) -> SongMoods:
        whole = self._collated(excerpts, settings)
        smooth = self._collated(smoothed(excerpts), settings)
        return replace(whole, excerpts=smooth.excerpts)

    def _meters(self, talk: "_Talk", heard: Sequence[Heard],
                settings: CollationSettings) -> tuple[SpeakerMoods, ...]:
        meters: list[SpeakerMoods] = []
        for speaker, places in talk.spoken().items():
            said = [heard[place] for place in places]
            aged = [replace(excerpt, weight=excerpt.weight * AGEING ** age)
                    for age, one in enumerate(reversed(said)) for excerpt in one.excerpts]
            if aged:
                meters.append(SpeakerMoods(speaker, self._collated(aged, settings), len(said)))
        return tuple(meters)

    def _collated(self, excerpts: Sequence[ExcerptMoods],
                  settings: CollationSettings) -> SongMoods:
        tagger = self._listener.tagger
        # Weights are ages here, not repeats: they count whatever the settings say of choruses.
        return collate(tagger.id, tagger.moods, tagger.thresholds, excerpts,
                       replace(settings, count_repeats=True), tagger.experimental)


class _Talk:
    """The messages of a path as lines of a lyric."""

    def __init__(self, path: Sequence[ChatMessage], person: str) -> None:
        self._path = path
        self._speakers = [_speaker(message, person) for message in path]
        self._firsts: list[int] = []
        self.messages: tuple[int, ...] = ()
        self.lyric = Lyric(tuple(self._lines()), source="talk")

    def _lines(self) -> list[LyricLine]:
        lines: list[LyricLine] = []
        owners: list[int] = []
        before: Speaker | None = None
        for message, speaker in zip(self._path, self._speakers, strict=True):
            if speaker != before:
                lines.append(LyricLine(speaker.name, "", LineKind.HEADING))
            self._firsts.append(len(lines))
            lines += [line_of(line) for line in text_lines(message.text)]
            owners += [message.id] * (len(lines) - len(owners))
            before = speaker
        self.messages = tuple(owners)
        return lines

    def placed(self, heard: Sequence[Heard]) -> tuple[list[ExcerptMoods], tuple[int, ...]]:
        """The excerpts of all messages with the lines they have in the whole, and whose."""
        excerpts: list[ExcerptMoods] = []
        owners: list[int] = []
        for message, first, one in zip(self._path, self._firsts, heard, strict=True):
            excerpts += [replace(excerpt, first_line=first + excerpt.first_line,
                                 last_line=first + excerpt.last_line,
                                 echoes=tuple(first + echo for echo in excerpt.echoes))
                         for excerpt in one.excerpts]
            owners += [message.id] * len(one.excerpts)
        return excerpts, tuple(owners)

    def spoken(self) -> dict[Speaker, list[int]]:
        """The places in the path of all who speak; what happens is said by nobody."""
        places: dict[Speaker, list[int]] = {}
        for place, speaker in enumerate(self._speakers):
            if speaker.role is not Role.SYSTEM:
                places.setdefault(speaker, []).append(place)
        return places


def smoothed(excerpts: Sequence[ExcerptMoods]) -> list[ExcerptMoods]:
    """The excerpts, each with what those around it add: see REACH."""
    if not excerpts:
        return []
    rows: list[int] = []
    shares: list[float] = []
    starts: list[int] = []
    for at in range(len(excerpts)):
        starts.append(len(rows))
        around = range(max(0, at - REACH), min(len(excerpts), at + REACH + 1))
        rows += around
        shares += [min(excerpts[row].weight, _LONGEST_VOTE) * 0.5 ** abs(row - at)
                   for row in around]
    scores = np.array([excerpt.scores for excerpt in excerpts])[rows]
    affect = np.array([(excerpt.valence, excerpt.arousal) for excerpt in excerpts])[rows]
    votes = CollationSettings(peak_share=0.0, count_repeats=True)
    said = combine(scores, affect, np.array(shares), np.array(starts, np.int64), votes)
    return [replace(excerpt, scores=said.scores[at], valence=float(said.affect[at, 0]),
                    arousal=float(said.affect[at, 1]))
            for at, excerpt in enumerate(excerpts)]


def _speaker(message: ChatMessage, person: str) -> Speaker:
    if message.role is Role.USER:
        return Speaker(Role.USER, message.author or person)
    return Speaker(message.role, message.author)


def _direction(heard: Sequence[Heard]) -> Scores | None:
    vectors = [one.vector for one in heard if one.vector is not None]
    if not vectors:
        return None
    whole: Scores = np.stack(vectors).sum(axis=0)
    length = float(np.linalg.norm(whole))
    return whole / length if length else None
