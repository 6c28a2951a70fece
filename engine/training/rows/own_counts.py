"""How much of the person's own there is to learn from, counted quickly."""

from collections import defaultdict
from dataclasses import dataclass, field

from engine.chat.conversation import ChatMessage
from engine.errors import EngineError
from engine.library.database import Database
from engine.training.rows.own_choices import choices_of
from engine.training.rows.told_talk import ITSELF, ToldTalk, talk_ids


@dataclass(frozen=True, slots=True)
class OwnMoodCounts:
    """`words` are verdicts on moods of whole songs, `spans` on stretches of lines; `moods` how
    many songs hold a mood or are said not to, by mood id: (mood, held, denied)."""

    songs: int = 0
    words: int = 0
    spans: int = 0
    moods: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonaCounts:
    """One persona's part: talks it spoke in, its `replies` that may be learned, those of them the
    person wrote over (`edited`), and pairs of a kept and a rejected reply (`choices`). Persona 0
    is the model as itself."""

    persona_id: int
    name: str
    talks: int = 0
    replies: int = 0
    edited: int = 0
    choices: int = 0


@dataclass(frozen=True, slots=True)
class OwnTalkCounts:
    """Over all talks, and of each persona, who spoke most first."""

    talks: int = 0
    replies: int = 0
    edited: int = 0
    choices: int = 0
    personas: tuple[PersonaCounts, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """All of it."""

    moods: OwnMoodCounts = OwnMoodCounts()
    talks: OwnTalkCounts = OwnTalkCounts()


@dataclass(slots=True)
class _Tally:
    """One persona's figures in the making."""

    name: str
    talks: set[int] = field(default_factory=set[int])
    replies: int = 0
    edited: int = 0
    choices: int = 0


def count_own(database: Database) -> OwnCounts:
    """What the library holds now, for a worker's thread: it reads every talk."""
    return OwnCounts(count_moods(database), count_talks(database))


def count_moods(database: Database) -> OwnMoodCounts:
    """The person's words on moods."""
    moods: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    songs: set[int] = set()
    words = 0
    for song_id, mood, verdict in database.all("SELECT song_id, mood, verdict FROM label"):
        moods[mood][verdict == "rejected"] += 1
        songs.add(song_id)
        words += 1
    spans = database.all("SELECT song_id FROM mood_span")
    songs.update(song for song, in spans)
    order = sorted(moods, key=lambda mood: (-sum(moods[mood]), mood))
    return OwnMoodCounts(len(songs), words, len(spans),
                         tuple((mood, moods[mood][0], moods[mood][1]) for mood in order))


def count_talks(database: Database) -> OwnTalkCounts:
    """Replies that may be learned, edits and choices. A talk that cannot be read counts none."""
    tallies: dict[int, _Tally] = {}
    for number in talk_ids(database):
        try:
            _count(ToldTalk(database, number), tallies)
        except EngineError:
            continue
    personas = tuple(
        PersonaCounts(number, tally.name, len(tally.talks), tally.replies, tally.edited,
                      tally.choices)
        for number, tally in sorted(tallies.items(), key=lambda each: (-each[1].replies, each[0])))
    return OwnTalkCounts(
        len(set[int]().union(*(tally.talks for tally in tallies.values()))),
        sum(each.replies for each in personas), sum(each.edited for each in personas),
        sum(each.choices for each in personas), personas)


def _count(talk: ToldTalk, tallies: dict[int, _Tally]) -> None:
    for message in talk.conversation.path:
        tally = _tally(talk, message, tallies) if talk.is_good(message) else None
        if tally is not None:
            tally.talks.add(talk.conversation.id)
            tally.replies += 1
            tally.edited += message.id in talk.edits
    for choice in choices_of(talk):
        member = talk.setup.member(choice.speaker) if choice.speaker else None
        number = member.persona_id if member else ITSELF
        tallies.setdefault(number, _Tally(choice.speaker)).choices += 1


def _tally(talk: ToldTalk, message: ChatMessage, tallies: dict[int, _Tally]) -> _Tally | None:
    number = talk.persona_id(message)
    if number is None:
        return None
    return tallies.setdefault(number, _Tally(talk.speaker(message)))
