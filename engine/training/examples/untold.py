"""Whether a line tells of its speaker's life what nobody told: to learn such lines is to learn to
make things up.

English, by words alone; what it cannot place counts as told. Knows no talk and no model.
"""

from engine.chat.truth.claims import claims_in
from engine.chat.truth.questions import own_question
from engine.chat.truth.wording import content, stem


def is_told(asked: str, said: str, known: str, names: tuple[str, ...] = ()) -> bool:
    """Whether `said` may be learned as an answer to `asked` by somebody called `names` who knows
    `known`: it answers no question about their life, or each thing it claims has a word of what
    is known."""
    if own_question(asked, names) is None:
        return True
    held = {stem(word) for word in content(known)}
    claims = [claim for claim in claims_in(said) if claim.concrete]
    return all(held & {stem(word) for word in content(claim.text)} for claim in claims)
