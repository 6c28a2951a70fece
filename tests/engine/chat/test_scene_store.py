"""Scenes in the library."""

from collections.abc import Iterator

import pytest

from engine.chat.scene import AuthorsNote, Scene, SpokenLine
from engine.chat.scene_store import SceneStore
from engine.errors import EngineError
from engine.library.database import Database

SCENE = Scene("The last train", "Two wait.", ("It is late.",), ("rain", "ticket"), "comedy",
              "wry", ("Ann", "Lex"), (SpokenLine("", "It rains."), SpokenLine("Ann", "Well.")),
              AuthorsNote("Short lines.", 2, 3))


@pytest.fixture
def store() -> Iterator[SceneStore]:
    database = Database.in_memory()
    yield SceneStore(database)
    database.close()


def test_all_of_a_scene_comes_back(store: SceneStore) -> None:
    kept = store.add(SCENE)
    assert kept.value == SCENE == store.scene(kept.id).value
    row, = store.rows()
    assert (row.title, row.about, row.mode, row.cast) == (
        "The last train", "Two wait.", "comedy", ("Ann", "Lex"))


def test_edits_and_copies(store: SceneStore) -> None:
    kept = store.add(SCENE, "train")
    copy = store.copy(kept.id, "The first train")
    assert store.save(kept.id, Scene("No train")).value == Scene("No train")
    assert [(row.title, row.shipped) for row in store.rows()] == [
        ("No train", True), ("The first train", False)]
    assert store.scene(copy.id).value.facts == SCENE.facts


def test_the_trash_gives_back(store: SceneStore) -> None:
    one, other = store.add(SCENE), store.add(Scene("Other"))
    store.delete([one.id])
    assert [row.id for row in store.rows()] == [other.id]
    assert [row.id for row in store.rows(trashed=True)] == [one.id]
    store.restore([one.id])
    assert len(store.rows()) == 2
    store.purge([one.id, other.id])
    assert store.rows() == store.rows(trashed=True) == []


def test_what_came_with_the_program_comes_once(store: SceneStore) -> None:
    assert store.put_shipped({"train": SCENE}) == 1
    store.delete([store.rows()[0].id])
    assert store.put_shipped({"train": SCENE, "boat": Scene("Boat")}) == 1
    assert [row.title for row in store.rows()] == ["Boat"]


def test_what_is_wrong_is_said(store: SceneStore) -> None:
    with pytest.raises(EngineError, match="needs a title"):
        store.add(Scene(" "))
    for use in (store.scene, lambda n: store.save(n, SCENE), lambda n: store.copy(n, "x")):
        with pytest.raises(EngineError, match="scene is no longer there"):
            use(99)


def test_a_title_without_end_is_cut(store: SceneStore) -> None:
    kept = store.add(Scene("S" * 1_000_000))
    assert kept.value.title == "S" * 200 == store.rows()[0].title
    assert store.save(kept.id, Scene("T" * 1_000_000)).value.title == "T" * 200
