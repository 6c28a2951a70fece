"""The vocabulary of what is not sung in a lyric file: sections, repeats, credits, residue.

Tables and the questions asked of them, one short string at a time. Every pattern is bounded.
"""

import re
from typing import NamedTuple

_NAMES = (
    r"(?:pre|post)?[\s-]?chorus(?:es)?|choruses|verse|refrain|bridge|intro(?:duction)?|outro"
    r"|interlude|coda|hook|instrumental(?:\s(?:break|solo|bridge|outro|intro|interlude))?|prelude"
    r"|middle\s(?:8|eight)|ad[\s-]?libs?|breakdown|turnaround|vamp|skit|strophe|refr[aã]o"
    r"|coro|estribillo|pre[\s-]?estribillo|estrofa|verso|ponte|puente|couplet|pont|ritornello"
    r"|strofa|zwrotka|refren|pripev|припев|куплет|проигрыш|副歌|主歌|间奏|間奏|前奏|尾奏|サビ|후렴|간주")
_WEAK_NAMES = (
    r"solo|break|drop|tag|rap|end|fin|spoken(?:\sword)?|music|hidden\strack|fade(?:s)?(?:\sout)?"
    r"|build|sample|guitar|piano|sax|drums?|whistling|humming|applause|laughs?|laughter"
    r"|part|vers|parte|chor|gitarrensolo|klavier")
_ORDER = (r"(?:(?:repeat|final|last|first|second|third|half|\d(?:st|nd|rd|th)|guitar|piano|sax)"
          r"\s){0,2}")
_NUMBER = r"(?:[\s#-]{0,3}\d{1,2}|[\s-](?:[IVX]{1,4}|one|two|three|four|[A-D]))?"
_TIMES = (r"(?:repeat(?:ed)?\s?)?[x×✕]\s?(\d{1,3})"
          r"|(?:repeat(?:ed)?\s?)?(\d{1,3})\s?(?:[x×✕]|times)"
          r"|(twice|bis|repeat|repetir|répéter|wiederholen)")

_I = re.IGNORECASE
_SECTION = re.compile(rf"({_ORDER})({_NAMES}){_NUMBER}(?![\w'’])\s{{0,3}}(.{{0,60}})", _I)
_WEAK_SECTION = re.compile(rf"{_ORDER}({_WEAK_NAMES}){_NUMBER}(?![\w'’])\s{{0,3}}(.{{0,60}})", _I)
_REPEAT = re.compile(_TIMES, _I)
_REPEAT_INSIDE = re.compile(rf"(?:^|[\s(,\[:-])(?:{_TIMES})[)\]]?$", _I)
_TAIL = re.compile(rf"\s?(?:[\[({{]\s?(?:{_TIMES})\s?[\])}}]|(?<=\s)[x×](\d{{1,2}})"
                   rf"|(?<=[^\d\s]\s)(\d{{1,2}})[x×])[.!,]?$", _I)
_TAIL_ENDS = frozenset(")]}xX×.,!0123456789")
_INLINE = re.compile(r"[\[(]([^\[\]()]{1,60})[\])]")
_BRACKETED = re.compile(r"[\[【〔]([^\[\]【】]{0,200})[\]】〕][:.]?")
_DECORATED = re.compile(r"[(<{（*_=~#\-–—\s]{1,12}([^(){}<>*]{1,80}?)[)>}）*_=~#\-–—\s:]{1,12}")

_CREDIT_KEYS = (
    r"lyrics?|words|music|written|composers?|composed|composition|producers?|produced|production"
    r"|arrang(?:ers?|ed|ement)|songwriters?|writers?|author|lyricists?|artist|singer|album|publishers?"
    r"|published|publishing|label|copyright|mixed|mastered|engineers?|engineered|recorded|remix"
    r"|performed|vocals?|guitars?|bass|drums|piano|keyboards?|strings|original\sartist|featuring"
    r"|transcribed|translated|translation|translator|letra|m[uú]sica|autor(?:es)?|compositor(?:es)?"
    r"|paroles|musique|auteurs?|compositeurs?|interpr[eèé]te|text|musik|worte|komponist|testo"
    r"|музыка|слова|текст|автор|작사|작곡|편곡|op|sp|isrc|year|released?|genre|tempo|capo|key"
    r"|tuning")
_JOINED = rf"(?:{_CREDIT_KEYS})(?:\s?(?:&|and|und|et|y|e|/|,|\+|и)\s?(?:{_CREDIT_KEYS})){{0,4}}"
_CREDIT = re.compile(rf"{_JOINED}(?:\s?\([^()]{{0,30}}\))?(?:\s(?:by|de|von|par|di))?"
                     r"\s?[:：]\s?\S.{0,200}", _I)
_BY = re.compile(rf"(?i:{_JOINED})\s(?i:by)\s[\"“(]?[A-ZÀ-ÞА-Я0-9@].{{0,200}}")
_CREDIT_CJK = re.compile(
    r"[^:：]{0,12}?(?:词|詞|曲|编|編|制作|製作|监制|監製|录音|錄音|混音|母带|母帶|和声|和聲|吉他|贝斯|貝斯|鼓|键盘"
    r"|鍵盤|弦乐|弦樂|出品|发行|發行|统筹|統籌|企划|企劃|演唱|歌手|专辑|專輯|原唱|翻唱|歌名|プロデュース|歌)"
    r"[^:：]{0,12}[:：].{0,200}")
_RIGHTS = re.compile(r"(?:©|℗|\(c\)\s?\d{4}|copyright\b.{0,20}\d{4}|all rights reserved\b"
                     r"|未经.{0,20}不得).{0,200}", _I)

_RESIDUE = re.compile(
    r"you might also like|submit corrections.{0,40}|advertisements?|translate to \w{1,20}"
    r"|see [A-Z].{0,60} live(?:\s?get tickets.{0,40})?|get tickets as low as.{0,40}"
    r"|lyrics (?:licensed|provided|powered|courtesy|taken|submitted|copyright|from|©).{0,200}"
    r"|(?:find|read|get|search|view|print) (?:more|the|all) lyrics\b.{0,120}|more lyrics at.{0,120}"
    r"|(?:thanks|thank you) to .{1,60} for (?:correct|submitt|add|send|shar|these lyr).{0,80}"
    r"|\*{2,}.{0,20}(?:not for commercial|lyrics is).{0,80}|\(\d{8,20}\)|powered by .{1,60}"
    r"|(?:corrected|submitted|added|synced|contributed|uploaded|ripped|lrc|subtitles?) by\b.{0,100}"
    r"|(?:source|quelle|fuente|vía|via)\s?[:：].{0,200}|add to (?:playlist|favou?rites)"
    r"|\d{0,4}\s?contributors?.{0,80}|embed|(?:share|print|embed|copy) (?:url|lyrics)"
    r"|[\w\s]{0,40}\blyrics (?:at|@) \S{1,60}|\{\"t\":.{0,400}"
    r"|by\s?RentAnAdviser.{0,80}|翻译.{0,30}|歌词由.{0,60}|歌詞由.{0,60}", _I)
_ADDRESS = re.compile(r"https?://|www\.\w|\b[\w.-]{1,40}@[\w-]{1,40}\.\w{2,6}\b"
                      r"|\b[\w-]{2,40}\.(?:com|net|org|co\.uk|info)\b", _I)
_EMBED = re.compile(r"(?:\d{1,4}(?:\.\d)?K?)?Embed(?:Share URLCopyEmbedCopy)?$")
_CONTRIBUTORS = re.compile(r"\d{1,4}\s?Contributors?.{0,300}?\sLyrics(?=[\[A-Z“\"(]|$)")
_MOST_REPEATS = 32


class Section(NamedTuple):
    """A heading: the plain name of its part, and how often that is sung (0: not said)."""

    name: str
    repeats: int
    again: bool = False


def section(text: str) -> Section | None:
    """What a line says as a heading; None if it is none."""
    if not (text[0].isalpha() or text[0].isdecimal()):
        bracketed = _BRACKETED.fullmatch(text)
        if bracketed:
            return _named(bracketed[1], weak=True) or Section("", repeat_count(bracketed[1]) or 0)
        decorated = _DECORATED.fullmatch(text)
        return _named(decorated[1].strip(), weak=True) if decorated else None
    return _named(text, weak=text.endswith(":")) if len(text) <= 80 else None


def _named(text: str, weak: bool) -> Section | None:
    count = _REPEAT_INSIDE.search(text[-24:])
    repeats = _number(count) if count else 0
    bare = (text[:len(text) - len(count[0])] if count else text).strip(": ")
    match = _SECTION.fullmatch(bare)
    if match and (not match[3] or _says_who(match[3]) or (weak and _says_more(match[3]))):
        again = match[1].lower().startswith("repeat")
        return Section(re.sub(r"[\s-]", "", match[2].lower()), repeats, again)
    loose = _WEAK_SECTION.fullmatch(bare) if weak else None
    if loose and (not loose[2] or _says_who(loose[2])):
        return Section(loose[1].lower(), repeats)
    return None


def _says_who(rest: str) -> bool:
    """ "Verse 1: Ann" and "Chorus (Ann & Ben)" name a singer; "Chorus: we all sing" does not."""
    names = re.findall(r"[^\W\d_][\w'.-]*", rest)
    return rest[0] in ":(-–[" and 0 < len(names) <= 4 and all(
        name[0].isupper() or name in ("and", "feat", "ft", "with", "y", "und", "et")
        for name in names)


def _says_more(rest: str) -> bool:
    """ "(Bridge and Chorus)" joins two parts; "(chorus of the crows)" is sung."""
    return _SECTION.fullmatch(re.sub(r"(?:and|und|et|y|[&+,/])\s?", "", rest, count=1)) is not None


def section_prefix(text: str) -> int:
    """How many characters a "Chorus: " before sung words takes, 0 if there is none."""
    match = _SECTION.match(text)
    colon = text.find(":", 0, 40)
    named = match is not None and colon > 0 and _named(text[:colon], weak=False) is not None
    return colon + 1 if named else 0


def repeat_count(text: str) -> int | None:
    """How often, for a mark that stands alone such as "x2" or "repeat 3x"; None if it is none."""
    match = _REPEAT.fullmatch(text.strip(" []()（）{}.:*-")) if len(text) <= 24 else None
    if not match or (text.isalpha() and text.lower() == "twice"):  # may well be sung
        return None
    return _number(match)


def trailing_repeat(text: str) -> tuple[str, int]:
    """A line without its "(x3)" and how often it is sung."""
    if text[-1] not in _TAIL_ENDS:
        return text, 1
    match = _TAIL.search(text[-32:])
    if not match or len(match[0]) >= len(text):
        return text, 1
    return text[:len(text) - len(match[0])].rstrip(), _number(match)


def _number(match: re.Match[str]) -> int:
    digits = next((group for group in match.groups() if group and group.isdecimal()), "2")
    return min(max(int(digits), 1), _MOST_REPEATS)


def is_credit(text: str) -> bool:
    """Whether a line says who made the song, or whose it is."""
    if (":" in text or "：" in text) and (_CREDIT.fullmatch(text) or _CREDIT_CJK.fullmatch(text)):
        return True
    return (" by " in text.lower() and _BY.fullmatch(text) is not None) or (
        text[0] in "©℗(cCaA未" and _RIGHTS.fullmatch(text) is not None)


def is_residue(text: str) -> bool:
    """Whether a line was left by a website, a player or a tool."""
    return _RESIDUE.fullmatch(text) is not None or (
        ("." in text or ":" in text) and _ADDRESS.search(text) is not None)


def without_inline_marks(text: str) -> str:
    """Words without [Verse 1], (x2), [Am] standing among them."""
    return _INLINE.sub(_inline_kept, text)


def _inline_kept(match: re.Match[str]) -> str:
    inner = match[1].strip()
    mark = repeat_count(inner) or _named(inner, weak=match[0][0] == "[")
    return " " if mark else match[0]


def without_page_head(text: str) -> str:
    """A first line without the "12 Contributors... Lyrics" a website glued before it."""
    match = _CONTRIBUTORS.match(text)
    return text[match.end():] if match else text


def without_page_foot(text: str) -> str:
    """A last line without the "123Embed" a website glued behind it."""
    return _EMBED.sub("", text[-60:]).join((text[:-60], "")) if text.endswith(
        ("Embed", "EmbedCopy")) else text


def without_glued_advice(text: str) -> str:
    """A line without the "You might also like" that a website glued to it."""
    advice = "You might also like"
    if text.startswith(advice) and text[len(advice):len(advice) + 1].isupper():
        return text[len(advice):]
    if text.startswith(advice + "["):
        return text[len(advice):]
    if text.endswith(advice) and len(text) > len(advice) and not text[-len(advice) - 1].isspace():
        return text[:-len(advice)]
    return text
