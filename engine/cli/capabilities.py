"""The command `models capabilities`: what a chat model can be trusted with, asked of it.

Each feature has 50 cases and a bar; what lies below the bar is greyed in the window.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Protocol

import msgspec

from engine.cli.command import Context
from engine.evaluation.capability import (
    BAR,
    FEATURES,
    Capabilities,
    CaseResult,
    FeatureResult,
    chosen_features,
)
from engine.inference.opening import find_text_model
from engine.models.manifest import ModelManifest
from engine.settings import load_settings


class Verbs(Protocol):
    """Where a verb adds itself, as argparse's add_subparsers gives it."""

    def add_parser(self, name: str, *,
                   help: str) -> argparse.ArgumentParser: ...  # noqa: A002 - argparse's own name


def add_to(verbs: Verbs) -> None:
    """Adds `capabilities`."""
    parser = verbs.add_parser("capabilities", help="check what a chat model can be trusted with")
    parser.add_argument("id", metavar="ID", help="see “models list”")
    parser.add_argument("--feature", action="append", default=[], metavar="NAME",
                        help=f"only this one: {', '.join(FEATURES)}; may be given again")
    parser.add_argument("--again", action="store_true", help="ask even what is known")
    parser.add_argument("--missed", action="store_true", help="show the cases that went wrong")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, context: Context) -> int:
    """Checks each feature whose result is not known; prints all. Results are kept."""
    features = chosen_features(options.feature)
    settings = load_settings(context.paths.settings_file)
    manifest = find_text_model(context.paths, options.id, settings).manifest
    assert manifest is not None  # only whole models are found
    capabilities = Capabilities(context.paths)
    opened = None
    for feature in features:
        found = None if options.again else capabilities.find(manifest, feature)
        if found is None:
            opened = opened or context.open_model(context.paths, manifest.id, settings)
            found = capabilities.check(manifest, opened, feature, _teller(feature))
        verdict = capabilities.allowed(manifest, feature).reason
        if options.json:
            print(_as_json(manifest, feature, found, verdict), flush=True)
        else:
            print(_as_text(feature, found, options.missed), flush=True)
    return 0


def _teller(feature: str) -> Callable[[int, int, CaseResult], None]:
    def tell(number: int, total: int, result: CaseResult) -> None:
        if number % 10 == 0 or number == total:
            print(f"{feature}: {number} of {total}", file=sys.stderr)
    return tell


def _as_json(manifest: ModelManifest, feature: str, found: FeatureResult, reason: str) -> str:
    told = {"model": manifest.id, "version": manifest.version, "feature": feature,
            "passed": found.passed, "total": found.total, "bar": BAR,
            "allowed": found.share >= BAR, "reason": reason, "missed": found.missed}
    return msgspec.json.encode(told).decode()


def _as_text(feature: str, found: FeatureResult, missed: bool) -> str:
    kept = "offered" if found.share >= BAR else "left out"
    lines = [f"{feature:10} {found.passed:3} of {found.total}, {BAR:.0%} are wanted: {kept}"]
    for case in found.missed if missed else ():
        lines.append(f"    {case.id}  {'; '.join(case.faults)}")
        lines.append(f"        {' '.join(case.answer.split())}")
    return "\n".join(lines)
