"""What can be told here of the packages that only Windows and macOS can make."""

import plistlib
import re
import subprocess
from pathlib import Path

import pytest

from installer import mac_package, windows_package

ISS = windows_package.SCRIPT.read_text("utf-8")


def test_the_windows_script_names_files_that_are_there() -> None:
    named = re.findall(r"(?:SetupIconFile|LicenseFile)=(.+)", ISS)
    assert len(named) == 2
    for name in named:
        assert (windows_package.SCRIPT.parent / name.replace("\\", "/")).resolve().is_file()
    opened = re.findall(r'open\\command".*\{app\}\\Undertone.exe"" (\w+) ""%1"""', ISS)
    assert opened == ["open", "open"]
    # AND the key it looks into is the one of its own id
    app_id = re.search(r"AppId=\{(\{[0-9A-F-]{36}\})", ISS)
    assert app_id is not None and f"Uninstall\\{app_id[1]}_is1" in ISS


def test_the_windows_compiler_is_told_all_it_needs(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(windows_package, "compiler", lambda: tmp_path / "ISCC.exe")
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(command))
    made = windows_package.make_installer(tmp_path / "build", tmp_path, "1.2.3")
    assert made.name == "Undertone-1.2.3-windows-x64.exe"
    assert {"/DVersion=1.2.3", f"/DBuild={tmp_path / 'build'}"} < set(asked[0])
    for name in re.findall(r"#ifndef (\w+)", ISS):
        assert any(word.startswith(f"/D{name}=") for word in asked[0])


def test_without_inno_setup_it_says_where_to_get_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_package, "USUAL", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="winget install"):
        windows_package.compiler()


def test_an_app_says_which_files_it_opens(tmp_path: Path) -> None:
    contents = tmp_path / "Undertone.app" / "Contents"
    contents.mkdir(parents=True)
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleName": "Undertone"}))
    mac_package.describe(tmp_path / "Undertone.app", "1.2.3")
    told = plistlib.loads((contents / "Info.plist").read_bytes())
    assert told["CFBundleName"] == "Undertone" and told["CFBundleVersion"] == "1.2.3"
    kinds = {kind["CFBundleTypeExtensions"][0]: kind["LSHandlerRank"]
             for kind in told["CFBundleDocumentTypes"]}
    assert kinds == {"undertone": "Owner", "lrc": "Alternate"}


def test_a_mac_signs_each_library_before_the_app(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = tmp_path / "Undertone.app"
    (app / "Contents").mkdir(parents=True)
    for name in ("b.so", "a.dylib", "c.txt"):
        (app / "Contents" / name).write_bytes(b"x")
    (app / "Contents" / "link.so").symlink_to("b.so")
    asked: list[str] = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(
        f"{command[1]} {Path(command[-1]).name}"))
    mac_package.sign(app)
    assert asked == ["--force a.dylib", "--force b.so", "--force Undertone.app",
                     "--verify Undertone.app"]
