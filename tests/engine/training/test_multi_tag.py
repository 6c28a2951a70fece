"""Every tag at once: what plain cross-entropy takes for a "no", and what cures it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.events import Event
from engine.training.dataset import Floats, LabelledSong
from engine.training.way_options import MultiTagOptions
from tests.engine.training.songs_by_hand import MOODS, SPACE, song

GENTLE = 0.03  # a penalty under which four numbers can say what they know
PLAIN = MultiTagOptions(decay=GENTLE)
MASKED = MultiTagOptions(masked=True, decay=GENTLE)


def ignore(event: Event) -> None:
    """Nobody watches."""


def tags_of(songs: Sequence[LabelledSong], options: MultiTagOptions) -> tuple[Floats, Floats]:
    from engine.training.tasks.multi_tag import judged_tags

    return judged_tags(songs, len(MOODS), options)


class HandVectors:
    """Song vectors by the words of the song: a bit of meaning, much chance."""

    def prepare(self, songs: Sequence[LabelledSong], report: object) -> None:
        """Nothing to do."""

    def of(self, songs: Sequence[LabelledSong]) -> Floats:
        rows = []
        for each in songs:
            words = each.excerpts[0].text.split()
            chance = np.random.default_rng(int(each.id[1:]))
            signs = [words.count(sign) for sign in ("tears", "sun", "fist", "smirk")]
            rows.append([*signs, *chance.normal(0, 1, 4)])
        return np.array(rows, np.float32)

    def encoder_weights(self) -> dict[str, Floats]:
        return {"encoder.word": np.ones(3, np.float32)}


SIGNS = {"sadness": "tears", "happiness": "sun", "power": "fist", "wry": "smirk"}


def labelled(count: int) -> list[LabelledSong]:
    """Songs each judged by one of three sets, which name of the moods they know what the words
    say, six times in ten. Words know nothing of sets."""
    found: list[LabelledSong] = []
    for number in range(count):
        chance = np.random.default_rng(1000 + number)
        heard = [mood for mood in MOODS if chance.random() < 0.4]
        said = [mood for mood in heard if chance.random() < 0.6]
        name = SPACE.set_names[number % 3]
        text = " ".join(["river", *(SIGNS[mood] for mood in heard)])
        found.append(song(f"s{number}", {name: said}, text=text))
    return found


def test_what_a_set_could_not_say_counts_as_no_unless_masked() -> None:
    songs = [song("s1", {"nju4": ["sadness"]}), song("s2", {"gems9": ["power"]})]
    present, weight = tags_of(songs, PLAIN)
    assert present.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert weight.tolist() == [[1, 1, 1, 1], [1, 1, 1, 1]]
    same, masked = tags_of(songs, MASKED)
    assert same.tolist() == present.tolist()
    assert masked.tolist() == [[1, 1, 0, 0], [1, 0, 1, 0]]


def test_several_sets_join_and_songs_nobody_judged_count_nothing() -> None:
    songs = [song("s1", {"nju4": [], "gems9": ["power"], "mirex_adjective": ["wry"]}),
             song("s2", affect=(0.1, 0.2))]
    present, weight = tags_of(songs, MASKED)
    assert present.tolist() == [[0, 0, 1, 1], [0, 0, 0, 0]]
    assert weight.tolist() == [[1, 1, 1, 1], [0, 0, 0, 0]]
    assert tags_of(songs, PLAIN)[1][1].max() == 0


@pytest.mark.parametrize("power, largest, sad", [(0.0, 100.0, 1.0), (1.0, 100.0, 9.0),
                                                 (0.5, 100.0, 3.0), (1.0, 4.0, 4.0)])
def test_a_tag_that_was_given_weighs_more_the_rarer_it_is(power: float, largest: float,
                                                          sad: float) -> None:
    # GIVEN one sad song of ten, and power in every song that could have it
    songs = [song("s0", {"gems9": ["sadness", "power"]})]
    songs += [song(f"s{n}", {"gems9": ["power"]}) for n in range(1, 10)]
    options = MultiTagOptions(masked=True, positive_weight=power, largest_weight=largest)
    _, weight = tags_of(songs, options)
    # THEN only "sadness, yes" weighs more; what is always given never weighs less than 1
    assert weight[0, 0] == pytest.approx(sad)
    assert (weight[1:, 0] == 1).all() and (weight[:, 2] == 1).all()
    assert (weight[:, [1, 3]] == 0).all()


def scores(options: MultiTagOptions, learning: Sequence[LabelledSong],
           judged: Sequence[LabelledSong]) -> Floats:
    from engine.training.tasks.multi_tag import MultiTagWay

    way = MultiTagWay(SPACE.moods, options, HandVectors())
    way.prepare([*learning, *judged], ignore)
    logits, _ = way.fit(learning, ignore).logits(judged)
    return 1 / (1 + np.exp(-logits))


def test_plain_cross_entropy_calls_nothing_and_masks_and_weights_cure_it() -> None:
    songs = labelled(600)
    learning, judged = songs[:450], songs[450:]
    plain = scores(PLAIN, learning, judged)
    # GIVEN tags that most songs could not have been given THEN hardly a score reaches a half
    assert (plain.max(1) < 0.5).mean() > 0.8
    # WHEN what was never asked is masked THEN the words that say it are heard again
    says_it = np.array(["tears" in s.excerpts[0].text for s in judged])
    masked = scores(MASKED, learning, judged)
    assert masked[says_it, 0].mean() > plain[says_it, 0].mean() + 0.1
    assert (masked.max(1) >= 0.5).mean() > 0.5
    # WHEN given tags weigh more THEN too, and most where both are done
    weighted = scores(replace(PLAIN, positive_weight=1.0), learning, judged)
    both = scores(replace(MASKED, positive_weight=1.0), learning, judged)
    assert (weighted[says_it, 0] >= 0.5).mean() > 0.9
    assert (both[says_it, 0] >= 0.5).mean() > 0.9
    # AND a song without the word is not called sad by it
    assert (both[~says_it, 0] >= 0.5).mean() < 0.2


def test_nobody_judged_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="Nobody judged") as caught:
        scores(PLAIN, [song("s1", affect=(0.1, 0.1))], [song("s2")])
    assert caught.value.hint
