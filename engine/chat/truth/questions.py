"""Whether a line asks the one it is said to about their own life.

English question words and their company; knows no facts and no model. What it cannot place counts
as plain talk, which is left alone.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.chat.truth.asked import AUXILIARY, Asked, asked_for
from engine.chat.truth.lexicon import REQUESTS, STATES, TALKED, TALKING, listed
from engine.chat.truth.wording import plain, sentences

_I = re.IGNORECASE


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question about the life of the one asked.

    `text` is the question with what it hangs on, `parts` are its sentences where there are several.
    `asks` is what they ask for, with the words each asks it of ("parrot" of a name, "music" of a
    kind). It is `sure` where the wording alone shows that a life is meant; else what is known must
    tell. `is_view`: it asks what one thinks of something, which nobody needs to know beforehand.
    """

    text: str
    asks: tuple[tuple[Asked, tuple[str, ...]], ...]
    sure: bool
    parts: tuple[str, ...] = ()
    is_view: bool = False


_OPENED = re.compile(
    r"^(?:(?:so|and|but|or|well|oh|okay|ok|hey|ah|hm+|now|then|actually|anyway|say|sorry|pray|"
    r"just curious|be honest|tell me(?: honestly)?|may i ask|remind me(?: again)?|i wonder|"
    r"out of curiosity|to be honest|by the way)\b[\s,:.-]*)+", _I)
_FRAMED = re.compile(
    r"(?:(?:would|could|can|will) you (?:please |kindly |perhaps |maybe )?"
    r"(?:mind (?:telling|saying)|tell|say|remind|explain)(?: (?:me|us|to me))?"
    r"|do you (?:remember|recall|know)|(?:please )?tell (?:me|us)"
    r"|(?:may|might|can|could) i (?:ask|know)|i(?:'d| would) (?:like|love) to (?:know|hear|ask)"
    r"|i (?:wonder|was wondering|want to know)|i(?:'ve| have) been wondering|have you any idea)"
    r"\b[\s,:]*(?:about )?"
    r"(?=(?:what|who|whom|whose|where|when|why|how|which|if|whether|the|your|about|that)\b)", _I)
_TAIL = re.compile(
    r"[\s,]+(?:right|honestly|then|please|if you don't mind(?: my asking| me asking)?|by the way|"
    r"if i may ask|lol|haha|dear|of all things|exactly|again|now)?[\s?.!]*$", _I)
_BEGINS = re.compile(
    r"(?:what|who|whom|whose|where|when|why|how|which|if|whether|what's|who's|where's|how's|whats|"
    rf"wheres|{AUXILIARY}|don't|didn't|aren't|weren't|haven't|any|got|(?:in|at) (?:what|which)|"
    r"(?:to|with|for|from|of|on|under|by) (?:what|which|whom))\b", _I)
_ABOUT = re.compile(r"(?:tell (?:me|us) (?:more |something )?(?:about|of)|what about|how about|"
                    r"describe)\b", _I)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|you've|you're|you'd)\b", _I)
_YOU_DID = re.compile(r"\byou (?:had|have|were|did|are|was)\b", _I)
_HANGS_ON = re.compile(
    r"(?<!\bis )(?<!\bare )\b(?:he|she|they|him|her|his|hers|them|their|it|its|there|that|this|"
    r"those|these|he's|she's|it's)\b", _I)
_YOUR = re.compile(r"\byour (?:own )?(\w+)", _I)
_ASKED_VERB = re.compile(
    r"\b(do|did|don't|didn't|have|had|haven't|are|were|was|aren't|weren't|can|could|can't|will|"
    r"would|you've|you're) (you )?(?:ever |really |still |also |actually |usually |even |just |"
    r"always |already |often |never |all |not )*(\w+)", _I)
_HEARD = listed("""
heard seen noticed read met got tried had come forgotten eaten thought considered lost
""")
_GREETINGS = re.compile(
    r"^(?:and )?(?:how are you|how're you|how do you do|how's it going|what's up|"
    r"how have you been|are you there|who are you talking)\b", _I)
_SURELY = re.compile(r"\bdo you (?:(?:believe|trust) in|know how to)\b", _I)
_ABLE = re.compile(r"\bdo you know how to\b", _I)
# "What do you want to be?" asks about a life, "Do you want some?" does not.
_BY_ITSELF = re.compile(
    r"\b(?:what|who|where) do you (?:want to \w+|see \w+|hear \w+)|"
    r"\bdo you fancy (?!an?\b|some\b|the\b|\w+ing\b)", _I)
_OF_ALL = re.compile(
    r"\bif you (?:could|were|had|would)\b|\b(?:shall|should) (?:we|i|you)\b|\bmay i\b|"
    r"\bhow (?:do|can|should) (?:you|i|we|one) "
    r"(?:get(?! (?:around|along|by|to))|make|do|say|spell|use|cook|stop|fix|clean|remove)\b", _I)
_JUST_TOLD = re.compile(r"\b(?:my|the news|this|that|it)\b", _I)
# Asked what they think: a fact may say so, else they are free to think of something.
_VIEW = re.compile(r"\bdo you (?:think|make|feel) (?:of|about)\b|"
                   r"\byour (?:opinion|views?) (?:of|on|about)\b", _I)
_REMEMBERED = re.compile(r"\bdo you (?:remember|recall)\b", _I)
_MINE = re.compile(r"\b(?:i|my|me|mine|i'm|i've)\b", _I)


def own_question(line: str, names: Collection[str] = ()) -> OwnQuestion | None:
    """The question in a line said to somebody called `names`; None where none is about them."""
    told = sentences(re.sub(r"\s+", " ", line))
    asked = [place for place, sentence in enumerate(told) if _is_question(sentence)]
    if not asked or _GREETINGS.match(_bare(told[asked[0]], names)):
        return None
    questions = [_bare(told[place], names) for place in asked]
    begin = asked[0]
    if begin and _HANGS_ON.search(questions[0]):
        begin -= 1
    kinds = [kind for question in questions if (kind := _life_of(question))]
    if not kinds:
        return None
    if _REMEMBERED.search(line) or (begin < asked[0] and _YOUR.search(told[begin])):
        kinds.append("sure")
    asks = tuple(ask for question in questions if (ask := asked_for(question)))
    return OwnQuestion(" ".join([*told[begin:asked[0]], *questions]), asks, "sure" in kinds,
                       tuple(questions) if questions[1:] else (),
                       all(_VIEW.search(question) for question in questions))


def _is_question(sentence: str) -> bool:
    opened = _OPENED.sub("", sentence, count=1)
    return (sentence.rstrip("\"')* ").endswith("?") or bool(_ABOUT.match(sentence))
            or (bool(_BEGINS.match(opened)) and not sentence.endswith("!"))
            or bool(_FRAMED.match(opened)))


def _bare(question: str, names: Collection[str]) -> str:
    """A question without openers, polite frames, and the name of the one asked."""
    told = plain(question).strip()
    if _ABOUT.match(told):
        return told
    for name in map(re.escape, sorted(names, key=len, reverse=True)):
        told = re.sub(rf"[\s,]*,\s*(?:my )?{name}(?=[?.!,]|$)|^{name},\s*", "", told, flags=_I)
    told = _OPENED.sub("", told, count=1) or told
    if not _ABLE.search(told):
        told = _FRAMED.sub("", told, count=1)
    return (_TAIL.sub("", told) or question).rstrip("?.! ") + "?"


def _life_of(question: str) -> str:
    """ "sure" for a life, "maybe", or "" for plain talk."""
    if _SURELY.search(question):
        return "sure"
    owned = [word.lower() for word in _YOUR.findall(question)]
    if _ABOUT.match(question):
        if any(word not in TALKED for word in owned) or _YOU_DID.search(question):
            return "sure"
        return "" if _MINE.search(question) else "maybe"
    if _VIEW.search(question):
        return "maybe"
    if any(_plain_reasons(question)):
        return ""
    if any(word not in TALKED for word in owned):
        return "sure"
    if owned or _MINE.search(question):
        return ""
    return "sure" if _YOU.search(question) else "maybe"


def _plain_reasons(question: str) -> Iterator[bool]:
    """Why a question may be part of the talk itself."""
    for helper, you, verb in _ASKED_VERB.findall(question.lower()):
        asks_leave = helper in ("can", "could") and verb in ("i", "it", "we")
        if asks_leave or helper in ("will", "would"):
            yield True
        elif not you and helper not in ("you're", "you've"):
            continue
        elif helper in ("do", "don't"):
            yield verb in TALKING and not _BY_ITSELF.search(question)
        elif helper in ("are", "aren't", "you're"):
            yield verb in STATES
        elif helper in ("can", "can't", "could"):
            yield verb in REQUESTS
        elif helper in ("have", "haven't", "you've") and "ever" not in question.lower():
            yield verb in _HEARD and _JUST_TOLD.search(question) is not None
    yield _OF_ALL.search(question) is not None
