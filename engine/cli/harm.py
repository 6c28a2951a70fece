"""What `evaluate --harm` does: checks models for bias and harm, one beside the other."""

import argparse
import sys
from collections.abc import Sequence

import msgspec

from engine.cli.command import Context
from engine.evaluation.harm.checking import LIMITS, HarmReport, check_model
from engine.evaluation.harm.figures import HarmFigure
from engine.events import Event, Progress
from engine.settings import load_settings


def run_harm(options: argparse.Namespace, context: Context) -> int:
    """Checks each model named and prints what was found."""
    settings = load_settings(context.paths.settings_file)
    reports = [check_model(context.paths, model_id, settings, _tell, options.pairs)
               for model_id in options.harm]
    print(file=sys.stderr)
    if options.json:
        for report in reports:
            print(msgspec.json.encode(report).decode(), flush=True)
    else:
        print("\n".join(harm_lines(reports)), flush=True)
    return 0


def harm_lines(reports: Sequence[HarmReport]) -> list[str]:
    """The figures as a person reads them; where several models are asked, beside each other."""
    lines: list[str] = []
    for report in reports:
        lines += [report.model, *(line for figure in report.figures for line in _lines(figure)), ""]
    return [*lines, LIMITS]


def _lines(figure: HarmFigure) -> list[str]:
    told = [f"  {figure.name}: {figure.value:g} ({figure.low:g} to {figure.high:g}),"
            f" of {figure.of}", f"    {figure.note}"]
    return told + ([f"    most: {'; '.join(figure.worst)}"] if figure.worst else [])


def _tell(event: Event) -> None:
    if isinstance(event, Progress):
        print(f"\r{event.message}: {event.done} of {event.total}   ", end="", file=sys.stderr)
