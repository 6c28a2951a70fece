"""Which of the old encodings a text was written in, judged by how its reading looks.

Every candidate reads the text; each foreign character is worth something by its script, its
neighbours and its frequency class in the encoding's own table. The best mean wins; ties go to
the earlier candidate. charset-normalizer is asked only where no candidate convinces.
"""

import re
from functools import cache

CANDIDATES = ("cp1252", "gb18030", "cp932", "cp949", "big5", "euc_jp", "cp1251", "cp1250",
              "cp1253")
_LATIN = frozenset({"cp1252", "cp1250"})
_ALPHABETS = _LATIN | {"cp1251", "cp1253"}
_SAMPLE = 4096
_CONVINCING = 0.25

_WORD = re.compile(r"[^\W\d_]+")
_TYPOGRAPHY = frozenset("‘’“”„‚«»…–—¡¿")
_SEEN_AT_TIMES = frozenset("‹›•´°©®™€\xa0")
_ONE_LETTER_WORDS = frozenset("àáâåæèéêíîóôöøúüÀÁÅÆÈÉÊÍÓÖØÜ")
_USUAL_LETTERS = frozenset("оеаинтсрвлАОИНТСРВЛ" "αοιετσνηάόίέήΑΟΙΕΤΣΝΗ")
_RUSSIAN = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў")
# The syllables that make up most of a Korean text.
_KOREAN = frozenset("이다는에고을가의지하도를한은어아서나있그사기로자라해인대시내만게리수일보마니"
                    "면없들여주부우정으러오전며구원스네조과거너야좋안무제모말더않세것와때미생나요당신게"
                    "르상당살람랑행복눈물밤봄날꿈길빛별늘오바못또왜널날내네저처럼까싶던했었된할갈올알"
                    "울둘든연속장소진동경위성유계중교화방음차심선현간문재학비공용발실주새타데하녕습녀예"
                    "회월년")


def best_legacy(data: bytes) -> str:
    """The name of the codec that reads `data` best."""
    sample = _sample(data)
    worth = {codec: _worth(sample, codec) for codec in CANDIDATES}
    best = max(CANDIDATES, key=lambda codec: worth[codec])
    return best if worth[best] >= _CONVINCING else _second_opinion(sample, best)


def _sample(data: bytes) -> bytes:
    """The lines with characters to judge, as far as they are needed."""
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            lines.append(line[:_SAMPLE])
            size += len(line)
        if size >= _SAMPLE:
            break
    return b"\n".join(lines)[:_SAMPLE]


def _second_opinion(sample: bytes, otherwise: str) -> str:
    from charset_normalizer import from_bytes  # slow to import and seldom needed

    guess = from_bytes(sample, cp_exclusion=["utf_16", "utf_16_le", "utf_16_be", "utf_32"]).best()
    return guess.encoding if guess is not None else otherwise


def _worth(sample: bytes, codec: str) -> float:
    """Mean worth of the characters beyond ASCII, about -4 to 1."""
    # The sample may end within a character: that one says nothing against the codec.
    text = sample.decode(codec, "replace").removesuffix("\ufffd" if len(sample) == _SAMPLE else "")
    foreign = [sign for sign in text if sign > "\x7f"]
    if not foreign:
        return -4.0
    judge = _alphabet_worth if codec in _ALPHABETS else _table_worth
    return judge(text, foreign, codec) / len(foreign)


def _table_worth(_text: str, foreign: list[str], codec: str) -> float:
    return sum(_sign_worth(sign, codec) for sign in foreign)


def _sign_worth(sign: str, codec: str) -> float:
    """One character of an East Asian reading."""
    if "\u4e00" <= sign <= "\u9fff":
        return _ideograph_worth(sign, codec)
    if "\u3041" <= sign <= "\u30fe":
        return 0.3 if codec == "gb18030" else 1.0 if codec in ("cp932", "euc_jp") else 0.0
    if "\uac00" <= sign <= "\ud7a3":
        return _syllable_worth(sign) if codec == "cp949" else -0.5
    if "\uff61" <= sign <= "\uff9f":
        return -0.6
    if "\u3000" <= sign <= "\u3020" or "\uff01" <= sign <= "\uff5e" or sign in _TYPOGRAPHY:
        return 0.6
    return -4.0 if sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" else -0.5


def _ideograph_worth(sign: str, codec: str) -> float:
    common = {"gb18030": 0.85, "big5": 0.7, "cp932": 0.55, "euc_jp": 0.55}.get(codec, -0.3)
    return common if sign in _everyday_signs(codec) else -0.4


@cache
def _everyday_signs(codec: str) -> frozenset[str]:
    """The ideographs the encoding's makers put first because they are the usual ones."""
    table, low, high = {"gb18030": ("gb2312", 0xB0A1, 0xD7F9), "big5": ("big5", 0xA440, 0xC67E),
                        "cp932": ("cp932", 0x889F, 0x9872), "euc_jp": ("euc_jp", 0xB0A1, 0xCFD3),
                        }.get(codec, ("gb2312", 0xB0A1, 0xB0A0))
    pairs = b"".join(code.to_bytes(2) for code in range(low, high + 1) if code & 0xFF >= 0x40)
    return frozenset(sign for sign in pairs.decode(table, "ignore") if sign >= "\u4e00")


def _syllable_worth(sign: str) -> float:
    if sign in _KOREAN:
        return 1.0
    return 0.4 if len(sign.encode("euc_kr", "ignore")) == 2 else -0.5


def _alphabet_worth(text: str, foreign: list[str], codec: str) -> float:
    """An alphabet is judged by whole words: one script, sensible case, accents in the minority."""
    worth = sum(_mark_worth(sign) for sign in foreign if not sign.isalpha())
    for word in _WORD.findall(text):
        beyond = sum(sign > "\x7f" for sign in word)
        if beyond:
            worth += beyond * (_latin_word(word, beyond, 0.75 if codec == "cp1250" else 0.5)
                               if codec in _LATIN else _other_word(word, beyond))
    inside = len(re.findall(r"(?<=[a-z])[¡¿](?=[^\W\d_])", text))
    return worth - 2 * inside - (0.1 * len(foreign) if codec == "cp1250" else 0.0)


def _mark_worth(sign: str) -> float:
    if sign in _TYPOGRAPHY:
        return 1.0
    return 0.3 if sign in _SEEN_AT_TIMES else -4.0 if sign == "\ufffd" else -1.0


def _sensible_case(word: str) -> bool:
    return word[1:].islower() or word.isupper() or len(word) == 1


def _latin_word(word: str, beyond: int, most_accents: float) -> float:
    if not _sensible_case(word) or "ª" in word or "º" in word:
        return -0.8
    if len(word) == 1:
        return 0.7 if word in _ONE_LETTER_WORDS else -0.5
    if beyond <= (len(word) + 1) * most_accents:
        return 1.0
    return 0.2 if len(word) == 2 else -0.7


def _other_word(word: str, beyond: int) -> float:
    """A word of Cyrillic or Greek; the two overlap, so that only usual letters tell them apart."""
    if beyond < len(word) or not _sensible_case(word):
        return -1.0
    cyrillic = "\u0400" <= word[0] <= "\u04ff"
    if cyrillic and not _RUSSIAN.issuperset(word.lower()):
        return -0.3
    usual = sum(sign in _USUAL_LETTERS for sign in word) / len(word)
    return (0.3 if len(word) == 1 else 0.5) + 0.4 * usual - (0.2 if word.isupper() else 0.0)
