"""A window that shows how far work in QGIS's own thread is, lets it draw meanwhile, and can cancel it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.PyQt.QtCore import QElapsedTimer, QEventLoop, Qt
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDialogButtonBox, QProgressBar, QWidget

from waternet_plugin.core.progress import Progress
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

_WIDTH_LETTERS = 28
_STEPS = 1000
# What is over by then is not worth a window.
_PATIENCE_MS = 400


@contextmanager
def progress_window(parent: QWidget | None, text: str) -> Iterator[Progress]:
    """Show a window over all others while work in QGIS's own thread lasts, and give it what it reports to.

    It comes after a moment. Between two reports QGIS draws, and other windows take no clicks: those made
    before it comes wait until the work is done. After *Cancel* or Esc the next report raises CancelledError.

    Parameters
    ----------
    text
        What is being done, a sentence.
    """
    window = QDialog(parent, objectName="wn_progress_window", windowTitle="WaterNet")
    window.setWindowModality(Qt.WindowModality.ApplicationModal)
    window.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
    window.setMinimumWidth(_WIDTH_LETTERS * window.fontMetrics().horizontalAdvance("m"))
    bar = QProgressBar(window, objectName="wn_progress_window_bar", textVisible=False, maximum=_STEPS)
    buttons = speak(QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, window, rejected=window.reject))
    vertical(plain_label(text, window, wordWrap=True), bar, buttons, parent=window, spacing=None)
    stopped: list[bool] = []
    window.rejected.connect(lambda: stopped.append(True))

    clock = QElapsedTimer()
    clock.start()

    def heard(fraction: float, _text: str) -> bool:
        bar.setValue(round(fraction * _STEPS))
        if not stopped and not window.isVisible() and clock.elapsed() >= _PATIENCE_MS:
            window.show()
        flags = QEventLoop.ProcessEventsFlag
        QApplication.processEvents(flags.AllEvents if window.isVisible() else flags.ExcludeUserInputEvents)
        return not stopped

    try:
        yield Progress(heard)
    finally:
        window.hide()
        window.deleteLater()
