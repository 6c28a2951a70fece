"""Looks over rows before anything is learned: doubles, leaks, gaps, lengths, labels, bad rows.

Says what it found and changes nothing. Knows no method; lengths are judged by a tokenizer where
one is given.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from engine.inference.tokenizer import Tokenizer
from engine.training.recipe import DataOptions
from engine.training.rows.data_report import DataReport, Finding, Suspect, Weight
from engine.training.rows.double_check import doubles, leaks
from engine.training.rows.label_check import count_labels, label_findings
from engine.training.rows.near_doubles import near_doubles
from engine.training.rows.row import BadRow, ChoiceRow, PlainRow, Row, RowPlace, TalkRow, TextRow
from engine.training.rows.splitting import Split, groups_of, split_rows, text_of
from engine.training.rows.suspects import find_suspects
from engine.training.rows.text_check import languages, repeated_replies
from engine.training.rows.word_hashes import Hashes, hashed_words

MOST_PLACES = 200
FEWEST_ROWS = 8
_TOKENS_A_WORD = 1.4
_KINDS = {TextRow: "labelled texts", TalkRow: "talks", ChoiceRow: "choices between replies",
          PlainRow: "texts"}


def check_rows(rows: Iterable[Row | BadRow], options: DataOptions | None = None,
               tokenizer: Tokenizer | None = None, seed: int = 7,
               suspects: bool = True, known: Collection[str] = ()) -> DataReport:
    """The report over these rows as they would be split by `options` and `seed`. `suspects` looks
    for labels that are probably wrong too: it takes a second per some thousand rows. `known` are
    labels the model knows before it learns."""
    options = options or DataOptions()
    good: list[Row] = []
    bad: list[BadRow] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            good.append(row)
    words = hashed_words(map(text_of, good))
    alike = list(near_doubles(words))
    split = split_rows(good, options, seed, alike)
    doubtful = _suspects(good, words, alike, seed) if suspects else ()
    labels = count_labels([row for row in good if isinstance(row, TextRow)], known)
    findings = (*_bad(bad), *_few(good, split), *_mixed(good),
                *doubles(good, alike), *leaks(good, split, alike),
                *_long(good, words, options.most_tokens, tokenizer), *label_findings(good, labels),
                *languages(good), *repeated_replies(good))
    return DataReport(
        rows=len(good), kinds=dict(Counter(_KINDS[type(row)] for row in good)),
        learning=len(split.learning), judging=len(split.judging),
        groups=len(set(groups_of(good, options.split_by, alike))), words=sum(map(len, words)),
        learned_words=sum(map(_learned_words, good)), split=split.how, labels=labels,
        findings=findings, bad_rows=len(bad), bad=tuple(bad[:MOST_PLACES]), suspects=doubtful)


def _suspects(rows: Sequence[Row], words: Sequence[Hashes], alike: Sequence[tuple[int, int]],
              seed: int) -> tuple[Suspect, ...]:
    known = [(at, row) for at, row in enumerate(rows) if isinstance(row, TextRow)]
    if not known:
        return ()
    groups = groups_of(rows, "group", alike)
    return find_suspects([row for _, row in known], seed, MOST_PLACES,
                         [words[at] for at, _ in known], [groups[at] for at, _ in known])


def _bad(bad: Sequence[BadRow]) -> Iterator[Finding]:
    """One finding for each reason, the most frequent first."""
    reasons: dict[str, list[RowPlace]] = {}
    for row in bad:
        reasons.setdefault(row.why, []).append(row.place)
    if bad:
        most = max(reasons, key=lambda why: len(reasons[why]))
        told = f"{_rows(len(bad))} cannot be used. "
        told += most if len(reasons) == 1 else f"Most often: {most}"
        yield Finding(kind="bad", sentence=told, weight=Weight.LOOK, count=len(bad),
                      places=tuple(row.place for row in bad[:MOST_PLACES]))


def _few(rows: Sequence[Row], split: Split) -> Iterator[Finding]:
    if not rows:
        yield Finding(kind="few rows", weight=Weight.STOPS, count=0,
                      sentence="There is nothing to learn from here.")
    elif not split.learning:
        yield Finding(kind="few rows", weight=Weight.STOPS, count=len(rows),
                      sentence="The data keep all their rows to judge by: none is left to learn.")
    elif len(split.learning) < FEWEST_ROWS:
        yield Finding(kind="few rows", weight=Weight.LOOK, count=len(split.learning),
                      sentence=f"{_rows(len(split.learning))} are very few to learn from: the"
                               " result will hardly differ, or know these by heart.")
    if rows and not split.judging:
        yield Finding(kind="few rows", weight=Weight.LOOK, count=0,
                      sentence="Nothing is held out, so nobody can say whether it got better."
                               f" {split.how}")


def _mixed(rows: Sequence[Row]) -> Iterator[Finding]:
    kinds = Counter(_KINDS[type(row)] for row in rows)
    if len(kinds) > 1:
        told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        yield Finding(kind="mixed", weight=Weight.NOTE, count=len(rows),
                      sentence=f"These are rows of several kinds: {told}. A training uses those it"
                               " is made for.")


def _long(rows: Sequence[Row], words: Sequence[Hashes], most: int,
          tokenizer: Tokenizer | None) -> Iterator[Finding]:
    """What is longer than the model's window; by its tokens where a tokenizer is given."""
    long = [row for row, each in zip(rows, words, strict=True)
            if _tokens(row, len(each), most, tokenizer) > most]
    if long:
        told = "Talks are cut at turns and texts into parts." if most else ""
        guess = "" if tokenizer else "about "
        yield Finding(kind="too long", weight=Weight.NOTE, count=len(long),
                      sentence=f"{_rows(len(long))} are longer than {guess}{most:,} tokens. {told}",
                      places=tuple(row.place for row in long[:MOST_PLACES]))


def _tokens(row: Row, words: int, most: int, tokenizer: Tokenizer | None) -> float:
    """Counted only where it is near: a word is seldom less than one token or more than four."""
    if tokenizer is None or words > most or 4 * words < most:
        return _TOKENS_A_WORD * words
    return len(tokenizer.encode(text_of(row)).ids)


def _learned_words(row: Row) -> int:
    if isinstance(row, TextRow | PlainRow):
        return len(row.text.split())
    if isinstance(row, ChoiceRow):
        return len(row.chosen.split()) + len(row.rejected.split())
    return sum(len(line.text.split()) for line in row.lines if line.learned)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
