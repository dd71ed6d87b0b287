"""Work that is open: items that are not closed, and repairs without a check of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("id", tr("Id"), width=96),
        TableColumn("what", tr("What"), width=96),
        TableColumn("state_label", tr("State"), width=112),
        TableColumn("since", tr("Since"), width=84),
        TableColumn("due", tr("Due"), width=84),
        TableColumn("team", tr("Team"), width=84),
        TableColumn("person", tr("Person"), width=84),
        TableColumn("asset", tr("Asset"), width=96),
        TableColumn("street", tr("Street"), width=112),
        TableColumn("compound", tr("Compound"), width=112),
        TableColumn("note", tr("Note"), width=200, fills=True),
    )


class OpenWorkWindow(ListWindow):
    """A list of open work; the form of the chosen one closes it."""

    NAME = "wn_open_work"
    SIZE = (1180, 420)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        text = tr(
            "A work item closes, and a repair is done, only after the map has been checked: enter that date "
            "in the form."
        )
        note = plain_label(text, parent, wordWrap=True)
        super().__init__(session, tr("Open work"), _columns(), parent, above=note)
        self.form = self._button(tr("Open the form"), "form", self._open_form)
        self.save = self._button(tr("CSV…"), "csv", self._save)
        self.table.doubleClicked.connect(lambda _index: self._open_form())
        session.data_changed.connect(self._data_changed)
        self.fill()

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, lambda: self.session, "forms") or bool(super().event(event))

    def fill(self) -> None:
        """Read the list anew."""
        from waternet_plugin.operations.contents.open_work import open_work

        try:
            with self.session.network() as network:
                rows = open_work(network)
        except WaterNetError as error:
            self._say(error.message)
            return
        self.table.set_rows(rows)
        self._say("" if rows else tr("Nothing is open."))

    def _update(self) -> None:
        self.form.setEnabled(bool(self.table.chosen))
        self.save.setEnabled(bool(self.table.rows))

    def _save(self) -> None:
        """Save the list as it is shown, to be handed to a crew."""
        rows = list(self.table.rows)
        pane.save_rows(self.session, self, _columns(), lambda: rows, "open_work")

    def _open_form(self) -> None:
        """Open the form of what is chosen, and show its place where it has one."""
        rows: list[dict[str, Any]] = self.table.chosen
        layer = self.session.layer(rows[0]["table"]) if rows else None
        if layer is None:
            return
        field = "failure_id" if rows[0]["table"] == "failure" else "item_id"
        wanted = QgsExpression.createFieldEqualityExpression(field, rows[0]["id"])
        feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)), None)
        if feature is None:
            self._say(tr("{asset} is no longer in the network.").format(asset=rows[0]["id"]))
            return
        if feature.hasGeometry():
            self.session.zoom_to(feature.geometry().boundingBox())
        self.session.iface.openFeatureForm(layer, feature, False, False)
