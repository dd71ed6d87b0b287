"""The statistics of the network: length by system, diameter, material, age and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core import texts
from waternet_plugin.core.formulas import delimited
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.guide import help_key
from waternet_plugin.gui.panel.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.bars import Bar, Bars
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.core.reports.statistics import Statistics
    from waternet_plugin.gui.session import Session

# Map themes that show a group; the others have none.
_THEMES = {"system": "system", "material": "material", "age": "age", "status": "status"}


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
    from waternet_plugin.core.reports.statistics import label

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
    session
        Shows the theme of a page on the map.
    statistics
        The figures.
    parent
        The main window.
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
            tr("{length} in {n} pipes").format(
                length=amounts.length(statistics.length_m), n=amounts.number(statistics.pipes)
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
            count = tr("{n} pipes").format(n=amounts.number(pipes))
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
