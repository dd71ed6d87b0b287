"""A plot on the screen: drawn to its size in a task; copied, saved as SVG or PNG, its numbers as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QPixmap
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QSizePolicy,
    QWidget,
)

from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_MM
from waternet_plugin.gui.panes import file_dialogs, pane
from waternet_plugin.gui.plots import plot as plots
from waternet_plugin.gui.plots.plot import Plot
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

_SETTLE_MS = 200
_LEAST = QSize(260, 90)
# Of a lower plot the title would take the room of the bars; its tooltip has it.
_TITLE_FROM_PX = 150


class PlotView(QWidget):
    """One of several plots of a subject, chosen by a list above it.

    Parameters
    ----------
    name
        Object name.
    with_title
        Whether its title stands above it where there is room; its owner may say it instead.
    properties
        Qt's, such as `minimumHeight`.
    """

    # Another of the plots was chosen.
    chosen = pyqtSignal()

    def __init__(
        self,
        session: Session,
        name: str,
        parent: QWidget | None = None,
        *,
        with_title: bool = True,
        **properties: Any,
    ) -> None:
        super().__init__(parent, objectName=name, **properties)
        self._with_title = with_title
        self._session = session
        self._plots: tuple[Plot, ...] = ()
        self._latest = LatestReading(session.run, self)
        self._png = b""
        self._choice = QComboBox(
            self,
            objectName=f"{name}_choice",
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents,
            minimumContentsLength=8,
        )
        self._choice.setFixedHeight(24)
        self._choice.currentIndexChanged.connect(lambda _place: self._chosen())
        self._picture = plain_label(
            "",
            self,
            objectName=f"{name}_picture",
            minimumSize=_LEAST,
            wordWrap=True,
            alignment=Qt.AlignmentFlag.AlignCenter,
        )
        self._picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._copy_button = pane.tool(tr("Copy"), f"{name}_copy", self.copy, self)
        self._save_button = pane.tool(
            tr("Save…"),
            f"{name}_save",
            self._ask_and_save,
            self,
            toolTip=tr("Save the plot as SVG or PNG, 160 x 90 mm"),
        )
        self._csv_button = pane.tool(
            tr("CSV…"), f"{name}_csv", self._save_numbers, self, toolTip=tr("Save the plot's numbers")
        )
        vertical(
            WrappingRow(self._choice, self._copy_button, self._save_button, self._csv_button),
            (self._picture, 1),
            parent=self,
            margins=0,
        )
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self._draw)

    def set_plots(self, labelled: list[tuple[str, Plot]], shown: int | None = None) -> None:
        """Show other plots, each under a label; the one chosen stays, or one is shown by its place."""
        place = max(self._choice.currentIndex(), 0) if shown is None else shown
        self._choice.blockSignals(True)
        self._choice.clear()
        for label, _plot in labelled:
            self._choice.addItem(label)
        self._choice.setCurrentIndex(min(place, len(labelled) - 1))
        self._choice.blockSignals(False)
        self._plots = tuple(each for _label, each in labelled)
        self._draw()

    def show_last(self) -> None:
        """Show the last of the plots."""
        self._choice.setCurrentIndex(self._choice.count() - 1)

    @property
    def plot(self) -> Plot | None:
        """The plot that shows, None for none."""
        place = self._choice.currentIndex()
        return self._plots[place] if 0 <= place < len(self._plots) else None

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw anew once the size is settled."""
        super().resizeEvent(event)
        self._settle.start()

    def _chosen(self) -> None:
        self._draw()
        self.chosen.emit()

    def _draw(self) -> None:
        wanted = self.plot
        drawable = wanted is not None and plots.can_draw()
        for each in (self._copy_button, self._save_button):
            each.setEnabled(drawable)
        self._csv_button.setEnabled(wanted is not None)
        if wanted is None:
            self._picture.clear()
            return
        if not drawable:
            self._picture.setText(
                tr("{title}. The plot needs the Python package matplotlib, which is not installed.").format(
                    title=wanted.title
                )
            )
            return
        ratio = self.devicePixelRatioF()
        size = self._picture.size().expandedTo(_LEAST)
        dots = float(self.logicalDpiX())
        width_mm, height_mm = (side / dots * INCH_MM for side in (size.width(), size.height()))

        def work(_progress: Any) -> bytes:
            return plots.render(
                wanted,
                "png",
                width_mm=width_mm,
                height_mm=height_mm,
                dots_per_inch=dots * ratio,
                with_source=False,
                with_title=self._with_title and size.height() >= _TITLE_FROM_PX,
            )

        def done(png: bytes) -> None:
            self._png = png
            picture = QPixmap()
            picture.loadFromData(png, "PNG")
            picture.setDevicePixelRatio(ratio)
            self._picture.setPixmap(picture)
            self._picture.setToolTip(literal(wanted.title))

        self._latest.begin(tr("Drawing a plot"), work, done, self._session.say_error, is_quiet=True)

    def copy(self) -> None:
        """Copy the plot as it is printed."""
        wanted = self.plot
        if wanted is None:
            return

        def done(png: bytes) -> None:
            picture = QPixmap()
            picture.loadFromData(png, "PNG")
            QApplication.clipboard().setPixmap(picture)
            self._session.say(tr("Copied."))

        self._session.run(tr("Drawing a plot"), lambda _progress: plots.render(wanted, "png"), done)

    def _ask_and_save(self) -> None:
        wanted = self.plot
        if wanted is None:
            return
        folder = self._session.paper_folder
        path = file_dialogs.ask_where_to_save(
            self,
            tr("Save the plot"),
            f"{folder}/{wanted.name}.svg",
            "SVG (*.svg);;PNG (*.png)",
            self._session.say_error,
        )
        if path is not None:
            self.save(str(path))

    def save(self, path: str) -> None:
        """Save the plot as the ending says, SVG where it says nothing."""
        wanted = self.plot
        if wanted is None:
            return
        target = Path(path)
        if target.suffix.lower() not in (".svg", ".png"):
            target = target.with_name(target.name + ".svg")

        def work(_progress: Any) -> Path:
            from waternet_plugin.core.errors import InputError
            from waternet_plugin.store.outputs import refuse_network_as_output

            refuse_network_as_output(target)
            content = plots.render(wanted, target.suffix.lower()[1:])
            try:
                target.write_bytes(content)
            except OSError as error:
                message = tr("{path} can't be written: {reason}. Choose another location.")
                raise InputError(message.format(path=target, reason=error.strerror)) from error
            return target

        def done(written: Path) -> None:
            self._session.remember("folder", written.parent.as_posix())
            self._session.say(tr("The plot is at {path}.").format(path=written), "success")

        self._session.run(tr("Drawing a plot"), work, done)

    def _save_numbers(self) -> None:
        wanted = self.plot
        if wanted is None:
            return
        columns = [TableColumn(str(place), label) for place, label in enumerate(wanted.columns)]
        rows = [{str(place): value for place, value in enumerate(row)} for row in wanted.rows]
        pane.save_rows(self._session, self, columns, lambda: rows, wanted.name)
