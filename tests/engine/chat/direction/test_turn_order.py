"""Whose turn it is."""

from collections import Counter
from dataclasses import replace

import pytest

from engine.chat.direction.turn_order import in_order, next_speaker
from engine.chat.persona import Persona
from engine.chat.scene import SpokenLine
from engine.chat.talk import CastMember, TalkSetup, TurnOrder


def cast(*names: str, order: TurnOrder = TurnOrder.NATURAL, **talkative: float) -> TalkSetup:
    return TalkSetup(tuple(
        CastMember(at, Persona(name), talkativeness=talkative.get(name, 0.5))
        for at, name in enumerate(names)), turn_order=order)


def said(*turns: str) -> list[SpokenLine]:
    return [SpokenLine(*(part.strip() for part in turn.split(":", 1))) for turn in turns]


def called(setup: TalkSetup, *turns: str, seed: int = 0) -> str:
    member = next_speaker(setup, said(*turns), seed)
    return member.persona.called if member else ""


class TestNatural:
    @pytest.mark.parametrize("line, expected", [
        ("Sam: What do you think, Ben?", "Ben"),
        ("Sam: ben", "Ben"),
        ("Sam: Ann, have you seen Ben?", "Ann"),
        ("Sam: Ann and Ben went out, and so did Cleo", "Cleo"),
        ("Sam: Good day, Cleo Vance.", "Cleo"),
        ("Sam: *nods* Cleo! Ben is here.", "Cleo"),
        ("Ann: I am Ann. Ben?", "Ben"),
    ])
    def test_who_is_named_speaks(self, line: str, expected: str) -> None:
        setup = cast("Ann", "Ben", "Cleo Vance")
        assert called(setup, line).partition(" ")[0] == expected

    @pytest.mark.parametrize("line", ["Sam: We annexed the benefit.", "Sam: Hello."])
    def test_parts_of_words_name_nobody(self, line: str) -> None:
        setup = cast("Ann", "Ben", "Cleo")
        assert len({called(setup, line, seed=seed) for seed in range(40)}) == 3

    def test_names_without_spaces_around_are_heard(self) -> None:
        assert called(cast("小明", "小红"), "Sam: 你好小红吗") == "小红"

    def test_nobody_speaks_twice_in_a_row(self) -> None:
        setup = cast("Ann", "Ben", "Cleo")
        assert "Ann" not in {called(setup, "Ann: Ann says Ann.", seed=seed) for seed in range(40)}
        assert called(cast("Ann", "Ben"), "Ann: Well?") == "Ben"
        assert called(cast("Ann"), "Ann: Well?") == "Ann"

    def test_the_talkative_speak_more(self) -> None:
        setup = cast("Ann", "Ben", "Cleo", Ann=0.9, Ben=0.1, Cleo=0.0)
        counts = Counter(called(setup, "Sam: Hm.", seed=seed) for seed in range(300))
        assert counts["Ann"] > 5 * counts["Ben"] > 0 and "Cleo" not in counts
        # AND who never speaks unasked does when asked
        assert called(setup, "Sam: Cleo?") == "Cleo"

    def test_where_all_wait_nobody_speaks(self) -> None:
        assert called(cast("Ann", "Ben", Ann=0.0, Ben=0.0), "Sam: Hm.") == ""

    def test_the_same_talk_has_the_same_speaker(self) -> None:
        setup = cast("Ann", "Ben", "Cleo")
        assert len({called(setup, "Sam: Hm.", seed=7) for _ in range(9)}) == 1

    def test_muted_ones_are_passed_over_even_if_named(self) -> None:
        setup = cast("Ann", "Ben")
        muted = replace(setup, cast=(setup.cast[0], replace(setup.cast[1], muted=True)))
        assert called(muted, "Sam: Ben?") == "Ann"
        nobody = replace(setup, cast=tuple(replace(m, muted=True) for m in setup.cast))
        assert called(nobody, "Sam: Ben?") == "" and in_order(nobody, []) is None


class TestRound:
    def test_the_order_of_the_cast(self) -> None:
        setup = cast("Ann", "Ben", "Cleo", order=TurnOrder.ROUND)
        assert called(setup) == "Ann"
        assert called(setup, "Ann: Hi.") == "Ben"
        assert called(setup, "Ann: Hi.", "Ben: Hi.", "Sam: Ann?") == "Cleo"
        assert called(setup, "Cleo: Hi.", ": Rain.") == "Ann"

    def test_muted_ones_lose_their_turn(self) -> None:
        setup = cast("Ann", "Ben", "Cleo", order=TurnOrder.ROUND)
        muted = replace(setup, cast=(setup.cast[0], replace(setup.cast[1], muted=True),
                                     setup.cast[2]))
        assert called(muted, "Ann: Hi.") == "Cleo" and called(muted, "Ben: Hi.") == "Cleo"


class TestByHand:
    def test_the_person_chooses(self) -> None:
        setup = cast("Ann", "Ben", order=TurnOrder.HAND)
        assert called(setup, "Sam: Ann?") == ""
        assert called(cast("Ann", order=TurnOrder.HAND), "Sam: Hm.") == "Ann"

    def test_left_to_itself_the_order_decides(self) -> None:
        setup = cast("Ann", "Ben", order=TurnOrder.HAND)
        member = in_order(setup, said("Ann: Hi."))
        assert member is setup.cast[1]
