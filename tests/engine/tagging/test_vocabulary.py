"""The closed list of moods: the shipped file, its lookup, and files that are broken."""

from itertools import combinations
from math import hypot
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.tagging.vocabulary import Mood, Vocabulary, fold

SHIPPED = Path(__file__).resolve().parents[3] / "resources" / "moods.toml"

LASTFM27 = {
    "aggressiveness", "amusement", "anger", "annoyance", "anxiety", "bittersweet", "boredom",
    "calmness", "cheerfulness", "comfort", "confidence", "contemplation", "depression",
    "desperation", "dreamy", "erotic", "excitement", "fear", "grief", "happiness", "insecurity",
    "loneliness", "nostalgia", "optimism", "pessimism", "romanticism", "sadness"}
GEMS9 = {
    "amazement", "calmness", "joyful_activation", "nostalgia", "power", "sadness", "solemnity",
    "tenderness", "tension"}


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return Vocabulary.load(SHIPPED)


def test_the_shipped_moods_are_those_of_the_training_data(shipped: Vocabulary) -> None:
    known = {name: {mood.id for mood in shipped.moods if name in mood.label_sets}
             for name in ("lastfm27", "gems9")}

    assert set(shipped.ids) == LASTFM27 | GEMS9
    assert len(shipped.ids) == 33
    assert known == {"lastfm27": LASTFM27, "gems9": GEMS9}


def test_every_shipped_mood_speaks_to_people(shipped: Vocabulary) -> None:
    for mood in shipped.moods:
        assert mood.name[0].isupper() and "_" not in mood.name
        assert mood.about.endswith(".") and len(mood.about) <= 80
        assert mood.synonyms
        assert len(set(map(fold, mood.synonyms))) == len(mood.synonyms), mood.id


@pytest.mark.parametrize("mood, valence, arousal", [
    ("happiness", 1, 1), ("anger", -1, 1), ("sadness", -1, -1), ("calmness", 1, -1)])
def test_the_four_corners_lie_in_their_quadrants(shipped: Vocabulary, mood: str, valence: int,
                                                 arousal: int) -> None:
    found = shipped.get(mood)

    assert found is not None
    assert found.valence * valence > 0.3 and found.arousal * arousal > 0.3


def test_no_two_moods_share_a_place_and_none_has_no_direction(shipped: Vocabulary) -> None:
    for mood in shipped.moods:
        assert hypot(mood.valence, mood.arousal) > 0.4, f"{mood.id} would have no hue"
    for one, other in combinations(shipped.moods, 2):
        apart = hypot(one.valence - other.valence, one.arousal - other.arousal)
        assert apart > 0.08, f"{one.id} and {other.id} lie on one spot"


@pytest.mark.parametrize("word, mood", [
    ("sadness", "sadness"), ("Sad", "sadness"), ("melancholy", "sadness"), ("chill", "calmness"),
    ("RELAXED", "calmness"), ("angry", "anger"), ("romantic", "romanticism"),
    ("joyful_activation", "joyful_activation"), ("Joyful Activation", "joyful_activation"),
    ("joyful-activation", "joyful_activation"), ("Joyful energy", "joyful_activation"),
    ("  laid   back ", "calmness"), ("laid-back", "calmness"), ("laidback", "calmness"),
    ("ｈａｐｐｙ", "happiness"), ("tense", "tension"), ("anxious", "anxiety")])
def test_a_mood_is_known_by_any_spelling(shipped: Vocabulary, word: str, mood: str) -> None:
    assert shipped.canonical(word) == mood


@pytest.mark.parametrize("word", ["", " ", "-", "saxophone", "not sad", "sad, happy", "ery"])
def test_other_words_are_no_moods(shipped: Vocabulary, word: str) -> None:
    assert shipped.canonical(word) is None


def test_every_spelling_leads_to_its_own_mood(shipped: Vocabulary) -> None:
    for mood in shipped.moods:
        assert {shipped.canonical(spelling) for spelling in mood.spellings} == {mood.id}


def test_a_mood_of_ones_own_joins_after_the_others(shipped: Vocabulary) -> None:
    more = shipped.with_moods([Mood("sunday_rain", "Sunday rain", 0.3, -0.7, ("drizzle",))])

    assert more.ids == (*shipped.ids, "sunday_rain")
    assert more.canonical("Drizzle") == "sunday_rain"
    assert shipped.canonical("drizzle") is None


@pytest.mark.parametrize("clashing", [
    Mood("anger", "Another", 0.0, 0.0), Mood("mine", "Melancholy", 0.0, 0.0),
    Mood("mine", "Mine", 0.0, 0.0, ("CHILL",))])
def test_a_mood_of_ones_own_cannot_take_a_spelling(shipped: Vocabulary, clashing: Mood) -> None:
    with pytest.raises(ValueError, match=clashing.id):
        shipped.with_moods([clashing])


GOOD = '[[mood]]\nid = "calmness"\nname = "Calm"\nvalence = 0.5\narousal = -0.5\n'


@pytest.mark.parametrize("text, said", [
    ("", "format"),
    ("format = 1\nmood = []\n", "length"),
    ("format = 2\n" + GOOD, "format 2"),
    ("format = 1\n" + GOOD + GOOD, '"calmness" stands in it twice'),
    ("format = 1\n" + GOOD + GOOD.replace("calmness", "peace"), '"Calm" belongs to "calmness"'),
    ("format = 1\n" + GOOD.replace(" 0.5", " 1.5"), "mood[0].valence"),
    ("format = 1\n" + GOOD.replace(" 0.5", ' "high"'), "mood[0].valence"),
    ("format = 1\n" + GOOD.replace(" 0.5", " nan"), "mood[0].valence"),
    ("format = 1\n" + GOOD.replace("Calm\"", "--\""), "without letters"),
    ("format = 1\n[[mood]\n", "line 2"),
], ids=["empty", "no moods", "newer", "double id", "double spelling", "off the plane", "no number",
        "not a number", "no letters", "no toml"])
def test_a_damaged_list_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "moods.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(EngineError) as refusal:
        Vocabulary.load(file)

    assert refusal.value.message.startswith("The list of moods is damaged")
    assert said in refusal.value.message
    assert refusal.value.hint


def test_bytes_that_are_no_text_are_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "moods.toml"
    file.write_bytes(b"\xff\xfe\x00id")

    with pytest.raises(EngineError, match="damaged"):
        Vocabulary.load(file)


def test_a_missing_list_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="could not be opened"):
        Vocabulary.load(tmp_path / "moods.toml")
