"""A paper in all its formats: every row of its workbook stands in the PDF, the Word document and the page."""

from __future__ import annotations

import datetime
import html
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from support.headless import must
from support.paper_reckoning import check_rows, group_rows
from support.paper_texts import Cell, pdf_words, unembedded_fonts, word_tables, workbook_rows

Sheets = dict[str, list[list[Cell]]]
AS_OF = datetime.date(2026, 1, 5)


GROUPS = {
    "system": "By system",
    "size": "By diameter",
    "material": "By material",
    "decade": "By decade of installation",
    "owner": "By owner",
}


def make(
    network: Path, folder: Path, kind: str, *, charts: Collection[str] = (), **given: Any
) -> tuple[Sheets, dict[str, Any]]:
    """Write a paper in all formats, find every row of its workbook in the others; return rows and figures.

    What ``charts`` names are the sheets of a workbook that the others draw.
    """
    for ending in ("xlsx", "docx", "pdf", "html"):
        asked = {"NETWORK": network, "KIND": kind, "AS_OF": AS_OF, "LANGUAGE": "en", **given}
        must("exportpaper", **asked, OUTPUT=folder / f"{kind}.{ending}")
    sheets = workbook_rows(folder / f"{kind}.xlsx")
    tables = word_tables(folder / f"{kind}.docx")
    shown = {name: rows for name, rows in list(sheets.items())[1:] if name not in charts}
    assert len(tables) == len(shown) == len(sheets) - 1 - len(charts)
    words = pdf_words(folder / f"{kind}.pdf")
    page = (folder / f"{kind}.html").read_text(encoding="utf-8")
    for (name, sheet), table in zip(shown.items(), tables):
        assert len(sheet) == len(table), name
        for row, written in zip(sheet, table):
            cells = [*row, *[None] * (len(written) - len(row))]
            assert all(_says(text, cell) for text, cell in zip(written, cells)), (name, written, cells)
            assert "".join("".join(written).split()) in words, (name, written)
            line = "".join(f"<{mark}>{html.escape(text)}</{mark}>" for text in written for mark in ("td",))
            if row is not sheet[0]:
                assert line in page.replace(' class="n"', ""), (name, written)
    assert unembedded_fonts(folder / f"{kind}.pdf") == []
    return sheets, json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))


def _says(text: str, cell: Cell) -> bool:
    """Return whether a text on paper is the cell of the workbook: a number rounded, the rest as it is."""
    if isinstance(cell, float):
        decimals = len(text.partition(".")[2])
        return abs(float(text.replace(",", "")) - cell) <= 0.5 * 10.0**-decimals + 1e-9
    return text == cell or (cell is None and text in ("–", ""))


def table_of(sheets: Sheets, name: str) -> list[list[Cell]]:
    """Return the rows of a table below its head."""
    (found,) = [rows for sheet, rows in sheets.items() if sheet.startswith(name[:31])]
    return found[1:]


def check_inventory(sheets: Sheets, pipes: pd.DataFrame, metres: pd.Series, names: dict[str, str]) -> None:
    """Compare the tables of pipes by groups."""
    for group, name in names.items():
        found = table_of(sheets, name)
        check_rows(found, group_rows(pipes, metres, group, found))
