"""What stopped a write: the rows that somebody else changed meanwhile, who, when, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QAbstractItemView, QWidget

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.errors import Conflict, ConflictError
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.contents.row_extents import RowExtent


def changed_fields(conflict: Conflict) -> str:
    """Return what was done to a row, in words: its fields, or that it was deleted or made."""
    from waternet_plugin.core.schema import domains

    if not conflict.fields:
        return domains.label_of("log_action", conflict.action)
    described = table(conflict.table)
    return listed(
        tr("Geometry") if name == GEOMETRY_COLUMN else described.field(name).label for name in conflict.fields
    )


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("table", tr("Table"), width=72),
        TableColumn("asset", tr("Asset"), width=96),
        TableColumn("fields", tr("What changed"), width=200, fills=True),
        TableColumn("by", tr("By"), width=80),
        TableColumn("at", tr("When"), write=lambda text: moments.local_of_log(text, seconds=True), width=152),
        TableColumn("batch", tr("Batch"), width=64),
    )


def _row(conflict: Conflict) -> dict[str, Any]:
    return {
        "conflict": conflict,
        "table": table(conflict.table).label,
        "asset": conflict.asset,
        "fields": changed_fields(conflict),
        "by": conflict.by,
        "at": conflict.at,
        "batch": conflict.batch,
    }


class ConflictWindow(ListWindow):
    """The list of a refused write; a row leads to the map, a button tries once more.

    Parameters
    ----------
    error
        The refusal.
    again
        Begins what was refused anew.
    """

    TOPIC = "together"

    NAME = "wn_conflicts"
    SIZE = (760, 380)
    SELECTION = QAbstractItemView.SelectionMode.ExtendedSelection

    def __init__(
        self,
        session: Session,
        error: ConflictError,
        again: Callable[[], Any],
        parent: QWidget | None = None,
    ) -> None:
        message = plain_label(error.message, parent, objectName="wn_conflicts_text", wordWrap=True)
        super().__init__(
            session, tr("Changed by somebody else in the meantime"), _columns(), parent, above=message
        )
        self._again = again
        self.on_map = self._button(tr("Show on the map"), "on_map", self.show_on_map)
        self.once_more = self._button(tr("Try again"), "again", self.try_again)
        self.table.set_rows([_row(each) for each in error.conflicts])
        self.table.doubleClicked.connect(lambda _index: self.show_on_map())
        if self.table.rows:
            self.table.selectRow(0)

    @property
    def chosen(self) -> list[Conflict]:
        """The rows that are selected."""
        return [row["conflict"] for row in self.table.chosen]

    def _update(self) -> None:
        self.answer.clear()
        self.on_map.setEnabled(bool(self.chosen))

    def show_on_map(self) -> None:
        """Turn the map to the chosen rows as they are now, and select them."""
        ids_of_table: dict[str, list[str]] = {}
        for conflict in self.chosen:
            ids_of_table.setdefault(conflict.table, []).append(conflict.asset)

        def extents(network: Any, _progress: Any) -> dict[str, list[RowExtent]]:
            from waternet_plugin.operations.contents.row_extents import row_extents

            return row_extents(network, ids_of_table)

        path = self.session.network_path
        self.session.run(tr("Reading the network"), on_network(path, extents), self._show, is_quiet=True)

    def _show(self, changes: dict[str, list[RowExtent]]) -> None:
        boxes = [box for rows in changes.values() for _fid, box in rows]
        if not boxes:
            self.answer.setText(tr("The row has no location on the map, or was deleted or renamed."))
            return
        for name, rows in changes.items():
            layer = self.session.layer(name)
            if layer is not None:
                layer.selectByIds([fid for fid, _box in rows])
        west, south = (min(box[side] for box in boxes) for side in (0, 1))
        east, north = (max(box[side] for box in boxes) for side in (2, 3))
        self.session.zoom_to((west, south, east, north))

    def try_again(self) -> None:
        """Begin what was refused anew, with what is in the network now."""
        self.close()
        self._again()


def show_conflicts(session: Session, error: ConflictError, again: Callable[[], Any]) -> None:
    """Open the list of a refused write."""
    session.show_window(ConflictWindow(session, error, again, session.iface.mainWindow()))
