"""Papers as files: a disk that takes no more, a file that is open elsewhere, tables of 10,000 rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtGui import QFontDatabase
from support.full_disk import small_disk
from support.paper_texts import word_tables, workbook_rows
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


@pytest.mark.parametrize("ending", ENDINGS)
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
