"""A book as a folder of files, as pictures and as geo-PDF; what the report says of each."""

import datetime
import errno
import json
import multiprocessing
import os
import shutil
import threading

import pandas as pd
import pytest
import shapely
from osgeo import gdal
from qgis.PyQt.QtGui import QFontDatabase

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly import joined_pdf
from waternet_plugin.atlas.assembly.book_forms import BookForm, check_place
from waternet_plugin.atlas.assembly.page_numbers import PageNumbers
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.book_report import book_report, write_book_report
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress

DAY = datetime.date(2026, 10, 2)
NUMBERS = ["2513.2-501.1", "2513.0-501.1", "2513.0-501.4"]


def printed(network, output, *, request=None, progress=None, **form):
    """Return the book as it is printed."""
    request = request or SheetRequest(1000)
    given = {} if progress is None else {"progress": progress}
    return book.export_book(network, output, request, form=BookForm(**form), today=DAY, **given)


def page(number):
    """Return a page of which only the number counts."""
    return SheetPage(number, f"S{number}", (0.0, 0.0, 1.0, 1.0), ("",) * 8, "", (), (), {})


def test_pages_of_a_book_are_counted_on_and_those_of_a_file_from_one():
    pages = [page(number) for number in (1, 2, 3)]
    whole = PageNumbers([1, 3, 1], before=2, index_pages=4)
    assert [(whole.first(each), whole.of(each)) for each in pages] == [(3, 11), (4, 11), (7, 11)]
    files = PageNumbers([1, 3, 1], of_book=False)
    assert [(files.first(each), files.of(each)) for each in pages] == [(1, 1), (1, 3), (1, 1)]


def test_pictures_need_a_folder_and_a_book_is_a_pdf(tmp_path):
    with pytest.raises(InputError, match="folder"):
        check_place(tmp_path / "book.png", BookForm(format="png"))
    with pytest.raises(InputError, match=r"book\.doc must end in \.pdf"):
        check_place(tmp_path / "book.doc", BookForm())
    for place, form in (("book.PDF", "pdf"), ("sheets", "png"), ("sheets", "pdf")):
        check_place(tmp_path / place, BookForm(format=form))


def test_a_geo_pdf_is_refused_where_gdal_reads_no_pdf(tmp_path, monkeypatch):
    monkeypatch.setattr(gdal, "GetDriverByName", lambda _name: None)
    with pytest.raises(InputError, match="geo-PDF"):
        check_place(tmp_path / "book.pdf", BookForm(format="geopdf"))


def test_only_one_run_prints_to_a_place(tmp_path):
    output = tmp_path / "book.pdf"
    with PageParts(output, {"question": 1}) as parts:
        # The folder tells of another process that runs: the one that started this one.
        other = json.loads((parts.folder / "book.json").read_text(encoding="utf-8")) | {"pid": os.getppid()}
        (parts.folder / "book.json").write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(StoreError, match="another run"):
            PageParts(output, {"question": 1})
        assert parts.folder.is_dir()
    # Nothing was finished, so nothing stays, and the place is free.
    assert list(tmp_path.iterdir()) == []


def _die(output):
    PageParts(output, {"question": 1}).path("sheet.pdf").write_bytes(b"page")
    os._exit(1)


def test_what_a_killed_run_finished_is_taken_over(tmp_path):
    output = tmp_path / "book.pdf"
    child = multiprocessing.get_context("fork").Process(target=_die, args=(output,))
    child.start()
    child.join()
    with PageParts(output, {"question": 1}) as parts:
        assert parts.path("sheet.pdf").read_bytes() == b"page"
    with PageParts(output, {"question": 2}) as parts:
        assert not parts.path("sheet.pdf").exists()


@pytest.mark.slow
def test_a_folder_gets_a_pdf_for_each_sheet(town, tmp_path, page_texts):
    folder = tmp_path / "图册"
    made = printed(town, folder, front=True)
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{number}.pdf" for number in NUMBERS)
    assert [path.name for path in tmp_path.iterdir()] == ["图册"]
    told = book_report(made)
    assert (made.pages, told["front"], told["index"]) == (3, [], [])
    for sheet in told["sheets"]:
        texts = page_texts(folder / sheet["file"])
        assert sheet["pages"] == [1, len(texts)]
        assert sheet["sheet_no"] in texts[0] and f"1/{len(texts)}" in texts[0]


@pytest.mark.slow
def test_a_stopped_folder_goes_on_and_other_files_in_it_stay(town, tmp_path):
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CancelledError):
        printed(town, folder, progress=Progress(lambda done, _: done < 0.6))
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    made = printed(town, folder)
    assert made.resumed == 2
    assert len(list(folder.iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["sheets"]


@pytest.mark.slow
def test_a_sheet_that_fails_has_a_file_that_says_so(town, tmp_path, monkeypatch, page_texts):
    real = SheetLayout.fill

    def broken(self, page, **place):
        if page.number == 2:
            raise RuntimeError("printer on fire")
        return real(self, page, **place)

    monkeypatch.setattr(SheetLayout, "fill", broken)
    made = printed(town, tmp_path / "sheets")
    assert made.failed == 1
    assert "printer on fire" in page_texts(tmp_path / "sheets" / f"{NUMBERS[1]}.pdf")[0]
    assert book_report(made)["sheets"][1]["error"] == "printer on fire"


@pytest.mark.slow
def test_pictures_of_each_page(town, tmp_path):
    made = printed(town, tmp_path / "sheets", format="png", dpi=72)
    names = [sheet["file"] for sheet in book_report(made)["sheets"]]
    assert names == [f"{number}.png" for number in NUMBERS]
    for name in names:
        assert (tmp_path / "sheets" / name).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_maps_of_a_geo_pdf_know_where_they_lie(town, tmp_path):
    made = printed(town, tmp_path / "book.pdf", format="geopdf")
    for position, outline in enumerate(made.sheets["geom"]):
        opened = gdal.Open(f"PDF:{position + 1}:{made.path}")
        assert 'AUTHORITY["EPSG","4547"]' in opened.GetProjection() or "CGCS2000" in opened.GetProjection()
        neatline = shapely.from_wkt(opened.GetMetadataItem("NEATLINE")).convex_hull
        apart = neatline.symmetric_difference(outline).area / outline.area
        assert apart < 0.01


@pytest.mark.slow
def test_sheets_whose_numbers_are_no_file_names(town_path, tmp_path):
    copied = tmp_path / "n.gpkg"
    shutil.copy(town_path, copied)
    with store.open_network(copied) as network:
        compounds = network.read("compound").drop(columns=["row_version"], errors="ignore")
        rows = [
            compounds[["name", "geom"]].assign(compound_id=name) for name in ("../x", "A/B", "a b", "A B")
        ]
        with network.write("adopt") as batch:
            batch.insert("compound", pd.concat(rows))
        made = printed(network, tmp_path / "sheets", request=SheetRequest(0, "A4", "compound"))
    names = [sheet["file"] for sheet in book_report(made)["sheets"]]
    assert len(names) == len(made.sheets) == len({name.casefold() for name in names}) == 5
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == sorted(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.gpkg", "sheets"]


@pytest.mark.slow
def test_nothing_changed_makes_no_file_but_a_report_of_zeroes(town_path, tmp_path):
    copied = tmp_path / "n.gpkg"
    shutil.copy(town_path, copied)
    with store.open_network(copied) as network:
        printed(network, tmp_path / "first.pdf", edition=1)
        made = printed(network, tmp_path / "second.pdf", request=SheetRequest(1000, since="1"))
    assert (made.pages, len(made.sheets)) == (0, 0)
    assert not (tmp_path / "second.pdf").exists()
    write_book_report(tmp_path / "report.json", made)
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (told["pages"], told["resumed"], told["failed"], told["length_m"]) == (0, 0, 0, 0.0)
    assert told["sheets"] == []


@pytest.mark.slow
def test_the_report_says_where_no_edition_was_kept(town, tmp_path, monkeypatch):
    def refused(*_args, **_options):
        raise StoreError("The network is read-only.")

    monkeypatch.setattr(type(town), "keep_edition", refused)
    made = printed(town, tmp_path / "book.pdf")
    assert made.path.is_file()
    assert "keeps no record of this edition" in book_report(made)["note"]


def test_pages_are_joined_beside_the_window_and_a_cancelled_book_takes_no_place(tmp_path, monkeypatch):
    threads = []

    def write(path, _parts, *, title):
        threads.append(threading.current_thread())
        path.write_text(title, encoding="utf-8")
        return 2

    monkeypatch.setattr(joined_pdf, "write_pdf", write)
    book = tmp_path / "book.pdf"
    assert joined_pdf.join_pdf(book, [], title="first") == 2
    # A listener is asked as soon as writing lasts.
    asked = threading.Event()

    def write_slowly(path, parts, *, title):
        asked.wait(8.0)
        return write(path, parts, title=title)

    monkeypatch.setattr(joined_pdf, "write_pdf", write_slowly)
    with pytest.raises(CancelledError):
        joined_pdf.join_pdf(book, [], title="second", progress=Progress(lambda *_heard: asked.set()))
    assert book.read_text(encoding="utf-8") == "first"
    assert len(threads) == 2
    assert threading.main_thread() not in threads


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_book_and_the_finished_pages(town, tmp_path, monkeypatch):
    path = tmp_path / "book.pdf"
    path.write_bytes(b"older")

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(joined_pdf.os, "fsync", full)
        with pytest.raises(StoreError, match="could not be written completely: No space left on device"):
            printed(town, path, edition=3)
    assert path.read_bytes() == b"older"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["book.pdf", "book.pdf.pages"]
    # Somebody else has the old book open: on Windows it can't be replaced then.
    with monkeypatch.context() as broken:
        broken.setattr(joined_pdf, "replace_set", lambda _made: full())
        with pytest.raises(StoreError):
            printed(town, path, edition=3)
    assert printed(town, path, edition=3).resumed == 3
    assert [each.name for each in tmp_path.iterdir()] == ["book.pdf"]


@pytest.mark.slow
def test_chinese_pages_without_a_chinese_font_are_refused(town, tmp_path, monkeypatch):
    real = page_fonts.installed_families

    def latin(system):
        return real(system) if system == QFontDatabase.WritingSystem.Latin else []

    monkeypatch.setattr(page_fonts, "installed_families", latin)
    with pytest.raises(InputError, match="font"):
        book.export_book(town, tmp_path / "b.pdf", SheetRequest(1000), looks=book.MapLook(language="zh_CN"))
    assert list(tmp_path.iterdir()) == []
