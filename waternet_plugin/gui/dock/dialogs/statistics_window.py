"""The statistics of the network: length by system, diameter, material, age and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core import texts
from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.files.formulas import delimited
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized, text_flags
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.ink import ink_of
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.core.reports.health.statistics import Statistics
    from waternet_plugin.gui.session.session import Session

# Map themes that show a group; the others have none.
_THEMES = {"system": "system", "material": "material", "age": "age", "status": "status"}
# Height of a line of the chart and the gaps in it, pixels.
_ROW, _GAP = 24, 8
_BAR_SHARE = 0.7


@dataclass(frozen=True)
class Bar:
    """One line: its name, its value (bar), and the figures behind it, one a column."""

    label: str
    value: float
    figures: tuple[str, ...]
    is_quiet: bool = False


class Bars(QWidget):
    """Bars from zero to the largest value, the name at the left, the figures at the right."""

    def __init__(self, bars: Sequence[Bar], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = list(bars)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription("; ".join(f"{bar.label}: {listed(bar.figures)}" for bar in self._bars))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the height of all lines."""
        return QSize(440, _ROW * max(len(self._bars), 1))

    def _widths(self, metrics: Any) -> tuple[int, list[int]]:
        """Return the width of the names and of each column of figures."""
        labels = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        columns = zip(*(bar.figures for bar in self._bars))
        figures = [max(metrics.horizontalAdvance(text) for text in column) for column in columns]
        return min(labels, self.width() * 2 // 5), figures

    def paintEvent(self, _event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the lines."""
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        left, columns = self._widths(metrics)
        right = sum(columns) + 2 * _GAP * len(columns)
        room = max(self.width() - left - right - _GAP, 1)
        most = max((bar.value for bar in self._bars), default=0.0) or 1.0
        ink = ink_of(self)
        at_right = text_flags(Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight)
        for number, bar in enumerate(self._bars):
            top = number * _ROW
            painter.setPen(ink)
            label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, left)
            painter.drawText(0, top, left, _ROW, at_right, label)
            height = _ROW * _BAR_SHARE
            colour = self.palette().color(QPalette.ColorRole.Mid) if bar.is_quiet else QColor(ACCENT)
            length = max(room * bar.value / most, 1.0 if bar.value > 0 else 0.0)
            painter.fillRect(QRectF(left + _GAP, top + (_ROW - height) / 2, length, height), colour)
            edge = self.width() - right
            for text, width in zip(bar.figures, columns):
                edge += 2 * _GAP
                painter.drawText(edge, top, width, _ROW, at_right, text)
                edge += width
        painter.end()


def group_titles() -> dict[str, str]:
    """Return what people call each group, in the order of the pages."""
    return {
        "system": tr("System"),
        "diameter": tr("Diameter"),
        "material": tr("Material"),
        "age": tr("Age"),
        "status": tr("Status"),
    }


def rows_of(statistics: Statistics, group: str) -> list[tuple[str, float, int, float]]:
    """Return label, length in metres, number of pipes and share of the length of each line of a group."""
    from waternet_plugin.core.reports.health.statistics import label

    shares = statistics.shares[group]
    whole = sum(share.length_m for share in shares) or 1.0
    language = texts.language()
    return [
        (label(group, share.code, language), share.length_m, share.pipes, share.length_m / whole)
        for share in shares
    ]


def as_csv(statistics: Statistics, group: str) -> str:
    """Return a group as CSV with a heading line; lengths in km, shares in per cent."""
    head = [group_titles()[group], tr("Length (km)"), tr("Pipes"), tr("Share (%)")]
    rows = [
        [name, f"{length_m / 1000:.3f}", pipes, f"{100 * part:.1f}"]
        for name, length_m, pipes, part in rows_of(statistics, group)
    ]
    return delimited([head, *rows])


class StatisticsWindow(QDialog):
    """One page a group, with bars; each can be copied as a table.

    Parameters
    ----------
    statistics
        The figures.
    """

    def __init__(self, session: Session, statistics: Statistics, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            objectName="wn_statistics",
            windowTitle=tr("Statistics of {name}").format(name=session.network_name),
        )
        self.session = session
        self.statistics = statistics
        self.resize(720, 520)
        head = plain_label(
            tr("{length} in %n pipe(s)", "", statistics.pipes).format(
                length=amounts.length(statistics.length_m)
            ),
            self,
            objectName="wn_statistics_head",
            font=sized(self.font(), FIGURE_PT, semibold=True),
        )
        note = plain_label(
            tr("Pipes in use; the page Status shows all pipes."), self, font=sized(self.font(), NOTE_PT)
        )
        self.tabs = QTabWidget(self, objectName="wn_statistics_tabs")
        for group, title in group_titles().items():
            self.tabs.addTab(self._page(group), title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy as CSV"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("wn_statistics_copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda _checked=False: self.copy())
        self._map = buttons.addButton(tr("Show on the map"), QDialogButtonBox.ButtonRole.ActionRole)
        self._map.setObjectName("wn_statistics_map")
        self._map.clicked.connect(lambda _checked=False: self.session.show_theme(_THEMES[self.group]))
        self._map.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        speak(buttons).rejected.connect(self.reject)
        self.tabs.currentChanged.connect(lambda _index: self._map.setEnabled(self.group in _THEMES))
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(12, 12, 12, 12)
        for widget in (head, note, self.tabs, buttons):
            layout.addWidget(widget)

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, lambda: self.session, "statistics") or bool(super().event(event))

    @property
    def group(self) -> str:
        """The group of the page in front."""
        return list(group_titles())[self.tabs.currentIndex()]

    def _page(self, group: str) -> QScrollArea:
        bars = []
        for name, length_m, pipes, part in rows_of(self.statistics, group):
            count = tr("%n pipe(s)", "", pipes)
            bars.append(Bar(name, length_m, (amounts.km(length_m), amounts.share(part), count)))
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 12, 12, 12)
        if bars:
            layout.addWidget(Bars(bars, inside))
        else:
            layout.addWidget(plain_label(tr("No pipes yet."), inside))
        layout.addStretch(1)
        area = QScrollArea(self, widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def copy(self) -> None:
        """Put the page in front into the clipboard."""
        QApplication.clipboard().setText(as_csv(self.statistics, self.group))
