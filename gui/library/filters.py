"""What is sought, changed step by step: pure functions from one query to the next, and a query as
parts that can be taken away one by one. Knows no index and no widget.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from engine.tagging.browsing.song_query import MoodWish, ShelfState, SongQuery, SongSort
from engine.tagging.vocabulary import Vocabulary
from gui.library.wording import language_word, state_text, tagger_word, wish_text
from gui.mood_words import mood_name

translate = QCoreApplication.translate

# These begin with the newest, the best, the nearest; the others are shown from A on.
_NEEDS = {SongSort.MOOD: "wishes", SongSort.RELEVANCE: "text", SongSort.NEARNESS: "like",
          SongSort.LISTED: "playlist"}


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One thing that is asked for, in words, and the query without it."""

    words: str
    without: SongQuery


def is_filtered(query: SongQuery) -> bool:
    """Whether anything is asked for, so that songs may be left out."""
    return unfiltered(query) != query


def unfiltered(query: SongQuery) -> SongQuery:
    """All songs, in an order that still makes sense."""
    return fitting(SongQuery(sort=query.sort, descending=query.descending))


def kept(query: SongQuery) -> SongQuery:
    """What of a query the next start begins with: no songs picked by hand."""
    return fitting(replace(query, playlist=None, within=None, like=None))


def fitting(query: SongQuery) -> SongQuery:
    """The same with an order that can be had: the best match needs words, and so on."""
    need = _NEEDS.get(query.sort)
    if need is not None and not getattr(query, need):
        return replace(query, sort=SongSort.ADDED, descending=False)
    return query


def offered_sorts(query: SongQuery) -> tuple[SongSort, ...]:
    """The orders that can be had."""
    return tuple(sort for sort in SongSort
                 if sort not in _NEEDS or getattr(query, _NEEDS[sort]))


def with_text(query: SongQuery, text: str) -> SongQuery:
    """Words to look for. What is typed first is ordered by how well it matches; where all words
    are taken away again, that order goes with them."""
    begins = bool(text.strip()) and not query.text.strip()
    sort = SongSort.RELEVANCE if begins else query.sort
    return fitting(replace(query, text=text, sort=sort,
                           descending=False if begins else query.descending))


def wish_of(query: SongQuery, mood: str) -> MoodWish | None:
    return next((wish for wish in query.wishes if wish.mood == mood), None)


def with_wish(query: SongQuery, wish: MoodWish) -> SongQuery:
    """Asks for a mood, in place of what was asked of it before."""
    if wish_of(query, wish.mood) is None:
        return replace(query, wishes=(*query.wishes, wish))
    return replace(query, wishes=tuple(
        wish if known.mood == wish.mood else known for known in query.wishes))


def without_wish(query: SongQuery, mood: str) -> SongQuery:
    return fitting(replace(query, wishes=tuple(
        wish for wish in query.wishes if wish.mood != mood)))


def toggled_mood(query: SongQuery, mood: str) -> SongQuery:
    """Asks for a mood, or no longer."""
    if wish_of(query, mood) is not None:
        return without_wish(query, mood)
    return with_wish(query, MoodWish(mood))


def as_mood(query: SongQuery, vocabulary: Vocabulary) -> FilterPart | None:
    """The words sought as the mood they name, with the query for that; None where they name none.
    Who types a mood may mean songs that have it, and not those that sing its name."""
    mood = vocabulary.canonical(query.text)
    if mood is None:
        return None
    asked = with_wish(with_text(query, ""), MoodWish(mood))
    return FilterPart(mood_name(vocabulary, mood), asked)


def toggled_state(query: SongQuery, state: ShelfState) -> SongQuery:
    return replace(query, states=_toggled(query.states, state))


def toggled_language(query: SongQuery, code: str) -> SongQuery:
    return replace(query, languages=_toggled(query.languages, code))


def toggled_tagger(query: SongQuery, tagger: str) -> SongQuery:
    return replace(query, read_by="" if query.read_by == tagger else tagger)


def toggled_flag(query: SongQuery, flag: str) -> SongQuery:
    """`flag` is "missing", "changed" or "corrected": only those, or no matter which."""
    return replace(query, **{flag: None if getattr(query, flag) else True})


def filter_parts(query: SongQuery, vocabulary: Vocabulary, liked: str = "") -> list[FilterPart]:
    """All that is asked for, as the person would say it. `liked` is the name of the song that
    others should be like."""
    parts: list[FilterPart] = []

    def add(words: str, **changes: object) -> None:
        parts.append(FilterPart(words, fitting(replace(query, **changes))))

    if query.text.strip():
        add(f"“{query.text.strip()}”", text="")
    for wish in query.wishes:
        parts.append(FilterPart(wish_text(wish, vocabulary), without_wish(query, wish.mood)))
    for state in query.states:
        add(state_text(state), states=_toggled(query.states, state))
    for code in query.languages:
        add(language_word(code), languages=_toggled(query.languages, code))
    if query.read_by:
        add(translate("Library", "Read by {tagger}").format(tagger=tagger_word(query.read_by)),
            read_by="")
    _add_flags(query, add)
    if query.like is not None:
        add(translate("Library", "Like “{song}”").format(song=liked) if liked
            else translate("Library", "Like one song"), like=None)
    return parts


def _add_flags(query: SongQuery, add: Callable[..., None]) -> None:
    words = {"missing": (translate("Library", "File missing"),
                         translate("Library", "File there")),
             "changed": (translate("Library", "File changed"),
                         translate("Library", "File unchanged")),
             "corrected": (translate("Library", "Corrected"),
                           translate("Library", "Not corrected"))}
    for flag, (yes, no) in words.items():
        wanted = getattr(query, flag)
        if wanted is not None:
            add(yes if wanted else no, **{flag: None})
    if query.playlist is not None:
        add(translate("Library", "This playlist"), playlist=None)
    if query.within is not None:
        add(translate("Library", "Picked songs"), within=None)


def _toggled(values: tuple, value: object) -> tuple:
    return tuple(v for v in values if v != value) if value in values else (*values, value)
