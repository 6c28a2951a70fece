"""Where torch comes from, and in which order the places are tried."""

from pathlib import Path

import pytest

from installer.console import Console, SetupError
from installer.environment import Environment
from installer.packages import NoMatchError
from installer.torch_build import CPU_INDEX, Source, install_torch, pinned_version, sources

SMALL = "torch==2.13.0+cpu"
USUAL = "torch==2.13.0"


class FakePip:
    """Has the builds it is told to have; remembers what it was asked for."""

    def __init__(self, *has: tuple[str, str]) -> None:
        self.has = has
        self.asked: list[str] = []

    def install_version(self, requirement: str, index: str = "") -> None:
        self.asked.append(f"{requirement} {index}".strip())
        if (requirement, index) not in self.has:
            raise NoMatchError(requirement)

    def install_lock(self, lock: Path) -> None:
        self.asked.append(lock.name)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    (tmp_path / "torch.txt").write_text("# by version\ntorch==2.13.0\n", "utf-8")
    return Environment(tmp_path, tmp_path)


def install(environment: Environment, pip: FakePip, reaches: bool = True,
            nvidia: bool = False, platform: str = "linux") -> list[str]:
    install_torch(environment, pip, Console(), lambda address: reaches, nvidia, platform)
    return pip.asked


def test_the_pin_is_read_past_its_comment(environment: Environment) -> None:
    assert pinned_version(environment.locks) == "2.13.0"


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_usual_build_is_small(platform: str) -> None:
    assert sources("2.13.0", platform, nvidia=True) == (Source(USUAL),)


def test_a_small_build_at_hand_is_taken_first(environment: Environment) -> None:
    assert install(environment, FakePip((SMALL, ""), (USUAL, ""))) == [SMALL]


def test_next_comes_the_index_of_small_builds(environment: Environment) -> None:
    asked = install(environment, FakePip((SMALL, CPU_INDEX), (USUAL, "")))
    assert asked == [SMALL, f"{SMALL} {CPU_INDEX}"]


def test_last_comes_cuda_and_its_size_is_said(environment: Environment,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    asked = install(environment, FakePip((USUAL, "")), reaches=False)
    assert asked == [SMALL, "cuda.txt", USUAL]
    assert "3 GB" in capsys.readouterr().out


def test_a_card_gets_cuda_at_once(environment: Environment) -> None:
    assert install(environment, FakePip((USUAL, "")), nvidia=True) == ["cuda.txt", USUAL]


def test_nowhere_is_said(environment: Environment) -> None:
    with pytest.raises(NoMatchError):
        install(environment, FakePip(), platform="darwin")


def test_a_broken_network_is_not_taken_for_an_absent_build(environment: Environment) -> None:
    class Offline(FakePip):
        def install_version(self, requirement: str, index: str = "") -> None:
            raise SetupError("pip could not reach a package index")

    with pytest.raises(SetupError):
        install(environment, Offline())


def test_what_is_there_is_not_fetched_again(environment: Environment) -> None:
    (environment.site_packages() / "torch-2.13.0+cpu.dist-info").mkdir(parents=True)
    assert install(environment, FakePip()) == []
