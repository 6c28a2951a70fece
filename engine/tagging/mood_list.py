"""Reads the moods out of a free list, as language models write them, and repairs what it can.

Every mention has one fate: kept as it is, repaired, doubled or dropped. Whole words only, nothing
outside the vocabulary, and in doubt nothing at all. Time is bounded whatever the text.
"""

import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.tagging.spelling import nearest
from engine.tagging.vocabulary import Vocabulary, fold

MOST_CHARACTERS = 20_000
MOST_MENTIONS = 400
_MOST_WORDS = 6
_SHORTEST_CUT = 4
_CLIP = 40

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]")
_TOKEN_MARKS = str.maketrans({"Ġ": " ", "▁": " ", "Ċ": "\n"})
_CONTINUED = re.compile(r"(?<=\w) ##(?=\w)")
_SPACES = re.compile(r"[^\S\n\t]+")
_SPECIAL_TOKEN = re.compile(r"<[^<>\n]{1,24}>")
_MARKER = re.compile(r"\s*(?:\(?\d{1,3}[.):]|[-*+•·–—#>])\s*")
_LEAD_IN = re.compile(r"[^,;|\n]{0,120}(?::|\b(?:are|is|includes?)\b)[\s\"'\[({]*")
_SEPARATOR = re.compile(r"[,;|/•·、，；،\t]|\s[-–—]\s|\s\(?\d{1,2}[.)]\s|\.\s")
_AND = re.compile(r"\s+(?:and|or|und|et|y|plus)\s+|\s*[&+]\s*", re.IGNORECASE)
_LEADING_AND = re.compile(r"^\s*(?:and|or)\s+", re.IGNORECASE)
_REMARK = re.compile(r"(?<=\w)[\s\"'*]*[(\[{:=].*$")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_HARMLESS = string.punctuation + string.digits + string.whitespace + "“”„‘’«»"
_FILLERS = frozenset({
    "a", "an", "the", "of", "some", "bit", "very", "really", "so", "quite", "rather", "fairly",
    "somewhat", "slightly", "mildly", "mild", "deep", "deeply", "strong", "strongly", "overall",
    "mostly", "sense", "feeling", "feelings", "mood", "moods", "emotion", "emotions", "tone",
    "vibe", "vibes", "atmosphere", "undertone", "undertones", "touch", "hint", "hints", "tinged",
    "song", "music"})


@dataclass(frozen=True, slots=True)
class MoodList:
    """The `moods` of a list as ids, in order of mention, none twice.

    `repaired` pairs what was written with the mood it became: a subset of `moods`. `dropped` is
    what no mood could be made of, clipped. `doubled` counts mentions of a mood already named.
    """

    moods: tuple[str, ...]
    repaired: tuple[tuple[str, str], ...]
    dropped: tuple[str, ...]
    doubled: int


def parse_moods(text: str, vocabulary: Vocabulary) -> MoodList:
    """The moods a free, perhaps defective list names; never fails, whatever the text."""
    visible = _visible(text)
    reading = _Reading(vocabulary)
    lines, chatter = _list_lines(visible, vocabulary)
    mentions = [mention for line in lines for mention in _mentions(line, vocabulary)]
    cut_off = not chatter and visible[-1:].isalpha()
    for place, mention in enumerate(mentions[:MOST_MENTIONS]):
        reading.take(mention, cut_off and place == len(mentions) - 1)
    reading.drop(" ".join(mentions[MOST_MENTIONS:]))
    reading.drop(chatter)
    return reading.result()


def _visible(text: str) -> str:
    """The text as a person sees it, without the marks tokenizers leave around words."""
    composed = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS]
    spaced = _CONTINUED.sub("", _INVISIBLE.sub("", composed.translate(_TOKEN_MARKS)))
    return _SPACES.sub(" ", _SPECIAL_TOKEN.sub("\n", spaced))


def _list_lines(text: str, vocabulary: Vocabulary) -> tuple[list[str], str]:
    """The lines that belong to the list, without numbering and lead-in, and the chatter after."""
    lines = text.splitlines()
    kept: list[str] = []
    ended = False
    for place, line in enumerate(lines):
        marker = _MARKER.match(line)
        rest = line[marker.end():] if marker else line
        if not rest.strip():
            ended = bool(kept)
            continue
        if kept and not marker and (ended or _is_prose(rest)):
            return kept, " ".join(lines[place:])
        rest = _without_lead_in(rest, vocabulary, first=not kept)
        if rest.strip():
            kept.append(rest)
    return kept, ""


def _is_prose(line: str) -> bool:
    return any(len(part.split()) > _MOST_WORDS for part in _SEPARATOR.split(line))


def _without_lead_in(line: str, vocabulary: Vocabulary, first: bool) -> str:
    """Cuts "The moods are:" before the first mention, and the reason after "Sadness: ..."."""
    head, colon, tail = line.partition(":")
    if colon and vocabulary.canonical(_EDGES.sub("", head)):
        return line if re.match(r"\s*[\d.]", tail) else head
    found = _LEAD_IN.match(line) if first else None
    return line[found.end():] if found else line


def _mentions(line: str, vocabulary: Vocabulary) -> Iterator[str]:
    for part in _SEPARATOR.split(line):
        if not part.strip(_HARMLESS):
            continue
        if vocabulary.canonical(part.strip(_HARMLESS)):
            yield part
        else:
            yield from filter(None, _AND.split(_LEADING_AND.sub("", part)))


@dataclass(slots=True)
class _Reading:
    """The fates of the mentions read so far."""

    vocabulary: Vocabulary
    moods: dict[str, None] = field(default_factory=dict[str, None])
    repaired: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    dropped: list[str] = field(default_factory=list[str])
    doubled: int = 0
    known: dict[str, str] = field(init=False)
    seen: dict[str, str | None] = field(default_factory=dict[str, str | None])

    def __post_init__(self) -> None:
        self.known = self.vocabulary.spellings

    def take(self, mention: str, cut_off: bool) -> None:
        """Gives one mention its fate; `cut_off` says the text may have ended inside it."""
        bare = _REMARK.sub("", mention).strip(_HARMLESS)
        found = self._meant(bare, cut_off)
        for written, repaired_mood in found:
            self._keep(written, repaired_mood)
        if not found:
            self.drop(mention)

    def drop(self, mention: str) -> None:
        """Counts what no mood could be made of; nothing is counted for an empty mention."""
        if mention.strip():
            self.dropped.append(" ".join(mention[:4 * _CLIP].split())[:_CLIP])

    def result(self) -> MoodList:
        return MoodList(tuple(self.moods), tuple(self.repaired), tuple(self.dropped), self.doubled)

    def _keep(self, written: str, mood: str) -> None:
        if mood in self.moods:
            self.doubled += 1
            return
        self.moods[mood] = None
        named = self.vocabulary.get(mood)
        if named is None or fold(written) not in (fold(named.id), fold(named.name)):
            self.repaired.append((written[:_CLIP], mood))

    def _meant(self, written: str, cut_off: bool) -> list[tuple[str, str]]:
        """What a mention means as a whole, or else word by word; empty if any word is foreign."""
        words = [word.strip(_HARMLESS) or word for word in written.split()]
        if len(words) > _MOST_WORDS:
            return []
        whole = self._meaning(fold(_EDGES.sub("", written)) or fold(written), cut_off)
        if whole:
            return [(written, whole)]
        found = self._word_by_word(words, cut_off) if len(words) > 1 else []
        return [(written, found[0][1])] if len(found) == 1 else found

    def _word_by_word(self, words: list[str], cut_off: bool) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        place = 0
        while place < len(words):
            span = self._longest_known(words, place)
            if span:
                found.append((" ".join(words[place:place + span]),
                              self.known[fold("".join(words[place:place + span]))]))
            elif words[place].casefold() not in _FILLERS:
                last = cut_off and place == len(words) - 1
                mood = self._meaning(fold(_EDGES.sub("", words[place])), last)
                if not mood:
                    return []
                found.append((words[place], mood))
            place += max(span, 1)
        return found

    def _longest_known(self, words: list[str], place: int) -> int:
        spans = range(len(words) - place, 0, -1)
        return next((n for n in spans if fold("".join(words[place:place + n])) in self.known), 0)

    def _meaning(self, key: str, cut_off: bool) -> str | None:
        """The one mood a folded word can mean: known, cut off at its end, or misspelt."""
        if key in self.known:
            return self.known[key]
        completed = self._completed(key) if cut_off else None
        if completed:
            return completed
        if key not in self.seen:
            moods = {self.known[spelling] for spelling in nearest(key, self.known)}
            self.seen[key] = moods.pop() if len(moods) == 1 else None
        return self.seen[key]

    def _completed(self, key: str) -> str | None:
        if len(key) < _SHORTEST_CUT:
            return None
        moods = {mood for spelling, mood in self.known.items() if spelling.startswith(key)}
        return moods.pop() if len(moods) == 1 else None
