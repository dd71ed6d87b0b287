"""The list of issues: headings, issues, and below each what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QRectF, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFont, QPainter, QPalette, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QTreeView, QWidget

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.operations.checks.recorded_issues import RecordedIssues

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.filtering import Shown
    from waternet_plugin.operations.checks.recorded_issues import Issue

MARK = 14
# The letter in the dot, so that nobody needs its colour.
LETTERS = {"error": "E", "warning": "W", "info": "i"}
_NO_PARENT = QModelIndex()


def severity_colour(severity: str) -> str:
    """Return the colour in which the map draws a severity."""
    known = severity if severity in LETTERS else "info"
    return Look("screen", texts.language()).colour(f"issue.{known}")


def severity_mark(severity: str, ratio: float = 1.0) -> QPixmap:
    """Return a dot with a letter in it, for a screen with ``ratio`` dots a point."""
    mark = QPixmap(round(MARK * ratio), round(MARK * ratio))
    mark.setDevicePixelRatio(ratio)
    mark.fill(Qt.GlobalColor.transparent)
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(severity_colour(severity)))
    painter.drawEllipse(QRectF(0.5, 0.5, MARK - 1, MARK - 1))
    font = QFont(painter.font())
    font.setPixelSize(MARK - 5)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(WHITE))
    painter.drawText(QRectF(0, 0, MARK, MARK), Qt.AlignmentFlag.AlignCenter, LETTERS.get(severity, "i"))
    painter.end()
    return mark


class _Node:
    """One row: a heading with its text, an issue, or what follows from one."""

    __slots__ = ("children", "issue", "issues", "number", "parent", "place", "rule_id", "severity", "text")

    def __init__(
        self, parent: _Node | None, text: str, severity: str, issue: Issue | None, rule_id: str
    ) -> None:
        self.parent = parent
        self.text = text
        self.severity = severity
        self.issue = issue
        self.rule_id = rule_id
        self.children: list[_Node] = []
        # Those below a heading, which become rows when they are looked at.
        self.issues: tuple[Issue, ...] = ()
        self.number = 0
        self.place = 0
        if parent is not None:
            self.number = len(parent.children)
            parent.children.append(self)

    @property
    def is_heading(self) -> bool:
        return self.issue is None

    @property
    def follows(self) -> bool:
        return self.parent is not None and self.parent.issue is not None


def row_text(issue: Issue, issues: RecordedIssues) -> str:
    """Return the line of an issue: its sentence, ahead of it the state unless it is open."""
    state = issues.state_of(issue)
    if state == OPEN:
        return issue.text
    return texts.labelled(label_of("issue_state", state), issue.text)


class IssueModel(QAbstractItemModel):
    """Issues as a tree of one column."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._top = _Node(None, "", "", None, "")
        self._recorded = RecordedIssues()
        self._nodes: dict[str, _Node] = {}
        # By the rule.
        self._headings: dict[str, _Node] = {}
        # Places hold numbers of rows in this list: an object that is gone can't be asked for by a number.
        self._all: list[_Node] = [self._top]
        self._marks: dict[tuple[str, float], QPixmap] = {}
        self.ratio = 1.0

    def show_issues(self, listed: Shown, issues: RecordedIssues) -> None:
        """Show other issues; what lies below a heading or an issue becomes rows when it is looked at."""
        self.beginResetModel()
        self._top, self._recorded = _Node(None, "", "", None, ""), issues
        self._nodes, self._headings = {}, {}
        self._all = [self._top]
        for group in listed.groups:
            if not group.title:
                for issue in group.issues:
                    self._add(self._top, issue)
                continue
            text = f"{group.title}  {amounts.number(len(group.issues))}"
            heading = self._kept(_Node(self._top, text, group.severity, None, group.rule_id))
            heading.issues = group.issues
            self._headings[group.rule_id] = heading
        self.endResetModel()

    def _add(self, above: _Node, issue: Issue) -> None:
        self._nodes[issue.issue_id] = self._kept(_Node(above, "", issue.severity, issue, issue.rule_id))

    def _followers(self, node: _Node) -> tuple[Issue, ...]:
        """Return what follows from the issue of a row, where the list shows that."""
        if node.issue is None or node.follows:
            return ()
        return self._recorded.followers.get(node.issue.issue_id, ())

    def _below(self, node: _Node) -> list[_Node]:
        if not node.children:
            for issue in node.issues or self._followers(node):
                self._add(node, issue)
        return node.children

    def _text(self, node: _Node) -> str:
        return node.text if node.issue is None else row_text(node.issue, self._recorded)

    def _kept(self, node: _Node) -> _Node:
        node.place = len(self._all)
        self._all.append(node)
        return node

    def _node(self, index: QModelIndex) -> _Node:
        number = index.internalId() if index.isValid() else 0
        return self._all[number] if number < len(self._all) else self._top

    def index_of(self, issue_id: str) -> QModelIndex:
        """Return the place of an issue, an invalid one where it does not show."""
        if issue_id not in self._nodes and issue_id in self._recorded.by_id:
            issue = self._recorded.by_id[issue_id]
            root = self._recorded.by_id.get(issue.root, issue)
            self._below(self._headings.get(root.rule_id, self._top))
            if root.issue_id in self._nodes:
                self._below(self._nodes[root.issue_id])
        node = self._nodes.get(issue_id)
        return self.createIndex(node.number, 0, node.place) if node is not None else QModelIndex()

    def issue_at(self, index: QModelIndex) -> Issue | None:
        """Return the issue of a row, None for a heading."""
        return self._node(index).issue

    def rule_at(self, index: QModelIndex) -> str:
        """Return the rule of a row, '' for none."""
        return self._node(index).rule_id

    def index(self, row: int, column: int, parent: QModelIndex = _NO_PARENT) -> QModelIndex:
        """Return the place of a row."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._below(self._node(parent))[row].place)

    def parent(self, index: QModelIndex) -> QModelIndex:
        """Return the place of the row above."""
        above = self._node(index).parent
        if above is None or above is self._top:
            return QModelIndex()
        return self.createIndex(above.number, 0, above.place)

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of rows below another one."""
        node = self._node(parent)
        return len(node.children) or len(node.issues) or len(self._followers(node))

    def columnCount(self, _parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of columns."""
        return 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's text, mark, font and ink."""
        node = self._node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(node)
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self._text(node)
            return literal(f"{node.issue.title}\n{text}" if node.issue is not None else text)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._mark(node.severity)
        if role == Qt.ItemDataRole.FontRole and node.is_heading:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and (
            node.follows or (node.issue is not None and node.issue.state != OPEN)
        ):
            return QPalette().color(QPalette.ColorRole.PlaceholderText)
        return None

    def _mark(self, severity: str) -> QPixmap:
        key = (severity, self.ratio)
        if key not in self._marks:
            self._marks[key] = severity_mark(*key)
        return self._marks[key]


class IssueTree(QTreeView):
    """The list; whoever chooses a row by mouse or arrows hears ``picked`` with the issue's id."""

    picked = pyqtSignal(str)
    # The issues of the selected rows, where that are others.
    selected = pyqtSignal(list)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=name, uniformRowHeights=True)
        self._issues = IssueModel(self)
        self._issues.ratio = self.devicePixelRatioF()
        self.setModel(self._issues)
        self.setHeaderHidden(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIndentation(16)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._is_set = False
        self.selectionModel().currentChanged.connect(self._moved)
        self.selectionModel().selectionChanged.connect(lambda *_change: self.selected.emit(self.chosen()))
        self.clicked.connect(self._clicked)

    def show_issues(self, listed: Shown, issues: RecordedIssues, current: str = "") -> None:
        """Show issues; small lists are opened, ``current`` is chosen without telling anybody."""
        open_ = self._open_rules()
        is_first = not self._issues.rowCount()
        self._issues.show_issues(listed, issues)
        few = len(listed.issues) <= 200
        for row in range(self._issues.rowCount()):
            index = self._issues.index(row, 0)
            heading = self._issues.issue_at(index) is None
            if heading and ((few and is_first) or self._issues.rule_at(index) in open_):
                self.expand(index)
        self.choose(current)
        # New rows are selected without a word where none was before.
        self.selected.emit(self.chosen())

    def _open_rules(self) -> set[str]:
        return {
            self._issues.rule_at(self._issues.index(row, 0))
            for row in range(self._issues.rowCount())
            if self.isExpanded(self._issues.index(row, 0))
        }

    def choose(self, issue_id: str) -> None:
        """Choose an issue without telling anybody."""
        index = self._issues.index_of(issue_id)
        self._is_set = True
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        else:
            self.selectionModel().clear()
        self._is_set = False

    def chosen(self) -> list[Issue]:
        """Return the issues of the selected rows; a heading stands for all of its own."""
        issues_by_id: dict[str, Issue] = {}
        for index in self.selectionModel().selectedIndexes():
            issue = self._issues.issue_at(index)
            rows = [index] if issue is not None else self._below(index)
            for row in rows:
                shown = self._issues.issue_at(row)
                if shown is not None:
                    issues_by_id[shown.issue_id] = shown
        return list(issues_by_id.values())

    def _below(self, index: QModelIndex) -> list[QModelIndex]:
        return [self._issues.index(row, 0, index) for row in range(self._issues.rowCount(index))]

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        issue = self._issues.issue_at(current)
        if issue is not None and not self._is_set:
            self.picked.emit(issue.issue_id)

    def _clicked(self, index: QModelIndex) -> None:
        # A click on the row that is current already shows its place once more.
        issue = self._issues.issue_at(index)
        if issue is not None and len(self.selectionModel().selectedIndexes()) == 1:
            self.picked.emit(issue.issue_id)
