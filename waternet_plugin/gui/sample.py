"""Load the sample town step by step beside the window, and open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import tasks

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session

# Shares of the whole: adopting, then matching, assessing, planning; the project takes the rest.
_STEPS = (0.55, 0.1, 0.15, 0.12)


class _Part:
    """Show the progress of one step as its part of the whole."""

    def __init__(self, shown: Any, start: float, width: float) -> None:
        self._shown, self._start, self._width = shown, start, width

    def show_progress(self, fraction: float, on_cancel: Any = None) -> None:
        """Show a fraction of this step."""
        self._shown.show_progress(self._start + self._width * fraction, on_cancel)

    def hide_progress(self) -> None:
        """Wait for the next step."""


class SampleTown:
    """The steps of ``loadsample``, each in a task; only the project is built in the main thread.

    Parameters
    ----------
    session
        Runs the steps and opens the town.
    shown
        Has ``show_progress`` and ``hide_progress``: the card of the start page.
    """

    def __init__(self, session: Session, shown: Any) -> None:
        self._session = session
        self._shown = shown
        self._folder = Path()
        self._made: list[Path] = []

    def start(self, folder: Path | None = None) -> None:
        """Begin in a new folder, the next numbered one of the user's documents if None."""
        try:
            tasks.keep_packages_apart()
            from waternet_plugin.bridge import sample

            self._source = sample.source_folder()
            documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            self._folder = folder or sample.numbered_folder(documents or Path.home())
            sample.check_target(self._folder)
            self._made = sample.make_target(self._folder)
        except WaterNetError as error:
            self._session.say_error(error)
            return
        self._network = self._folder / sample.NETWORK_NAME
        part = _Part(self._shown, 0.0, _STEPS[0])
        title = tr("Loading the sample town")
        self._session.run(title, self._adopt, self._after_adopting, failed=self._failed, section=part)

    def _adopt(self, progress: Progress) -> None:
        from waternet_plugin import store
        from waternet_plugin.bridge import sample

        with store.create_network(self._network, sample.CRS) as network:
            sample.adopt_town(network, self._source, progress=progress)

    def _after_adopting(self, _nothing: Any) -> None:
        from waternet_plugin.processing.algorithms.loadsample import following_steps

        self._left = following_steps(self._network)
        self._next()

    def _next(self) -> None:
        done = len(_STEPS) - len(self._left)
        if not self._left:
            self._build()
            return
        algorithm, parameters = self._left.pop(0)
        part = _Part(self._shown, sum(_STEPS[:done]), _STEPS[done])
        self._session.run_algorithm(
            algorithm.ID, parameters, lambda _results: self._next(), failed=self._failed, section=part
        )

    def _build(self) -> None:
        from waternet_plugin.bridge import sample
        from waternet_plugin.bridge.project import build_project

        try:
            background = sample.copy_background(self._source, self._folder)
            build_project(self._network, base_layers=background)
        except WaterNetError as error:
            self._failed(error)
            return
        self._shown.hide_progress()
        self._session.open_network(str(self._network))

    def _failed(self, error: WaterNetError) -> None:
        from waternet_plugin.bridge import sample

        sample.remove_target(self._folder, self._made)
        self._shown.hide_progress()
        self._session.say_error(error)
