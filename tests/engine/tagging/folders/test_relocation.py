"""Songs whose files are gone are found again, shown first, settled in one step, and put back."""

import os
from pathlib import Path

import pytest

from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.folders.relocation import (
    Likeness,
    RelocationPlan,
    find_lost,
    lost_places,
    relocate,
)
from engine.tagging.labels import Verdict
from engine.tagging.song_identity import place_of
from tests.engine.tagging.folders.watched import LONG_AGO, RAIN, RAIN_EDITED, SEA, SUN, Watched


def plan(watched: Watched, under: Path, *places: Path) -> RelocationPlan:
    lost = lost_places(watched.database, [place_of(place) for place in places])
    *_, found = find_lost(watched.database, lost, under)
    assert isinstance(found, RelocationPlan)
    return found


def lose(watched: Watched, **songs: str) -> dict[str, Path]:
    """Songs that were read in the watched folder and then lie elsewhere."""
    files = {name: watched.write(f"old/{name}.txt", text) for name, text in songs.items()}
    watched.write("stays.txt", "Nobody knows where the morning goes\nnobody knows at all\n")
    watched.tag()
    for name, file in files.items():
        watched.move(file, watched.outside / "new" / f"{name}.txt")
    watched.scan()
    return files


def test_all_that_lie_below_a_folder_are_found_at_once(watched: Watched) -> None:
    # GIVEN two songs with words of the person, gone from where they were
    files = lose(watched, rain=RAIN, sun=SUN)
    rain = watched.song_at(files["rain"])
    watched.store.set_label(rain, "sadness", Verdict.ACCEPTED)
    assert watched.counts().missing == 2
    # WHEN they are looked for THEN nothing is changed yet
    found = plan(watched, watched.outside)
    assert [one.likeness for one in found.found] == [Likeness.SAME_FILE] * 2
    assert found.unfound == () and watched.counts().missing == 2
    # WHEN that is settled THEN they are there, with all that was said of them
    journal = open_journal(watched.database)
    assert relocate(watched.database, journal, found.found) == 2
    new = watched.outside / "new" / "rain.txt"
    assert watched.song_at(new) == rain and not watched.counts()
    assert watched.store.labels(rain) == {"sadness": Verdict.ACCEPTED}
    assert watched.store.is_current(place_of(new), _mark(new), watched.tagger)
    # AND undo puts them back, redo forth
    assert open_journal(watched.database).undo() is not None
    assert watched.counts().missing == 2 and watched.song_at(files["rain"]) == rain
    assert open_journal(watched.database).redo() is not None
    assert watched.song_at(new) == rain


def test_a_copy_with_another_time_is_known_by_name_and_size(watched: Watched) -> None:
    lose(watched, rain=RAIN)
    os.utime(watched.outside / "new" / "rain.txt", (LONG_AGO + 999, LONG_AGO + 999))
    found, = plan(watched, watched.outside).found
    assert found.likeness is Likeness.SAME_SIZE


def test_another_format_is_known_by_its_words(watched: Watched) -> None:
    lose(watched, rain=RAIN)
    (watched.outside / "new" / "rain.txt").unlink()
    watched.write("rain.md", RAIN + "\n", watched.outside)
    found, = plan(watched, watched.outside).found
    assert found.likeness is Likeness.SAME_WORDS


def test_an_edited_one_is_found_and_counts_as_changed(watched: Watched) -> None:
    files = lose(watched, rain=RAIN)
    new = watched.write("new/rain.txt", RAIN_EDITED + "one more line\n", watched.outside)
    found, = plan(watched, watched.outside).found
    assert found.likeness is Likeness.EDITED
    song = watched.song_at(files["rain"])
    relocate(watched.database, open_journal(watched.database), [found])
    assert watched.song_at(new) == song and watched.place(new)["changed"] == 1


def test_the_same_name_alone_is_no_match(watched: Watched) -> None:
    lose(watched, rain=RAIN)
    (watched.outside / "new" / "rain.txt").unlink()
    watched.write("rain.txt", SEA + "and some more of it\n", watched.outside)
    found = plan(watched, watched.outside)
    assert found.found == () and [one.title for one in found.unfound] == ["rain"]


def test_of_many_with_one_name_the_nearest_folder_wins(watched: Watched) -> None:
    # GIVEN two albums with tracks of the same names and sizes
    for album, text in (("one", RAIN), ("two", RAIN.replace("rain", "hail"))):
        watched.write(f"{album}/01.txt", text)
    watched.write("stays.txt", SEA)
    watched.tag()
    songs = {album: watched.song_at(watched.folder / album / "01.txt") for album in ("one", "two")}
    for album in songs:
        watched.move(watched.folder / album / "01.txt", watched.outside / album / "01.txt")
        os.utime(watched.outside / album / "01.txt", (LONG_AGO + 77, LONG_AGO + 77))
    watched.scan()
    # WHEN both are found by name and size
    found = plan(watched, watched.outside).found
    relocate(watched.database, open_journal(watched.database), found)
    # THEN neither took the other's place
    assert {album: watched.song_at(watched.outside / album / "01.txt") for album in songs} == songs


def test_one_file_can_be_pointed_at(watched: Watched) -> None:
    files = lose(watched, rain=RAIN, sun=SUN)
    odd = watched.outside / "whatever it is called.txt"
    watched.move(watched.outside / "new" / "rain.txt", odd)
    os.utime(odd, (LONG_AGO + 50, LONG_AGO + 50))
    found, = plan(watched, odd, files["rain"]).found
    assert (found.new_place, found.likeness) == (place_of(odd), Likeness.SAME_WORDS)
    assert plan(watched, odd, files["sun"]).found == ()


def test_what_is_another_song_already_is_not_taken(watched: Watched) -> None:
    lose(watched, rain=RAIN)
    new = watched.write("new/rain.txt", SUN, watched.outside)
    watched.tag(new)
    assert plan(watched, watched.outside).found == ()


def test_a_place_that_knows_the_song_already_takes_the_old_one_in(watched: Watched) -> None:
    files = lose(watched, rain=RAIN)
    song = watched.song_at(files["rain"])
    new = watched.outside / "new" / "rain.txt"
    watched.database.execute(
        "INSERT INTO place (path, song_id, is_file, found_at) VALUES (?, ?, 1, '')",
        (place_of(new), song))
    found = plan(watched, watched.outside)
    journal = open_journal(watched.database)
    assert relocate(watched.database, journal, found.found) == 1
    loaded = watched.store.song(song, watched.settings)
    assert loaded is not None and loaded.places == (place_of(new),)
    open_journal(watched.database).undo()
    assert watched.place(files["rain"])["missing"] == 1


def test_what_changed_since_it_was_looked_for_is_passed_over(watched: Watched) -> None:
    files = lose(watched, rain=RAIN, sun=SUN)
    found = plan(watched, watched.outside).found
    (watched.outside / "new" / "rain.txt").unlink()
    watched.move(watched.outside / "new" / "sun.txt", files["sun"])
    watched.scan()
    assert relocate(watched.database, open_journal(watched.database), found) == 0
    assert open_journal(watched.database).last_done() is None


@pytest.mark.parametrize("target", ["nowhere", "nowhere/rain.txt"])
def test_what_is_not_there_holds_nothing(watched: Watched, target: str) -> None:
    lose(watched, rain=RAIN)
    assert len(plan(watched, watched.outside / target).unfound) == 1


def _mark(file: Path) -> object:
    from engine.tagging.intake import fingerprint

    return fingerprint(file)
