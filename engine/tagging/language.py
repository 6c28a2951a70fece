"""Which language a lyric is sung in, and whether it holds words at all.

A lyric is called foreign only on a confident verdict over its words: short, mixed and garbled
lyrics fall back to the language assumed. Loads its table of letter sequences at the first question.
"""
# py3langid ships no types.
# pyright: reportMissingTypeStubs=false

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from engine.tagging.lyric import Lyric

# Near relatives the detector tells apart and a listener would not; all else must be ISO 639-1.
_RELATIVES = {"pcm": "en", "yue": "zh", "wuu": "zh", "nn": "no", "arz": "ar", "ary": "ar",
              "uzs": "uz", "sdh": "ku", "hbo": "he", "grc": "el"}
# Small languages that short or slangy lyrics are mistaken for far more often than they are sung.
_LEFT_OUT = frozenset({"an", "wa", "vo", "fo", "se", "br", "lb", "oc", "kab", "ln", "lg", "sn",
                       "st", "rw", "qu", "om", "ig", "ha", "fy"})
_NAMES = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "as": "Assamese", "az": "Azerbaijani",
    "ba": "Bashkir", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian",
    "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "dz": "Dzongkha", "el": "Greek", "en": "English", "eo": "Esperanto", "es": "Spanish",
    "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "ga": "Irish", "gd": "Scottish Gaelic", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "ht": "Haitian Creole", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "jv": "Javanese",
    "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
    "ku": "Kurdish", "ky": "Kyrgyz", "la": "Latin", "lo": "Lao", "lt": "Lithuanian",
    "lv": "Latvian", "mg": "Malagasy", "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian",
    "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "my": "Burmese", "ne": "Nepali",
    "nl": "Dutch", "no": "Norwegian", "or": "Odia", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sa": "Sanskrit",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu",
    "tg": "Tajik", "th": "Thai", "tk": "Turkmen", "tl": "Tagalog", "tr": "Turkish",
    "tt": "Tatar", "ug": "Uyghur", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek",
    "vi": "Vietnamese", "xh": "Xhosa", "yo": "Yoruba", "zh": "Chinese", "zu": "Zulu",
}
# A song of which a quarter is in the assumed language can be judged in it.
_HEARD = 0.25
_PART = 240
_MOST_PARTS = 8
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_STRETCHED = re.compile(r"(.)\1{2,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")
_VOCABLE = re.compile(
    r"(?:la|na|da|ba|sha|ra|ta|tra|fa|pa|ya|wa|doo|do|dum|dee|di|bop|bom|boom|bam|ding|dong|ti|tu"
    r"|ooh?|oh|o|ah|a|eh|e|uh|huh|hu|hoo|ho|ha|he|hey|hi|ai|ay|aye|ey|yay|yeah|yea|yeh|ye|yo|yup"
    r"|whoa|woah|woo|wo|whoo|hm|m|mm|mh|ohm|sh|pom|ra|lai|lay|li|lo|lu|dam|di|de|dip|shoo|be|bee"
    r"|tum|tss|brr|uhuh|i|ла|ля|на|ой|эй|ай|яй|хей|о|а|э|у|ラ|ナ|랄|라|나)")
_INSTRUMENTAL = re.compile(
    r"(?:this (?:song|track) is (?:an )?)?(?:instrumental|no lyrics|no words|without words"
    r"|音乐|音樂|純音樂|纯音乐|此歌曲为没有填词的纯音乐|インストゥルメンタル|연주곡|instrumentale?|strumentale)"
    r"[,，.。!！\s]*(?:请您?欣赏|請您?欣賞|available|version|track|music)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639-1 code with its certainty 0..1; code "" where there are no words to judge."""

    code: str
    certainty: float


class _Identifier(Protocol):
    """The part of py3langid's identifier that is used here."""

    def rank(self, text: str) -> list[tuple[str, float]]: ...


class LanguageDetector:
    """Tells the language of a lyric. `assumed`, a language in Latin letters, is answered where no
    other verdict is confident.

    One detector serves one thread. The first question, or prepare(), takes a moment.
    """

    def __init__(self, assumed: str = "en") -> None:
        self._assumed = assumed
        self._identifier: _Identifier | None = None

    def prepare(self) -> None:
        """Loads the table now instead of at the first question."""
        if self._identifier is None:
            self._identifier = _load_identifier()

    def detect(self, lyric: Lyric) -> Language:
        """The language most of the lyric's words are in."""
        if not has_words(lyric):
            return Language("", 0.0)
        words = lyric.words
        shares = self._shares(words)
        best = max(shares, key=lambda code: shares[code])
        known = shares.get(self._assumed, 0.0)
        doubtful = shares[best] < _needed(words) or known > _HEARD
        if best != self._assumed and doubtful and _mostly_latin(words):
            best = self._assumed
        return Language(best, min(1.0, shares.get(best, 0.0)))

    def _shares(self, words: str) -> dict[str, float]:
        """How much of the words each language explains; sums to 1."""
        identifier = self._identifier or _load_identifier()
        self._identifier = identifier
        shares: dict[str, float] = defaultdict(float)
        parts = list(_parts(words))
        size = sum(len(part.encode()) for part in parts)
        for part in parts:
            weight = len(part.encode()) / size
            for code, certainty in identifier.rank(part):
                shares[_RELATIVES.get(code, code)] += weight * certainty
        return shares


def _load_identifier() -> _Identifier:
    import py3langid.langid as untyped  # slow to import

    langid: Any = untyped
    every = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    every.set_languages([code for code in every.labels if _judged(code)])
    # A fresh one lets go of the languages left out; rows of float32 halve the time of a question.
    return langid.LanguageIdentifier(
        every.nb_ptc.astype("float32", order="C"), every.nb_pc, every.nb_classes, every.tk_nextmove,
        every.tk_output, norm_probs=True, tk_row=every.tk_row)


def has_words(lyric: Lyric) -> bool:
    """Whether there is anything to judge: at least two words that are more than "la la hey"."""
    real: set[str] = set()
    for line in lyric.words.split("\n"):
        if _INSTRUMENTAL.fullmatch(line.strip(" .!()[]-~*♪")):
            continue
        for token in _TOKEN.findall(line):
            if not _is_vocable(token):
                real.update(_UNSPACED.findall(token) or [token.casefold()])
            if len(real) >= 2:
                return True
    return False


def language_name(code: str) -> str:
    """The English name of a language, "German" for "de"; the code itself where it has none."""
    return _NAMES.get(code, code)


def language_code(word: str) -> str | None:
    """The code of a language told by its code or its English name, None for an unknown one."""
    wanted = word.strip().casefold()
    return next((code for code, name in _NAMES.items() if wanted in (code, name.casefold())), None)


def _judged(code: str) -> bool:
    return code in _RELATIVES or (code in _NAMES and code not in _LEFT_OUT)


def _needed(words: str) -> float:
    """The certainty a foreign verdict needs: 0.7 on a few words, 0.5 on a verse and more."""
    return 0.5 + 0.25 * math.exp(-len(words.encode()) / 60)


def _mostly_latin(words: str) -> bool:
    """Whether the letters leave room for doubt: another script is never the assumed language."""
    sample = words[:2000]
    letters = sum(map(str.isalpha, sample))
    return sum("a" <= sign <= "ɏ" or "A" <= sign <= "Z" for sign in sample) * 2 >= letters


def _is_vocable(token: str) -> bool:
    """Whether a token is sung syllables: "naaa", "lalala", "oooh"."""
    folded = _STRETCHED.sub(r"\1", token.casefold())
    if _VOCABLE.fullmatch(folded):
        return True
    half = len(folded) // 2
    for length in (2, 3, 4):  # lalala, shalala: one syllable said over and over
        piece = folded[-length:]
        if len(folded) > length and length <= half and _VOCABLE.fullmatch(piece):
            rest = folded.replace(piece, "")
            if not rest or _VOCABLE.fullmatch(rest):
                return True
    return False


def _parts(words: str) -> Iterator[str]:
    """Up to 8 stretches of whole lines, spread over the song, doubled lines once."""
    lines = list(dict.fromkeys(line for line in words.split("\n") if line))
    gathered: list[str] = []
    part = ""
    for line in lines:
        for start in range(0, min(len(line), _PART * 40), _PART * 2):
            part = f"{part}\n{line[start:start + _PART * 2]}" if part else line[
                start:start + _PART * 2]
            if len(part) >= _PART:
                gathered.append(part)
                part = ""
    if part and (len(part) * 3 > _PART or not gathered):
        gathered.append(part)
    step = max(1, math.ceil(len(gathered) / _MOST_PARTS))
    yield from gathered[::step]
