"""Undo a batch: at once where nothing stands in the way, else after showing what stays and what depends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts, moments
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.gui.panes.section import PanelSection
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.changes.undo_results import Stays, Undoing

Done = Callable[[dict[str, Any]], None]
Failed = Callable[[WaterNetError], None]

# As many rows as a window lists; the log of the run names all of them.
_MOST = 500
_LIST_HEIGHT = 140


def undo(
    session: Session,
    batch: str,
    done: Done,
    *,
    failed: Failed | None = None,
    section: PanelSection | None = None,
) -> None:
    """Undo a batch; ask first where some of it would stay or other rows depend on it.

    Parameters
    ----------
    batch
        The batch; '' for the last one.
    done, failed
        Called with the results of ``undobatch``, or with the error.
    section
        The section of the dock that shows how far it is.
    """
    path = session.network_path

    def run(undoing: Undoing, with_later: bool) -> None:
        skip = bool(undoing.stays) and not with_later
        parameters = {"BATCH": undoing.batch_id, "SKIP_CHANGED": skip, "WITH_LATER": with_later}
        session.run_algorithm("undobatch", parameters, done, failed=failed, section=section)

    def looked(undoing: Undoing) -> None:
        if session.network_path != path:
            return
        if not undoing.stays and not undoing.dependents:
            run(undoing, False)
            return
        session.show_window(
            UndoWindow(session, undoing, lambda later: run(undoing, later), session.iface.mainWindow())
        )

    session.run(
        tr("Checking what the undo changes"),
        on_network(path, lambda network, _progress: network.undoing(batch or None)),
        looked,
        failed=failed,
        section=section,
    )


def done_text(results: dict[str, Any]) -> str:
    """Return in a sentence what an undo did."""
    text = tr("Batch {batch} has been undone, %n row(s).", "", int(results["ROWS"]))
    sentence = text.format(batch=results["UNDONE_BATCH"])
    left = int(results["LEFT"])
    if not left:
        return sentence
    return joined((sentence, tr("Not undone, because changed later: %n row(s)", "", left)))


def _counts(rows: Mapping[str, int]) -> list[str]:
    """Return a line for each table, with how many rows of it."""
    from waternet_plugin.core.schema.tables import table

    text = tr("{table}: {n}", "a table and how many rows of it")
    return [f"  {text.format(table=table(name).label, n=amounts.number(n))}" for name, n in rows.items()]


class UndoWindow(HelpKey, QDialog):
    """What an undo takes back, what stays and why, what depends on it; and the undo.

    Parameters
    ----------
    told
        What the undo would do.
    go
        Does it; told whether the later changes go too.
    """

    TOPIC = "undo"

    def __init__(
        self, session: Session, undoing: Undoing, go: Callable[[bool], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            parent, objectName="wn_undo", windowTitle=tr("Undo batch {batch}").format(batch=undoing.batch_id)
        )
        self.session = session
        self.resize(640, 560)
        parts: list[Any] = [self._label("wn_undo_takes", self._takes(undoing))]
        if undoing.dependents:
            parts.append(self._label("wn_undo_dependents", self._depends(undoing)))
        if undoing.stays:
            text = tr("Not undone, because changed later: %n row(s)", "", len(undoing.stays))
            parts += [self._label("wn_undo_stays", text), (self._list(undoing.stays), 1)]
            if undoing.needed:
                text = tr("Kept too, because these rows need them: %n row(s)", "", len(undoing.needed))
                parts.append(self._label("wn_undo_needed", text))
            if undoing.later:
                parts.append(self._label("wn_undo_later", self._later(undoing)))
        else:
            parts.append(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self.accept)
        words = tr("Undo the rest") if undoing.stays else tr("Undo this batch")
        self.go = buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.pyqtConfigure(objectName="wn_undo_go", enabled=bool(sum(undoing.rows.values())))
        if undoing.later:
            # Beside the rest: a wrong file goes as a whole, whatever was done to its rows since.
            self.all = buttons.addButton(
                tr("Undo all, with the later changes"), QDialogButtonBox.ButtonRole.ActionRole
            )
            self.all.pyqtConfigure(objectName="wn_undo_all", clicked=self._go_with_later)
        speak(buttons).rejected.connect(self.reject)
        self._go = go
        self.accepted.connect(lambda: go(False))
        inside = QWidget(self)
        vertical(*parts, parent=inside, margins=0)
        # Many tables make many lines: they scroll, the buttons stay.
        area = QScrollArea(
            self, objectName="wn_undo_area", widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame
        )
        area.setWidget(inside)
        vertical((area, 1), buttons, parent=self, margins=12)

    def _go_with_later(self) -> None:
        """Take back all; closed first, as by the other button."""
        self.close()
        self._go(True)

    def _label(self, name: str, text: str) -> QLabel:
        return plain_label(text, self, objectName=name, wordWrap=True)

    def _takes(self, undoing: Undoing) -> str:
        """Return what is taken back, by table."""
        if not any(undoing.rows.values()):
            return tr("Nothing of batch {batch} can be undone.").format(batch=undoing.batch_id)
        return "\n".join([tr("Changes to be undone:"), *_counts(undoing.rows)])

    def _later(self, undoing: Undoing) -> str:
        """Return what else is taken back where the later changes go too, and whose changes these are."""
        whose = listed(batch or tr("edit without a batch") for batch in undoing.later_batches)
        text = tr("With the later changes ({batches}) these rows are undone too:").format(batches=whose)
        return "\n".join([text, *_counts(undoing.later)])

    def _depends(self, undoing: Undoing) -> str:
        """Return what names rows that go."""
        from waternet_plugin.store.changes.orphans import dependent_lines

        lines = [tr("Other rows that refer to what is removed:"), *dependent_lines(undoing.dependents)]
        return "\n".join([lines[0], *(f"  {line}" for line in lines[1:])])

    def _list(self, stays: tuple[Stays, ...]) -> QTreeWidget:
        """Return the rows that stay, with what changed them."""
        from waternet_plugin.core.schema.tables import table

        rows = QTreeWidget(
            self,
            objectName="wn_undo_list",
            rootIsDecorated=False,
            uniformRowHeights=True,
            alternatingRowColors=True,
            selectionMode=QAbstractItemView.SelectionMode.ExtendedSelection,
            minimumHeight=_LIST_HEIGHT,
        )
        rows.setHeaderLabels([tr("Table"), tr("Row"), tr("Changed by"), tr("When"), tr("Batch")])
        for row in stays[:_MOST]:
            when = moments.local_of_log(row.at) if row.at else tr("not known")
            batch = row.batch or tr("edit without a batch")
            cells = [table(row.table).label, row.asset, row.by or tr("not known"), when, batch]
            rows.addTopLevelItem(QTreeWidgetItem(cells))
        if len(stays) > _MOST:
            text = tr("… and {n} more").format(n=amounts.number(len(stays) - _MOST))
            rows.addTopLevelItem(QTreeWidgetItem([text]))
        rows.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return rows
