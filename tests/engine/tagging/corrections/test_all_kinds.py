"""Every kind of step, one after the other: all lists show what stands, back and forth."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from engine.tagging.browsing.song_query import MoodWish, SongQuery, query_as_json
from engine.tagging.corrections.line_words import Saying
from engine.tagging.corrections.stepping import redo_step, undo_step
from engine.tagging.corrections.undo_kinds import open_journal
from engine.tagging.folders.relocation import Likeness, Relocation, lost_places, relocate
from engine.tagging.labels import Verdict
from engine.tagging.playlists.playlist_steps import journaled
from engine.tagging.retagging.proposals import Proposals
from engine.tagging.retagging.retagger import Retagger
from tests.engine.tagging.browsing.browsed import RAIN, SEA, SUN, index_of
from tests.engine.tagging.shelf import Shelf, at
from tests.fakes import FakeTagger


def shown(shelf: Shelf) -> object:
    """All a person sees of songs, lists and choices; the lists of the two pages agree in it."""
    rows, index = shelf.store.rows(shelf.settings), index_of(shelf)
    keys = index.find(SongQuery()).keys
    table = {row.place: sorted(tag.tag for tag in row.tags) for row in rows}
    assert table == {song.place: sorted(tag.tag for tag in song.tags)
                     for song in index.rows(keys)}
    kept = journaled(shelf.database)
    spans = [shelf.store.line_words(row.song_id) for row in rows if row.song_id]
    return (table, [kept.document(each.id) for each in kept.all()], spans,
            Proposals(shelf.database).count(), index.find(SongQuery()).facets)


def test_every_kind_of_step_leads_back_and_forth(tmp_path: Path) -> None:
    # GIVEN three songs, one of which moved, and what another tagger says of them
    shelf = Shelf()
    for name, song in (("a.txt", RAIN), ("b.txt", SUN), ("c.txt", SEA)):
        shelf.put(name, song)
    shelf.scan()
    shelf.remove("c.txt")
    shelf.scan()
    found = tmp_path / "c.txt"
    found.write_text("a slow evening by the quiet sea\nsleep now\n", "utf-8")
    other = FakeTagger("other@1", languages=frozenset())
    a, b = shelf.song_id("a.txt"), shelf.song_id("b.txt")
    list(Retagger(shelf.database, shelf.store, other).run((a, b)))
    assert Proposals(shelf.database).count() == 2
    journal, lists, proposals = (open_journal(shelf.database), journaled(shelf.database),
                                 Proposals(shelf.database))
    note = proposals.taggers()[0]
    lost = lost_places(shelf.database)
    rule = query_as_json(SongQuery(wishes=(MoodWish("anger"),)))
    steps: list[Callable[[], object]] = [
        lambda: shelf.store.set_labels(a, {"sadness": Verdict.REJECTED, "anger": Verdict.ADDED}),
        lambda: shelf.store.say_of_lines(a, [Saying("calmness", 0, 1, Verdict.ADDED)]),
        lambda: lists.make("By hand", [a, b]),
        lambda: lists.make("By rule", rule=rule),
        lambda: lists.set_rule(2, query_as_json(SongQuery(text="rain"))),
        lambda: proposals.accept(journal, note, [a]),
        lambda: proposals.refuse(journal, note, [b]),
        lambda: relocate(shelf.database, journal, [
            Relocation(lost[0], str(found), Likeness.SAME_WORDS)]),
        lambda: shelf.store.forget([at("b.txt")]),
        lambda: lists.remove(1),
    ]
    # WHEN one is taken after the other
    seen = [shown(shelf)]
    for step in steps:
        step()
        seen.append(shown(shelf))
    assert all(before != after for before, after in pairwise(seen))
    # THEN each can be taken back and made again, by a journal that was opened anew
    for wanted in reversed(seen[:-1]):
        assert undo_step(shelf.database) is not None
        assert shown(shelf) == wanted
    assert undo_step(shelf.database) is None
    for wanted in seen[1:]:
        assert redo_step(shelf.database) is not None
        assert shown(shelf) == wanted
    assert redo_step(shelf.database) is None
    assert {step.kind for step in journal.steps()} == {
        "labels", "spans", "playlist", "retagged", "refused", "relocated", "forgotten"}
    shelf.database.close()
