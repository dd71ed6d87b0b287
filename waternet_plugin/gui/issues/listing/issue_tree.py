"""The list of issues: headings, issues, and below each what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.filtering import Group, Shown
    from waternet_plugin.operations.checks.issue_rows import Issue, IssueRows
    from waternet_plugin.operations.checks.recorded_issues import RecordedIssues

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


class _Branch(NamedTuple):
    """What lies below one row, or at the top.

    ``branch`` and ``row`` are the place of that row; ``groups`` are the headings below it, ``issues`` the
    issues in its stead, which ``follow`` from one or lie below a heading.
    """

    branch: int
    row: int
    groups: tuple[Group, ...] = ()
    issues: IssueRows | None = None
    follow: bool = False

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.groups) if self.issues is None else len(self.issues)

    def leads(self, row: int) -> bool:
        """Return whether others follow from the issue in a row."""
        issues = self.issues
        return not self.follow and issues is not None and row < len(issues) and issues.has_below(row)


def row_text(issue: Issue, issues: RecordedIssues) -> str:
    """Return the line of an issue: its sentence, ahead of it the state unless it is open."""
    state = issues.state_of(issue)
    return issue.text if state == OPEN else texts.labelled(label_of("issue_state", state), issue.text)


class IssueModel(QAbstractItemModel):
    """Issues as a tree of one column."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._recorded: RecordedIssues | None = None
        # Places hold the number of a row's branch: an issue is no object before it is asked for.
        self._branches = [_Branch(-1, -1)]
        # The branches below rows, by the rows' places; those below issues when they are looked at.
        self._below: dict[tuple[int, int], int] = {}
        self._marks: dict[tuple[str, float], QPixmap] = {}
        self.ratio = 1.0

    def show_issues(self, listed: Shown, issues: RecordedIssues) -> None:
        """Show other issues."""
        self.beginResetModel()
        self._recorded, self._below = issues, {}
        headings = tuple(group for group in listed.groups if group.title)
        self._branches = [_Branch(-1, -1, headings, None if headings else listed.issues)]
        for row, group in enumerate(headings):
            self._add(_Branch(0, row, issues=group.issues))
        self.endResetModel()

    def _add(self, branch: _Branch) -> int:
        number = self._below[branch.branch, branch.row] = len(self._branches)
        self._branches.append(branch)
        return number

    @property
    def heading_count(self) -> int:
        """How many headings there are."""
        return len(self._branches[0].groups)

    def _branch(self, index: QModelIndex) -> _Branch:
        """Return the branch that a row lies in, that of the top for a place that is no longer."""
        number = index.internalId()
        return self._branches[number if number < len(self._branches) else 0]

    def group_at(self, index: QModelIndex) -> Group | None:
        """Return the heading of a row, None for an issue."""
        groups = self._branch(index).groups if index.isValid() else ()
        return groups[index.row()] if index.row() < len(groups) else None

    def issue_at(self, index: QModelIndex) -> Issue | None:
        """Return the issue of a row, None for a heading."""
        issues = self._branch(index).issues if index.isValid() else None
        return issues[index.row()] if issues is not None and index.row() < len(issues) else None

    def _number_below(self, index: QModelIndex) -> int:
        """Return the number of the branch below a row, -1 where nothing is."""
        if not index.isValid():
            return 0
        number = self._below.get((index.internalId(), index.row()), -1)
        if number < 0:
            issues, row = self._branch(index).issues, index.row()
            if issues is not None and self._branch(index).leads(row):
                number = self._add(_Branch(index.internalId(), row, issues=issues.below(row), follow=True))
        return number

    def issues_below(self, index: QModelIndex) -> Sequence[Issue]:
        """Return the issues right below a row."""
        number = self._number_below(index)
        issues = self._branches[number].issues if number >= 0 else None
        return () if issues is None else issues

    def index_of(self, issue_id: str) -> QModelIndex:
        """Return the place of an issue, an invalid one where it does not show."""
        issue = self._recorded.issue(issue_id) if self._recorded is not None else None
        if issue is None:
            return QModelIndex()
        top = self._branches[0]
        numbers = range(1, 1 + len(top.groups)) if top.groups else (0,)
        for name in dict.fromkeys((issue_id, issue.root)):
            for number in numbers:
                issues = self._branches[number].issues
                row = issues.place_of(name) if issues is not None and name else -1
                if row < 0:
                    continue
                above = self.createIndex(row, 0, number)
                if name == issue_id:
                    return above
                return self.index(self._recorded.followers(name).place_of(issue_id), 0, above)
        return QModelIndex()

    def index(self, row: int, column: int, parent: QModelIndex = _NO_PARENT) -> QModelIndex:
        """Return the place of a row."""
        number = self._number_below(parent)
        # Asked of every row of an open branch: `hasIndex` would ask back for rows and columns each time.
        if column or number < 0 or not 0 <= row < self._branches[number].size:
            return QModelIndex()
        return self.createIndex(row, 0, number)

    def parent(self, index: QModelIndex) -> QModelIndex:
        """Return the place of the row above."""
        branch = self._branch(index) if index.isValid() else self._branches[0]
        return self.createIndex(branch.row, 0, branch.branch) if branch.branch >= 0 else QModelIndex()

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of rows below another one."""
        number = self._number_below(parent)
        return self._branches[number].size if number >= 0 else 0

    def hasChildren(self, parent: QModelIndex = _NO_PARENT) -> bool:  # noqa: N802 (Qt's name)
        """Return whether rows lie below another one: Qt asks it of each of a hundred thousand it lays out."""
        branch = self._branch(parent)
        if branch.issues is None or not parent.isValid():
            return self.rowCount(parent) > 0
        return branch.leads(parent.row())

    def columnCount(self, _parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of columns."""
        return 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's text, mark, font and ink."""
        group = self.group_at(index)
        if group is not None:
            return self._of_heading(group, role)
        issue = self.issue_at(index)
        if issue is None or self._recorded is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row_text(issue, self._recorded)
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(f"{issue.title}\n{row_text(issue, self._recorded)}")
        if role == Qt.ItemDataRole.DecorationRole:
            return self._mark(issue.severity)
        if role == Qt.ItemDataRole.ForegroundRole and (issue.state != OPEN or self._branch(index).follow):
            return QPalette().color(QPalette.ColorRole.PlaceholderText)
        return None

    def _of_heading(self, group: Group, role: int) -> Any:
        text = f"{group.title}  {amounts.number(len(group.issues))}"
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(text)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._mark(group.severity)
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
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
    selected = pyqtSignal(object)

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
        open_ = {group.rule_id for group, index in self._headings() if self.isExpanded(index)}
        is_first = not self._issues.rowCount()
        self._issues.show_issues(listed, issues)
        few = len(listed.issues) <= 200
        for group, index in self._headings():
            if (few and is_first) or group.rule_id in open_:
                self.expand(index)
        self.choose(current)
        # New rows are selected without a word where none was before.
        self.selected.emit(self.chosen())

    def _headings(self) -> list[tuple[Group, QModelIndex]]:
        rows = (self._issues.index(row, 0) for row in range(self._issues.heading_count))
        return [(group, index) for index in rows if (group := self._issues.group_at(index)) is not None]

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

    def chosen(self) -> Sequence[Issue]:
        """Return the issues of the selected rows; a heading stands for all of its own."""
        indexes = self.selectionModel().selectedIndexes()
        if len(indexes) == 1 and self._issues.group_at(indexes[0]) is not None:
            return self._issues.issues_below(indexes[0])
        issues_by_id: dict[str, Issue] = {}
        for index in indexes:
            issue = self._issues.issue_at(index)
            for each in [issue] if issue is not None else self._issues.issues_below(index):
                issues_by_id[each.issue_id] = each
        return list(issues_by_id.values())

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        issue = self._issues.issue_at(current)
        if issue is not None and not self._is_set:
            self.picked.emit(issue.issue_id)

    def _clicked(self, index: QModelIndex) -> None:
        # A click on the row that is current already shows its place once more.
        issue = self._issues.issue_at(index)
        if issue is not None and len(self.selectionModel().selectedIndexes()) == 1:
            self.picked.emit(issue.issue_id)
