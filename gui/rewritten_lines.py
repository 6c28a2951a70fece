"""What is chosen of the candidates for each line, and the text that comes of it. Values only."""

from dataclasses import dataclass, field

from engine.chat.memory.words import words_of
from engine.interplay.rewriting import Candidate, pieces_of


@dataclass(slots=True)
class Line:
    """One line with its candidates, the best first; `chosen` -1 leaves it as it was."""

    before: str
    candidates: tuple[Candidate, ...] = ()
    chosen: int = -1
    by_hand: bool = False

    @property
    def after(self) -> str:
        return self.candidates[self.chosen].text if self.chosen >= 0 else self.before

    def take(self, candidates: tuple[Candidate, ...]) -> None:
        """Takes what was written since; the best stands for the line, unless the person chose."""
        kept = self.after
        self.candidates = candidates
        texts = [one.text for one in candidates]
        if self.by_hand:
            self.chosen = texts.index(kept) if kept in texts else -1
        else:
            self.chosen = 0 if candidates and candidates[0].better else -1

    def choose(self, place: int) -> None:
        """The person's choice, which stays."""
        self.chosen, self.by_hand = place, True


@dataclass(slots=True)
class RewrittenLines:
    """The lines of a text; `pieces` are they and what stands between them."""

    pieces: list[str]
    lines: list[Line] = field(default_factory=list[Line])
    places: list[int] = field(default_factory=list[int])

    @property
    def text(self) -> str:
        """The whole with what is chosen."""
        whole = list(self.pieces)
        for place, line in zip(self.places, self.lines, strict=True):
            whole[place] = line.after
        return "".join(whole)

    @property
    def changed(self) -> bool:
        """Whether anything is said otherwise."""
        return any(line.chosen >= 0 for line in self.lines)


def lines_of(text: str) -> RewrittenLines:
    """A text before it is rewritten, parted as the rewriting parts it."""
    pieces = pieces_of(text)
    places = [place for place, piece in enumerate(pieces) if words_of(piece)]
    return RewrittenLines(pieces, [Line(pieces[place]) for place in places], places)
