"""The head of the open song with what broken tags can hold."""

from engine.tagging.song import SongRow, SongState
from gui.song.song_head import SongHead
from gui.theme import ThemeSource


def test_a_title_without_end_does_not_widen_the_page(
        theme_source: ThemeSource) -> None:
    head = SongHead(theme_source)
    # WHEN title, artist and file name are one word each that no column is wide enough for
    long = "Wonder_" * 1500
    head.show_song(SongRow(f"/m/{'W' * 250}.mp3", 1, SongState.TAGGED, long, long), None)
    # THEN they are broken and cut
    assert head.minimumSizeHint().width() < 400
    head.resize(400, 10)
    assert head.heightForWidth(400) < 1200
