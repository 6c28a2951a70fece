"""Which libraries a display needs, and the exact command that brings them."""

import sys

import pytest

from installer import linux


@pytest.mark.parametrize(("variables", "expected"), [
    ({}, ""),
    ({"DISPLAY": ""}, ""),
    ({"DISPLAY": ":0"}, "x11"),
    ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wayland"),
    ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "offscreen"),
    ({"QT_QPA_PLATFORM": "offscreen:enable_fonts"}, "offscreen"),
    ({"QT_QPA_PLATFORM": "wayland;xcb"}, "wayland"),
    ({"QT_QPA_PLATFORM": "xcb"}, "x11"),
])
def test_display(variables: dict[str, str], expected: str) -> None:
    assert linux.display(variables) == expected


def test_no_screen_needs_no_libraries() -> None:
    assert linux.missing("", lambda file: False) == []


def test_only_what_the_loader_does_not_find_is_missing() -> None:
    lacking = {"libxcb-cursor.so.0", "libEGL.so.1", "libwayland-client.so.0"}
    found = linux.missing("x11", lambda file: file not in lacking)
    assert {library.file for library in found} == {"libxcb-cursor.so.0", "libEGL.so.1"}


def test_every_display_draws() -> None:
    for where in ("offscreen", "x11", "wayland"):
        assert set(linux.DRAWING) <= set(linux.NEEDS[where])


def test_the_loader_is_asked() -> None:
    assert not linux.loads("libundertone-has-no-such-library.so.7")


@pytest.mark.parametrize(("manager", "expected"), [
    ("apt-get", [["apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libgl1"],
                 ["apt-get", "update"],
                 ["apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libgl1"]]),
    ("dnf", [["dnf", "install", "-y", "libEGL.so.1()(64bit)", "libGL.so.1()(64bit)"]]),
    ("zypper", [["zypper", "--non-interactive", "install",
                 "libEGL.so.1()(64bit)", "libGL.so.1()(64bit)"]]),
    ("pacman", [["pacman", "-S", "--needed", "--noconfirm", "libglvnd"]]),
    ("brew", []),
])
def test_the_command_speaks_the_systems_language(manager: str,
                                                 expected: list[list[str]]) -> None:
    commands = linux.install_commands(linux.DRAWING[:2],
                                      which=lambda name: name if name == manager else None)
    assert commands == expected


def test_debian_brings_venv_along() -> None:
    commands = linux.install_commands([], venv=True, which=lambda name: name)
    assert commands[0][-1] == f"python3.{sys.version_info.minor}-venv"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks this very system")
def test_this_machine_runs_undertone() -> None:
    assert linux.refusal() == ""
