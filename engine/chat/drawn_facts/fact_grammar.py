"""The form of a fact: a short sentence that begins with whose life it is, in the text's own words.

Words may be bent ("I keep" becomes "keeps") and joined by small ones; names and numbers are those
that were said. So a model can put a sentence otherwise, but can hardly make one up.
"""

import re
from collections.abc import Iterator

from engine.chat.persona import Persona
from engine.chat.truth.lexicon import IRREGULAR, listed
from engine.chat.truth.wording import EMPTY, is_denied, plain

MOST_WORDS = 22
_WORD = re.compile(r"[\w'-]*\w")
_OWN = listed("""
i i'm i've i'd i'll me my mine myself we we're we've our ours us you you're you've your yours yes
well oh ah no hey sure okay
""")
_SMALL = listed("""
a an the of in on at to from by for with into and but or so that who where when as than there to
""")
# Small verbs a fact may use where the text does: {stem of the text's words: words of the fact}.
_VERBS = {"be": ("is", "was", "are", "were", "been", "being"), "have": ("has", "have", "had"),
          "do": ("does", "did", "do"), "can": ("can", "could"), "will": ("will", "would")}
_SHORTENED = {"'m": "be", "'re": "be", "'ve": "have", "n't": "do", "'ll": "will"}
_PRONOUNS = {"male": "he him his himself", "female": "she her hers herself"}
_OF_MANY = "they them their themselves"
_DENIALS = listed("not no never nor nothing nobody none without cannot")
_MINE = re.compile(r"(?:\W*[\w']+,?\s+)??\W*(?:my|our)\b", re.IGNORECASE)
_UNBENT = (EMPTY | listed("always twice sometimes besides towards across less")) - listed(
    "own like know say tell ask call name remember remind get")
_ENDINGS = ("s", "es", "ed", "d", "ing")
_SHORT = 2  # letters; of shorter words nothing is taken off


def fact_pattern(about: Persona, text: str) -> str:
    """A regular expression for all that may be said of somebody after `text` was said of them."""
    own = _PRONOUNS.get(about.gender.strip().lower(), _OF_MANY).split()
    denials = _DENIALS if is_denied(text) else ()
    words = sorted({*_SMALL, *own, *_verbs(text), *_said(text), *denials})
    choice = "|".join(map(re.escape, words))
    most = min(MOST_WORDS, len(text.split()) + 4)
    owned = "'s" if _MINE.match(text) or re.match(rf"{re.escape(about.called)}'s ", text) else ""
    return rf"{re.escape(about.called)}{owned}( ({choice}),?){{1,{most}}}\."


def _verbs(text: str) -> Iterator[str]:
    low = [word.lower() for word in _WORD.findall(plain(text))]
    said = {_SHORTENED[ending] for word in low for ending in _SHORTENED if word.endswith(ending)}
    said |= {IRREGULAR.get(word, word) for word in low}
    for verb, forms in _VERBS.items():
        if verb in said or said.intersection(forms) or (verb == "be" and "am" in said):
            yield from forms


def _said(text: str) -> Iterator[str]:
    """The words of a text, and what they are bent to."""
    for place, word in enumerate(_WORD.findall(plain(text))):
        if word.lower() in _OWN or (is_denied(word) and not is_denied(text)):
            continue
        if place == 0:
            yield from _forms(word.lower())
        yield from _forms(word)


def _forms(word: str) -> Iterator[str]:
    yield word
    if not word.isalpha() or not word.islower() or word in _UNBENT or (
            word.endswith("ly")):
        return
    verb = IRREGULAR.get(word)
    if verb:
        yield verb
    yield from (word + ending for ending in _ENDINGS)
    if word.endswith("y"):
        yield from (word[:-1] + "ies", word[:-1] + "ied")
    if word.endswith("e"):
        yield word[:-1] + "ing"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > _SHORT:
            yield word[: -len(ending)]
