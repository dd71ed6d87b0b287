"""The line above the list: which issues show, how they are grouped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QToolButton, QWidget

from waternet_plugin.core.quality.catalogue import FAMILIES, SEVERITIES, catalogue, family_label
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import labelled, tr
from waternet_plugin.gui.issues.filtering import BY_ROOT, BY_RULE, Filter
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.operations.checks.recorded_issues import STATES

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.model import Issues

_CONTROL = 24
_TYPING_MS = 250
# Ahead of the name of a family among the names of rules.
_FAMILY = "family:"


def _combo(name: str, tip: str, parent: QWidget, letters: int) -> QComboBox:
    made = QComboBox(
        parent,
        objectName=name,
        toolTip=literal(tip),
        minimumContentsLength=letters,
        sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
    )
    made.setFixedHeight(_CONTROL)
    return made


class FilterBar(QWidget):
    """Severity, rule, state, words, the visible area, grouping; ``changed`` tells of each.

    Parameters
    ----------
    issues
        What is filtered.
    """

    changed = pyqtSignal()

    def __init__(self, issues: Issues, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_issues_filter")
        self._issues = issues
        self._tips: dict[QComboBox, str] = {}
        self.severity = self._choices("severity", tr("Severities to show"), 14)
        self.severity.addItem(tr("Errors and warnings"), "loud")
        for code in SEVERITIES:
            self.severity.addItem(domain("severity")[code].label, code)
        self.severity.addItem(tr("All severities"), "")
        self.rule = self._choices("rule", tr("Rules or families of rules to show"), 6)
        self.rule.addItem(tr("All rules"), "")
        self.state = self._choices("state", tr("States to show"), 6)
        for code in STATES:
            self.state.addItem(domain("issue_state")[code].label, code)
        self.state.addItem(tr("All states"), "")
        self.words = QLineEdit(
            self,
            objectName="wn_issues_words",
            clearButtonEnabled=True,
            placeholderText=tr("Search"),
            toolTip=tr("Any part of a sentence, an id or a reason"),
            minimumWidth=72,
        )
        self.words.setFixedHeight(_CONTROL)
        self.area = QToolButton(
            self,
            objectName="wn_issues_area",
            text=tr("In view"),
            toolTip=tr("Only what lies in the visible part of the map"),
            checkable=True,
        )
        self.area.setFixedHeight(_CONTROL)
        self.grouping = self._choices("grouping", tr("How the list is arranged"), 6)
        self.grouping.addItem(tr("By rule"), BY_RULE)
        self.grouping.addItem(tr("One by one"), BY_ROOT)
        self._wait = QTimer(self, singleShot=True, interval=_TYPING_MS, timeout=self.changed)
        self.words.textChanged.connect(lambda _text: self._wait.start())
        self.area.toggled.connect(lambda _on: self.changed.emit())
        horizontal(
            (self.severity, 5),
            (self.rule, 4),
            (self.state, 2),
            (self.words, 2),
            self.area,
            (self.grouping, 2),
            parent=self,
            margins=0,
        )
        issues.found_changed.connect(self._offer_rules)
        self.changed.connect(self._list)
        self._tell()

    def _choices(self, name: str, tip: str, letters: int) -> QComboBox:
        made = _combo(f"wn_issues_{name}", tip, self, letters)
        self._tips[made] = tip
        made.currentIndexChanged.connect(lambda _place: self._chosen(made))
        return made

    def _chosen(self, box: QComboBox) -> None:
        # A narrow box shortens what it shows, so its tooltip says all of it.
        box.setToolTip(literal(labelled(self._tips[box], box.currentText())))
        self.changed.emit()

    def _offer_rules(self) -> None:
        """Offer the families and rules that have issues; the choice stays if it can."""
        issues = self._issues.found
        counts = {rule_id: len(some) for rule_id, some in issues.roots.by_rule().items()}
        before = self.rule.currentData()
        was = self.rule.blockSignals(True)
        self.rule.clear()
        self.rule.addItem(tr("All rules"), "")
        for family in FAMILIES:
            of_family = [
                name for name in counts if name in catalogue() and catalogue()[name].family == family
            ]
            if of_family:
                self.rule.addItem(family_label(family), f"{_FAMILY}{family}")
                for name in sorted(of_family, key=list(catalogue()).index):
                    count_text = amounts.number(counts[name])
                    self.rule.addItem(f"   {catalogue()[name].title} ({count_text})", name)
        for name in sorted(set(counts) - set(catalogue())):
            self.rule.addItem(f"{name} ({amounts.number(counts[name])})", name)
        self._choose(self.rule, before)
        self.rule.view().setMinimumWidth(self.rule.view().sizeHintForColumn(0) + 24)
        self.rule.blockSignals(was)
        self.rule.setToolTip(literal(labelled(self._tips[self.rule], self.rule.currentText())))
        self._tell()

    @staticmethod
    def _choose(box: QComboBox, value: Any) -> None:
        for index in range(box.count()):
            if box.itemData(index) == value:
                box.setCurrentIndex(index)
                return
        box.setCurrentIndex(0)

    def _list(self) -> None:
        self._tell()
        self._issues.refresh_list()

    def _tell(self) -> None:
        """Say what is wanted."""
        chosen = str(self.rule.currentData() or "")
        of_family = chosen.startswith(_FAMILY)
        self._issues.filter = Filter(
            severity=str(self.severity.currentData()),
            family=chosen[len(_FAMILY) :] if of_family else "",
            rule="" if of_family else chosen,
            state=str(self.state.currentData()),
            text=self.words.text(),
        )
        self._issues.only_in_view = self.area.isChecked()
        self._issues.grouping = str(self.grouping.currentData())

    def reset(self) -> None:
        """Show all to fix, wherever it is."""
        was = self.blockSignals(True)
        for box in (self.severity, self.rule, self.state):
            box.setCurrentIndex(0)
        self.words.clear()
        self.area.setChecked(False)
        self.blockSignals(was)
        self._wait.stop()
        self.changed.emit()
