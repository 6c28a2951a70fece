"""A sentence about a persona, as that persona says it: "Ann keeps bees" becomes "I keep bees".

Knows English verbs and pronouns as far as rules go, no meaning. Where a sentence does not begin
with the persona, "he" or "she" may be somebody else and stay. What is said of oneself
already stays.
"""

import re

from engine.chat.persona import Persona
from engine.chat.truth.lexicon import MEN, WOMEN, listed
from engine.chat.truth.wording import plain

_FORMS = {"is": "am", "has": "have", "does": "do", "goes": "go", "isn't": "am not",
          "hasn't": "haven't", "doesn't": "don't"}
_ADVERBS = ("never|always|often|still|also|once|now|rarely|seldom|usually|only|just|secretly|"
            "sometimes|even|almost|already|then|so")
_AFTER_I = re.compile(rf"(\bI\b(?:,? (?:{_ADVERBS}|\w+ly))* )")
_JOINED = re.compile(rf"(,? (?:and|but|or) (?:(?:{_ADVERBS}|\w+ly) )*)([a-z]+s|doesn't)"
                     r"(?=[ .,;!?]|$)")
_RELATIVE = re.compile(r",? (?:who|which|that|whom|where)\b")
_SUBJECT = {"male": "he", "female": "she"}
_OBJECT = {"he": "him", "she": "her", "they": "them", "it": "it"}
_OWNER = {"he": "his", "she": "her", "they": "their", "it": "its"}
_SELF = {"he": "himself", "she": "herself", "they": "themselves", "it": "itself"}
_PRONOUNS = {**{word: word for word in _OBJECT}, "his": "he", "her": "she", "its": "it",
             "their": "they"}
# Where "her" is a person, not an owner: by what stands before it, or after.
_GIVERS = (r"(?:sends?|sent|gives?|gave|tells?|told|brings?|brought|shows?|showed|teach(?:es)?|"
           r"taught|owes?|owed|buys?|bought|lends?|lent|offers?|offered|writes?|wrote)")
_NO_NOUN = (r"(?=\s*(?:$|[.,;:!?)]|(?:to|and|or|but|for|in|on|at|from|with|by|of|when|while|"
            r"because|since|after|before|as|that|who|the|a|an|not|if|up|out|off|so|about|over|into|back|away|"
            r"how|again|once|every|only)\b))")
_LEADS = listed("""
at in on every instead when after before since for with by once sometimes as during until though
although because under from now today each most while despite without
""")
_TITLES = listed("""
brother sister father mother sir lady lord dame dr doctor captain king queen prince princess mr
mrs ms miss professor old uncle aunt saint st master mistress nurse officer general colonel major
the
""")


class FirstPerson:
    """Says sentences about one persona as that persona does."""

    def __init__(self, persona: Persona) -> None:
        self.names = own_names(persona)
        either = "|".join(rf"\b{re.escape(name)}\b" for name in self.names) or r"(?!)"
        self._either = rf"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St)\.? )?(?:{either})"
        self._subject = _SUBJECT.get(persona.gender.strip().lower(), "") or _called(
            " ".join([persona.description, *persona.facts]))

    def __call__(self, sentence: str) -> str:
        """The sentence, as it is said of oneself."""
        told = plain(sentence).strip()
        if re.match(r"(?:I|My|Me|I'\w+)\b", told):
            return told
        begins = re.match(r"\w+", told)
        opening = begins[0].lower() if begins else ""
        subject = self._subject or _PRONOUNS.get(opening, "")
        is_of_them = opening in _LEADS or _PRONOUNS.get(opening) == subject or bool(
            re.match(self._either, told))
        told = self._without_names(told)
        if subject:
            told = _pronouns(told, subject, is_of_them and not _has_kin_before(told, subject))
        told = _agreeing(told)
        return told[:1].upper() + told[1:]

    def _without_names(self, told: str) -> str:
        told = re.sub(rf"(?:{self._either})'s?(?!\w)", "my", told)
        told = re.sub(rf"(?<=\w )(?:{self._either})(?=[.,;:!?]|$)", "me", told)
        return re.sub(self._either, "I", told)


def own_names(persona: Persona) -> tuple[str, ...]:
    """All a persona is called in sentences, the longest first."""
    parts = persona.name.split()
    is_titled = len(parts) > 1 and parts[0].lower().strip(".") in _TITLES
    names = {persona.name, persona.nickname, *parts[int(is_titled):int(is_titled) + 1],
             *(parts[-1:] if is_titled else ())}
    return tuple(sorted((name for name in names if name), key=lambda name: (-len(name), name)))


def _called(text: str) -> str:
    """The pronoun most sentences begin with, "" without any."""
    held = re.findall(r"(?:^|[.!?]\s+)(he|she|it|they|his|her|its|their)\b", text, re.IGNORECASE)
    kinds = [_PRONOUNS[word.lower()] for word in held]
    return max(dict.fromkeys(kinds), key=kinds.count, default="")


def _has_kin_before(told: str, subject: str) -> bool:
    """Whether the sentence is about somebody of theirs whom the same pronoun may mean."""
    of_theirs = re.match(r"(?:my|his|her|its|their) (?:\w+ ){0,2}?(\w+)", told, re.IGNORECASE)
    kin = {"he": MEN, "she": WOMEN}.get(subject, frozenset[str]())
    return bool(of_theirs and kin.intersection(of_theirs[0].lower().split()))


def _pronouns(told: str, subject: str, is_of_them: bool) -> str:
    """The pronouns that mean the persona; with another in the sentence only those given things."""
    owner, them = _OWNER[subject], _OBJECT[subject]
    if subject == "it" and not is_of_them:
        return told
    if owner == them:  # "her" is both
        told = _swapped(told, rf"(?<!\w)(?<=\b){owner}\b{_NO_NOUN}", "me")
        told = re.sub(rf"\b({_GIVERS}) {owner}\b", r"\1 me", told)
    elif subject != "it":
        told = _swapped(told, rf"\b{them}\b", "me")
    if is_of_them:
        told = _swapped(told, rf"\b{subject}\b", "I")
        told = _swapped(told, rf"\b{_SELF[subject]}\b", "myself")
        if not owner.endswith("s"):
            told = _swapped(told, rf"\b{owner}s\b", "mine")
        told = _swapped(told, rf"\b{owner}\b", "my")
    else:
        told = re.sub(rf"^{owner}\b", "my", told, flags=re.IGNORECASE)
    return told


def _swapped(told: str, pattern: str, word: str) -> str:
    return re.sub(pattern, word, told, flags=re.IGNORECASE)


def _agreeing(told: str) -> str:
    """Verbs after "I" as "I" has them, and those joined to them."""
    pieces = _AFTER_I.split(told)
    out = pieces[0]
    for lead, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        verb = re.match(r"[\w'-]+", rest)
        if verb is None:
            out += lead + rest
            continue
        own, relative, of_another = rest[verb.end():], "", ""
        clause = _RELATIVE.search(own)
        if clause:
            own, relative, of_another = own[:clause.start()], clause[0], own[clause.end():]
        joined = _JOINED.sub(lambda found: found[1] + _joined(found[2]), own)
        out += lead + _bare(verb[0]) + joined + relative + of_another
    return out


def _joined(word: str) -> str:
    """A word after "and": a verb known to be one changes, a noun stays."""
    bare = _bare(word)
    return bare if bare in _VERBS or word in _FORMS else word


def _bare(verb: str) -> str:
    """The form after "I" of a verb in the third person; other words stay."""
    low = verb.lower()
    if low in _FORMS:
        return _FORMS[low]
    if not low.endswith("s") or low.endswith(("ss", "us", "is", "was")) or low in _NO_VERBS:
        return verb
    if low.endswith("ies") and len(low) > len("ties"):
        return verb[:-3] + "y"
    if low.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1]


_NO_VERBS = listed("always perhaps besides sometimes towards afterwards")

_VERBS = listed("""
answer ask avoid bake bathe be bear beat beg begin believe bite blow borrow bounce break breathe
brew bring build burn buy call can care carry catch change charge chase check cheat chew choose
clean climb close collect come complain cook copy count cover crave cry cut cycle dance dare
deliver design detest die dig dislike do drag draw dream dress drift drink drive drop dye earn eat
enjoy envy expect fail fall fear feed feel fence fetch fight find finish fish fix fly fold follow
forget gamble gather give go grow guard guess guide hang hate have haunt hear help hide hike hire
hoard hold hope hum hunt invent iron jog judge jump keep kick know laugh lead lean learn leave
lend let lie light like listen live lock look lose love make manage marry mean measure meet mend
mind miss mix move need nurse obey offer open order owe own pack paint pay pick plan plant play
plough polish pray prefer pretend promise pull push put race read refuse remember rent repair rest
ride ring rise roam row run sail save say search see seem sell send serve sew shake share sharpen
shave shout show shun sing sit skate sketch ski sleep smell smoke snore speak spend spin stand
start stay steal stitch stop study suffer support swear sweep swim take talk taste teach tell tend
thank think throw tie touch trade train translate travel treat trust try tune turn understand use
visit volunteer wait wake walk want warn wash watch water wear weave weep win wish wonder work
worry worship wrestle write yearn yell
""")
