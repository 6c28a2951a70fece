"""What can be learned from, as values: labelled texts, talks, choices between replies, plain texts.

Every row knows where it stands, so that a bad one can be found by its line, and to which group it
belongs (song, conversation, artist), so that a group is never divided. Knows no file format.
"""

from dataclasses import dataclass

from engine.chat.persona import Persona
from engine.chat.scene import AuthorsNote, Scene


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands: `source` for people (a file's name, "your corrections"), and its line
    there, counted from 1; 0 where there are no lines."""

    source: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text with its labels. `asked` are the labels that were judged, so that the others are
    neither there nor not there; None: all were, and what is not in `labels` is absent.

    `song` and `artist` are its groups, "" where nobody knows. `line_breaks` is False where the
    text has lost them. `split` is what the data say of it themselves: "train", "valid", "test" or
    "" where they say nothing.
    """

    text: str
    labels: tuple[str, ...]
    place: RowPlace
    asked: tuple[str, ...] | None = None
    song: str = ""
    artist: str = ""
    title: str = ""
    line_breaks: bool = True
    split: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk. `role` is "system", "user" or "assistant", `speaker` a name or "".
    `learned`: whether the model is to learn to say it. `facts` are those its speaker was given
    for it, the weightiest first, where the talk tells."""

    role: str
    text: str
    speaker: str = ""
    learned: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a talk, as far as the data tell: `traits` are sentences about them, `facts` what
    they alone know. `persona` is the whole of them where the talk is of this program."""

    name: str
    about: str = ""
    traits: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    persona: Persona | None = None


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A talk: who, where, what is known, and the lines in order. `talk` is its group. `listener`
    is the person's name where one of the lines' speakers is no persona; `form` the prompt format
    it was had in, "" where nobody knows. The person's own talks bring `scene` and `authors_note`
    whole; `scenario` and the rest then say the same in short. `split` is as in TextRow."""

    lines: tuple[Line, ...]
    place: RowPlace
    talk: str = ""
    people: tuple[Person, ...] = ()
    scenario: str = ""
    summary: str = ""
    mode: str = ""
    mood: str = ""
    keywords: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    listener: str = ""
    form: str = ""
    scene: Scene | None = None
    authors_note: AuthorsNote | None = None
    split: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """Two replies to the same talk, of which the first was kept: `talk` ends before the reply.
    `speaker` is who replies, "" the model itself. Group and split are those of `talk`."""

    talk: TalkRow
    chosen: str
    rejected: str
    place: RowPlace
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A text without labels. `song` is its group."""

    text: str
    place: RowPlace
    song: str = ""
    artist: str = ""
    split: str = ""


Row = TextRow | TalkRow | ChoiceRow | PlainRow


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row nothing can be learned from, and why, in a sentence. `text` is its beginning."""

    place: RowPlace
    why: str
    text: str = ""
