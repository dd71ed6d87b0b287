"""What a network weighs: rows, change log, free room, backups; and the room given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QScrollArea,
    QWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import grid, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.network import Weight

_MEGABYTE = 1_000_000


def megabytes(size: float) -> str:
    """Write a size on the disk as megabytes."""
    return f"{amounts.number(size / _MEGABYTE, 1)} MB"


class SizeWindow(HelpKey, QDialog):
    """The weight of the open network, line by line, with what makes it smaller."""

    TOPIC = "size"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, objectName="wn_size", windowTitle=tr("Size of {name}").format(name=session.network_name)
        )
        self.session = session
        self.resize(520, 480)
        # More tables than a laptop has lines.
        area = QScrollArea(
            self, objectName="wn_size_lines", widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame
        )
        lines = QWidget()
        self._grid = grid(stretch=(0,), spacing=(16, 4))
        self.answer = plain_label("", self, objectName="wn_size_answer", wordWrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.compact = add_button(
            buttons,
            tr("Compact"),
            "wn_size_compact",
            self._compact,
            toolTip=tr("Give the free space back to the disk; everything can still be undone"),
            enabled=False,
        )
        self.folder = add_button(
            buttons, tr("Folder of the backups"), "wn_size_folder", self._open_folder, enabled=False
        )
        speak(buttons).rejected.connect(self.reject)
        vertical(self._grid, 1, parent=lines, margins=0)
        area.setWidget(lines)
        vertical((area, 1), self.answer, buttons, parent=self, margins=12)
        self.fill()

    def fill(self) -> None:
        """Weigh the network anew."""
        self.session.run(
            tr("Measuring the size of the network"),
            on_network(self.session.network_path, lambda network, _progress: network.weight()),
            self._weighed,
            failed=self._failed,
            is_quiet=True,
        )

    def _weighed(self, weight: Weight) -> None:
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        for number, (label, value, size) in enumerate(self._lines(weight)):
            for column, text in enumerate((label, value, size)):
                cell = plain_label(
                    text, self, objectName=("wn_size_what", "wn_size_count", "wn_size_bytes")[column]
                )
                if column:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(cell, number, column)
        self.compact.setEnabled(weight.free_bytes > 0)
        self.folder.setEnabled(weight.backups > 0)

    def _lines(self, weight: Weight) -> list[tuple[str, str, str]]:
        """Return what, how many and how much, line by line."""
        from waternet_plugin.core.schema.tables import all_tables

        lines = [
            (all_tables()[name].label, amounts.number(rows), "")
            for name, rows in weight.rows.items()
            if rows and name != "change_log"
        ]
        log = tr("about {size}").format(size=megabytes(weight.log_bytes))
        lines += [
            (all_tables()["change_log"].label, amounts.number(weight.log_rows), log),
            (tr("Free space"), "", megabytes(weight.free_bytes)),
            (tr("The network as a whole"), "", megabytes(weight.file_bytes)),
            (tr("Backups"), amounts.number(weight.backups), megabytes(weight.backup_bytes)),
        ]
        return lines

    def _compact(self) -> None:
        self.compact.setEnabled(False)
        self.session.run_algorithm("compactnetwork", {}, self._compacted, failed=self._refused)

    def _refused(self, error: WaterNetError) -> None:
        self._failed(error)
        # What stood in the way may be over the next time.
        self.fill()

    def _compacted(self, results: dict[str, Any]) -> None:
        before, after = float(results["BEFORE"]), float(results["AFTER"])
        text = tr("{freed} freed: {before} before, {after} now.")
        freed = megabytes(max(before - after, 0.0))
        self.answer.setText(text.format(freed=freed, before=megabytes(before), after=megabytes(after)))
        self.fill()

    def _failed(self, error: WaterNetError) -> None:
        self.answer.setText(error.message)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.session.address.beside("backups"))))
