"""One form of ours made easier to fill: lists to search, units and reasons at fields, templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import NULL, QgsExpression, QgsSettings
from qgis.gui import QgsAttributeEditorContext, QgsAttributeForm, QgsDateTimeEdit, QgsEditorWidgetWrapper
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from waternet_plugin.bridge.forms.forms import NEXT_YEAR, TEMPLATE_FIELDS
from waternet_plugin.bridge.forms.layer_tables import table_of_layer
from waternet_plugin.bridge.forms.reason_texts import FACTS, told_by
from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.bridge.layers.sources import table_of
from waternet_plugin.core import texts
from waternet_plugin.core.schema.constraints import Constraint, constraints_of
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.unit_labels import unit_label
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.forms.boxes import SearchableBox
from waternet_plugin.gui.forms.covers import ChoiceCover, DateCover, TextCover
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing

_NAME = "wn_form_helper"
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
_UNIT_MARGIN = 4
_BOX_LETTERS = 12
_NOTE_LINES, _NOTE_EDGE = 3, 12
# Where QGIS keeps place and size of the window of a form.
_PLACE = "Windows/AttributeDialog/geometry"
_FIRST_SIZE = QSize(600, 600)
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
        super().__init__(form, objectName=_NAME)
        self._form = form
        self._editing = editing
        self._table: Table | None = None
        # Python lets go of what only a widget of QGIS holds; the part of the form holds us.
        self._kept: list[Any] = []
        key = form.layer().customProperty(LAYER_MARK) if form.layer() is not None else None
        if key:
            # Of several rows and of a search, too.
            form.installEventFilter(self)
        left_alone = [getattr(QgsAttributeEditorContext.Mode, name) for name in _LEFT_ALONE]
        if not key or form.mode() in left_alone:
            return
        self._table = table_of_layer(form.layer(), table_of(str(key)))
        # A form has over a thousand, and to look for those of one kind takes as long as for all.
        widgets = form.findChildren(QWidget)
        self._help_fields(widgets)
        self._furnish(widgets)
        if key == "pipe":
            self._system = self._value("system")
            form.widgetValueChanged.connect(self._value_changed)

    @classmethod
    def of(cls, form: QgsAttributeForm, editing: Editing) -> FormHelper:
        """Return the helper of a form, made when it is first asked for."""
        found = form.findChild(QObject, _NAME, _DIRECT)
        return found if isinstance(found, FormHelper) else cls(form, editing)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer F1 in the form, whichever of its fields has the cursor."""
        return help_key.answers(event, lambda: self._editing.session, "forms")

    def _furnish(self, widgets: list[QWidget]) -> None:
        """Give the buttons of the window our words, as Qt's are not always there, and room for the form."""
        outer = self._form.parentWidget()
        boxes = [] if outer is None else outer.findChildren(QDialogButtonBox, options=_DIRECT)
        for box in {*boxes, *(one for one in widgets if isinstance(one, QDialogButtonBox))}:
            speak(box)
        if outer is not None and outer.inherits("QgsAttributeDialog") and not QgsSettings().contains(_PLACE):
            # Nobody has given QGIS's window a size yet: one in which the first page of a pipe has room.
            outer.resize(outer.size().expandedTo(_FIRST_SIZE))

    # Fields.

    def _help_fields(self, widgets: list[QWidget]) -> None:
        wide = [one for one in widgets if isinstance(one, (QStackedWidget, QComboBox))]
        grids: dict[int, tuple[QGridLayout, list[tuple[QWidget, Any, Field]]]] = {}
        for widget in widgets:
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
            for place, _wrapper, _field in places:
                self._slim([one for one in wide if place.isAncestorOf(one)])

    def _help_widget(self, widget: QWidget, field: Field) -> None:
        """Make a list searchable, and let an unknown value be an empty field with a grey word."""
        hint = tr("unknown", "hint in an empty field")
        if isinstance(widget, QComboBox) and field.domain:
            self._kept.append(SearchableBox(widget, field.domain, hint))
            self._kept.append(ChoiceCover(widget, field.domain, hint))
        elif isinstance(widget, QLineEdit):
            widget.setPlaceholderText(hint)
            self._kept.append(TextCover(widget, hint, self._telling(field)))
        elif isinstance(widget, QPlainTextEdit):
            widget.setFixedHeight(_NOTE_LINES * widget.fontMetrics().lineSpacing() + _NOTE_EDGE)
            self._kept.append(TextCover(widget, hint, self._telling(field)))
        elif widget.metaObject().className() == "QgsDateTimeEdit":
            edit = sip.cast(widget, QgsDateTimeEdit)
            edit.setNullRepresentation(hint)
            self._kept.append(DateCover(edit, hint))

    def _telling(self, field: Field) -> Callable[[str], str] | None:
        """Return what tells the reasons of a field in the reader's language, None for other fields."""
        if field.name not in FACTS or self._table is None:
            return None
        tell, beside = told_by(self._table.name), FACTS[field.name]

        def told(text: str) -> str:
            feature = self._form.currentFormFeature()
            facts = feature[beside] if feature.fields().lookupField(beside) >= 0 else None
            return tell(None if _is_null(facts) else facts, text)

        return told

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
        fields = [place for place, _wrapper, _field in places]
        others = [item for _position, item in items if item.widget() not in fields]
        if not any(item.expandingDirections() & Qt.Orientation.Vertical for item in others):
            # No field is the better for being higher: what is left stays empty below.
            grid.setRowStretch(2 * len(stretches), 1)
        for place, wrapper, field in places:
            self._add_unit(grid, place, field, columns)
            self._add_reason(grid, place, wrapper, field)

    def _slim(self, wide: list[QWidget]) -> None:
        """Let a field be as narrow as what is seen of it: QGIS keeps a page for searching behind it."""
        with_pages = [one for one in wide if isinstance(one, QStackedWidget)]
        for stack in with_pages:
            for number in range(stack.count()):
                if number != stack.currentIndex():
                    stack.widget(number).setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        for box in wide:
            if isinstance(box, QComboBox):
                box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                box.setMinimumContentsLength(_BOX_LETTERS)
                # A box that was shown before keeps the width of its longest entry as its least one.
                box.setMinimumWidth(_BOX_LETTERS * box.fontMetrics().averageCharWidth())
        for stack in with_pages:
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
        unit = plain_label(
            unit_label(field.unit, texts.language()), grid.parentWidget(), objectName=f"wn_unit_{field.name}"
        )
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
        if field.required and _is_null(value):
            return tr("This must be filled in.")
        if field.name == self._table.id_field:
            return tr("This id already exists.")
        return joined(
            rule.reason for rule in constraints_of(self._table.name, field.name) if self._breaks(rule)
        )

    def _breaks(self, rule: Constraint) -> bool:
        """Return whether the form as it stands breaks a rule."""
        context = self._form.layer().createExpressionContext()
        context.setFeature(self._form.currentFormFeature())
        return QgsExpression(rule.condition(NEXT_YEAR, self._table)).evaluate(context) in (0, False)

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
