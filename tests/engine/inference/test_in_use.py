"""The mark is seen exactly while somebody holds it, whoever else does, and never left behind."""

from pathlib import Path

from engine.inference.in_use import InUse


def test_it_is_seen_exactly_while_it_is_held(tmp_path: Path) -> None:
    mark = InUse(tmp_path / "home" / "in_use.lock")
    # GIVEN nobody yet THEN nobody is seen, and looking makes no file
    assert not mark.somebody()
    assert not (tmp_path / "home").exists()
    # WHEN two hold it THEN it is seen until the last lets go
    with mark.held():
        other = InUse(tmp_path / "home" / "in_use.lock").hold()
        assert mark.somebody()
    assert mark.somebody()
    InUse.let_go(other)
    assert not mark.somebody()


def test_where_no_file_can_be_it_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    mark = InUse(tmp_path / "file" / "in_use.lock")
    with mark.held():
        assert not mark.somebody()
    InUse.let_go(None)
