"""The pane of a long profile below the map: a plot that says its values under the pointer, PDF and DXF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPixmap
from qgis.PyQt.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QSizePolicy,
    QWidget,
)

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import INCH_MM
from waternet_plugin.gui.network import answer_reports
from waternet_plugin.gui.network.overlay import BADGE, Overlay, OverlayMark
from waternet_plugin.gui.network.traces import profile_plot as drawn
from waternet_plugin.gui.network.traces import profile_reading
from waternet_plugin.gui.panes import file_dialogs, pane
from waternet_plugin.gui.panes.section import NOTE_PT, ElidedLabel, sized
from waternet_plugin.gui.plots import plot as plots
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.gui.network.traces.trace_answer import ProfileAnswer

_SETTLE_MS = 200
_LEAST = QSize(260, 120)


class ProfilePicture(QLabel):
    """The drawn profile: a line follows the pointer; says ``hovered`` and ``clicked`` with the chainage."""

    hovered = pyqtSignal(float)
    left = pyqtSignal()
    clicked = pyqtSignal(float)
    resized = pyqtSignal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=name, wordWrap=True)
        plain(self)
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMouseTracking(True)
        self.frame: drawn.Frame | None = None
        self._share: float | None = None

    def show_png(self, png: bytes, frame: drawn.Frame, ratio: float) -> None:
        """Show a drawing and remember where its axes lie."""
        picture = QPixmap()
        picture.loadFromData(png, "PNG")
        picture.setDevicePixelRatio(ratio)
        self.frame = frame
        self.setPixmap(picture)

    def _width(self) -> float:
        """Return the width of the drawing, in pixels of the screen."""
        picture = self.pixmap()
        if picture is None or picture.isNull():
            return 0.0
        return float(picture.width() / picture.devicePixelRatio())

    def chainage_at(self, x: float) -> float | None:
        """Return the chainage under a place of the picture, None beside the axes."""
        width = self._width()
        if self.frame is None or width <= 0:
            return None
        return self.frame.chainage(x / width)

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Follow the pointer."""
        x = event.pos().x()
        chainage = self.chainage_at(x)
        self._share = x if chainage is not None else None
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if chainage is not None else Qt.CursorShape.ArrowCursor
        )
        self.update()
        if chainage is None:
            self.left.emit()
        else:
            self.hovered.emit(chainage)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Say where it was clicked."""
        chainage = self.chainage_at(event.pos().x())
        if event.button() == Qt.MouseButton.LeftButton and chainage is not None:
            self.clicked.emit(chainage)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Let go."""
        self._share = None
        self.update()
        self.left.emit()
        super().leaveEvent(event)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the line of the pointer over the picture."""
        super().paintEvent(event)
        if self._share is None or self.frame is None:
            return
        picture = self.pixmap()
        high = picture.height() / picture.devicePixelRatio()
        _left, bottom, _right, top = self.frame.box
        painter = QPainter(self)
        painter.setPen(QPen(QColor(ACCENT), 1))
        x = round(self._share)
        painter.drawLine(x, round(high * (1 - top)), x, round(high * (1 - bottom)))
        painter.end()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Tell that the drawing has another size."""
        super().resizeEvent(event)
        self.resized.emit()


class ProfilePane(pane.Pane):
    """The long profile of a trace."""

    NAME = "wn_profile"
    TOPIC = "profile"

    def build(self) -> QWidget:
        """Return a line of values and buttons over the plot."""
        self.setWindowTitle(tr("Long profile"))
        self.answer: ProfileAnswer | None = None
        self.overlay = Overlay(self.session.iface.mapCanvas())
        inside = QWidget(self)
        self.values = ElidedLabel(inside, objectName="wn_profile_values", font=sized(self.font(), NOTE_PT))
        menu = QMenu(inside, objectName="wn_profile_menu", toolTipsVisible=True)
        for name, text, tooltip, click in (
            ("copy", tr("Copy"), tr("Copy the plot"), self.copy),
            ("csv", tr("CSV…"), tr("Save the plot's numbers"), self._save_numbers),
            ("pdf", tr("PDF…"), tr("Save the profile to scale, with a band of figures"), self._ask_pdf),
            ("dxf", tr("DXF…"), tr("Save the profile to scale for CAD, 1 unit is 1 mm"), self._ask_dxf),
        ):
            menu_entry(menu, text, f"wn_profile_{name}", click, toolTip=literal(tooltip))
        line = horizontal((self.values, 1), menu_button("wn_profile_save", menu, inside, tr("Save") + " ▾"))
        self.picture = ProfilePicture("wn_profile_picture", inside)
        self.picture.hovered.connect(self._hovered)
        self.picture.left.connect(self._left)
        self.picture.clicked.connect(self._clicked)
        vertical(line, (self.picture, 1), parent=inside, spacing=4, margins=(12, 4, 12, 8))
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self._draw)
        self.picture.resized.connect(self._settled.start)
        self._left()
        return inside

    def ask(self, **wanted: Any) -> None:
        """Show a profile."""
        if wanted.get("profile") is not None:
            self.answer = wanted["profile"]
            self.setWindowTitle(tr("Long profile: {name}").format(name=self.answer.name))
            self._left()
            self._draw()

    def _draw(self) -> None:
        answer = self.answer
        if answer is None:
            return
        if not plots.can_draw():
            self.picture.setText(tr("The plot needs the Python package matplotlib, which is not installed."))
            return
        ratio = self.devicePixelRatioF()
        size = self.picture.size().expandedTo(_LEAST)
        dots = float(self.logicalDpiX())
        network = self.session.network_title
        frame = drawn.Frame()

        def work(_progress: Any) -> bytes:
            png = plots.render(
                drawn.profile_plot(answer, network=network, frame=frame),
                "png",
                width_mm=size.width() / dots * INCH_MM,
                height_mm=size.height() / dots * INCH_MM,
                dots_per_inch=dots * ratio,
                with_source=False,
            )
            frame.settle()
            return png

        def done(png: bytes) -> None:
            self.picture.show_png(png, frame, ratio)

        self._latest.begin(tr("Drawing a plot"), work, done, self.session.say_error, is_quiet=True)

    # The pointer.

    def _hovered(self, chainage_m: float) -> None:
        if self.answer is None:
            return
        self.values.set_text(profile_reading.sentence(profile_reading.at(self.answer, chainage_m)))
        place = profile_reading.point_at(self.answer, chainage_m)
        layer = self.session.layer("pipe")
        if place is not None and layer is not None:
            colour = Look("screen", "en").colour("trace.path")
            self.overlay.show((), (OverlayMark(*place, colour, BADGE, "", 0.7),), layer.crs())

    def _left(self) -> None:
        self.overlay.clear()
        self.values.set_text(
            tr("Point at the profile to see its values; click to show the location on the map.")
        )

    def _clicked(self, chainage_m: float) -> None:
        place = profile_reading.point_at(self.answer, chainage_m) if self.answer is not None else None
        if place is not None:
            self.show_point(QgsGeometry.fromPointXY(QgsPointXY(*place)))

    # Ways out.

    def copy(self) -> None:
        """Copy the plot as it shows."""
        picture = self.picture.pixmap()
        if picture is not None and not picture.isNull():
            QApplication.clipboard().setPixmap(picture)
            self.session.say(tr("Copied."))

    def _save_numbers(self) -> None:
        if self.answer is None:
            return
        plot = drawn.profile_plot(self.answer, network=self.session.network_title)
        columns = [TableColumn(str(place), label) for place, label in enumerate(plot.columns)]
        rows = [{str(place): value for place, value in enumerate(row)} for row in plot.rows]
        pane.save_rows(self.session, self, columns, lambda: rows, self._stem())

    def _stem(self) -> str:
        kind = tr("profile")
        return plain_name(f"{kind}_{self.answer.name if self.answer else ''}")

    def _ask_pdf(self) -> None:
        self._ask_and_save("PDF (*.pdf)", ".pdf")

    def _ask_dxf(self) -> None:
        self._ask_and_save("DXF (*.dxf)", ".dxf")

    def _ask_and_save(self, kind: str, suffix: str) -> None:
        if self.answer is None:
            return
        proposed = f"{self.session.paper_folder}/{self._stem()}{suffix}"
        path = file_dialogs.ask_where_to_save(
            self, tr("Save the profile"), proposed, kind, self.session.say_error
        )
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Save the profile to scale, as a PDF or, where the name ends so, as a DXF."""
        answer, network = self.answer, self.session.network_title
        if answer is None:
            return

        def work(_progress: Any) -> Path:
            from waternet_plugin.bridge.printing import drawing_pdf
            from waternet_plugin.core.exchange.drawings.dxf import write_dxf
            from waternet_plugin.core.exchange.drawings.long_section import long_section
            from waternet_plugin.store.outputs import refuse_network_as_output

            refuse_network_as_output(path)
            title = tr("Long profile: {name}").format(name=answer.name)
            drawing, _scales = long_section(
                answer.profile, answer.pipes, title=title, subtitle=network, water=answer.water
            )
            if path.suffix.lower() == ".dxf":
                write_dxf(path, drawing)
            else:
                drawing_pdf.print_drawing(path, drawing, title=title)
            return path

        def done(written: Path) -> None:
            self.session.remember("folder", written.parent.as_posix())
            answer_reports.say_written(self.session, written)

        self.session.run(tr("Writing the profile"), work, done)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take the mark off the map."""
        self.overlay.clear()
        super().closeEvent(event)
