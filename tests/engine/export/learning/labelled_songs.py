"""Songs whose words say what they are about: "tears" is sadness, "sun" is happiness."""

from engine.training.rows.row import RowPlace, TextRow
from tests.benchmarks.word_mill import milled_song

ABOUT = {"sadness": "tears", "happiness": "sun"}


def mood_rows(count: int, first: int = 0, asked: tuple[str, ...] | None = None) -> list[TextRow]:
    """Of both moods in turn, every fifth of neither."""
    return [_row(number, asked) for number in range(first, first + count)]


def _row(number: int, asked: tuple[str, ...] | None) -> TextRow:
    mood = tuple(ABOUT)[number % 2] if number % 5 else ""
    heard = [" ".join([ABOUT[mood]] * 6)] if mood else []
    words = "\n".join([*milled_song(number).splitlines()[:2], *heard])
    return TextRow(words, (mood,) if mood else (), RowPlace("songs.csv", number + 1), asked,
                   song=str(number), artist=f"Artist {number}")


def kind_rows(count: int, first: int = 0) -> list[TextRow]:
    """Of exactly one label each."""
    return [TextRow(row.text, row.labels or ("neither",), row.place, song=row.song)
            for row in mood_rows(count, first)]
