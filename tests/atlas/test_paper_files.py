"""Papers as files: a disk that takes no more, a file that is open elsewhere, tables of 10,000 rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtGui import QFontDatabase
from support.full_disk import small_disk
from support.paper_texts import word_tables, workbook_rows
from support.slow_cases import a_few_quick
from support.windows_files import as_on_windows

from waternet_plugin.atlas.papers.paper_files import ENDINGS, write_paper
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.language import speaking

NAMES = ("A/B", "<b>", "=1+1", "../x", "+1", "@x", "-5")


def _report(rows: int) -> Report:
    cells = tuple((f"row{place}", NAMES[place % len(NAMES)], place * 1.234567) for place in range(rows))
    table = ReportTable(("Row", "Name", "Number"), cells)
    return Report("Paper", "lead", "town", (ReportSection("Rows", table=table),))


@pytest.mark.parametrize("ending", a_few_quick(ENDINGS, 3))
def test_on_a_full_disk_nothing_is_left_and_the_old_paper_stays(
    qgis_app: Any, tmp_path: Path, ending: str
) -> None:
    if ending == ".docx":
        pytest.importorskip("docx", reason="needs python-docx")
    # Algorithms write in a folder of their own, which goes where they fail.
    place = tmp_path / f"paper{ending}"
    made = tmp_path / "made"
    made.mkdir()
    place.write_bytes(b"old")
    with small_disk(2_000), pytest.raises(WaterNetError, match=place.name):
        write_paper(made / place.name, place, _report(200))
    assert place.read_bytes() == b"old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["made", place.name]
    assert {each.name for each in made.iterdir()} <= ({place.name} if ending == ".html" else set())


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".xlsx"])
def test_a_paper_that_is_open_elsewhere_stays(qgis_app: Any, tmp_path: Path, ending: str) -> None:
    if ending == ".docx":
        pytest.importorskip("docx", reason="needs python-docx")
    path = tmp_path / f"paper{ending}"
    path.write_bytes(b"old")
    with as_on_windows(), path.open("rb") as opened:
        with pytest.raises(WaterNetError, match=path.name):
            write_paper(path, path, _report(3))
        assert opened.read() == b"old"


@pytest.mark.parametrize("count", [70, pytest.param(10_000, marks=pytest.mark.slow)])
def test_every_row_stands_once_in_workbook_and_document(qgis_app: Any, tmp_path: Path, count: int) -> None:
    pytest.importorskip("docx", reason="needs python-docx")
    report = _report(count)
    for ending in (".xlsx", ".docx"):
        write_paper(tmp_path / f"paper{ending}", tmp_path / f"paper{ending}", report)
    (table,) = word_tables(tmp_path / "paper.docx")
    rows = workbook_rows(tmp_path / "paper.xlsx")["Rows"]
    assert [tuple(row) for row in rows[1:]] == [
        (name, text, pytest.approx(number, rel=1e-12))
        for name, text, number in report.sections[0].table.rows  # type: ignore[union-attr]
    ]
    assert [row[:2] for row in table[1:]] == [row[:2] for row in rows[1:]]


def test_a_workbook_has_one_sheet_of_the_tables_that_chapters_share_and_the_numbers_of_charts(
    qgis_app: Any, tmp_path: Path
) -> None:
    def chapter(name: str, metres: float) -> Report:
        table = ReportTable(("Size", "Length"), (("DN100", metres),))
        return Report(name, "lead", sections=(ReportSection("Pipes", table=table),))

    bars = ReportSection("Bars", chart="<svg/>", chart_table=ReportTable(("Kind", "km"), (("PE", 1.5),)))
    report = Report("All", "lead", sections=(bars,), chapters=(chapter("A", 1.0), chapter("B", 2.0)))
    path = tmp_path / "paper.xlsx"
    write_paper(path, path, report)
    sheets = workbook_rows(path)
    assert list(sheets) == ["Summary", "Bars", "Pipes"]
    assert sheets["Bars"] == [["Kind", "km"], ["PE", 1.5]]
    assert sheets["Pipes"] == [["Paper", "Size", "Length"], ["A", "DN100", 1.0], ["B", "DN100", 2.0]]


def test_a_chinese_paper_without_a_chinese_font_is_refused(
    qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = page_fonts.installed_families

    def latin(system: Any) -> Any:
        return real(system) if system == QFontDatabase.WritingSystem.Latin else []

    monkeypatch.setattr(page_fonts, "installed_families", latin)
    path = tmp_path / "paper.pdf"
    with speaking("zh_CN"), pytest.raises(InputError):
        write_paper(path, path, _report(3))
    assert list(tmp_path.iterdir()) == []
    write_paper(path, path, _report(3))
    assert path.exists()


def test_no_word_of_a_document_is_broken_and_nothing_is_parted_from_its_heading(
    qgis_app: Any, tmp_path: Path
) -> None:
    docx = pytest.importorskip("docx", reason="needs python-docx")
    names = ("Item id", "Responsible unit", "Agreement signed on", "Cost", "状态", *"ABCDEFGHIJKLMNO")
    row = ("ZX-0008", "清源水务公司", "2025-06-20", 207_400.0, "实施中", *(["–"] * 15))
    section = ReportSection("Items", ("One.", "Two."), ReportTable(names, (row,)))
    path = tmp_path / "paper.docx"
    write_paper(path, path, Report("Paper", "lead", sections=(section,), is_wide=True))
    document = docx.Document(str(path))
    (table,) = document.tables
    points = [column.width.pt for column in table.columns]
    # With 8 points a digit of a wide font is 0.6 of them wide, a Chinese sign all.
    for name, wide, least in zip(names, points, (7 * 4.8, 11 * 4.8, 10 * 4.8, 7 * 4.8, 8.0)):
        assert wide > least, name
    assert sum(points) == pytest.approx(384 / 25.4 * 72, abs=2)
    said = [one for one in document.paragraphs if one.text in ("One.", "Two.")]
    head = table.rows[0].cells[0].paragraphs[0]
    assert [one.paragraph_format.keep_with_next for one in (*said, head)] == [True, True, True]
