"""What is taken out of a build, and what stays."""

from pathlib import Path

import pytest

from installer.trimming import size, trim

GONE = ("PySide6/Qt/plugins/qmltooling/libqmldbg.so", "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/lib/libQt6QmlModels.so.6", "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/translations/qt_de.qm", "PySide6/Qt6Pdf.dll")
KEPT = ("PySide6/Qt/lib/libQt6Widgets.so.6", "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so", "PySide6/Qt/lib/libQt6Svg.so.6",
        "PySide6/Qt/plugins/imageformats/libqsvg.so", "resources/translations/ours.qm",
        "PySide6/Qt6Gui.dll", "onnxruntime/capi/libonnxruntime.so")


@pytest.mark.parametrize("inside", ["", "_internal"])
def test_unused_parts_of_qt_go_and_nothing_else(tmp_path: Path, inside: str) -> None:
    root = tmp_path / inside
    for name in (*GONE, *KEPT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"0123456789")
    saved = trim(tmp_path)
    assert saved == 10 * len(GONE)
    assert size(tmp_path) == 10 * len(KEPT)
    assert all((root / name).exists() for name in KEPT)
