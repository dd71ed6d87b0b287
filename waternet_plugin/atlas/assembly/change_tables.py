"""The tables of changes behind the sheets: what was changed on each, from what to what, by whom and when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.changes.changes import value_words
from waternet_plugin.core.reports.changes.drawn_changes import DELETED, MADE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.language import speaking
from waternet_plugin.operations.printing.changes_since import ChangeLines

if TYPE_CHECKING:
    from waternet_plugin.core.schema.tables import Table

_SHARES, _NUMERIC = (0.2, 0.17, 0.35, 0.12, 0.16), (False,) * 5
_MINUTE = "%Y-%m-%d %H:%M"
_TO = " → "


def change_tables(lines: ChangeLines, sheets: Sheets, words: PageWords) -> list[TableText | None]:
    """Return the table of each sheet, None where the log tells of no change on it.

    Parameters
    ----------
    lines
        The changes since the moment for which the sheets were cut.
    """
    changes = sheets.changes
    assert changes is not None
    head = tuple(words(word) for word in ("asset", "what_changed", "change", "changed_by", "changed_at"))
    with speaking(words.language):
        rows: dict[tuple[str, str], list[tuple[str, ...]]] = grouped(
            ((line["table"], line["asset"]), _row(line, lines.tables, words)) for line in records(lines.rows)
        )
    result: list[TableText | None] = []
    for position in range(len(sheets.index)):
        here = changes[changes["sheet"] == position]
        assets = dict.fromkeys(zip(here["table"].tolist(), here["asset"].astype(str).tolist()))
        found = [row for asset in assets for row in rows.get(asset, [])]
        result.append(TableText((head, *found), _SHARES, _NUMERIC) if found else None)
    return result


def _row(line: Mapping[str, Any], tables: Mapping[str, Table], words: PageWords) -> tuple[str, ...]:
    table = tables[line["table"]]
    asset = f"{line['asset']} {table.label}"
    who = str(line["by"] or "")
    when = _local(str(line["at"]))
    actions = {MADE: "insert", DELETED: "delete"}
    if line["action"] in actions:
        return asset, domain("log_action")[actions[line["action"]]].label_in(words.language), "", who, when
    name, before, after = line["field"], line["before"], line["after"]
    if name == GEOMETRY_COLUMN:
        return asset, words("place"), _shape(before) + _TO + _shape(after), who, when
    if name not in table.field_names:
        # A field of one's own that is no more.
        return asset, name, f"{before or ''}{_TO}{after or ''}", who, when
    field = table.field(name)
    return asset, field.label, value_words(field, before) + _TO + value_words(field, after), who, when


def _shape(text: str | None) -> str:
    """Return where a point is, or how large a shape is; pipes may have kept their length where they moved."""
    shape = shapely.from_wkt(text) if text else None
    if shape is None or shape.is_empty:
        return "–"
    if isinstance(shape, shapely.Point):
        return f"{shape.x:.2f}, {shape.y:.2f}"
    if shape.area:
        return f"{shape.area:,.0f} m²"
    middle = shape.interpolate(0.5, normalized=True)
    return f"{shape.length:,.2f} m ({middle.x:.2f}, {middle.y:.2f})"


def _local(moment: str) -> str:
    """Return a moment of the log where the reader is."""
    at = pd.Timestamp(moment)
    at = at if at.tzinfo is not None else at.tz_localize(datetime.timezone.utc)
    return str(at.to_pydatetime().astimezone().strftime(_MINUTE))
