"""What the wizard took without anybody saying so, with counts: suggestions, guesses, assumptions."""

from __future__ import annotations

from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, GUESS
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.gui.panes.steps.widgets import unknown_text
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.wizard.sources.source import LayerSource

_LISTED = 8


def taken_lines(source: LayerSource) -> list[str]:
    """Return a sentence for each sort of thing that was taken as suggested, guessed or assumed."""
    labels = {field.name: field.label for field in adoptable_fields(source.described)}
    lines = []
    if source.header is not None:
        lines.append(_heading(source))
    guessed = [
        f"{given.column} = {labels[name]}"
        for name, given in source.mapping.fields.items()
        if source.confidence(name) == GUESS
    ]
    if guessed:
        text = tr("Columns guessed by their values or names, %n: {list}.", "", len(guessed))
        lines.append(text.format(list=shortened(guessed, _LISTED)))
    fields = [
        f"{given.column} = {labels[name]}"
        for name, given in source.mapping.fields.items()
        if source.accepted_columns.get(name) == given.column
    ]
    if fields:
        text = tr("Columns taken as suggested, %n: {list}.", "", len(fields))
        lines.append(text.format(list=shortened(fields, _LISTED)))
    codes = [code for code in source.accepted_codes if code[0] in source.mapping.fields]
    if codes:
        text = tr("Codes taken as suggested, %n, in {rows} rows: {list}.", "", len(codes))
        words = [
            f"{value or tr('(empty)')} = {_label(source, field, code)}" for field, value, _, code in codes
        ]
        rows = amounts.number(sum(count for _, _, count, _ in codes))
        lines.append(text.format(rows=rows, list=shortened(words, _LISTED)))
    assumed = [
        f"{labels[name]} = {_label(source, name, value)}"
        for name, value in source.mapping.defaults.items()
        if source.confidence(name) == ASSUMED
    ]
    if assumed:
        text = tr("Assumed for all {rows} rows: {list}.")
        lines.append(text.format(rows=amounts.number(source.rows), list=shortened(assumed, _LISTED)))
    return lines


def _heading(source: LayerSource) -> str:
    header = source.heading
    rows = str(header.row) if header.last == header.row else f"{header.row}-{header.last}"
    if header.units_row:
        return tr("The column names are in row {rows}, the units in row {units}.").format(
            rows=rows, units=header.units_row
        )
    return tr("The column names are in row {rows}.").format(rows=rows)


def _label(source: LayerSource, field: str, code: object) -> str:
    if code is None:
        return unknown_text()
    described = source.described.field(field)
    return described.code_label(code) if described.codes else str(code)
