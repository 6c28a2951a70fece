"""Which build of torch to install: the small one wherever it will do.

The index's own Linux build carries CUDA, several gigabytes that only an NVIDIA card can use.
Knows sources and their order; torch is the one package taken by version instead of by hash,
because the small build is not the same file everywhere.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from installer.console import Console, SetupError
from installer.environment import Environment
from installer.packages import NoMatchError

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CUDA_SIZE = "about 3 GB"


@dataclass(frozen=True, slots=True)
class Source:
    """One way to get torch: what to ask pip for, where, and whether CUDA comes along."""

    requirement: str
    index: str = ""
    cuda: bool = False


def sources(version: str, platform: str, nvidia: bool) -> tuple[Source, ...]:
    """The sources to try, best first. Elsewhere than on Linux the usual build is the small one."""
    usual = Source(f"torch=={version}", cuda=platform.startswith("linux"))
    if not usual.cuda or nvidia:
        return (usual,)
    small = f"torch=={version}+cpu"
    return (Source(small), Source(small, index=CPU_INDEX), usual)


class Installer(Protocol):
    """What is needed of pip."""

    def install_version(self, requirement: str, index: str = "") -> None: ...
    def install_lock(self, lock: Path) -> None: ...


def install_torch(environment: Environment, pip: Installer, console: Console,
                  reaches: Callable[[str], bool], nvidia: bool, platform: str) -> None:
    """Installs the pinned torch and, with a CUDA build, the libraries it loads (by hash).

    Raises NoMatchError if no source has it, SetupError if the person declines CUDA's size.
    """
    version = pinned_version(environment.locks)
    if any(environment.site_packages().glob(f"torch-{version}*.dist-info")):
        console.note("already here")
        return
    choices = [source for source in sources(version, platform, nvidia)
               if not source.index or reaches(source.index)]
    for source in choices:
        try:
            _install(source, environment, pip, console)
        except NoMatchError:
            if source is choices[-1]:
                raise
        else:
            return


def _install(source: Source, environment: Environment, pip: Installer,
             console: Console) -> None:
    if source.cuda:
        console.say(f"      This machine gets torch with CUDA, a download of {CUDA_SIZE}.")
        if console.interactive and not console.agrees("      Go on?"):
            raise SetupError("torch was not installed.",
                             "`python3 installer/dev.py run` works without it; tests and "
                             "fine-tuning need it.")
        pip.install_lock(environment.locks / "cuda.txt")
    pip.install_version(source.requirement, source.index)


def pinned_version(locks: Path) -> str:
    """The version in torch.txt, the one lock without hashes."""
    return (locks / "torch.txt").read_text("utf-8").split("torch==")[1].split()[0]


def has_nvidia_card() -> bool:
    return bool(shutil.which("nvidia-smi")) or Path("/proc/driver/nvidia/version").exists()


def is_reachable(address: str, seconds: float = 4.0) -> bool:
    """Whether the index answers at all; asked first because pip would retry for minutes."""
    import urllib.error  # here, because they would slow down every start
    import urllib.request
    request = urllib.request.Request(f"{address}/torch/", method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=seconds):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
