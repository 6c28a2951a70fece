"""50 cases a feature, a bar, and a verdict that holds only for what was really asked."""

from pathlib import Path

import msgspec
import pytest

from engine.errors import EngineError
from engine.evaluation import capability
from engine.evaluation.capability import (
    BAR,
    FEATURES,
    Capabilities,
    CaseResult,
    chosen_features,
    load_check,
)
from engine.evaluation.judging import words_of
from engine.models.manifest import ModelManifest
from engine.paths import AppPaths, program_folder
from engine.tagging.vocabulary import Vocabulary
from tests.fakes import FakeTextModel

SMOL = ModelManifest(id="smol", name="Smol", kind="decoder", task="text-generation", version="2")


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    """Three cases of one feature, with the requests that come along."""
    resources = tmp_path / "resources"
    (resources / "checks" / "measured").mkdir(parents=True)
    (resources / "prompts").mkdir()
    for name in ("quick_actions.toml", "explain.toml"):
        original = program_folder() / "resources" / "prompts" / name
        (resources / "prompts" / name).write_bytes(original.read_bytes())
    for feature in FEATURES:
        cases = [{"id": f"{feature}{n}", "text": f"Text {n}.", "choice": "sadness",
                  "must": ["yes"]} for n in range(3)]
        (resources / "checks" / f"{feature}.jsonl").write_bytes(
            b"\n".join(map(msgspec.json.encode, cases)))
    return AppPaths(tmp_path / "home", resources)


def answering(*numbers: int) -> FakeTextModel:
    """A model that is right in these cases."""
    return FakeTextModel(lambda prompt: "Yes." if any(
        f"Text {n}." in prompt for n in numbers) else "No.")


def quiet(number: int, total: int, result: CaseResult) -> None:
    """Says nothing of a case."""


def test_every_case_is_asked_as_the_chat_page_asks(paths: AppPaths) -> None:
    model = answering(0, 1, 2)
    told: list[tuple[int, int, str]] = []
    found = Capabilities(paths).check(
        SMOL, model, "summarise", lambda n, total, result: told.append((n, total, result.id)))
    assert found.passed == found.total == 3 and found.share == 1
    assert told == [(1, 3, "summarise0"), (2, 3, "summarise1"), (3, 3, "summarise2")]
    assert model.prompts[0].startswith("<|im_start|>user\nSummarise the following text in sadness")
    assert "Text 0." in model.prompts[0]


def test_below_the_bar_it_is_not_offered_and_the_reason_is_said(paths: AppPaths) -> None:
    capabilities = Capabilities(paths)
    capabilities.check(SMOL, answering(0, 1), "translate", quiet)
    verdict = capabilities.allowed(SMOL, "translate")
    assert BAR > 2 / 3 and not verdict.allowed and verdict.checked
    assert "only 2 of 3" in verdict.reason and "Smol" in verdict.reason
    capabilities.check(SMOL, answering(0, 1, 2), "rewrite", quiet)
    assert capabilities.allowed(SMOL, "rewrite").allowed


def test_what_was_never_checked_is_offered_and_says_so(paths: AppPaths) -> None:
    verdict = Capabilities(paths).allowed(SMOL, "explain")
    assert verdict.allowed and not verdict.checked and "not been checked" in verdict.reason


def test_results_are_kept_side_by_side_with_what_went_wrong(paths: AppPaths) -> None:
    Capabilities(paths).check(SMOL, answering(0), "translate", quiet)
    Capabilities(paths).check(SMOL, answering(), "explain", quiet)
    again = Capabilities(paths)
    first, second = again.find(SMOL, "translate"), again.find(SMOL, "explain")
    assert first is not None and second is not None
    assert [case.id for case in first.missed] == ["translate1", "translate2"]
    assert first.missed[0].answer == "No." and "does not say" in first.missed[0].faults[0]
    assert second.passed == 0
    # and a newer result takes the place of the older
    again.check(SMOL, answering(0, 1, 2), "translate", quiet)
    newer = Capabilities(paths).find(SMOL, "translate")
    assert newer is not None and newer.passed == 3


def test_a_result_is_for_one_version_of_one_model(paths: AppPaths) -> None:
    capabilities = Capabilities(paths)
    capabilities.check(SMOL, answering(), "explain", quiet)
    for other in (msgspec.structs.replace(SMOL, version="3"),
                  msgspec.structs.replace(SMOL, id="s/mol"),
                  msgspec.structs.replace(SMOL, id="smol-2", version="")):
        assert capabilities.find(other, "explain") is None


@pytest.mark.parametrize("model_id", ["../../evil", "a/b", "ü mit – ✓", "x" * 300, "CON", "."])
def test_any_id_gives_a_file_in_our_own_folder(paths: AppPaths, model_id: str) -> None:
    odd = msgspec.structs.replace(SMOL, id=model_id)
    Capabilities(paths).check(odd, answering(), "explain", quiet)
    [file] = (paths.home / "checks").iterdir()
    assert file.suffix == ".json" and Capabilities(paths).find(odd, "explain") is not None


def test_other_cases_or_another_wording_make_a_result_void(paths: AppPaths) -> None:
    capabilities = Capabilities(paths)
    capabilities.check(SMOL, answering(), "explain", quiet)
    cases = paths.resources / "checks" / "explain.jsonl"
    before = cases.read_bytes()
    cases.write_bytes(before.replace(b"yes", b"no"))
    assert capabilities.find(SMOL, "explain") is None
    cases.write_bytes(before)
    assert capabilities.find(SMOL, "explain") is not None
    asking = paths.resources / "prompts" / "explain.toml"
    asking.write_text(asking.read_text("utf-8").replace("one or two", "three"), "utf-8")
    assert capabilities.find(SMOL, "explain") is None


def test_what_was_measured_before_release_serves_until_one_checks(paths: AppPaths) -> None:
    # GIVEN a result that came along, of another build of the model
    Capabilities(paths).check(msgspec.structs.replace(SMOL, version=""), answering(), "explain",
                              quiet)
    [own] = (paths.home / "checks").iterdir()
    own.rename(paths.resources / "checks" / "measured" / own.name)
    assert not Capabilities(paths).allowed(SMOL, "explain").allowed
    # WHEN the person checks THEN theirs counts
    Capabilities(paths).check(SMOL, answering(0, 1, 2), "explain", quiet)
    assert Capabilities(paths).allowed(SMOL, "explain").allowed


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00", b'{"model": 1}', b"[]"])
def test_a_damaged_result_counts_as_none(paths: AppPaths, content: bytes) -> None:
    capabilities = Capabilities(paths)
    capabilities.check(SMOL, answering(), "explain", quiet)
    [file] = (paths.home / "checks").iterdir()
    file.write_bytes(content)
    assert capabilities.allowed(SMOL, "explain") == capabilities.allowed(SMOL, "rewrite")
    capabilities.check(SMOL, answering(), "explain", quiet)
    assert capabilities.find(SMOL, "explain") is not None


def test_damaged_cases_offer_nothing_less(paths: AppPaths) -> None:
    (paths.resources / "checks" / "explain.jsonl").write_bytes(b"{")
    assert not Capabilities(paths).allowed(SMOL, "explain").checked
    with pytest.raises(EngineError, match=r"explain\.jsonl"):
        Capabilities(paths).check(SMOL, answering(), "explain", quiet)


def test_a_check_that_is_broken_off_keeps_what_was_known(
        paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    capabilities = Capabilities(paths)
    capabilities.check(SMOL, answering(0, 1, 2), "explain", quiet)

    def stop(number: int, total: int, result: CaseResult) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        capabilities.check(SMOL, answering(), "explain", stop)
    kept = capabilities.find(SMOL, "explain")
    assert kept is not None and kept.passed == 3


def test_features_are_known_by_name(paths: AppPaths) -> None:
    assert chosen_features(()) == FEATURES
    assert chosen_features(("explain", "explain")) == ("explain",)
    for ask in (lambda: chosen_features(("sing",)), lambda: load_check(paths, "sing")):
        with pytest.raises(EngineError, match="no check of “sing”") as caught:
            ask()
        assert "summarise" in caught.value.hint


def test_a_feature_nobody_knows_how_to_ask_for_is_said(paths: AppPaths) -> None:
    (paths.resources / "prompts" / "explain.toml").write_text("", "utf-8")
    with pytest.raises(EngineError, match="Nothing says how to ask a model to explain"):
        load_check(paths, "explain")


class TestTheCasesThatComeAlong:
    """They are ours, whole, and a sane person's answer could pass them."""

    @pytest.fixture(params=FEATURES)
    def check(self, request: pytest.FixtureRequest,
              isolated_home: AppPaths) -> capability.FeatureCheck:
        return load_check(isolated_home, request.param)

    def test_there_are_fifty_different_ones(self, check: capability.FeatureCheck) -> None:
        assert len(check.cases) == 50
        assert len({case.text for case in check.cases}) == 50
        assert all(case.must and case.words[0] <= case.words[1] for case in check.cases)

    def test_they_ask_for_what_can_be_chosen(self, check: capability.FeatureCheck,
                                             isolated_home: AppPaths) -> None:
        if check.feature == "explain":
            known = Vocabulary.load(isolated_home.moods_file)
            assert all(known.canonical(case.choice) for case in check.cases)
        else:
            assert {case.choice for case in check.cases} == set(check.action.choices)

    def test_no_wish_contradicts_another(self, check: capability.FeatureCheck) -> None:
        for case in check.cases:
            unwanted = {text.casefold() for text in case.must_not}
            for wanted in case.must:
                assert set(wanted.casefold().split("|")) - unwanted, case.id

    def test_handing_the_text_back_does_not_pass(self, check: capability.FeatureCheck) -> None:
        passed = [case.id for case in check.cases
                  if not capability.faults_of(case, case.text)]
        assert not passed

    def test_saying_nothing_or_refusing_does_not_pass(
            self, check: capability.FeatureCheck) -> None:
        for answer in ("", "I'm sorry, but I cannot help with that.", "Sure! Here you go:"):
            assert all(capability.faults_of(case, answer) for case in check.cases)

    def test_the_wished_for_words_fit_into_the_length(
            self, check: capability.FeatureCheck) -> None:
        for case in check.cases:
            least = " ".join(wanted.split("|")[0] for wanted in case.must)
            assert len(words_of(least)) <= case.words[1], case.id


def test_what_was_measured_before_release_is_of_the_present_cases(
        isolated_home: AppPaths) -> None:
    """Whoever changes a case or the wording runs `models capabilities ID` again, and puts the
    result here without its version and its missed cases."""
    smol = msgspec.structs.replace(SMOL, id="SmolLM2-135M-Instruct", name="SmolLM2", version="any")
    for feature in FEATURES:
        found = Capabilities(isolated_home).find(smol, feature)
        assert found is not None and found.total == 50, feature
