"""One row of the mapping table: our field, their column, how it is read, what fills gaps."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QLineEdit, QTableWidget, QWidget

from waternet_plugin.core.dates import parse_date
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.exchange.units.field_units import offered_units
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import METRES
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    ChoiceBox,
    CodeChoice,
    CodeList,
    ColumnChoice,
    confidence_dot,
    dot,
    text_item,
)
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.wizard.sources.source import LayerSource

# Values of a column in the list of columns, and how long an entry gets.
_SHOWN_VALUES, _LONGEST = 3, 48
_FIELD, _COLUMN, _READING, _DEFAULT, _SAMPLES, _SURE = range(6)


def readings(field: Field) -> list[tuple[tuple[str, str], str]]:
    """Return the ways to read a field's values: what to take and unit, and how people call that."""
    found: list[tuple[tuple[str, str], str]] = []
    if field.unit in METRES:
        names = {
            "mm": "mm",
            "cm": "cm",
            "m": "m",
            "km": "km",
            "inch": tr("inch"),
            "foot": tr("foot"),
            "us_survey_foot": tr("US survey foot"),
        }
        order = [field.unit, *(unit for unit in METRES if unit != field.unit)]
        found += [(("", "" if unit == field.unit else unit), names[unit]) for unit in order]
        if field.name == "diameter_mm":
            found.append((("round", ""), tr("size of round pipes")))
        if field.name == "width_mm":
            found.append((("width", ""), tr("a of a×b")))
        if field.name == "height_mm":
            found.append((("height", ""), tr("b of a×b")))
        return found
    others = offered_units(field.unit)
    if others:
        return [(("", unit), unit or field.unit) for unit in ("", *others)]
    if field.type == "integer" and (field.name == "year" or field.name.endswith("_year")):
        return [(("", ""), tr("year")), (("year", ""), tr("year of date"))]
    if field.type == "date":
        return [
            (("date", ""), tr("date")),
            (("ymd", ""), tr("year/month/day")),
            (("dmy", ""), tr("day/month/year")),
            (("mdy", ""), tr("month/day/year")),
            (("month_start", ""), tr("first day of the month")),
            (("month_end", ""), tr("last day of the month")),
        ]
    return found


def column_entries(source: LayerSource) -> list[tuple[str, str, str]]:
    """Return the columns of a file as the list of columns shows them: key, name, and the first values."""
    entries = [("", tr("(none)"), "")]
    for column in source.columns:
        values = listed(source.samples(column, _SHOWN_VALUES))
        entries.append((column, column, values if len(values) <= _LONGEST else f"{values[:_LONGEST]}…"))
    return entries


class FieldRow:
    """The widgets of one field; every change goes to the source at once.

    Parameters
    ----------
    table, line
        Where the row is.
    source
        The source whose mapping it shows.
    field
        Our field.
    changed
        Called after each change.
    columns
        The choices of columns with what the list shows of each.
    is_id
        Whether the field is the table's id, which is made where nothing is given.
    watch
        Filters the events of the row's widgets.
    """

    def __init__(
        self,
        table: QTableWidget,
        line: int,
        source: LayerSource,
        field: Field,
        changed: Callable[[], None],
        columns: Sequence[tuple[str, str, str]],
        *,
        is_id: bool,
        watch: QObject,
    ) -> None:
        self.name = field.name
        self._watch = watch
        self._table, self._line, self._source = table, line, source
        self.field, self._changed = field, changed
        unit = f" ({field.unit})" if field.unit else ""
        must = " *" if field.required and not is_id else ""
        tip = tr("{field}: must be known").format(field=field.name) if must else field.name
        table.setItem(line, _FIELD, text_item(f"{field.label}{unit}{must}", tooltip=tip))
        given = source.mapping.fields.get(field.name)
        self.column = ColumnChoice(
            f"wn_wizard_column_{field.name}",
            columns,
            given.column if given else "",
            chosen=self._take_column,
        )
        self._put(_COLUMN, self.column)
        self.default = self._default_widget()
        if self.default is not None:
            self._put(_DEFAULT, self.default)
        self._refresh()

    def _put(self, place: int, widget: QWidget) -> None:
        widget.installEventFilter(self._watch)
        self._table.setCellWidget(self._line, place, widget)

    def _default_widget(self) -> Any:
        """Return the widget for the value of all rows: a list of codes, or a line to type in."""
        field, source = self.field, self._source
        # The id of every row can't be the same.
        if self.field.required and not field.domain:
            return None
        name = f"wn_wizard_default_{field.name}"
        value = source.mapping.defaults.get(field.name)
        if field.domain:
            return CodeChoice(
                name, CodeList(field.codes, unknown="–"), value, frame=False, chosen=self._take_code
            )
        edit = QLineEdit(
            objectName=name,
            frame=False,
            placeholderText="–",
            editingFinished=lambda: self._take_text(edit.text()),
        )
        typed = source.faults.get(field.name, ("" if value is None else f"{value}", ""))[0]
        edit.setText(typed)
        return edit

    def holds(self, widget: Any) -> bool:
        """Return whether the keyboard is in one of the row's widgets."""
        mine = (self._table.cellWidget(self._line, place) for place in (_COLUMN, _READING, _DEFAULT))
        return any(one is widget or one.isAncestorOf(widget) for one in mine if one is not None)

    def refresh(self) -> None:
        """Show what was changed elsewhere."""
        self._refresh()

    def focus(self) -> None:
        """Put the cursor where the fault is."""
        widget = (
            self.default if self.name in self._source.faults and self.default is not None else self.column
        )
        widget.setFocus()

    # -------------------------------------------------------------------------------------- changes

    def _take_column(self, column: str) -> None:
        self._source.set_column(self.name, column)
        self._refresh()
        self._changed()

    def _take_reading(self, key: tuple[str, str]) -> None:
        self._source.set_reading(self.name, take=key[0], unit=key[1])
        self._refresh()
        self._changed()

    def _take_code(self, code: Any) -> None:
        self._source.set_default(self.name, code)
        self._refresh()
        self._changed()

    def _take_text(self, text: str) -> None:
        """Take what was typed when it is a value of the field; else say at the row why it is none."""
        text = text.strip()
        before = (self._source.mapping.defaults.get(self.name), dict(self._source.faults))
        try:
            value = typed_value(self.field, text)
        except ValueError:
            kinds = {
                "integer": tr("a whole number"),
                "real": tr("a number"),
                "date": tr("a date such as 2020-12-31"),
            }
            sentence = tr("{field}: “{text}” is not a valid value for all rows. Type {kind}.").format(
                field=self.field.label, text=text, kind=kinds.get(self.field.type, tr("a date and time"))
            )
            self._source.faults[self.name] = (text, sentence)
        else:
            # Leaving a line as it was is not a decision.
            if value != before[0] or self.name in self._source.faults:
                self._source.set_default(self.name, value)
        if (self._source.mapping.defaults.get(self.name), self._source.faults) != before:
            self._refresh()
            self._changed()

    def _refresh(self) -> None:
        """Show what follows from the mapping: reading, samples, how sure."""
        from waternet_plugin.core.reports.adoption.adoption import confidence_text

        source, name = self._source, self.name
        given = source.mapping.fields.get(name)
        column = given.column if given else ""
        samples = listed(
            tr("{value} = unknown").format(value=word) if source.means_unknown(name, word) else word
            for word in (source.samples(column) if column else ())
        )
        # Names joined of a group and its column are long.
        self.column.setToolTip(literal(column))
        self._table.setItem(self._line, _SAMPLES, text_item(samples))
        sure = source.confidence(name)
        icon, words = dot(confidence_dot(sure)), confidence_text(sure)
        fault = source.faults.get(name, ("", ""))[1]
        needed = usefulness.unfilled(source.table, source.mapping)
        if fault or name in source.missing_fields() or name in needed:
            icon, words = dot(BAD), tr("not valid") if fault else tr("missing")
        self._table.setItem(self._line, _SURE, text_item(words, icon=icon, tooltip=fault))
        choices = readings(self.field)
        self._table.setCellWidget(self._line, _READING, None)
        if given is not None and choices:
            now = (given.take, source.mapping.units.get(name, ""))
            if now[1] == self.field.unit:
                now = (now[0], "")
            if now not in [key for key, _ in choices]:
                choices.append((now, " ".join(part for part in now if part)))
            self._put(
                _READING,
                ChoiceBox(f"wn_wizard_reading_{name}", choices, now, chosen=self._take_reading),
            )


def typed_value(field: Field, text: str) -> Any:
    """Return what was typed in the type of a field, None for nothing; ValueError where it is none."""
    if not text:
        return None
    if field.type == "integer":
        return int(text)
    if field.type == "real":
        return float(text.replace(",", "."))
    if field.type == "date":
        return parse_date(text).isoformat()
    if field.type == "datetime":
        return datetime.datetime.fromisoformat(text).isoformat()
    return text
