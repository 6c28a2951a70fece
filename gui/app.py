"""Builds the window and everything behind it, once, and connects it. The only place that does.

Nothing heavy happens before the first paint: the library and the tagger are opened afterwards,
on the work queues.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.errors import EngineError
from engine.inference.in_use import InUse
from engine.library.database import Database
from engine.models.manifest import ModelManifest
from engine.models.registry import ModelRegistry
from engine.models.trials import TrialBook, device_trial
from engine.paths import AppPaths
from engine.settings import Settings
from engine.tagging.classify_prompt import PromptShelf
from engine.tagging.language import LanguageDetector
from engine.tagging.lyric_store import LyricStore
from engine.tagging.own_moods import LiveVocabulary, own_moods
from engine.tagging.service import TaggingService
from engine.tagging.tagger import Tagger
from engine.tagging.unfinished import UnfinishedRun
from gui.app_library import LateLibrary
from gui.app_report import show_report
from gui.app_training import PART, connect_training
from gui.background import WorkQueue
from gui.chat.room import ChatRoom
from gui.chat.services import Fetching
from gui.chat_shelf import ChatShelf
from gui.crash_guard import CrashGuard
from gui.dressing import dress, show_theme
from gui.help import HelpDialog
from gui.icons import Glyph, IconSource
from gui.job_lines import JobLines
from gui.jobs import JobWatcher
from gui.main_window import MainWindow
from gui.models.adding import ARRIVALS, Adding, offered_models
from gui.models.arrival_news import ArrivalNews
from gui.models.leaving import Leaving
from gui.models.page import ModelsPage
from gui.models.presenter import Checks, Chosen, ModelsPresenter, Workshop
from gui.models.quality_room import EVALUATE, QualityRoom
from gui.models.trial_runs import KIND as TRY_MODEL
from gui.models.trial_runs import TrialRuns
from gui.models.upkeep import Upkeep
from gui.mood_source import MoodSource
from gui.notifications import Banner, Notifier
from gui.rail import Room
from gui.settings.data_line import DataLine
from gui.settings.devices import KIND as TRY_DEVICE
from gui.settings.devices import DevicesPresenter
from gui.settings.fine_tuning.new_mood_room import NewMoodRoom
from gui.settings.fine_tuning.room import LEARN, FineTuningRoom
from gui.settings.page import SettingsPage
from gui.settings.presenter import SettingsPresenter
from gui.settings.your_data import YourData
from gui.song.services import TagServices
from gui.tag.dropped import read_mime
from gui.tag.page import TagPage
from gui.tag.presenter import TagPresenter
from gui.tag.run_line import RunLine
from gui.tag.try_presenter import TryPresenter, TryTools
from gui.tagger_choices import Taggers, installed_taggers
from gui.tagger_shelf import SpeedSeen, TaggerShelf
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.library.page import LibraryPage
    from gui.library.room import LibraryRoom
    from gui.models.quality_page import QualityPage

# A thread in Python code hands over this often, so that the screen never waits long for its turn.
SWITCH_SECONDS = 0.001
_DECLINED = "chat_model_declined"
_TRIALS = frozenset({TRY_MODEL, TRY_DEVICE})


class Program:
    """Everything that lives as long as the window. Close it before the application ends.

    `shelf` replaces the one that opens installed taggers, `chat_shelf` that of chat models,
    `job_command` the program that jobs are run by. Where `news` says something, the data were
    replaced: the window closes, and another one is to be opened, which tells it.
    """

    def __init__(self, app: QApplication, paths: AppPaths,
                 shelf: TaggerShelf | None = None, job_command: Sequence[str] = (),
                 chat_shelf: ChatShelf | None = None) -> None:
        self.paths = paths
        self._app = app
        self._closed = False
        self.news = ""
        self.settings = SettingsPresenter(paths.settings_file)
        self.theme_source = ThemeSource(
            app.styleHints(), self.settings.current.appearance,
            self.settings.current.reduce_motion)
        dress(app, paths, self.theme_source.current)
        self.icons = IconSource(self.theme_source)
        self.notifier = Notifier()
        self.tagging, self.desk = WorkQueue(mark=InUse(paths.in_use_mark)), WorkQueue()
        self.detector = LanguageDetector()
        registry = ModelRegistry(paths.shipped_models, paths.models)
        self.shelf = shelf or TaggerShelf(
            registry, lambda: self.settings.current, self._open_tagger,
            lambda: own_moods(paths))
        self.memory = QSettings(str(paths.home / "window.ini"), QSettings.Format.IniFormat)
        self.trials = TrialBook(paths.trials)
        self.guard = CrashGuard(registry, self.trials, lambda: self.settings.current)
        self.jobs = JobWatcher(paths.jobs, job_command)
        self.models = self._make_models(registry)
        self.compare = QualityRoom(paths, self.desk, self.jobs, self.models, self.notifier)
        self.fine_tuning = FineTuningRoom(
            paths, self.desk, self.jobs, self.memory, lambda: self.settings.current, self.notifier)
        self.new_moods = NewMoodRoom(
            paths, self._open_services, self.desk, self.notifier, self._renew_moods)
        self.fine_tuning.new_mood = self.new_moods.open
        self.guard.untried = lambda: self.models.untried
        self.devices = DevicesPresenter(
            self.desk, self.jobs, paths.trials, lambda: {
                "threads": self.settings.current.threads, "folder": self.models.chat_folder})
        self.vocabulary = vocabulary = LiveVocabulary(paths)
        self.tag = TagPresenter(
            self._open_services, self.tagging, self.desk, vocabulary,
            self.settings.current, paths.samples,
            UnfinishedRun(paths.home / "unfinished.json"))
        writers = chat_shelf or ChatShelf(registry, self.guard.settings, self.guard.open_model)
        self.chat = ChatRoom(
            paths, self.guard.entries, lambda: self.settings.current, writers,
            self.desk, self.memory, self.theme_source, self.icons, lambda: self.guard.note,
            MoodSource(paths, vocabulary, self.detector, self.shelf.tagger,
                       lambda: self.settings.current))
        self.taggers = Taggers(lambda: installed_taggers(registry),
                               lambda tagger: self._open_tagger(tagger, self.settings.current))
        self.late_library = LateLibrary(self)
        self.data = YourData(
            paths, self._hindrance, lambda: self.settings.current.most_daily_backups,
            self.memory.sync)
        self.trying = TryPresenter(TryTools(
            self.chat.queue, writers.model, self.guard.entries,
            PromptShelf(paths.own_prompts, paths.prompts), vocabulary))
        self.tag_page = TagPage(self.tag, self.theme_source, self.memory, trying=self.trying)
        self.window = self._make_window()
        self._connect()

    def close(self) -> None:
        """Stops what runs and waits for the threads. Later calls do nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            self.tag.close()
        except EngineError as problem:
            sys.stderr.write(f"{problem.message}\n")
        self.data.close()
        self.fine_tuning.close()
        self.jobs.close()
        self.trying.close()
        self.chat.close()
        self.late_library.close()
        self.tagging.close()
        self.desk.close()
        self.late_library.rest()
        self.memory.sync()

    @property
    def library(self) -> "LibraryRoom":
        """The Library, built where nobody has needed it before."""
        return self.late_library.room()

    def warm_up(self) -> None:
        """Makes the tagger ready while the person still looks around."""
        task = self.tagging.submit(lambda: self.shelf.warm_up(self.detector))
        task.yielded.connect(self._note_speed)
        task.failed.connect(self.notifier.show_problem)

    def paste(self) -> None:
        """Tags what was copied: files or words."""
        self.window.show_page("tag")
        self.tag_page.take(read_mime(QGuiApplication.clipboard().mimeData()))

    def show_help(self) -> None:
        HelpDialog(self.paths.resources / "help.md", self.window).open()

    def show_about(self) -> None:
        # Reading packages' metadata costs 50 ms of start for a window few people open.
        from gui.about import AboutDialog

        AboutDialog(self.paths, self.window).open()

    @contextmanager
    def _open_services(self) -> Iterator[TagServices]:
        """The library and the tagger for one piece of work on the calling thread."""
        database = Database.open(self.paths.library_file, self.paths.backups)
        try:
            store = LyricStore(database)
            service = TaggingService(store, self.detector, self.shelf.tagger,
                                     lambda: self.settings.current)
            yield TagServices(database, store, service, self.shelf.tagger)
        finally:
            database.close()

    def _renew_moods(self) -> None:
        """After a mood of one's own came, went or was renamed."""
        self.vocabulary.renew()
        self.shelf.renew()

    def _open_tagger(self, tagger_id: str, settings: Settings) -> Tagger:
        # ONNX Runtime takes a tenth of a second to import: not before the window is there.
        from engine.tagging.opening import open_tagging

        return open_tagging(self.paths, tagger_id, settings, self.guard.open_model)

    def _make_models(self, registry: ModelRegistry) -> ModelsPresenter:
        def chosen() -> Chosen:
            now = self.settings.current
            return Chosen(now.tagger, now.chat_model, now.device, now.threads)

        models = self.paths.models
        adding = Adding(self.jobs, models, offered_models(), self.paths.hub_token)
        workshop = Workshop(adding, TrialRuns(self.jobs, self.trials, models), Upkeep(self.desk),
                            Leaving(self.jobs))
        return ModelsPresenter(self.desk, registry.entries, chosen, workshop,
                               declined=self.memory.value(_DECLINED) == "yes",
                               read_checks=self._read_checks)

    def _read_checks(self, manifest: ModelManifest) -> Checks:
        # What runs checks is not needed before the window is there.
        from engine.evaluation.capability import FEATURES, Capabilities

        known = Capabilities(self.paths)
        found = ((feature, known.find(manifest, feature)) for feature in FEATURES)
        return tuple((feature, result.passed, result.total)
                     for feature, result in found if result is not None)

    def _make_window(self) -> MainWindow:
        self.models_page = ModelsPage(self.models, self.icons, self._make_quality_page)
        self.settings_page = SettingsPage(
            self.settings, self.devices, self.data,
            fine_tuning=lambda: self.fine_tuning.page(self.icons, self.theme_source),
            part=str(self.memory.value(PART, "")))
        icon = self.icons.icon
        translate = QGuiApplication.translate
        rooms = (
            Room("tag", translate("MainWindow", "Tag"), icon(Glyph.TAG), self.tag_page),
            Room("library", translate("MainWindow", "Library"), icon(Glyph.LIBRARY),
                 self.late_library.page),
            Room("chat", translate("MainWindow", "Chat"), icon(Glyph.CHAT), self.chat.page),
            Room("models", translate("MainWindow", "Models"), icon(Glyph.MODELS),
                 self.models_page),
            Room("settings", translate("MainWindow", "Settings"), icon(Glyph.SETTINGS),
                 self.settings_page, below=True),
        )
        return MainWindow(rooms, Banner(self.notifier, self.icons), self.memory)

    def _make_quality_page(self) -> "QualityPage":
        return self.compare.page(self.icons, self.theme_source, self.tag.vocabulary)

    def _connect(self) -> None:
        window = self.window
        window.first_painted.connect(self.warm_up)
        window.files_wanted.connect(self.open_files)
        window.folder_wanted.connect(self.open_folder)
        window.paste_wanted.connect(self.paste)
        window.help_wanted.connect(self.show_help)
        window.about_wanted.connect(self.show_about)
        window.report_wanted.connect(lambda: show_report(self))
        window.closed.connect(self.close)
        self.tag_page.models_wanted.connect(lambda: window.show_page("models"))
        self.tag_page.drag_entered.connect(lambda: window.show_page("tag"))
        self.tag_page.drop_zone.watch(window)
        for presenter in (self.tag, self.chat.presenter, self.models, self.devices, self.settings,
                          self.data, self.compare):
            presenter.problem_raised.connect(self.notifier.show_problem)
        self.models.tagger_chosen.connect(self.settings.set_tagger)
        self._connect_models()
        self.tag_page.write_wanted.connect(lambda songs: self.library.writing.write(songs))
        window.first_painted.connect(self.late_library.begin)
        self._connect_chat()
        self.settings.changed.connect(self._use_settings)
        self.theme_source.changed.connect(lambda theme: show_theme(self._app, theme))
        self.data.replaced.connect(self._begin_anew)
        self.data_line = DataLine(self.data, window.job_bar, self.notifier, window)
        self.run_line = RunLine(self.tag, window.job_bar, lambda: self.settings.current, window)

    def _connect_models(self) -> None:
        models, window = self.models, self.window
        models.chat_model_chosen.connect(self.settings.set_chat_model)
        models.offer_declined.connect(lambda: self.memory.setValue(_DECLINED, "yes"))
        models.models_changed.connect(self._use_models)
        self.arrival_news = ArrivalNews(models, self.notifier, lambda: window.page,
                                        lambda: not self.chat.models.choices, window)
        self.devices.chosen.connect(self.settings.set_device)
        self.job_lines = JobLines(
            self.jobs, window.job_bar, self.notifier, passing=_TRIALS,
            quiet={*_TRIALS, *ARRIVALS, EVALUATE, LEARN}, parent=window)
        self.compare.wanted.connect(self._show_quality)
        connect_training(self)
        window.first_painted.connect(self._look_around)

    def _show_quality(self) -> None:
        self.window.show_page("models")
        self.models_page.show_quality()

    def _look_around(self) -> None:
        """What earlier windows left, once this one is there."""
        self.models.load()
        self.jobs.find_again(self.desk, _TRIALS)
        self.models.upkeep.tidy(self.paths.models)
        self.data.begin()
        device = self.settings.current.device
        if self.trials.crashed(device_trial(device)):
            translate = QGuiApplication.translate
            self.notifier.show_message(
                translate("MainWindow", "“{device}” took its process down the last time, so the "
                                        "processor is used.").format(device=device),
                translate("MainWindow", "Try it again in Settings, under Devices."))

    def _connect_chat(self) -> None:
        chat, adding = self.chat, self.models.adding
        # Whoever waits for a reply goes first: tagging holds between two groups of songs.
        chat.presenter.streaming_changed.connect(self.tagging.give_way)
        chat.page.models_wanted.connect(lambda: self.window.show_page("models"))
        chat.presenter.song_wanted.connect(self.show_song)
        self.connect_songs(self.tag_page)
        if chat.song_scenes is not None:
            chat.song_scenes.begun.connect(lambda: self.window.show_page("chat"))
        chat.models.chosen.connect(self.settings.set_chat_model)
        chat.models.wanted.connect(lambda: adding.get(adding.catalogue[0].id))
        for news in (adding.changed, adding.progressed):
            news.connect(self._show_fetching)
        if chat.problem is not None:
            problem = chat.problem
            self.window.first_painted.connect(lambda: self.notifier.show_problem(problem))

    def _hindrance(self) -> str:
        at_work = self.tagging.busy or self.chat.queue.busy or self.late_library.busy
        return QGuiApplication.translate(
            "MainWindow", "Songs are being tagged or written, or a reply is being made."
        ) if at_work else ""

    def _begin_anew(self, news: str) -> None:
        self.news = news
        self.window.close()

    def _show_fetching(self) -> None:
        """The Chat page shows how far its first model is."""
        arrival = next(iter(self.models.adding.arrivals), None)
        if arrival is None or arrival.job is None:
            self.chat.models.show_fetching(None)
        else:
            job = arrival.job
            self.chat.models.show_fetching(Fetching(
                job.done, job.total, job.message or job.title, arrival.message, arrival.hint,
                job.unit == "bytes"))

    def _use_models(self) -> None:
        """Other models can be used now: whoever opens them hears of it."""
        self.chat.models.look_again()
        self.settings_page.show_chat_models(self.models.chat_models())

    def open_files(self) -> None:
        self.window.show_page("tag")
        self.tag_page.open_files()

    def open_folder(self) -> None:
        self.window.show_page("tag")
        self.tag_page.open_folder()

    def connect_songs(self, page: "TagPage | LibraryPage") -> None:
        """What songs of a page bring to talks, and what chat models do with their lyrics."""
        rewrites, scenes = self.chat.rewrites, self.chat.song_scenes
        if rewrites is not None and scenes is not None:
            page.rewrite_wanted.connect(lambda text: rewrites.rewrite(text, page))
            page.scene_wanted.connect(lambda song: scenes.make(song, page))
            page.offer_scenes()

    def show_song(self, place: str) -> None:
        self.window.show_page("tag")
        self.tag.seek(place)

    def _use_settings(self, settings: Settings) -> None:
        self.theme_source.choose(settings.appearance, settings.reduce_motion)
        self.tag.use_settings(settings)
        self.late_library.use_settings(settings)
        self.chat.presenter.use_settings(settings)
        self.models.refresh()

    def _note_speed(self, seen: object) -> None:
        if isinstance(seen, SpeedSeen):
            self.models.note_speed(seen.model, seen.excerpts_per_second)
