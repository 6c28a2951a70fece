"""How a talk is written: a TOML file that a person can read, copy and edit.

Says in plain sentences what is wrong with one. Its texts hold named slots, no code: whatever a
file says, it can run nothing. Knows no script and no model.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from engine.errors import EngineError

NAME, TEXT = "{name}", "{text}"
PERSON_SLOTS = frozenset({"name", "description", "traits", "gender", "age", "tags", "about"})
HEAD_SLOTS = frozenset({
    "instruction", "people", "descriptions", "names", "speaker", "listener", "others", "title",
    "scenario", "mode", "mood", "keywords", "summary", "facts", "lore", "lore_before",
    "lore_after", "examples"})
_DESCRIBED = frozenset({"description", "traits"})
_INSTRUCTION_SLOTS = frozenset({"names", "speaker", "listener", "others"})
_SLOT = re.compile(r"\{([a-z_]+)\}")
_BROKEN_HINT = "Correct the file, or move it away to use the one that came with Undertone."

Text = Annotated[str, msgspec.Meta(min_length=1)]
Guard = Callable[[str, bool], str]
"""Makes a foreign text safe to stand in a prompt; True where it begins a line."""


class PromptFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of writing a talk.

    `form`: "chat" goes through the model's own chat template, "text" is one text. `head` stands
    before the talk, in text its last line is the mark after which the talk begins; `late` stands
    before the last turn. A line of them is left out where one of its slots has nothing to hold,
    and a heading (it ends with a colon) where all below it is. `person` tells one of the cast,
    all of them are {people}; {descriptions} are theirs alone. `instruction` is {instruction}
    where the persona who speaks brings none. `opening` begins a turn, `narrator` one of nobody,
    `aside` is a line to the model within the talk. `nudge` is the user's turn where nobody else
    has asked.
    """

    name: str
    form: Literal["text", "chat"]
    head: Text
    person: Text
    about: str = ""
    instruction: str = ""
    late: str = ""
    opening: str = "{name}:"
    narrator: str = "Narrator:"
    aside: str = "[{text}]"
    nudge: str = "[{name} speaks.]"

    @property
    def slots(self) -> frozenset[str]:
        """The slots it has somewhere."""
        held = f"{self.head}\n{self.late}"
        slots = slots_of(held)
        people = slots_of(self.person) if "people" in slots else frozenset[str]()
        return slots | people | (_DESCRIBED if "descriptions" in slots else frozenset[str]())

    @property
    def talk_mark(self) -> str:
        """The line after which the talk begins; "" in a chat."""
        return self.head.rstrip().rpartition("\n")[2] if self.form == "text" else ""


def slots_of(template: str) -> frozenset[str]:
    """The names of the slots in a template."""
    return frozenset(_SLOT.findall(template))


def filled(template: str, values: Mapping[str, str], guard: Guard = lambda text, _: text) -> str:
    """A template with its slots filled. A line with an empty slot is left out; a line that ends
    with a colon too, where nothing is left of the lines below it up to a blank one. What is put
    in is never looked through for slots again."""
    paragraphs = re.split(r"\n\n+", template.strip("\n"))
    told = ("\n".join(_kept(paragraph, values, guard)) for paragraph in paragraphs)
    return "\n\n".join(filter(None, told))


def _kept(paragraph: str, values: Mapping[str, str], guard: Guard) -> list[str]:
    """The lines of a paragraph that say something, filled."""
    kept: list[str] = []
    below = left_out = False
    for line in reversed(paragraph.split("\n")):
        heads_nothing = line.endswith(":") and left_out and not below
        if heads_nothing or any(not values.get(slot) for slot in _SLOT.findall(line)):
            left_out = True
        else:
            below = True
            kept.append(_SLOT.sub(lambda slot: guard(values[slot[1]], slot.start() == 0), line))
    return kept[::-1]


def parse_format(name: str, content: str) -> PromptFormat:
    """The format a file's text describes. EngineError says what is wrong with it."""
    try:
        read = tomllib.loads(content)
        found = msgspec.convert({**read, "name": name}, PromptFormat)
    except (ValueError, RecursionError) as wrong:
        raise _broken(name, str(wrong)) from wrong
    faults = list(_faults(found))
    if faults:
        raise _broken(name, "; ".join(faults))
    return found


def read_format(file: Path) -> PromptFormat:
    """Reads one file. EngineError where it cannot be read or is broken."""
    try:
        return parse_format(file.stem, file.read_text("utf-8-sig"))
    except OSError as failure:
        raise _broken(file.stem, f"it cannot be opened: {failure.strerror}") from failure
    except UnicodeDecodeError as failure:
        raise _broken(file.stem, "it is no text in UTF-8") from failure


def _faults(read: PromptFormat) -> Iterator[str]:
    for field, known in (("head", HEAD_SLOTS), ("late", HEAD_SLOTS), ("person", PERSON_SLOTS),
                         ("instruction", _INSTRUCTION_SLOTS), ("nudge", frozenset({"name"})),
                         ("opening", frozenset({"name"})), ("narrator", frozenset[str]()),
                         ("aside", frozenset({"text"}))):
        for slot in sorted(slots_of(getattr(read, field)) - known):
            yield f"“{field}” holds {{{slot}}}, which means nothing there"
    yield from _line_faults(read)
    if read.form == "text" and (_SLOT.search(read.talk_mark) or not read.talk_mark.strip()):
        yield "the last line of “head” has to be words alone: the talk begins after it"


def _line_faults(read: PromptFormat) -> Iterator[str]:
    """Reading back leans on these."""
    for field in ("opening", "narrator", "aside", "nudge"):
        value: str = getattr(read, field)
        if len(value.splitlines()) != 1 or value != value.strip():
            yield f"“{field}” has to be one line without spaces around it"
    if not read.opening.startswith(NAME) or not read.opening.endswith(":"):
        yield "“opening” has to begin with {name} and end with a colon"
    if not read.narrator.endswith(":") or len(read.narrator) < 2:
        yield "“narrator” has to be a name and a colon"
    if read.aside.count(TEXT) != 1 or not read.aside.partition(TEXT)[0]:
        yield "“aside” has to begin with a sign of its own and hold {text}"


def _broken(name: str, why: str) -> EngineError:
    return EngineError(f"The prompt format {name} cannot be used: {why.rstrip('.')}.",
                       _BROKEN_HINT)
