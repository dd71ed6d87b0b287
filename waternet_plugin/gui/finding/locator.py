"""WaterNet in QGIS's locator (Ctrl+K): pipes, nodes, compounds, customers and streets by id or name."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qgis.core import QgsLocatorFilter, QgsLocatorResult
from qgis.PyQt.QtGui import QIcon

from waternet_plugin import wheels
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.finding import showing
from waternet_plugin.log import unexpected
from waternet_plugin.paths import icon_path

if TYPE_CHECKING:
    from waternet_plugin.gui.finding.showing import Finding
    from waternet_plugin.store.geopackage.finding import SearchHit

# QGIS leaves prefixes of one and two letters to itself.
PREFIX = "net"
# A single sign of an id fits everything.
_LEAST_SIGNS = 2
_MOST = 8


class NetworkLocator(QgsLocatorFilter):
    """Finds in QGIS's own thread, by a connection of its own; a search that is typed over ends at once.

    Parameters
    ----------
    finding
        Searches the open network, and shows what is chosen.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._finding = finding
        self._finder: Any = None

    def clone(self) -> QgsLocatorFilter:
        """Return a filter for one search."""
        return NetworkLocator(self._finding)

    def name(self) -> str:
        """Return the name under which QGIS keeps the filter's settings."""
        return "waternet"

    def displayName(self) -> str:  # noqa: N802 (QGIS's name)
        """Return the name above the results."""
        return tr("Pipe network (WaterNet)")

    def description(self) -> str:
        """Return what is found, for QGIS's settings."""
        return tr("Pipes, nodes, compounds, customers and streets by id or name")

    def prefix(self) -> str:
        """Return what limits a search to this filter."""
        return PREFIX

    def priority(self) -> Any:
        """Return where the results stand among those of others."""
        return getattr(QgsLocatorFilter, "Priority", QgsLocatorFilter).High

    def prepare(self, _text: str, _context: Any) -> list[str]:
        """Note the open network; QGIS calls this in the main thread."""
        self._finder = self._finding.finder()
        return []

    def fetchResults(self, text: str, _context: Any, feedback: Any) -> None:  # noqa: N802 (QGIS's name)
        """Find; QGIS calls this in a thread of its own."""
        finder = self._finder
        if finder is None or len(text.strip()) < _LEAST_SIGNS:
            return
        found: list[SearchHit] = []

        def work() -> None:
            try:
                found.extend(finder.find(text, most=_MOST, cancelled=feedback.isCanceled))
            except WaterNetError:
                # Typed over, or a network that can't be read: the panel says so.
                return
            except Exception as error:  # noqa: BLE001 (nothing may come out of a thread of QGIS)
                unexpected(error)

        # Packages of the store must not meet a thread that Python did not make.
        wheels.run_in_thread(work)
        for rank, one in enumerate(found):
            result = QgsLocatorResult()
            result.filter = self
            result.displayString = showing.title(one)
            result.description = showing.detail(one)
            result.icon = QIcon(icon_path("waternet"))
            result.score = 1.0 - rank / (len(found) + 1)
            result.group = ""
            # As text: a result outlives the search and its thread, and no object of Python may.
            result.userData = json.dumps(asdict(one))
            self.resultFetched.emit(result)

    def triggerResult(self, result: QgsLocatorResult) -> None:  # noqa: N802 (QGIS's name)
        """Show the thing that was chosen."""
        from waternet_plugin.store.geopackage.finding import SearchHit

        text = result.userData() if callable(result.userData) else result.userData
        self._finding.show(SearchHit(**parse_json(str(text))))
