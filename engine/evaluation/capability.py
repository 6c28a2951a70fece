"""What a chat model can be trusted with: 50 cases a feature, judged by rules, against a bar.

Results lie in the person's own folder, one file a model and version, and count only while model,
cases and wording are the same. Knows no window; whoever offers a feature asks `allowed` first.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.chat.quick_actions import FILE_NAME as QUICK_ACTIONS
from engine.chat.quick_actions import QuickAction, load_quick_actions
from engine.errors import EngineError
from engine.evaluation.judging import CheckCase, faults_of, read_cases
from engine.models.manifest import ModelManifest
from engine.paths import AppPaths

if TYPE_CHECKING:
    from engine.inference.text_model import TextModel

FEATURES = ("summarise", "translate", "rewrite", "explain")
BAR = 0.7  # the share of cases below which a feature does more harm than good
MOST_TOKENS = 200
EXPLAINING = "explain.toml"
_CLIP = 200


class CaseResult(msgspec.Struct, frozen=True):
    """One case that was asked: what was answered, clipped, and what is wrong with it."""

    id: str
    answer: str
    faults: tuple[str, ...] = ()


class FeatureResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one feature went. `stamp` says which cases and wording were asked."""

    passed: int
    total: int
    stamp: str
    missed: tuple[CaseResult, ...] = ()
    at: float = msgspec.field(default_factory=time.time)

    @property
    def share(self) -> float:
        """Cases passed, 0 to 1."""
        return self.passed / self.total if self.total else 0.0


class _Stored(msgspec.Struct, frozen=True):
    model: str
    version: str
    features: dict[str, FeatureResult]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a feature is offered with a model, and the sentence that says why.

    `checked` is False where nothing is known: then it is offered, with that said.
    """

    allowed: bool
    reason: str
    checked: bool = True


@dataclass(frozen=True, slots=True)
class FeatureCheck:
    """The cases of one feature and how it is asked for."""

    feature: str
    action: QuickAction
    cases: tuple[CheckCase, ...]

    @property
    def stamp(self) -> str:
        """Changes with any case and with the wording of the request."""
        told = msgspec.json.encode((self.action.prompt, self.cases))
        return hashlib.sha256(told).hexdigest()[:12]

    def run(self, model: "TextModel") -> Iterator[CaseResult]:
        """Asks and judges one case after the other; closing it stops between two."""
        # Verdicts are read where a window starts; what models need to speak is not.
        from engine.inference.sampling import GREEDY
        from engine.inference.text_model import TextRequest
        from engine.models.template_manners import Message

        for case in self.cases:
            asked = Message("user", self.action.ask(case.text, case.choice))
            prompt = model.render([asked])
            request = TextRequest(MOST_TOKENS, GREEDY, model.reply_stops)
            answer = "".join(piece.text for piece in model.stream(prompt, request)).strip()
            yield CaseResult(case.id, answer[:_CLIP], faults_of(case, answer))


def load_check(paths: AppPaths, feature: str) -> FeatureCheck:
    """The check of a feature. EngineError for one there is none of, and for broken files."""
    _known(feature)
    asking = paths.resources / "prompts"
    actions = [*load_quick_actions(asking / QUICK_ACTIONS),
               *load_quick_actions(asking / EXPLAINING)]
    action = next((action for action in actions if action.id == feature), None)
    if action is None:
        raise EngineError(f"Nothing says how to ask a model to {feature}.",
                          "Put the quick actions back, or set Undertone up again.")
    return FeatureCheck(feature, action, read_cases(_checks(paths) / f"{feature}.jsonl"))


class Capabilities:
    """The results there are: a person's own, then those measured before release."""

    def __init__(self, paths: AppPaths) -> None:
        self._paths = paths

    def allowed(self, model: ModelManifest, feature: str) -> Verdict:
        """Whether `feature` is to be offered with this model. Reads two small files at most."""
        found = self.find(model, feature)
        if found is None:
            return Verdict(True, f"{model.name} has not been checked for this yet.", False)
        passed = f"{found.passed} of {found.total}"
        if found.share >= BAR:
            return Verdict(True, f"{model.name} did well in {passed} of our checks.")
        return Verdict(False, f"{model.name} did this well in only {passed} of our checks, so it "
                              "is left out. A larger model can do it.")

    def find(self, model: ModelManifest, feature: str) -> FeatureResult | None:
        """The result for this model and version, None where it was never or otherwise asked."""
        for file in (self._file(model), _measured(self._paths, model)):
            found = _read(file).get(feature)
            if found is not None and found.stamp == self._stamp(feature):
                return found
        return None

    def check(self, model: ModelManifest, opened: "TextModel", feature: str,
              tell: Callable[[int, int, CaseResult], None]) -> FeatureResult:
        """Runs a check, tells of each case (its number from 1, how many, the result), stores."""
        check = load_check(self._paths, feature)
        results: list[CaseResult] = []
        for result in check.run(opened):
            results.append(result)
            tell(len(results), len(check.cases), result)
        missed = tuple(result for result in results if result.faults)
        found = FeatureResult(passed=len(results) - len(missed), total=len(results),
                              stamp=check.stamp, missed=missed)
        self._store(model, feature, found)
        return found

    def _store(self, model: ModelManifest, feature: str, found: FeatureResult) -> None:
        file = self._file(model)
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = _Stored(model.id, model.version, {**_read(file), feature: found})
        fresh = file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1))
        fresh.replace(file)

    def _file(self, model: ModelManifest) -> Path:
        return self._paths.home / "checks" / _name(model)

    def _stamp(self, feature: str) -> str:
        try:
            return load_check(self._paths, feature).stamp
        except EngineError:
            return "broken"


def _measured(paths: AppPaths, model: ModelManifest) -> Path:
    """What came along, by id alone: a build of the same weights answers much the same."""
    return _checks(paths) / "measured" / _name(msgspec.structs.replace(model, version=""))


def _checks(paths: AppPaths) -> Path:
    return paths.resources / "checks"


def _read(file: Path) -> dict[str, FeatureResult]:
    """What a file holds by feature; nothing where there is none or it cannot be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Stored).features
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _name(model: ModelManifest) -> str:
    """A file name for a model's id and version, whatever letters are in them."""
    plain = re.sub(r"[^\w.-]+", "_", f"{model.id}@{model.version}".replace("@", "-"))
    told = hashlib.sha256(f"{model.id}\0{model.version}".encode()).hexdigest()[:8]
    return f"{plain[:60]}-{told}.json"



def chosen_features(features: Sequence[str]) -> tuple[str, ...]:
    """The features asked for, all for none. EngineError for one that is not known."""
    for feature in features:
        _known(feature)
    return tuple(dict.fromkeys(features)) or FEATURES


def _known(feature: str) -> None:
    if feature not in FEATURES:
        raise EngineError(f"There is no check of “{feature}”.",
                          f"There are: {', '.join(FEATURES)}.")
