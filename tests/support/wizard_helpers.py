"""A session that does everything at once, the wizard in it, and files for the wizard."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QMainWindow

from waternet_plugin import store
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.gui.wizard.dialog import AdoptionWizard


class _Iface:
    def __init__(self, window: QMainWindow) -> None:
        self._window = window

    def mainWindow(self) -> QMainWindow:
        return self._window


class InstantSession(QObject):
    """Runs work where it stands; notes what it was asked for."""

    network_changed = pyqtSignal()
    data_changed = pyqtSignal(str)
    run_changed = pyqtSignal()

    def __init__(self, window: QMainWindow, network_path: str = "") -> None:
        super().__init__()
        self.iface = _Iface(window)
        self.network_path = network_path
        self.opened: list[str] = []
        self.reloads = 0
        self.zooms: list[Any] = []
        self.algorithms: list[tuple[str, dict[str, Any]]] = []
        self.said: list[str] = []
        self.memory: dict[str, Any] = {}
        self.is_closed = False
        # How far work gets before it is cancelled; None lets it end.
        self.cancel_at: float | None = None

    def end(self) -> None:
        """Close the windows, as unloading the plugin does; QGIS's layers must not outlive QGIS."""
        self.is_closed = True
        window = self.iface.mainWindow()
        for dialog in window.findChildren(QDialog):
            dialog.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def run(
        self,
        _title: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[WaterNetError], None] | None = None,
        section: Any = None,
        again: Any = None,
    ) -> None:
        limit = self.cancel_at
        try:
            result = work(Progress(lambda fraction, _text: limit is None or fraction < limit))
        except WaterNetError as error:
            assert failed is not None
            failed(error)
        else:
            done(result)

    @contextmanager
    def network(self):
        with store.open_network(self.network_path) as opened:
            yield opened

    def open_network(self, path: str) -> bool:
        self.opened.append(path)
        self.network_path = path
        self.network_changed.emit()
        return True

    def written(self, _table: str = "") -> None:
        self.reloads += 1

    def layer(self, _key: str) -> None:
        return None

    def zoom_to(self, place: Any) -> None:
        self.zooms.append(place)

    def run_algorithm(self, name: str, parameters: dict[str, Any], done: Any, **_more: Any) -> None:
        self.algorithms.append((name, parameters))

    def remembered(self, key: str, default: Any = None) -> Any:
        return self.memory.get(key, default)

    def remember(self, key: str, value: Any) -> None:
        self.memory[key] = value

    def say_error(self, error: WaterNetError) -> None:
        self.said.append(error.message)

    def show_window(self, window: Any) -> Any:
        window.show()
        return window

    def help(self, topic: str = "") -> None:
        self.said.append(topic)


def utility_files(folder: Path) -> Any:
    """Write the sample town as a utility hands it over."""
    from waternet_plugin.sample_data.foreign import write

    return write(folder)


def second_utility_files(folder: Path) -> Any:
    """Write the town's supply as the second utility hands it over, without repeated ids and strays."""
    from waternet_plugin.sample_data.foreign import write_second

    return write_second(folder, repeated=False, strays=False)


def wizard_with(session: InstantSession, folder: Path, *paths: Path) -> AdoptionWizard:
    """Return an open wizard that has read files; its mappings are kept in ``folder``."""
    wizard = AdoptionWizard(session)
    wizard.library.folder = folder / "mappings"
    wizard.show()
    wizard.add([str(path) for path in paths])
    return wizard
