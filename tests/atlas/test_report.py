"""Reports on paper: every heading, page and chart is there."""

import re
import subprocess
from pathlib import Path

import pytest
from qgis.PyQt.QtGui import QImage
from support.slow_cases import a_few_quick

from waternet_plugin.atlas import report, report_document, table_columns
from waternet_plugin.atlas.report import print_report
from waternet_plugin.core.files.spreadsheet_file import text_width
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable


def _report(lines, sections=3):
    paragraphs = tuple(f"Sentence {place}." for place in range(lines))
    table = ReportTable(("Name", "Value"), tuple((f"row {place}", place) for place in range(12)))
    return Report(
        "Title of it",
        "The lead.",
        "town",
        tuple(ReportSection(f"Heading {place}", paragraphs, table) for place in range(sections)),
    )


@pytest.mark.parametrize("lines", a_few_quick(range(8, 16), 1))
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
    table = ReportTable(("Name", "Value"), tuple((f"row {place}", place) for place in range(12)))
    before = ReportSection("First", tuple(f"Sentence {place}." for place in range(lines)))
    print_report(path, Report("T", "lead", "town", (before, ReportSection("Over a table", table=table))))
    (page,) = [text for text in page_texts(path) if "Over a table" in text]
    assert "row 0" in page.split("Over a table")[1]


def test_a_chart_is_drawn_where_its_place_is(qgis_app, tmp_path, page_texts):
    chart = line_chart(
        LineChart((ChartLine("ours", (0.0, 1.0), (0.0, 5.0), strong=True),), "way", "height", "chart")
    )
    path = tmp_path / "报告.pdf"
    before = tuple(f"Sentence {place}." for place in range(34))
    print_report(path, Report("T", "lead", "town", (ReportSection("First", before, chart=chart),)))
    # There is no room left on the first page.
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


@pytest.mark.parametrize("lines", a_few_quick(range(20, 34, 2), 1))
def test_no_row_is_split_and_heads_are_repeated(qgis_app, tmp_path, page_texts, lines):
    path = tmp_path / "report.pdf"
    words = "several words of a long cell that need more than one line of their column to be read at all"
    rows = tuple((f"row {place} begin", f"{words} {words} end{place}.") for place in range(60))
    table = ReportTable(("First column", "Second column"), rows)
    before = ReportSection("First", tuple(f"Sentence {place}." for place in range(lines)), table, "The note.")
    then = ReportSection("Second", table=table)
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


def _top_of(path, page, word):
    """Return how far down a page a word stands, as a share of the page."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    text = done.stdout.decode("utf-8")
    high = float(re.search(r'<page width="[\d.]+" height="([\d.]+)"', text).group(1))
    return float(re.search(rf'yMin="([\d.]+)"[^>]*>{word}<', text).group(1)) / high


@pytest.mark.parametrize("lines", range(18, 36, 2))
@pytest.mark.parametrize("kind", ["chart", "table"])
def test_a_heading_low_on_a_page_goes_along_with_its_chart_or_table(
    qgis_app, tmp_path, page_texts, kind, lines
):
    path = tmp_path / "report.pdf"
    curves = (ChartLine("curve", (0.0, 1.0), (0.0, 5.0)),)
    chart = line_chart(LineChart(curves, "way", "height", "chart"))
    table = ReportTable(("way", "height"), (("1", "curve"),) * 3)
    parts = {"chart": chart} if kind == "chart" else {"table": table}
    shown = ReportSection("Headed", ("Some words.",) * 3, **parts)
    before = ReportSection("First", tuple(f"Sentence {place}." for place in range(lines)))
    print_report(path, Report("T", "lead", "town", (before, shown)))
    texts = page_texts(path)
    (headed,) = [page for page, text in enumerate(texts, 1) if "Headed" in text]
    (drawn, *_) = [page for page, text in enumerate(texts, 1) if "curve" in text]
    assert drawn - headed in (0, 1)
    if drawn != headed:
        assert _top_of(path, headed, "Headed") < 0.75
    assert "Some words." in texts[headed - 1].split("Headed")[1]


@pytest.mark.parametrize("lines", a_few_quick(range(10, 20)))
def test_a_heading_with_a_sentence_goes_along_with_its_chart(qgis_app, tmp_path, page_texts, lines):
    path = tmp_path / "report.pdf"
    chart = line_chart(LineChart((ChartLine("curve", (0.0, 1.0), (0.0, 5.0)),), "way", "height", "chart"))
    before = ReportSection("First", tuple(f"Sentence {place}." for place in range(lines)))
    shown = ReportSection("Headed", ("One sentence.",), chart=chart)
    print_report(path, Report("T", "lead", "town", (before, shown)))
    (page,) = [text for text in page_texts(path) if "Headed" in text]
    assert "curve" in page


@pytest.mark.slow
def test_a_chapter_with_a_wide_table_lies_across_a3(qgis_app, tmp_path, page_texts):
    path = tmp_path / "report.pdf"
    columns = tuple(f"Column{place}" for place in range(19))
    table = ReportTable(columns, tuple(tuple(f"{row}-{place}" for place in range(19)) for row in range(90)))
    wide = Report("Wide", "", "town", (ReportSection("Rows", table=table),), is_wide=True)
    last = Report("Last", "lead", "town")
    pages = print_report(path, Report("T", "lead", "town", chapters=(wide, last)))
    said = subprocess.run(["pdfinfo", "-l", "9", str(path)], capture_output=True, check=True).stdout.decode()
    sizes = [line.split(":")[1].split()[0] for line in said.splitlines() if re.match(r"Page +\d+ size", line)]
    millimetres = [round(float(points) / 72 * 25.4) for points in sizes]
    assert millimetres == [210, *[420] * (pages - 2), 210] and pages > 3
    texts = page_texts(path)
    for page, text in enumerate(texts, 1):
        assert f"Page {page} of {pages}" in text
    assert all(set(columns) <= set(text.split()) for text in texts[1:-1])


def test_behind_an_empty_cell_the_next_heading_has_its_room(qgis_app, tmp_path):
    tops = []
    for cell in ("x", ""):
        path = tmp_path / "report.pdf"
        sections = (
            ReportSection("Rows", table=ReportTable(("A", "B"), (("a", cell),))),
            ReportSection("Behind"),
        )
        print_report(path, Report("T", "lead", "town", sections))
        tops.append(_top_of(path, 1, "Behind"))
    assert tops[0] == pytest.approx(tops[1], abs=1e-4)


def test_no_word_of_a_table_is_broken(qgis_app, tmp_path, page_texts):
    path = tmp_path / "report.pdf"
    words = "several words of a long cell that need more than one line of their column to be read at all"
    columns = ("Severity", "What", "Findings", "严重程度", "Example", "What to do about it")
    rows = tuple(("Warning", words, 12, "提示", f"JSD-{place:04d}; WSD-0247", words) for place in range(4))
    print_report(
        path, Report("T", "lead", "town", (ReportSection("First", table=ReportTable(columns, rows)),))
    )
    found = set(page_texts(path)[0].split())
    assert {"Severity", "Findings", "严重程度", "Warning", "WSD-0247", "JSD-0003;"} <= found


@pytest.mark.parametrize(
    ("usual", "least", "widths"),
    [
        ((1, 1, 2), (10, 10, 10), (25, 25, 50)),
        ((1, 1, 2), (40, 10, 10), (40, 20, 40)),
        ((1, 8, 1), (30, 10, 30), (30, 40, 30)),
        ((1, 1), (100, 300), (25, 75)),
    ],
)
def test_widths_of_columns(usual, least, widths):
    assert table_columns.column_widths(usual, least, 100.0) == pytest.approx(widths)


def test_short_chinese_names_stay_in_a_line_where_there_is_room():
    names = ["名称", "清源县人民医院", "这一句话比八个字长而且可以断行" * 3]
    figures = [[f"Column {number}", "1", "2"] for number in range(6)]
    wide = table_columns.shared_widths([names, *figures], 100.0, text_width)
    assert wide[0] >= text_width("清源县人民医院") and sum(wide) == pytest.approx(100.0)
    narrow = table_columns.shared_widths([names, *figures], 50.0, text_width)
    assert all(width >= text_width("Column") for width in narrow) and sum(narrow) == pytest.approx(50.0)


def test_letters_of_headings_tables_and_notes_have_the_sizes_of_the_style(qgis_app):
    style = report_document.style_sheet(("DejaVu Sans",), 1.0)
    # Qt's text passes over sizes with decimals.
    assert re.findall(r"font-size: (\S+);", style) and not re.search(r"[\d]+\.\d+px|\dpt|<", style)


@pytest.mark.parametrize("lines", a_few_quick(range(30), 1))
def test_no_row_is_split_where_its_cells_are_of_two_families(
    qgis_app, tmp_path, page_texts, monkeypatch, lines
):
    families = ("DejaVu Sans", "Noto Sans CJK SC")
    monkeypatch.setattr(report, "page_families", lambda language: families)
    path = tmp_path / "report.pdf"
    rows = tuple((f"管径分组上限{place}", f"value{place}") for place in range(80))
    # A line of letters is lower than one of signs: the foot of a page comes to every place in a row.
    before = ReportSection("First", tuple("字" if place % 2 else "a" for place in range(lines)))
    then = ReportSection("Second", table=ReportTable(("A", "B"), rows))
    print_report(path, Report("T", "lead", "town", (before, then)))
    texts = page_texts(path)
    for place in range(80):
        label, value = f"管径分组上限{place}\n", f"value{place}\n"
        assert [label in text for text in texts] == [value in text for text in texts]


BREAKS = "\n \r \r\n \v \f \x1c \x85 \u2028 \u2029".split(" ")


@pytest.mark.parametrize("fits_page", [False, True])
@pytest.mark.parametrize("sign", a_few_quick(BREAKS))
def test_a_line_break_in_any_text_costs_no_paper(qgis_app, tmp_path, page_texts, sign, fits_page):
    def broken(text):
        return f"{sign}{text}{sign}3号楼{sign}"

    table = ReportTable(
        (broken("Name"), broken("Value")),
        tuple((broken(f"customer{place}"), place if place % 2 else broken("x")) for place in range(60)),
    )
    curves = (ChartLine(broken("ours"), (0.0, 1.0), (0.0, 5.0)),)
    chart = line_chart(LineChart(curves, broken("way"), broken("height"), broken("chart")))
    section = ReportSection(broken("Heading"), (broken("Sentence"),), table, broken("Note"), "", chart)
    path = tmp_path / "report.pdf"
    paper = Report(broken("Title"), broken("Lead"), broken("town"), (section, section))
    print_report(path, paper, fits_page=fits_page)
    text = "".join(page_texts(path))
    assert all(f"customer{place}" in text for place in range(60))
