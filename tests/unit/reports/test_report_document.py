"""Reports as HTML and JSON."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.reports.document import (
    Report,
    ReportSection,
    ReportTable,
    html_table,
    length,
    number,
    table_cells,
)

pytestmark = pytest.mark.windows_files


def test_texts_are_escaped(tmp_path: Path) -> None:
    report = Report(
        "A <b>", "x & y", sections=(ReportSection("s", ("<script>",), ReportTable(("c",), (("<td>",),))),)
    )
    page = report.write(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page and "A &lt;b&gt;" in page


def test_json_beside_holds_the_figures(tmp_path: Path) -> None:
    report = Report("t", "l", figures={"rows": np.int64(3), "rate": float("nan"), "list": [np.float64(1.5)]})
    report.write(tmp_path / "r.html")
    content = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert content == {"title": "t", "rows": 3, "rate": None, "list": [1.5]}


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be written"):
        Report("t", "l").write(tmp_path / "missing" / "r.html")


def test_numbers_and_lengths() -> None:
    assert number(1234567.8) == "1,234,568"
    assert number(float("nan")) == "–"
    assert length(9999.4) == "9,999 m"
    assert length(12_345) == "12.3 km"


def test_numbers_stand_right_and_words_left() -> None:
    page = Report(
        "t", "l", sections=(ReportSection("s", (), ReportTable(("word", "n"), (("a", 1.25), ("b", None)))),)
    ).to_html()
    assert '<th>word</th><th class="n">n</th>' in page
    assert '<td class="n">1.2</td>' in page and '<td class="n">–</td>' in page


def test_each_page_says_of_which_day_it_is() -> None:
    today = datetime.date.today().isoformat()
    assert Report("Paper", "", "Town", foot="2026-01-05 · edition 2").page_foot == (
        "Paper · 2026-01-05 · edition 2"
    )
    assert Report("Paper", "", "Town").page_foot == f"Paper · Town · {today}"
    assert Report("Paper", "").page_foot == f"Paper · {today}"


def test_large_amounts_and_nothing_have_no_decimals_beside_each_other() -> None:
    rows = ((20_000.4, 0.25, "a"), (0.0, 20_000.0, "b"), (None, 0.0, 1.5))
    cells = table_cells(ReportTable(("Cost", "Rate", "Mixed"), rows, decimals=2))
    assert [[text for text, _number in row] for row in cells] == [
        ["20,000", "0.25", "a"],
        ["0", "20,000", "b"],
        ["–", "0.00", "1.50"],
    ]


def test_a_column_of_which_nothing_is_known_stands_left() -> None:
    table = ReportTable(("Day", "Cost"), ((None, 1.0), (None, None)))
    page = html_table(table)
    assert '<th>Day</th><th class="n">Cost</th>' in page and "<td>–</td>" in page
    assert "<th>Day</th>" in html_table(ReportTable(("Day",), ()))
