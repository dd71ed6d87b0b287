"""Long tables on paper: every row stands there once, in order, under a head that is repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from waternet_plugin.atlas import report
from waternet_plugin.atlas.report import print_report
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable


@pytest.mark.parametrize(
    "count", [pytest.param(620, id="some"), pytest.param(10_000, id="many", marks=pytest.mark.slow)]
)
def test_each_row_stands_once_under_a_head(
    qgis_app: Any, tmp_path: Path, page_texts: Callable[[Path], list[str]], monkeypatch: Any, count: int
) -> None:
    rows = tuple((f"row{place}begin", "several words " * (place % 4), place) for place in range(count))
    table = ReportTable(("First column", "Second column", "Number"), rows)
    before = ReportSection("Before", ("One.",), ReportTable(("A",), (("b",),)))
    after = ReportSection("After", ("The end of it.",))
    path = tmp_path / "long.pdf"
    whole = Report("T", "lead", "town", (before, ReportSection("Long", table=table, note="The note."), after))
    pages = print_report(path, whole)
    texts = page_texts(path)
    assert len(texts) == pages
    words = " ".join(texts).split()
    assert [word for word in words if word.endswith("begin")] == [row[0] for row in rows]
    # No page is short in the middle of the table.
    filled = [text.count("begin") for text in texts[:-2]]
    assert min(filled[1:]) > 0.5 * max(filled)
    assert all("First column" in text for text in texts if "begin" in text)
    assert sum("The note." in text for text in texts) == 1 and "The end of it." in texts[-1]
    assert f"Page {pages} of {pages}" in texts[-1]
    assert count > report._MOST_ROWS
