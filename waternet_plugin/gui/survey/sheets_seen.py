"""The sheets of a survey file as the wizard shows them: what they hold, and their columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS
from waternet_plugin.gui.survey.attempt import SheetSeen
from waternet_plugin.gui.survey.survey_choices import IGNORED

if TYPE_CHECKING:
    from waternet_plugin.core.survey.recognition.open_tables import TableHead
    from waternet_plugin.core.survey.records import SurveyFile


def sheets_of(file: SurveyFile) -> tuple[SheetSeen, ...]:
    """Return the sheets of a file, each once; the name is empty where the file is one table."""
    from waternet_plugin.core.survey.recognition.open_tables import table_head

    sheets: dict[str, SheetSeen] = {}
    before = 0
    numbers = file.rows["row_no"].to_numpy()
    for table, cells in zip(file.mapping.get("tables") or [], file.cells):
        count = len(cells)
        name = "" if table.get("sheet") == "*" else str(table.get("sheet") or "")
        reason = file.open_sheets.get(name, "")
        names = tuple(str(column) for column in cells.columns)
        # A format that names its columns calls them as their fields are called.
        is_named = "fields" not in table and table.get("role") != IGNORED and not reason
        fields = (
            {column: column for column in names if column in POINT_FIELDS + LINE_FIELDS} if is_named else {}
        )
        head = table_head(name, cells, numbers[before : before + count], reason)
        seen = SheetSeen(
            name,
            str(table.get("role") or ""),
            count,
            head,
            names,
            fields or dict(table.get("fields") or {}),
            None if is_named else int(table.get("heading_row") or 0),
        )
        if reason or table.get("role") == IGNORED:
            # Nobody read its headings yet.
            row = head.likely_heading
            seen = replace(seen, names=head.names(row), heading_row=row)
        before += count
        # Points and lines of one layer of a drawing are two tables.
        same = sheets.get(name)
        sheets[name] = seen if same is None else replace(same, rows=same.rows + count)
    return tuple(sheets.values())


def unread_sheet(head: TableHead) -> SheetSeen:
    """Return a sheet of which nobody knows what it holds, in a file without any other."""
    row = head.likely_heading
    return SheetSeen(head.sheet, "", head.size, head, head.names(row), heading_row=row)
