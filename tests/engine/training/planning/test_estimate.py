"""What a training will cost: more data, weights or passes never cost less, and shortage is said."""

from pathlib import Path

import msgspec

from engine.inference.free_memory import free_memory
from engine.training.planning.estimate import Machine, Size, estimate
from engine.training.planning.this_machine import has_bf16, this_machine
from engine.training.recipe import LoopOptions, Method, Recipe, Tuning

RECIPE = Recipe(name="A", model_id="a", method=Method.DIALOGUE, loop=LoopOptions(epochs=2.0))
SMALL, LARGE = Size(22_000_000, 6, 384), Size(135_000_000, 30, 576)
MACHINE = Machine(cores=2, memory=8 << 30, free_disk=20 << 30)


def test_more_work_takes_longer() -> None:
    few, many = (estimate(RECIPE, SMALL, tokens, MACHINE) for tokens in (10_000, 1_000_000))
    assert few.seconds[1] < many.seconds[0]
    assert estimate(RECIPE, LARGE, 100_000, MACHINE).seconds > \
        estimate(RECIPE, SMALL, 100_000, MACHINE).seconds
    faster = msgspec.structs.replace(RECIPE, loop=LoopOptions(epochs=1.0))
    assert estimate(faster, SMALL, 10**6, MACHINE).seconds < many.seconds
    low, high = many.seconds
    assert low < high and many.steps == round(2 * 10**6 / 2048)


def test_fewer_weights_that_learn_take_less_memory_and_disk() -> None:
    full, lora, head = (estimate(msgspec.structs.replace(RECIPE, tuning=tuning), LARGE, 10**5,
                                 MACHINE) for tuning in (Tuning.FULL, Tuning.LORA, Tuning.HEAD))
    assert full.memory > lora.memory > head.memory
    assert full.disk > lora.disk
    assert head.seconds < lora.seconds < full.seconds


def test_what_a_run_did_counts_for_more_than_a_guess() -> None:
    known = Machine(2, 8 << 30, 20 << 30, pace=1e12)
    guessed, measured = (estimate(RECIPE, LARGE, 10**6, m) for m in (MACHINE, known))
    assert measured.seconds[1] / measured.seconds[0] < guessed.seconds[1] / guessed.seconds[0]


def test_a_shortage_is_told_and_the_unknown_is_none() -> None:
    tiny = Machine(2, memory=1 << 29, free_disk=1 << 20)
    short = estimate(RECIPE, LARGE, 1000, tiny)
    assert short.memory_short > 0 and short.disk_short > 0
    unknown = estimate(RECIPE, LARGE, 1000, Machine(2, 0, 0))
    assert unknown.memory_short == unknown.disk_short == 0


def test_the_machine_is_asked_where_it_answers(tmp_path: Path) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 100 kB\nMemAvailable:    2048 kB\n", "ascii")
    assert free_memory(told) == 2048 * 1024
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("flags\t: sse avx512_bf16 amx\n\nflags\t: sse\n", "utf-8")
    assert has_bf16(cpu) and not has_bf16(tmp_path / "none")
    found = this_machine(tmp_path / "not" / "made" / "yet")
    assert found.cores >= 1 and found.free_disk > 0
