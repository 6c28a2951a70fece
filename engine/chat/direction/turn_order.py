"""Whose turn it is among the cast.

Pure: the same setup, turns and seed choose the same. Knows no model and no storage; who speaks
because the person says so needs none of this.
"""

import random
import re
from collections.abc import Sequence

from engine.chat.scene import SpokenLine
from engine.chat.talk import CastMember, TalkSetup, TurnOrder

_BEFORE = r"(?:^|[,;:.!?…—\n\"“”*])\s*"
_AFTER = r"\s*(?:$|[,;:.!?…—\n\"“”*])"
_SHORTEST_FIRST_NAME = 3


def next_speaker(setup: TalkSetup, turns: Sequence[SpokenLine], seed: int) -> CastMember | None:
    """Who of the cast speaks after `turns`, None where the person has to choose.

    Nobody twice in a row, unless nobody else could. By hand it is only clear where one of the
    cast alone may speak.
    """
    free = [member for member in setup.cast if not member.muted]
    last = turns[-1].speaker if turns else ""
    others = [member for member in free if member.persona.called != last]
    if not others or len(free) == 1:
        return free[0] if free else None
    if setup.turn_order is TurnOrder.HAND:
        return None
    if setup.turn_order is TurnOrder.ROUND:
        return _after(setup, turns, others)
    named = _named(others, turns[-1].text) if turns else None
    return named or _by_chance(others, f"{seed} {len(turns)}")


def in_order(setup: TalkSetup, turns: Sequence[SpokenLine]) -> CastMember | None:
    """Who of those not muted comes next by the order of the cast, None where all are muted."""
    free = [member for member in setup.cast if not member.muted]
    return _after(setup, turns, free) if free else None


def _after(setup: TalkSetup, turns: Sequence[SpokenLine],
           others: Sequence[CastMember]) -> CastMember:
    """The first of `others` after who of the cast spoke last."""
    names = list(setup.names)
    spoke = next((names.index(turn.speaker) for turn in reversed(turns)
                  if turn.speaker in names), -1)
    circle = [*setup.cast[spoke + 1:], *setup.cast[:spoke + 1]]
    return next(member for member in circle if member in others)


def _named(others: Sequence[CastMember], text: str) -> CastMember | None:
    """Who is spoken to, else who is named last."""
    spoken_to: list[tuple[int, CastMember]] = []
    named: list[tuple[int, CastMember]] = []
    for member in others:
        for name in _names_of(member):
            found = [match.start() for match in re.finditer(_whole(name), text, re.IGNORECASE)]
            named += [(place, member) for place in found[-1:]]
            call = re.search(f"{_BEFORE}{_whole(name)}{_AFTER}", text, re.IGNORECASE)
            spoken_to += [(call.start(), member)] if call else []
    if spoken_to:
        return min(spoken_to, key=lambda place: place[0])[1]
    return max(named, key=lambda place: place[0])[1] if named else None


def _names_of(member: CastMember) -> list[str]:
    """What somebody may be called in talk."""
    called = member.persona.called.strip()
    first = called.partition(" ")[0]
    names = [called, member.persona.name.strip()]
    names += [first] if len(first) >= _SHORTEST_FIRST_NAME else []
    return [name for name in dict.fromkeys(names) if name]


def _whole(name: str) -> str:
    """A name as a word of its own; in a script without capitals, where words may stand close
    together, anywhere."""
    if name.upper() == name.lower():
        return re.escape(name)
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _by_chance(others: Sequence[CastMember], seed: str) -> CastMember | None:
    """The more talkative, the likelier; who is not talkative at all waits to be asked."""
    weights = [member.talkativeness for member in others]
    if not any(weights):
        return None
    return random.Random(seed).choices(others, weights)[0]
