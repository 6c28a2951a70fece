"""A new mood of one's own as a method of training: rows in, a head on the installed tagger out.

Learns in one go, without torch: the tagger reads the texts, the head is solved for. Rows that say
nothing of the mood tell what is usual. Nothing here touches the tagger.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.errors import EngineError
from engine.events import Progress, Report
from engine.export.learning.given import Given
from engine.export.learning.kit import Judged
from engine.export.mood_head_folder import fill_head_folder
from engine.models.manifest import ModelManifest
from engine.settings import load_settings
from engine.tagging.encoder_tagger import EncoderTagger
from engine.tagging.opening import open_tagger
from engine.tagging.own_moods import (
    Floats,
    OwnMood,
    folder_name,
    open_vocabulary,
    read_own_mood,
)
from engine.tagging.own_moods_tagger import version_of
from engine.tagging.reading import lyric_from_text
from engine.tagging.tagger import Tagger
from engine.tagging.vocabulary import Vocabulary
from engine.training.checkpoint import read_checkpoint, write_checkpoint
from engine.training.new_mood.fitting import LEAST_EXAMPLES, Learned, Marks, learn_mood
from engine.training.new_mood.kinship import Place
from engine.training.new_mood.known_songs import KnownSongs, Places, looks_of_excerpts
from engine.training.new_mood.quality import Quality, judge
from engine.training.rows.row import PlainRow, Row, TextRow
from engine.training.runs.report import Measured

READ_FILE = "looks.safetensors"
_GOAL = 0.75


class MoodOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe says of the mood: the label its rows carry ("" the recipe's name), and what
    it is called for people. `valence` and `arousal` place it, both None: told by its examples."""

    mood: str = ""
    about: str = ""
    valence: float | None = None
    arousal: float | None = None

    @property
    def place(self) -> Place | None:
        if self.valence is None or self.arousal is None:
            return None
        return self.valence, self.arousal


class MoodKit:
    """See engine.export.learning.kit: StepLess."""

    def learn(self, given: Given) -> None:
        """Has the tagger read all texts once; what it said is kept in `given.output`."""
        _read(given, _tagger(given), given.learning)

    def build(self, given: Given, learner: object, place: Path, report: Report) -> ModelManifest:
        """Solves for the head and fills the model folder of the mood."""
        del learner
        mood = _mood(given)
        learned, marks, quality = _learned(given)
        where = dict(zip(("valence", "arousal"), learned.place, strict=True))
        placed = _options(given).place is not None
        mood = msgspec.structs.replace(mood, placed=placed, **where)
        report(Progress(1, 1, f"{mood.name} is learned from {len(marks.yes)} songs"))
        return fill_head_folder(place, mood, learned, quality)

    def judge(self, given: Given, place: Path, report: Report) -> Judged:
        """On the held-out rows where both kinds are among them, else by leaving out."""
        del report
        installed = read_own_mood(place)
        tagger = _tagger(given)
        places, looks = _looks(given.judging, tagger, lambda _event: None)
        held: list[int] = places.tolist()
        marks = _marks([given.judging[place] for place in held], _wanted(given))
        if len(marks.yes) and len(marks.no):
            raw = (looks @ installed.head.weights + installed.head.bias).astype(np.float64)
            quality = judge(Learned(installed.head, 0.0, raw, raw, (0.0, 0.0)), marks)
            of = f"{len(marks.yes) + len(marks.no)} held-out songs"
        else:
            quality, of = _learned(given)[2], "its examples, each left out in turn"
        return _judged(installed.mood.name, quality, of)


def _judged(name: str, quality: Quality, of: str) -> Judged:
    interval = (round(quality.low, 3), round(quality.high, 3))
    figure = Measured(name="AUC", before=None, after=round(quality.auc, 3),
                      after_interval=interval, of=of, sure=quality.proven)
    told = (f"{name} is told apart from other songs with an AUC of {quality.auc:.2f} "
            f"({quality.low:.2f} to {quality.high:.2f}).")
    doubt = f"It could not be shown that {name} is told better than by chance: add examples."
    notes = () if quality.auc >= _GOAL else (
        "More examples help most where the preview is unsure.",)
    return Judged((figure,), (), True if quality.proven else None,
                  told if quality.proven else doubt, notes, {"AUC": round(quality.auc, 3)})


def _options(given: Given) -> MoodOptions:
    try:
        return msgspec.convert(given.recipe.options, MoodOptions)
    except msgspec.ValidationError as wrong:
        raise EngineError(f"The options of the recipe cannot be read: {wrong}.",
                          "Mend the recipe file.") from wrong


def _mood(given: Given) -> OwnMood:
    """The mood the recipe names, with the id that its folder has."""
    recipe = given.recipe
    mood_id = recipe.model_id.removeprefix(folder_name(""))
    if folder_name(mood_id) != recipe.model_id or not mood_id.isidentifier():
        raise EngineError(f"{recipe.model_id} cannot be the model of a mood.",
                          f'Write model_id = "{folder_name("late_night")}", with its own name.')
    if Vocabulary.load(given.paths.moods_file).get(mood_id) is not None:
        raise EngineError(f"“{mood_id}” is a mood of the program.", "Choose another name.")
    return OwnMood(id=mood_id, name=recipe.name, about=_options(given).about)


def _wanted(given: Given) -> str:
    return _options(given).mood or _mood(given).id


def _tagger(given: Given) -> Tagger:
    """The tagger the mood joins: the recipe's base, else that of the settings."""
    if given.base is not None:
        return EncoderTagger.open(given.base)
    return open_tagger(given.paths, given.recipe.base, load_settings(given.paths.settings_file))


def _learned(given: Given) -> tuple[Learned, Marks, Quality]:
    tagger = _tagger(given)
    songs, rows = _read(given, tagger, given.learning)
    marks = _marks(rows, _wanted(given))
    if len(marks.yes) < LEAST_EXAMPLES:
        raise EngineError(
            f"Only {len(marks.yes)} songs carry “{_wanted(given)}”; {LEAST_EXAMPLES} are needed.",
            "Add more, or check how the mood is spelt in the data.")
    places = {mood.id: (mood.valence, mood.arousal)
              for mood in open_vocabulary(given.paths).moods}
    learned = learn_mood(songs, marks, places, _options(given).place)
    return learned, marks, judge(learned, marks)


def _marks(rows: Sequence[Row], mood: str) -> Marks:
    """Rows that carry the mood; and those that were asked about it and do not."""
    yes = [at for at, row in enumerate(rows) if isinstance(row, TextRow) and mood in row.labels]
    no = [at for at, row in enumerate(rows) if isinstance(row, TextRow) and mood not in row.labels
          and (row.asked is None or mood in row.asked)]
    return Marks(np.array(yes, np.int64), np.array(no, np.int64))


def _read(given: Given, tagger: Tagger, rows: Sequence[Row]) -> tuple[KnownSongs, list[Row]]:
    """What the tagger says of the rows with words, kept over a resume; and those rows."""
    file = given.output / READ_FILE
    if not file.exists():
        at, looks = _looks(rows, tagger, given.report)
        write_checkpoint(file, {"looks": looks, "at": at}, {"rows": len(rows)})
    arrays, _ = read_checkpoint(file)
    places: list[int] = np.asarray(arrays["at"], np.int64).tolist()
    worded = [rows[place] for place in places]
    return _known(tagger, worded, np.asarray(arrays["looks"], np.float32)), worded


def _looks(rows: Sequence[Row], tagger: Tagger, report: Report) -> tuple[Places, Floats]:
    """The places of rows with words, and what the tagger says of each."""
    places: list[int] = []
    looks: list[Floats] = []
    for place, row in enumerate(rows):
        text = _text_of(row)
        try:
            excerpts = tagger.cut(lyric_from_text(text)) if text else ()
        except EngineError:
            excerpts = ()
        if excerpts:
            places.append(place)
            looks.append(looks_of_excerpts(excerpts, tagger.score(excerpts), len(tagger.moods)))
        report(Progress(place + 1, len(rows), "Reading the songs"))
    none = np.zeros((0, len(tagger.moods) + 2), np.float32)
    return np.array(places, np.int64), np.array(looks, np.float32) if looks else none


def _known(tagger: Tagger, rows: Sequence[Row], looks: np.ndarray) -> KnownSongs:
    artists = tuple(row.artist if isinstance(row, TextRow | PlainRow) else "" for row in rows)
    return KnownSongs(version_of(tagger.id), tagger.moods, tuple(range(len(rows))), artists, looks)


def _text_of(row: Row) -> str:
    return row.text if isinstance(row, TextRow | PlainRow) else ""
