"""Camera inspections on their way in: read, their columns asked for where these leave something open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.tasks.tasks import on_network

if TYPE_CHECKING:
    from waternet_plugin.core.errors import WaterNetError
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.drainage.look_at_inspections import InspectionTable
    from waternet_plugin.store.network import Network


class InspectionImport:
    """Imports files of inspections one after the other, grades them and shows the drains by their grades.

    Parameters
    ----------
    session
        Runs the algorithms on the open network.
    section
        Shows their progress; None for the message bar.
    parent
        Of the window that asks; None for the main window.
    """

    def __init__(self, session: Session, section: Any = None, parent: QWidget | None = None) -> None:
        self._session, self._section = session, section
        self._parent = parent if parent is not None else session.iface.mainWindow()

    def take(self, paths: Sequence[str]) -> None:
        """Import files; the drains are graded after the last one."""
        if not paths:
            self._grade()
            return
        path, rest = paths[0], list(paths[1:])
        if Path(path).suffix.lower() == ".xml":
            self._take_in(path, rest)
            return
        # A table whose headings leave something open is asked for.
        self._session.run(
            tr("Reading {source}").format(source=Path(path).name),
            on_network(self._session.network_path, partial(_look_at, path)),
            lambda table: (
                self._ask(path, rest, table, table.doubts) if table.doubts else self._take_in(path, rest)
            ),
        )

    def _ask(self, path: str, rest: list[str], table: InspectionTable, doubts: Sequence[str]) -> None:
        """Ask which column fills what, and import."""
        from waternet_plugin.gui.drainage.inspection_columns import InspectionColumns

        window = InspectionColumns(self._session, Path(path).name, table, doubts, self._parent)

        def go() -> None:
            chosen = replace(table, mapping=window.mapping)
            again = partial(self._ask, path, rest, chosen)
            self._take_in(path, rest, chosen.mapping.to_json(), lambda error: again((error.message,)))

        window.accepted.connect(go)
        window.finished.connect(lambda _result: window.deleteLater())
        window.open()

    def _take_in(
        self,
        path: str,
        rest: list[str],
        mapping: str = "",
        failed: Callable[[WaterNetError], None] | None = None,
    ) -> None:
        given = {"NETWORK": self._session.network_path, "INPUT": path, "MAPPING": mapping}
        self._session.run_algorithm(
            "importinspections", given, lambda _done: self.take(rest), failed=failed, section=self._section
        )

    def _grade(self) -> None:
        self._session.run_algorithm(
            "gradeinspections",
            {"NETWORK": self._session.network_path},
            lambda _graded: self._session.open_tool("condition"),
            section=self._section,
        )


def _look_at(path: str, network: Network, progress: Progress) -> InspectionTable:
    """Return what the columns of a table of inspections fill."""
    from waternet_plugin.operations.drainage.import_inspections import InspectionSource
    from waternet_plugin.operations.drainage.look_at_inspections import look_at_inspections

    return look_at_inspections(network, InspectionSource(path), progress)
