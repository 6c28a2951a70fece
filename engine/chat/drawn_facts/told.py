"""The sentences of a talk in which somebody's life is told: whose, by whom, and who was there.

English. What is asked, wished or felt just now is none. Knows no store and no model.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.chat.conversation import ChatMessage, MessageState, Role
from engine.chat.direction.wording import lines_of, person_called
from engine.chat.persona import Persona
from engine.chat.talk import TalkSetup
from engine.chat.truth.claims import claims_in
from engine.chat.truth.wording import content, plain, sentence_spans, words

LONGEST = 240
"""Letters of a sentence that is looked at; longer ones say several things."""
_ENDED = frozenset({MessageState.WHOLE, MessageState.LENGTH, MessageState.STOPPED})
_POINTS_BACK = re.compile(
    r"\b(?:it|that|this|them|those|these|ones?|there|so)\W*$|"
    r"\b(?:that|this|these|those) \w+\W*$|"
    r"\b(?:\w+ed|seen|saw|know|knew|like|love|hate|want|did|do|got|get|have|had|cut) (?:it|them)\b",
    re.IGNORECASE)
_TELLS = (r"(?:'s (?:\w+ ){1,3})?\s?(?:never |always |once |also |still |often |used to )*"
          r"(?:is|was|has|had|does|did|can(?:not|'t)?|could|lives|[a-z]+(?:s|ed|ew|ght|ve))\b")
_FEWEST = 3  # words
_ACTION = re.compile(r"\*[^*\n]*\*")
_OF_ONESELF = re.compile(
    r"(?i:(?:\W*(?:well|oh|ah|yes|yeah|no|and|but|so|then|now|actually|also|hi|hey|hello|okay|sure|"
    r"once|today|anyway|honestly|really|because|still|sometimes|since then|as a child|these days)"
    r"\b,?\s*){0,3})\W*(?:I|[Mm]y|[Ww]e|[Oo]ur)\b")
_OF_HEARSAY = re.compile(r"\bI(?:'ve)? (?:heard|knew|guessed|thought|assumed|read) ")
_TO_ANOTHER = re.compile(r"\b(?:yours?|yourself|you)\b(?! know,)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ToldSentence:
    """`text` tells of the life of `about`; `speaker` said it in a message that those of the cast
    in `present` heard. `persona_id` is whose life it is, None for the person's."""

    message_id: int
    speaker: str
    about: str
    text: str
    persona_id: int | None
    present: tuple[int, ...]


def told_in(path: Sequence[ChatMessage], setup: TalkSetup,
            since: Mapping[int, int]) -> list[ToldSentence]:
    """All of a path, in order. `since` says after which message each of the cast came in, by the
    id of the persona; 0 was there from the beginning."""
    found: list[ToldSentence] = []
    for message, line in zip(path, lines_of(setup, path), strict=True):
        if message.role is Role.SYSTEM or message.state not in _ENDED or not line.speaker:
            continue
        present = tuple(member.persona_id for member in setup.cast
                        if since.get(member.persona_id, 0) < message.id)
        for about, text in _sentences(line.speaker, message.text, setup):
            found.append(ToldSentence(message.id, line.speaker, about, text,
                                      _id_of(setup, about), present))
    return found


def persona_called(setup: TalkSetup, name: str) -> Persona:
    """Who is called so: one of the cast, or the person."""
    member = setup.member(name)
    return member.persona if member else Persona(name)


def _sentences(speaker: str, text: str, setup: TalkSetup) -> Iterator[tuple[str, str]]:
    """Sentences, each with whom it is about: the speaker, or another who is named."""
    own = {claim.start for claim in claims_in(text)}
    others = [name for name in (*setup.names, person_called(setup)) if name != speaker]
    shown = _ACTION.sub(lambda action: " " * len(action[0]), plain(text))
    for start, end in sentence_spans(shown):
        said = " ".join(shown[start:end].split())
        if not _may_tell(said):
            continue
        if start in own:
            if _OF_ONESELF.match(said) and not (
                    _TO_ANOTHER.search(said) or _OF_HEARSAY.search(said)):
                yield speaker, said
        else:
            yield from ((name, said) for name in _told_of(said, others))


def _may_tell(said: str) -> bool:
    """Whether a sentence may say something by itself: without what was said before nobody knows
    what "it" is."""
    return (len(said) <= LONGEST and len(words(said)) >= _FEWEST and bool(content(said))
            and not _POINTS_BACK.search(said))


def _told_of(said: str, names: Sequence[str]) -> list[str]:
    """Of whom a sentence tells that begins with a name: "Ben keeps a key under the mat."."""
    if said.endswith("?"):
        return []
    return [name for name in names
            if any(re.match(rf"{re.escape(short)}\b{_TELLS}", said)
                   for short in dict.fromkeys((name, name.split()[0])))][:1]


def _id_of(setup: TalkSetup, name: str) -> int | None:
    member = setup.member(name)
    return member.persona_id if member else None
