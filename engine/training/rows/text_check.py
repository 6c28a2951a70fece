"""What rows say: in which languages, and whether the same reply stands in them again and again."""

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.errors import EngineError
from engine.tagging.language import LanguageDetector, language_name
from engine.tagging.reading import lyric_from_text
from engine.training.rows.data_report import Finding, Weight
from engine.training.rows.row import Row, RowPlace, TalkRow
from engine.training.rows.splitting import text_of
from engine.training.rows.word_hashes import words_of

_LOOKED_AT = 200
_LETTERS = 2000
_MOST_STRANGE = 0.05
_OFTEN, _FEWEST = 0.02, 5
_FEWEST_WORDS = 4
_SHOWN, _NAMED = 60, 3
_MOST_PLACES = 200


def languages(rows: Sequence[Row]) -> Iterator[Finding]:
    """Where rows are in several languages, judged by some of them spread over all."""
    step = max(1, len(rows) // _LOOKED_AT)
    detector = LanguageDetector()
    found: dict[str, list[RowPlace]] = {}
    for row in rows[::step][:_LOOKED_AT]:
        try:
            code = detector.detect(lyric_from_text(text_of(row)[:_LETTERS])).code
        except EngineError:
            continue
        if code:
            found.setdefault(code, []).append(row.place)
    order = sorted(found, key=lambda code: -len(found[code]))
    told = sum(map(len, found.values()))
    strange = sum(len(found[code]) for code in order[1:])
    if strange > _MOST_STRANGE * told:
        named = ", ".join(map(language_name, order[1:_NAMED + 1]))
        places = tuple(place for code in order[1:] for place in found[code])[:_MOST_PLACES]
        yield Finding(kind="language", weight=Weight.LOOK, count=strange, places=places,
                      sentence=f"Of {told:,} rows looked at, {strange:,} are not in"
                               f" {language_name(order[0])}: {named}. A small model learns one"
                               " language better than several.")


def repeated_replies(rows: Sequence[Row]) -> Iterator[Finding]:
    """Replies that are learned in many talks: the model will say them everywhere."""
    said: Counter[str] = Counter()
    places: dict[str, list[RowPlace]] = {}
    first: dict[str, str] = {}
    for row in rows:
        for line in row.lines if isinstance(row, TalkRow) else ():
            words = words_of(line.text) if line.learned else []
            if len(words) >= _FEWEST_WORDS:
                key = " ".join(words)
                said[key] += 1
                places.setdefault(key, []).append(row.place)
                first.setdefault(key, line.text)
    often = [key for key, count in said.most_common()
             if count >= max(_FEWEST, _OFTEN * said.total())]
    if often:
        count = sum(said[key] for key in often)
        shown = " ".join(first[often[0]].split())[:_SHOWN]
        yield Finding(kind="repeated reply", weight=Weight.LOOK, count=count,
                      places=tuple(places[often[0]][:_MOST_PLACES]),
                      sentence=f"{count:,} of {said.total():,} learned replies say the same few"
                               f" things, most often “{shown}”: the model will say them"
                               " everywhere.")
