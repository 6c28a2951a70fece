"""Languages are told with care; words are told from vocables."""

import pytest

from engine.tagging.language import LanguageDetector, has_words, language_code, language_name
from engine.tagging.lyric import Lyric
from engine.tagging.reading import lyric_from_text


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


def lyric(text: str) -> Lyric:
    return lyric_from_text(text)


SONGS = {
    "en": ["Down by the water I waited for you\nnobody came but the rain and the night",
           "gonna wanna shake it all night, yo", "Around the world", "I'm lonely"],
    "de": ["Am Ufer hab ich auf dich gewartet\nkeiner kam, nur der Regen und die Nacht",
           "Du bist so schön wie die Nacht"],
    "fr": ["Au bord de l'eau je t'attendais\npersonne n'est venu, que la pluie et la nuit"],
    "es": ["Junto al agua te esperaba\nnadie vino, solo la lluvia y la noche",
           "te espero siempre en la orilla, mi amor"],
    "it": ["Vicino all'acqua ti aspettavo\nnon venne nessuno, solo la pioggia e la notte"],
    "pt": ["Na beira da água eu te esperei\nninguém veio, só a chuva e a noite não tem fim"],
    "nl": ["Aan het water wachtte ik op jou\nniemand kwam, alleen de regen en de nacht"],
    "sv": ["Vid vattnet väntade jag på dig\ningen kom, bara regnet och natten"],
    "pl": ["Nad wodą czekałem na ciebie\nnikt nie przyszedł, tylko deszcz i noc"],
    "tr": ["Suyun kenarında seni bekledim\nkimse gelmedi, sadece yağmur ve gece"],
    "ru": ["У воды я ждал тебя\nникто не пришёл, только дождь и ночь"],
    "ja": ["水辺で君を待っていた\n誰も来なかった"],
    "ko": ["물가에서 너를 기다렸어\n아무도 오지 않았어"],
    "zh": ["我在水边等你\n没有人来"],
}


@pytest.mark.parametrize("code, text", [
    pytest.param(code, text, id=f"{code}-{number}")
    for code, texts in SONGS.items() for number, text in enumerate(texts)])
def test_languages_are_told(detector: LanguageDetector, code: str, text: str) -> None:
    assert detector.detect(lyric(text)).code == code


@pytest.mark.parametrize("text", [
    "Que sera, sera", "Bonjour tristesse", "Ob-la-di and la-di-da",
    "Dance with me tonight\nTanz mit mir\nthe night is long and warm\nund wir sind jung"])
def test_a_few_foreign_words_make_no_foreign_song(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(lyric(text)).code == "en"


def test_doubt_falls_back_to_the_language_assumed() -> None:
    verdict = LanguageDetector(assumed="de").detect(lyric("Bonjour tristesse"))
    assert verdict.code == "de"
    assert verdict.certainty < 0.5


def test_certainty_is_a_share(detector: LanguageDetector) -> None:
    for texts in SONGS.values():
        for text in texts:
            assert 0.0 <= detector.detect(lyric(text)).certainty <= 1.0
    assert detector.detect(lyric(SONGS["en"][0])).certainty > 0.8


def test_headings_and_credits_do_not_count(detector: LanguageDetector) -> None:
    text = ("[Strophe: Wir alle zusammen am Ufer der Nacht]\nText und Musik: Niemand Sonst\n"
            "nobody came but the rain\n")
    assert detector.detect(lyric(text)).code == "en"


@pytest.mark.parametrize("text", [
    "la la la", "Na na na na, hey hey hey", "na na hey", "oooh yeah", "Ooooooh\naaaah", "1 2 3 4",
    "... !?", "Instrumental", "[Instrumental]", "This song is an instrumental", "纯音乐，请欣赏",
    "lalalala shalala doo doo doo", "ла ла ла", "ラララ", "랄라라", "la la la (x4)", "♪",
    "[Verse 1]\n[Chorus]", "Written by Ann Bee", "https://example.org/some/words/here"])
def test_there_are_no_words(detector: LanguageDetector, text: str) -> None:
    assert not has_words(lyric(text))
    assert detector.detect(lyric(text)).code == ""


@pytest.mark.parametrize("text", ["I love you", "Around the world", "你好", "la la la love me",
                                  "hey stranger, stay", "люблю тебя"])
def test_there_are_words(text: str) -> None:
    assert has_words(lyric(text))


def test_languages_have_names() -> None:
    assert language_name("de") == "German"
    assert language_name("zh") == "Chinese"
    assert language_name("xx") == "xx"


def test_a_very_long_line_is_judged_too(detector: LanguageDetector) -> None:
    text = "keiner kam, nur der Regen und die lange dunkle Nacht " * 2_000
    assert detector.detect(lyric(text)).code == "de"


def test_a_language_can_be_told_by_code_or_name() -> None:
    assert language_code("de") == language_code(" German ") == "de"
    assert language_code("scottish gaelic") == "gd"
    assert language_code("Klingon") is None and language_code("") is None
