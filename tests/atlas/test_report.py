"""Reports on paper: every heading, page and chart is there."""

import subprocess
from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage

from waternet_plugin.atlas.report import print_report
from waternet_plugin.core.reports.charts import Line, line_chart
from waternet_plugin.core.reports.document import Report, Section, Table


def _report(lines, sections=3):
    paragraphs = tuple(f"Sentence {place}." for place in range(lines))
    table = Table(("Name", "Value"), tuple((f"row {place}", place) for place in range(12)))
    return Report(
        "Title of it",
        "The lead.",
        "town",
        tuple(Section(f"Heading {place}", paragraphs, table) for place in range(sections)),
    )


@pytest.mark.parametrize("lines", range(8, 16))
def test_no_heading_is_lost_or_alone_wherever_pages_end(qgis_app, tmp_path, page_texts, lines):
    path = tmp_path / "report.pdf"
    pages = print_report(path, _report(lines))
    texts = page_texts(path)
    assert len(texts) == pages > 1
    for place in range(3):
        (page,) = [text for text in texts if f"Heading {place}" in text]
        assert "Sentence 0." in page.split(f"Heading {place}")[1]
    assert f"Page {pages} of {pages}" in texts[-1]


@pytest.mark.parametrize("lines", range(28, 42))
def test_no_heading_over_a_table_is_lost_or_alone(qgis_app, tmp_path, page_texts, lines):
    path = tmp_path / "report.pdf"
    table = Table(("Name", "Value"), tuple((f"row {place}", place) for place in range(12)))
    before = Section("First", tuple(f"Sentence {place}." for place in range(lines)))
    print_report(path, Report("T", "lead", "town", (before, Section("Over a table", table=table))))
    (page,) = [text for text in page_texts(path) if "Over a table" in text]
    assert "row 0" in page.split("Over a table")[1]


def test_a_chart_is_drawn_where_its_place_is(qgis_app, tmp_path, page_texts):
    chart = line_chart(
        [Line("ours", (0.0, 1.0), (0.0, 5.0), strong=True)], x_label="way", y_label="height", title="chart"
    )
    path = tmp_path / "报告.pdf"
    before = tuple(f"Sentence {place}." for place in range(34))
    print_report(path, Report("T", "lead", "town", (Section("First", before, chart=chart),)))
    # There is no room left on the first page; Qt draws the text of drawings as lines.
    assert len(page_texts(path)) == 2
    subprocess.run(["pdftoppm", "-r", "20", "-f", "2", "-png", str(path), str(tmp_path / "page")], check=True)
    picture = QImage(str(tmp_path / "page-2.png"))
    upper = picture.copy(0, 0, picture.width(), picture.height() // 3).convertToFormat(
        QImage.Format.Format_RGB32
    )
    colours = {upper.pixel(x, y) for x in range(upper.width()) for y in range(upper.height())}
    assert len(colours) > 20
    (tmp_path / "page-2.png").unlink()
    assert Path(path).exists() and [each.name for each in tmp_path.iterdir()] == ["报告.pdf"]


@pytest.mark.parametrize("lines", range(20, 34, 2))
def test_no_row_is_split_and_heads_are_repeated(qgis_app, tmp_path, page_texts, lines):
    path = tmp_path / "report.pdf"
    words = "several words of a long cell that need more than one line of their column to be read at all"
    rows = tuple((f"row {place} begin", f"{words} {words} end{place}.") for place in range(60))
    table = Table(("First column", "Second column"), rows)
    before = Section("First", tuple(f"Sentence {place}." for place in range(lines)), table, "The note.")
    then = Section("Second", table=table)
    print_report(path, Report("T", "lead", "town", (before, then)))
    texts = [" ".join(text.split()) for text in page_texts(path)]
    for place in range(60):
        begun = [page for page, text in enumerate(texts) for _ in range(text.count(f"row {place} begin"))]
        ended = [page for page, text in enumerate(texts) for _ in range(text.count(f"end{place}."))]
        assert begun == ended and len(begun) == 2, place
    for text in texts:
        if "begin" in text:
            assert "First column" in text
    assert not [text for text in texts if "First column" in text and "begin" not in text]
