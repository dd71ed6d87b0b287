"""One form of ours made easier to fill: lists to search, units and reasons at fields, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import NULL, QgsApplication
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsDateTimeEdit, QgsEditorWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QLocale, QObject, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from waternet_plugin.bridge.arranging import LAYER_MARK
from waternet_plugin.bridge.dressing import table_of
from waternet_plugin.bridge.forms import TEMPLATE_FIELDS
from waternet_plugin.core import texts
from waternet_plugin.core.schema.constraints import constraints_of
from waternet_plugin.core.schema.tables import Field, Table, table
from waternet_plugin.core.schema.units import unit_label
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.forms.boxes import SearchableBox
from waternet_plugin.gui.hint import Hint

if TYPE_CHECKING:
    from waternet_plugin.gui.editing import Editing

_NAME = "wn_form_helper"
_UNIT_MARGIN = 4
_BOX_LETTERS = 12
_CLEAR_BUTTON = 22
_DECIMALS = 3
# Lists of rows and whole searches are QGIS's own forms.
_LEFT_ALONE = ("MultiEditMode", "SearchMode", "AggregateSearchMode")


def _is_null(value: Any) -> bool:
    return value is None or value == NULL


def _same(one: Any, two: Any) -> bool:
    """Return whether two values of a form are the same; newer QGIS hands numbers over as text."""
    try:
        return float(one) == float(two)
    except (TypeError, ValueError):
        return bool(one == two)


class _Cover(QLabel):
    """What a field shows while nobody types in it: a grey word for unknown, a number with few decimals.

    QGIS fills unknown texts with its word for NULL and shows lengths to the last of 16 digits; both must
    stay as they are, since saving a form writes what stands in its fields.
    """

    def __init__(self, edit: Any, hint: str) -> None:
        super().__init__(edit.viewport() if hasattr(edit, "viewport") else edit)
        self._edit = edit
        self._hint = hint
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.setIndent(4)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.settle)
        edit.installEventFilter(self)
        edit.textChanged.connect(self.settle)
        self.settle()

    def settle(self, *_text: Any) -> None:
        """Show or hide, where the text of the field stands."""
        text = self._edit.text() if hasattr(self._edit, "text") else self._edit.toPlainText()
        is_null = text == QgsApplication.nullRepresentation()
        shown = self._hint if is_null else _rounded(text)
        if self._edit.hasFocus() and not is_null:
            shown = ""
        self.setVisible(bool(shown))
        if not shown:
            return
        self.setText(shown)
        self._paint(faint=is_null)
        if hasattr(self._edit, "viewport"):
            self.setGeometry(0, 0, self._edit.viewport().width(), self.sizeHint().height() + 8)
        else:
            width = self._edit.width() if is_null else self._edit.width() - _CLEAR_BUTTON
            self.setGeometry(1, 2, max(width - 3, 0), max(self._edit.height() - 4, 0))

    def _paint(self, *, faint: bool) -> None:
        """Take the colours of the field; grey is between its paper and its ink."""
        shown = self._edit.palette()
        paper, ink = shown.color(QPalette.ColorRole.Base), shown.color(QPalette.ColorRole.Text)
        if faint:
            ink = QColor(*((2 * one + two) // 3 for one, two in zip(paper.getRgb()[:3], ink.getRgb()[:3])))
            ink = ink.darker(120) if paper.lightness() > 127 else ink.lighter(120)
        colours = f"background: {paper.name()}; color: {ink.name()};"
        if colours != self.styleSheet():
            self.setStyleSheet(colours)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Follow the size of the field, and give way to who types."""
        kinds = QEvent.Type
        if event.type() in (kinds.Resize, kinds.Show, kinds.EnabledChange, kinds.PaletteChange):
            self.settle()
        if event.type() in (kinds.Resize, kinds.Show, kinds.FocusIn, kinds.FocusOut):
            # Once more when all of that has happened: pages are laid out when they are turned to.
            self._later.start()
        return False


def _rounded(text: str) -> str:
    """Return a number of many decimals with three, '' for any other text."""
    locale = QLocale()
    _whole, point, decimals = text.partition(locale.decimalPoint())
    if not point or len(decimals) <= _DECIMALS or not decimals.isdigit():
        return ""
    value, fine = locale.toDouble(text)
    return str(locale.toString(value, "f", _DECIMALS)) if fine else ""


class FormHelper(QObject):
    """What we do to one form of QGIS while it is open.

    Parameters
    ----------
    form
        The form; the helper ends with it.
    editing
        What was last used.
    """

    def __init__(self, form: QgsAttributeForm, editing: Editing) -> None:
        super().__init__(form)
        self.setObjectName(_NAME)
        self._form = form
        self._editing = editing
        self._table: Table | None = None
        # Python lets go of what only a widget of QGIS holds; the part of the form holds us.
        self._kept: list[Any] = []
        key = form.layer().customProperty(LAYER_MARK) if form.layer() is not None else None
        left_alone = [getattr(QgsAttributeEditorContext.Mode, name) for name in _LEFT_ALONE]
        if not key or form.mode() in left_alone:
            return
        self._table = table(table_of(str(key)))
        self._help_fields()
        if key == "pipe":
            self._system = self._value("system")
            form.widgetValueChanged.connect(self._value_changed)

    @classmethod
    def of(cls, form: QgsAttributeForm, editing: Editing) -> FormHelper:
        """Return the helper of a form, made when it is first asked for."""
        found = form.findChild(QObject, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, FormHelper) else cls(form, editing)

    # Fields.

    def _help_fields(self) -> None:
        assert self._table is not None
        grids: dict[int, tuple[QGridLayout, list[tuple[QWidget, Any, Field]]]] = {}
        for widget in self._form.findChildren(QWidget):
            wrapper = QgsEditorWidgetWrapper.fromWidget(widget)
            if wrapper is None or wrapper.layer() is None or wrapper.layer().id() != self._form.layer().id():
                continue
            name = wrapper.field().name()
            if name not in self._table.field_names:
                continue
            field = self._table.field(name)
            self._help_widget(widget, field)
            grid, place = self._place(widget)
            if grid is not None and place is not None:
                grids.setdefault(id(grid), (grid, []))[1].append((place, wrapper, field))
        for grid, places in grids.values():
            self._spread(grid, places)

    def _help_widget(self, widget: QWidget, field: Field) -> None:
        """Make a list searchable, and let an unknown value be an empty field with a grey word."""
        hint = tr("unknown", "hint in an empty field")
        if isinstance(widget, QComboBox) and field.domain:
            self._kept.append(SearchableBox(widget, field.domain, hint))
        elif isinstance(widget, QLineEdit):
            widget.setPlaceholderText(hint)
            self._kept.append(_Cover(widget, hint))
        elif isinstance(widget, QPlainTextEdit):
            self._kept.append(_Cover(widget, hint))
        elif widget.metaObject().className() == "QgsDateTimeEdit":
            sip.cast(widget, QgsDateTimeEdit).setNullRepresentation(hint)

    def _place(self, widget: QWidget) -> tuple[QGridLayout | None, QWidget | None]:
        """Return the grid of the page a field stands in, and what stands there for it."""
        inner: Any = widget
        while inner is not None and inner is not self._form:
            outer = inner.parentWidget()
            grid = outer.layout() if outer is not None else None
            if isinstance(grid, QGridLayout) and grid.indexOf(inner) >= 0:
                return grid, inner
            inner = outer
        return None, None

    def _spread(self, grid: QGridLayout, places: list[tuple[QWidget, Any, Field]]) -> None:
        """Give each row of a page one below it for the reason, and a column for units."""
        stretches = [grid.rowStretch(row) for row in range(grid.rowCount())]
        items = [(grid.getItemPosition(number), grid.itemAt(number)) for number in range(grid.count())]
        for _position, item in items:
            grid.removeItem(item)
        columns = max((column + width for (_row, column, _height, width), _item in items), default=1)
        for (row, column, height, width), item in items:
            # What takes the whole width goes on doing so beside the new column of units.
            more = 1 if width == columns and width > 1 else 0
            grid.addItem(item, 2 * row, column, 2 * height - 1, width + more)
        for row in range(len(stretches)):
            grid.setRowStretch(row, 0)
        for row, stretch in enumerate(stretches):
            grid.setRowStretch(2 * row, stretch)
        if columns > 1:
            grid.setColumnStretch(1, 1)
        for place, wrapper, field in places:
            self._slim(place)
            self._add_unit(grid, place, field, columns)
            self._add_reason(grid, place, wrapper, field)

    def _slim(self, place: QWidget) -> None:
        """Let a field be as narrow as what is seen of it: QGIS keeps a page for searching behind it."""
        for stack in place.findChildren(QStackedWidget):
            for number in range(stack.count()):
                if number != stack.currentIndex():
                    stack.widget(number).setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        for box in place.findChildren(QComboBox):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_BOX_LETTERS)
            # A box that was shown before keeps the width of its longest entry as its least one.
            box.setMinimumWidth(_BOX_LETTERS * box.fontMetrics().averageCharWidth())
        for stack in place.findChildren(QStackedWidget):
            # What is hidden does not tell the page around it that it has shrunk.
            widget: Any = stack
            while widget is not None and widget is not self._form:
                if widget.layout() is not None:
                    widget.layout().invalidate()
                widget.updateGeometry()
                widget = widget.parentWidget()

    def _add_unit(self, grid: QGridLayout, place: QWidget, field: Field, column: int) -> None:
        """Move the unit from the label to behind the field."""
        if not field.unit:
            return
        row, own, _height, _width = grid.getItemPosition(grid.indexOf(place))
        before = grid.itemAtPosition(row, own - 1) if own else None
        label = before.widget() if before is not None else None
        if isinstance(label, QLabel):
            label.setText(field.label)
        unit = QLabel(unit_label(field.unit, texts.language()), grid.parentWidget())
        unit.setObjectName(f"wn_unit_{field.name}")
        unit.setContentsMargins(_UNIT_MARGIN, 0, 0, 0)
        grid.addWidget(unit, row, column)

    def _add_reason(self, grid: QGridLayout, place: QWidget, wrapper: Any, field: Field) -> None:
        """Say below the field why its value is refused."""
        row, column, _height, _width = grid.getItemPosition(grid.indexOf(place))
        reason = Hint(f"wn_reason_{field.name}", grid.parentWidget())
        self._kept.append(reason)
        grid.addWidget(reason, row + 1, column)

        def settle(*_change: Any) -> None:
            fine = wrapper.isValidConstraint() or not self._form.editable()
            reason.setText("" if fine else self._reason(field, wrapper.value()))
            reason.setVisible(not fine)

        wrapper.constraintStatusChanged.connect(settle)
        settle()

    def _reason(self, field: Field, value: Any) -> str:
        """Return why a value is refused."""
        assert self._table is not None
        if field.required and _is_null(value):
            return tr("This must be filled.")
        if field.name == self._table.id_field:
            return tr("There is one with this id already.")
        return " ".join(rule.reason for rule in constraints_of(self._table.name, field.name))

    # New pipes.

    def _value(self, name: str) -> Any:
        value = self._form.currentFormFeature()[name]
        return None if _is_null(value) else value

    def _value_changed(self, name: str, value: Any, by_hand: bool) -> None:
        """Take over what goes with another system; a length that is typed is a given one."""
        if not by_hand or not self._form.editable():
            return
        if name == "system" and self._form.mode() == QgsAttributeEditorContext.Mode.AddFeatureMode:
            self._system_changed(None if _is_null(value) else str(value))
        elif name == "length_m" and not _is_null(value) and self._is_typed(name):
            self._form.changeAttribute("length_source", "given")

    def _is_typed(self, name: str) -> bool:
        """Return whether the keyboard is in a field, so that no default has filled it."""
        focused = self._form.focusWidget()
        wrapper = QgsEditorWidgetWrapper.fromWidget(focused) if focused is not None else None
        return wrapper is not None and wrapper.field().name() == name

    def _system_changed(self, system: str | None) -> None:
        """Offer what was last used in the new system where nothing else was typed."""
        before, self._system = self._system, system
        if not system or system == before:
            return
        old = self._editing.template(before) if before else {}
        new = self._editing.template(system)
        for name in TEMPLATE_FIELDS:
            if _same(self._value(name), old.get(name)):
                self._form.changeAttribute(name, new.get(name) if new.get(name) is not None else NULL)
