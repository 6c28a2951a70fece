"""What would answer a question: a name, a place, a number. Told from its question words.

English; knows one question at a time and nothing of who is asked.
"""

import enum
import re

from engine.chat.truth.wording import content


class Asked(enum.StrEnum):
    """What would answer a question."""

    NAME = "name"
    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    AGE = "age"
    NUMBER = "number"
    SPAN = "span"  # for how long
    LENGTH = "length"
    WEIGHT = "weight"
    MONEY = "money"
    COLOUR = "colour"
    REASON = "reason"
    KIND = "kind"  # which, or what kind: one of those named
    WHETHER = "whether"
    WHAT = "what"


AUXILIARY = r"(?:do|did|does|are|were|was|is|have|has|had|can|could|will|would)"
_REST = r"([\w' -]*)"
_SOME = r"([\w' -]+)"
_A = r"(?:your |the |that |this |a )?"
# Elsewhere "who" and "when" only join clauses.
_FIRST = r"(?:^|, |^(?:to|with|for|from|of|on|under|by|at|in|since|and) )"
# The first pattern that is found counts; its group holds what is asked about.
_PATTERNS: tuple[tuple[Asked, str], ...] = (
    (Asked.NAME, rf"(?:first |last |real |full |sur)?names? of {_A}{_SOME}"),
    (Asked.NAME, rf"(?:does|did|do|has|have|had) {_A}([\w' -]+?) (?:have |got )?a name\b"),
    (Asked.NAME, r"([\w' -]+?)(?:'s|s)? (?:first |last |real |full |pen |sur)?name\b"),
    (Asked.NAME, rf"what(?:'s|s| is| are| was| were)? {_A}([\w' -]+?) (?:called|named)\b"),
    (Asked.NAME, rf"what do you call {_A}{_SOME}"),
    (Asked.COLOUR, rf"(?:what|which) colou?r (?:is|are|was|were)?{_SOME}"),
    (Asked.AGE, rf"how old (?:is|are|was|were)?{_SOME}"),
    (Asked.AGE, rf"(?:at )?(?:what|which) age\b{_REST}"),
    (Asked.LENGTH, rf"how (?:tall|long|high|big|far|wide|deep|large) (?:is|are|was|were) {_SOME}"),
    (Asked.SPAN, rf"(?:since when|how long)\b{_REST}"),
    (Asked.WEIGHT, r"how (?:heavy|much) (?:is|are|do|does|did)\b([\w' -]* (?:weigh|heavy))"),
    (Asked.MONEY, r"how much (?:money |rent )?(?:do|did|does|is|was|are|were)\b"
                  r"([\w' -]*(?:pay|paid|cost|earn|charge|rent|owe|make|worth|salary|spend)"
                  r"[\w' -]*)"),
    (Asked.MONEY, r"how much (rent|money|pay|tax)\b"),
    (Asked.NUMBER, rf"how (?:many|often|much)\b{_REST}"),
    (Asked.WHO, rf"{_FIRST}(?:who|whom|whose|who's)\b{_REST}"),
    (Asked.WHERE, rf"{_FIRST}(?:where|where's|wheres)\b{_REST}"),
    (Asked.WHERE, r"(?:what|which) (?:city|town|country|village|place|street)\b" + _REST),
    (Asked.WHEN, rf"{_FIRST}when\b{_REST}"),
    (Asked.WHEN, rf"(?:what|which) (?:year|month|day|date|time|season)\b{_REST}"),
    (Asked.REASON, rf"{_FIRST}(?:why|how come|what made you|for what reason|what for)\b{_REST}"),
    (Asked.KIND, r"which (?:one )?of (?:your |the |those |these |all )+([\w'-]+)"),
    (Asked.KIND, r"(?:which|what (?:kind|sort|type)s? of|what|whats) "
                 r"((?!is|are|was|were|do|did|does|have|had|has|s\b|you|would|happened|keeps|gives|"
                 r"made|about|can)[\w'-]+(?: of [\w' -]+)?)"),
    (Asked.WHETHER, rf"^(?:{AUXILIARY}|don't|didn't|aren't|weren't|haven't|any|got|you)\b{_REST}"),
    (Asked.WHAT, rf"\b(?:what|how|what's|tell)\b{_REST}"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


def asked_for(question: str) -> tuple[Asked, tuple[str, ...]] | None:
    """What a question asks for, and the words of what it asks that; None where it is unclear."""
    for kind, pattern in _COMPILED:
        found = pattern.search(question)
        if found:
            return kind, tuple(content(found[1]))
    return None
