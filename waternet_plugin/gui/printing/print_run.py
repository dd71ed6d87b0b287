"""Print in the main thread, where layouts must be drawn, with QGIS alive between two pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QElapsedTimer, QObject
from qgis.PyQt.QtWidgets import QApplication

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets import amounts

# Between two looks at what the user does meanwhile, in ms.
_PATIENCE_MS = 40


def load_printing(_progress: Progress) -> None:
    """Load what a book needs: loaded as it is begun, QGIS would stand still for it."""
    import_module("waternet_plugin.atlas.book")


def printed_text(results: dict[str, Any]) -> str:
    """Return what is said of a book that is there.

    Parameters
    ----------
    results
        Of `exportatlas`, which made a file.
    """
    pages, name = amounts.number(int(results["PAGES"])), Path(str(results["OUTPUT"])).name
    text = tr("The map book has {n} pages: {name}.").format(n=pages, name=name)
    return joined(filter(None, [text, str(results.get("NOTE") or "")]))


class PrintRun(QObject):
    """One run of the map book; cancel is heard after the page that is being drawn.

    Parameters
    ----------
    parameters
        Of the algorithm.
    done
        Called with the results.
    failed
        Called with the error, a ``CancelledError`` for a cancel.
    progressed
        Called with the fraction done.
    at_step
        Called with what is being printed.
    """

    def __init__(
        self,
        parameters: dict[str, Any],
        done: Callable[[dict[str, Any]], None],
        failed: Callable[[WaterNetError], None],
        progressed: Callable[[float], None],
        at_step: Callable[[str], None] = lambda _text: None,
    ) -> None:
        super().__init__()
        algorithm = QgsApplication.processingRegistry().createAlgorithmById("waternet:exportatlas")
        self._failed = failed
        self._run = tasks.AlgorithmRun(algorithm, parameters, done, failed)
        self._run.progressed.connect(lambda percent: progressed(percent / 100.0))
        self._run.reported.connect(self._breathe)
        self._run.at_step.connect(at_step)
        self._clock = QElapsedTimer()

    def start(self) -> None:
        """Print; returns when the book is there, was refused or cancelled."""
        try:
            self._run.check()
        except WaterNetError as error:
            self._failed(error)
            return
        self._clock.start()
        self._run.run_here()

    def cancel(self) -> None:
        """Stop after the page that is being drawn."""
        self._run.cancel()

    def _breathe(self) -> None:
        """Let QGIS draw, pan and hear clicks."""
        if self._clock.elapsed() >= _PATIENCE_MS:
            QApplication.processEvents()
            self._clock.restart()
