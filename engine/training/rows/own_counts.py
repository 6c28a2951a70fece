"""How much of the person's own there is to learn from, counted quickly and said in a few words."""

from dataclasses import dataclass

from engine.library.database import Database


@dataclass(frozen=True, slots=True)
class OwnMoodCounts:
    """`words` are verdicts on moods of whole songs, `spans` on stretches of lines; `moods` how
    many songs hold a mood or are said not to, by mood id: (held, denied)."""

    songs: int = 0
    words: int = 0
    spans: int = 0
    moods: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonaCounts:
    """One persona's part: talks it spoke in, its `replies`, those the person wrote over
    (`edited`), and pairs of a kept and a rejected reply (`choices`). Persona 0 is the model as
    itself."""

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

    moods: OwnMoodCounts = OwnMoodCounts()  # noqa: RUF009 - frozen
    talks: OwnTalkCounts = OwnTalkCounts()  # noqa: RUF009 - frozen


def count_own(database: Database) -> OwnCounts:
    """What the library holds now; tens of milliseconds, for a worker's thread."""
    raise NotImplementedError
