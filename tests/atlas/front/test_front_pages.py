"""Cover, contents, index map and index of the map book, read back from the PDF and beside the store."""

import datetime
import json
import re
import subprocess

import pytest
from qgis.PyQt.QtGui import QImage
from support.printed_sheets import read_sheets

from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly.book_forms import BookForm
from waternet_plugin.atlas.book_report import book_report
from waternet_plugin.atlas.front.book_index import street_rows, sum_rows
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import sheets_of

DAY = datetime.date(2026, 10, 2)
DOTS_PER_INCH = 200
NUMBERS = ["2513.2-501.1", "2513.0-501.1", "2513.0-501.4"]


def _sums(network, request):
    basis = read_series_basis(network, request)
    return sum_rows(sheets_of(basis, request), basis.strays, PageWords("en"))


@pytest.mark.slow
def test_sums_of_the_sheets_lead_to_the_length_in_the_store(town):
    rows = _sums(town, SheetRequest(1000))
    stored = town.read("pipe", ["length_m"], geometry=False)["length_m"]
    assert [row.label for row in rows[:3]] == NUMBERS
    total, network = (row for row in rows if row.strong)
    assert sum(row.length_m for row in rows[:3]) == pytest.approx(total.length_m)
    assert network.length_m == pytest.approx(stored.sum())
    assert (total.pipes, network.pipes) == (len(stored), len(stored))


def test_a_strip_tells_what_lies_elsewhere(town):
    rows = _sums(town, SheetRequest(1000, series="strip", subject=("P1",)))
    place = next(place for place, row in enumerate(rows) if row.strong)
    elsewhere = next(row for row in rows if row.label == "On other sheets")
    assert elsewhere.length_m > 0
    assert sum(row.length_m for row in rows[place:-1]) == pytest.approx(rows[-1].length_m)


def test_streets_have_their_sheets_and_metres(town):
    sheets = read_sheets(town, SheetRequest(1000))
    rows = [(row.name, sheets.index["sheet_no"][row.sheet]) for row in street_rows(sheets)]
    assert rows == [
        ("人民路", NUMBERS[1]),
        ("人民路", NUMBERS[2]),
        ("建设路", NUMBERS[0]),
        ("建设路", NUMBERS[1]),
    ]


def test_a_table_in_parts_repeats_its_head_and_keeps_its_sums_strong():
    rows = tuple((str(row),) for row in ("head", 1, 2, 3, 4, 5))
    parts = TableText(rows, (1.0,), (False,), frozenset({5})).parts(2)
    assert [[row[0] for row in part.rows] for part in parts] == [
        ["head", "1", "2"],
        ["head", "3", "4"],
        ["head", "5"],
    ]
    assert [part.strong for part in parts] == [frozenset(), frozenset(), {1}]


def box_of(pdf, page, word):
    """Left, upper, right and lower edge of a word on a page, points."""
    told = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), "-bbox", str(pdf), "-"],
        capture_output=True,
        check=True,
    )
    pattern = rf'xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">{re.escape(word)}<'
    found = re.search(pattern, told.stdout.decode("utf-8"))
    assert found is not None
    return [float(edge) for edge in found.groups()]


@pytest.mark.slow
def test_no_pipe_strikes_a_number_of_the_index_map_through(town, tmp_path):
    request = SheetRequest(1000, series="strip", subject=("P1",))
    made = book.export_book(town, tmp_path / "book.pdf", request, form=BookForm(front=True), today=DAY)
    page = ["-f", "3", "-l", "3", "-r", str(DOTS_PER_INCH), "-png", "-singlefile"]
    subprocess.run(["pdftoppm", *page, str(made.path), str(tmp_path / "index")], check=True)
    picture = QImage(str(tmp_path / "index.png"))
    beside = []
    for number in made.sheets["sheet_no"]:
        left, upper, right, lower = (edge * DOTS_PER_INCH / 72 for edge in box_of(made.path, 3, number))
        rows = range(round(upper), round(lower))
        beside += [picture.pixelColor(round(at), row).name() for at in (left - 2, right + 2) for row in rows]
    assert set(beside) == {"#ffffff"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", ["图册", "目录", "图幅索引图", "道路索引", "阀门索引", "图幅统计"]),
        ("en", ["Map book", "Contents", "Index map", "Streets and their", "Valves and their", "Sums of"]),
    ],
)
def test_book_has_front_and_index(town, tmp_path, page_texts, language, words):
    from waternet_plugin.bridge.printing.pdf_library import pypdf

    form, looks = BookForm(front=True), book.MapLook(language=language)
    made = book.export_book(
        town, tmp_path / "book.pdf", SheetRequest(1000), form=form, looks=looks, today=DAY
    )
    texts = page_texts(made.path)
    assert (made.pages, made.before, made.index_pages) == (len(texts), 3, 3) == (9, 3, 3)
    for text, word in zip([*texts[:3], *texts[-3:]], words):
        assert word in text
    assert "小城" in texts[0]
    assert "2026-10-02" in texts[0]
    for place, number in enumerate(NUMBERS):
        assert all(number in texts[page] for page in (1, 2, 3 + place, 8))
        assert f"{4 + place}/9" in texts[3 + place]
    assert "V1" in texts[7]
    assert "H1" not in texts[7]
    stored = town.read("pipe", ["length_m"], geometry=False)["length_m"].sum()
    assert f"{stored:,.2f}" in texts[8]
    told = json.loads(json.dumps(book_report(made)))
    assert (told["front"], told["index"]) == ([1, 3], [7, 9])
    assert [sheet["pages"] for sheet in told["sheets"]] == [[4, 4], [5, 5], [6, 6]]
    outline = pypdf().PdfReader(str(made.path)).outline
    titles = [entry.title for entry in outline if not isinstance(entry, list)]
    front, index = (PageWords(language)(word) for word in ("front", "book_index"))
    assert titles == [front, *NUMBERS, index]
    assert [item.name for item in tmp_path.iterdir()] == ["book.pdf"]
    # A short list has letters of 3.1 mm; the box of a word is half as high again.
    _left, upper, _right, lower = box_of(made.path, 2, NUMBERS[0])
    assert (lower - upper) / 72 * 25.4 > 4.0
