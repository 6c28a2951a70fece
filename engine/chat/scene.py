"""Where and about what a talk takes place. Values only; knows no prompt and no storage."""

import msgspec


class SpokenLine(msgspec.Struct, frozen=True):
    """One turn of a dialogue. `speaker` "" is the narrator: what happens, said by nobody."""

    speaker: str
    text: str


class AuthorsNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """A word aside to the model. `depth`: how many messages from the end it stands; 0 is last.
    `every`: with each how many turns of the person it is given; 0 is never."""

    text: str = ""
    depth: int = 4
    every: int = 1


class Scene(msgspec.Struct, frozen=True, omit_defaults=True):
    """A scene.

    `scenario` says what happens, `facts` are sentences that are so, `keywords` what it should
    touch on, `mode` its kind in a word or two ("comedy", "quarrel"), `mood` how it feels. `cast`
    are names of personas. `opening` are the first lines. `source` is what it was made from, a
    sentence that is never part of a prompt.
    """

    title: str
    scenario: str = ""
    facts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mode: str = ""
    mood: str = ""
    cast: tuple[str, ...] = ()
    opening: tuple[SpokenLine, ...] = ()
    authors_note: AuthorsNote = AuthorsNote()
    source: str = ""
