"""A training waits, rests or goes on, by what the person wants and does."""

import pytest

from engine.training.learning_job import Manners, WhileUsed
from engine.training.runs.courtesy import BATTERY, CHATTING, JobCourtesy


class World:
    """A clock that moves by sleeping, a person, a plug."""

    def __init__(self) -> None:
        self.now, self.used, self.battery = 1000.0, False, False
        self.looks = 0

    def courtesy(self, while_used: WhileUsed, on_battery: bool = False) -> JobCourtesy:
        def look() -> bool:
            self.looks += 1
            return self.used

        def sleep(seconds: float) -> None:
            self.now += seconds
        return JobCourtesy(Manners(while_used=while_used, on_battery=on_battery), look,
                           lambda: self.battery, lambda: self.now, sleep)


@pytest.fixture
def world() -> World:
    return World()


def test_it_pauses_while_the_person_chats_and_a_little_longer(world: World) -> None:
    courtesy = world.courtesy(WhileUsed.PAUSE)
    assert courtesy.wants_pause() == ""
    # WHEN the person asks for a reply THEN it waits within 100 ms
    world.used = True
    world.now += 0.1
    assert courtesy.wants_pause() == CHATTING
    # AND for some seconds beyond, since another question will come
    world.used = False
    world.now += 5
    assert courtesy.wants_pause() == CHATTING
    waits = 0
    while courtesy.wants_pause():
        courtesy.wait()
        waits += 1
    assert 20 < waits < 100
    # AND it never rests as one that is to be slow
    world.used = True
    world.now += 1
    assert courtesy.breathe(0.1) == 0.0


def test_slow_it_rests_four_fifths_of_the_time(world: World) -> None:
    courtesy = world.courtesy(WhileUsed.SLOW_DOWN)
    assert courtesy.breathe(0.1) == 0.0
    world.used = True
    world.now += 0.1
    assert courtesy.breathe(0.1) == pytest.approx(0.4)
    assert courtesy.wants_pause() == ""
    # AND one rest is never long
    assert courtesy.breathe(10) == 0.5


def test_it_goes_on_where_that_is_wished(world: World) -> None:
    courtesy = world.courtesy(WhileUsed.GO_ON)
    world.used = True
    assert (courtesy.wants_pause(), courtesy.breathe(1.0)) == ("", 0.0)


def test_it_waits_for_mains_power_unless_told_otherwise(world: World) -> None:
    patient, eager = (world.courtesy(WhileUsed.GO_ON, on) for on in (False, True))
    world.battery = True
    assert (patient.wants_pause(), eager.wants_pause()) == (BATTERY, "")
    world.battery = False
    world.now += 10
    assert patient.wants_pause() == ""


def test_it_looks_no_more_often_than_is_felt(world: World) -> None:
    courtesy = world.courtesy(WhileUsed.PAUSE)
    for _ in range(1000):
        courtesy.wants_pause()
        world.now += 0.001
    assert world.looks <= 21
