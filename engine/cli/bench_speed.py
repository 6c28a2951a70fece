"""Decode and prefill beside the peers that are installed, in turn, round by round.

Every side is a process of its own that answers lines; ours is this program too. A peer that cannot
start is said and left out.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.inference.benchmark import (
    Figure,
    Rounds,
    Speed,
    fixed_prompt,
    median,
    ratio,
    same_beginning,
)
from engine.jobs.process import LineProcess, program_command
from engine.paths import program_folder

DECODE, PREFILL = "decode", "prefill"
OURS = "ours"
EQUALS = ("llama.cpp Q4_1", "llama.cpp Q8_0")  # of the same quality as the source
GENAI, TRANSFORMERS = "onnxruntime-genai", "transformers fp32"
REACH_DECODE = {128: 1.3, 512: 1.25, 1024: 1.2}
REACH_PREFILL = 1.6
REACH_GENAI, REACH_TRANSFORMERS = 1.1, 15.0
WARM_UP = 64

Say = Callable[[str], None]
Measured = Mapping[str, Mapping[int, Sequence[Speed]]]
"""Rounds by side and context."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to measure beside ours: the module it needs, and the script that runs it.

    `tokens` bounds what it writes in a round, for one so slow that fewer tell as much.
    """

    name: str
    needs: str
    script: str
    arguments: tuple[str, ...] = ()
    tokens: int = 1024


PEERS = (
    Peer(EQUALS[0], "llama_cpp", "llama_peer"),
    Peer(EQUALS[1], "llama_cpp", "llama_peer", ("--bits", "Q8_0")),
    Peer("llama.cpp Q4_0", "llama_cpp", "llama_peer", ("--bits", "Q4_0")),
    Peer(GENAI, "onnxruntime_genai", "genai_peer"),
    Peer(TRANSFORMERS, "transformers", "transformers_peer", tokens=12),
)


@dataclass(frozen=True, slots=True)
class SpeedPlan:
    """What to measure. `gguf` None leaves the peers out; `vocabulary` bounds the prompt's ids."""

    model: Path
    gguf: Path | None
    work: Path
    vocabulary: int
    contexts: tuple[int, ...] = (128, 512, 1024)
    rounds: int = 5
    tokens: int = 64
    threads: int = 2
    device: str = ""
    peers: tuple[str, ...] = tuple(peer.name for peer in PEERS)


def own_command(model: Path, threads: int, device: str) -> tuple[str, ...]:
    """This program as a side of the benchmark."""
    return (*program_command(), "bench", "--serve", str(model), "--threads", str(threads),
            *(("--device", device) if device else ()))


def peer_command(peer: Peer, plan: SpeedPlan) -> tuple[str, ...]:
    """A peer's script: it stands beside the tests, and only a checkout has it."""
    return (sys.executable, "-m", f"tests.benchmarks.peers.{peer.script}", str(plan.gguf),
            "--work", str(plan.work), "--threads", str(plan.threads), *peer.arguments)


def usable_peers(plan: SpeedPlan) -> list[Peer]:
    """Those that were asked for and are installed here."""
    folder = program_folder() / "tests" / "benchmarks" / "peers"
    if plan.gguf is None or not folder.is_dir():
        return []
    return [peer for peer in PEERS
            if peer.name in plan.peers and importlib.util.find_spec(peer.needs) is not None]


def measure_speed(plan: SpeedPlan, say: Say) -> Measured:
    """All rounds of all sides, the sides in turn within each round."""
    with ExitStack() as open_sides:
        sides = {OURS: (_opened(OURS, own_command(plan.model, plan.threads, plan.device), say,
                                open_sides), plan.tokens)}
        for peer in usable_peers(plan):
            try:
                side = _opened(peer.name, peer_command(peer, plan), say, open_sides)
            except EngineError as failed:
                say(f"{peer.name} is left out: {failed.message}\n{failed.hint}".rstrip())
            else:
                sides[peer.name] = side, min(plan.tokens, peer.tokens)
        return _rounds(plan, sides, say)


def speed_figures(measured: Measured, plan: SpeedPlan) -> Iterator[Figure]:
    """Our speed beside each peer's, and the ratios that were to be reached."""
    for section in (DECODE, PREFILL):
        for context in plan.contexts:
            rates = {name: _rates(section, speeds[context])
                     for name, speeds in measured.items()}
            yield _side_by_side(section, context, rates)
            yield from _ratios(section, context, rates)


def widest_spread(measured: Measured) -> float:
    """How far our own rounds lie apart, at worst: the mark of a noisy machine."""
    return max((Rounds.of(speeds).spread for speeds in measured[OURS].values()), default=0.0)


def _opened(name: str, command: Sequence[str], say: Say, open_sides: ExitStack) -> LineProcess:
    side = LineProcess(name, command)
    open_sides.callback(side.close)
    side.answer()
    say(f"{name}: {side.ask({'do': 'load'})['about']}")
    return side


def _rounds(plan: SpeedPlan, sides: Mapping[str, tuple[LineProcess, int]], say: Say) -> Measured:
    found: dict[str, dict[int, list[Speed]]] = {
        name: {context: [] for context in plan.contexts} for name in sides}
    for side, _ in sides.values():
        _asked(side, plan, WARM_UP, 4)
    for context in plan.contexts:
        for number in range(plan.rounds):
            say(f"context {context}, round {number + 1} of {plan.rounds}")
            for name, (side, tokens) in sides.items():
                found[name][context].append(_asked(side, plan, context, tokens))
        for name, speeds in found.items():
            same = same_beginning(speeds[context][0].ids, found[OURS][context][0].ids)
            say(f"{name} begins with {same} of our tokens")
    return found


def _asked(side: LineProcess, plan: SpeedPlan, context: int, tokens: int) -> Speed:
    prompt = fixed_prompt(context, plan.vocabulary).tolist()
    return msgspec.convert(side.ask({"do": "measure", "prompt": prompt, "tokens": tokens}), Speed)


def _rates(section: str, speeds: Sequence[Speed]) -> tuple[float, ...]:
    rounds = Rounds.of(speeds)
    return rounds.decode if section == DECODE else rounds.prefill


def _side_by_side(section: str, context: int, rates: Mapping[str, Sequence[float]]) -> Figure:
    medians = {name: median(found) for name, found in rates.items()}
    told = ", ".join(f"{name} {rate:.0f}" for name, rate in medians.items())
    return Figure(section, f"{section} at {context}, tokens a second", told, values=medians)


def _ratios(section: str, context: int, rates: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
    ratios = {name: ratio(rates[OURS], found) for name, found in rates.items() if name != OURS}
    equals = [name for name in EQUALS if name in ratios]
    if equals:
        faster = min(equals, key=ratios.__getitem__)
        reach = REACH_DECODE.get(context) if section == DECODE else REACH_PREFILL
        yield ratio_figure(section, f"{section} at {context}, ours : {faster}", ratios[faster],
                           reach)
    for name, reach in ((GENAI, REACH_GENAI), (TRANSFORMERS, REACH_TRANSFORMERS)):
        if section == DECODE and name in ratios:
            yield ratio_figure(section, f"{section} at {context}, ours : {name}", ratios[name],
                               reach)


def ratio_figure(section: str, name: str, found: float, reach: float | None) -> Figure:
    """"1.31 : 1" beside what was to be reached."""
    return Figure(section, name, f"{found:.2f} : 1", f"at least {reach:g} : 1" if reach else "",
                  found >= reach if reach else None, {"ratio": found})
