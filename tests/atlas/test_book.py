"""The map book: pages, words, figures, what happens when it is stopped."""

import datetime
import threading

import pandas as pd
import pytest
import shapely
from support.paper_texts import unembedded_fonts
from support.printed_sheets import read_sheets, sheet_hashes
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.atlas import book, book_input
from waternet_plugin.atlas.assembly.page_parts import parts_folder
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.sheets import sheet_series
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.project import project_basis
from waternet_plugin.core.errors import CancelledError, InputError, StoreError
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.printing.editions import editions

WEST, SOUTH = 501_165.0, 2_513_000.0
MADE = ["edited_by", "edited_on", "batch_id", "row_version"]
MADE += ["map_class", "map_code", "map_width", "map_rank", "map_flow"]
DAY = datetime.date(2026, 10, 2)

OF_THREE_PAGES = 3


@pytest.fixture(scope="module")
def chinese(town_path, tmp_path_factory, page_texts):
    """Texts of the pages in Chinese, and the sheets."""
    from waternet_plugin import store

    path = tmp_path_factory.mktemp("zh") / "图册.pdf"
    with store.open_network(town_path) as network:
        made = book.export_book(
            network, path, SheetRequest(1000), looks=book.MapLook(language="zh_CN"), today=DAY
        )
    return page_texts(path), made


@pytest.mark.slow
def test_pages_are_the_rows_of_the_sheet_index(chinese):
    texts, made = chinese
    assert made.pages == len(texts) == len(made.sheets) == 3
    assert made.sheets["sheet_no"].tolist() == ["2513.2-501.1", "2513.0-501.1", "2513.0-501.4"]


@pytest.mark.slow
def test_each_page_has_its_number(chinese):
    texts, made = chinese
    for place, (text, number) in enumerate(zip(texts, made.sheets["sheet_no"])):
        assert number in text
        assert f"{place + 1}/3" in text


@pytest.mark.parametrize(
    "word",
    [
        "图名",
        "图号",
        "比例尺",
        "2000国家大地坐标系",
        "1985国家高程基准",
        "密级",
        "制图",
        "校核",
        "审核",
        "接图表",
        "图例",
        "2026-10-02",
    ],
)
def test_every_page_carries_the_words_of_the_trade(chinese, word):
    texts, _ = chinese
    assert all(word in text for text in texts)


def test_labels_materials_and_numbers_are_text_in_embedded_fonts(chinese):
    texts, made = chinese
    assert "DN300" in texts[1] and "球墨铸铁" in texts[1]
    assert all(number in text for number, text in zip(made.sheets["sheet_no"], texts))
    assert unembedded_fonts(made.path) == []


def test_legend_has_only_what_is_on_the_sheet(chinese):
    texts, _ = chinese
    assert "污水" not in texts[0]
    assert "污水" in texts[1]
    assert "消火栓" in texts[2]
    assert "消火栓" not in texts[1]
    assert "小区" in texts[2]


@pytest.mark.slow
def test_figures_of_the_sheets_add_up_to_the_network(town):
    sheets = read_sheets(town, SheetRequest(1000))
    network = town.read("pipe", ["length_m"], geometry=False)["length_m"]
    assert sheets.pieces["length_m"].sum() == pytest.approx(network.sum())


@pytest.mark.slow
def test_english_book_speaks_english(town, tmp_path, page_texts):
    made = book.export_book(
        town, tmp_path / "book.pdf", SheetRequest(1000), looks=book.MapLook(language="en"), today=DAY
    )
    first = page_texts(made.path)[1]
    for words in (
        "Adjoining sheets",
        "Drinking water",
        "Ductile iron",
        "Not recorded",
        "CGCS2000",
        "Valve, open",
    ):
        assert words in first
    assert "图例" not in first


@pytest.mark.slow
@pytest.mark.parametrize(
    "theme", ["system", "material", "age", "status", "health", "verified", "plan", "dma"]
)
def test_every_theme_prints(town, tmp_path, theme, page_texts):
    made = book.export_book(
        town, tmp_path / "book.pdf", SheetRequest(5000), looks=book.MapLook(theme=theme), today=DAY
    )
    assert len(page_texts(made.path)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_every_palette_prints(town, tmp_path, palette):
    assert (
        book.export_book(
            town, tmp_path / "book.pdf", SheetRequest(5000), looks=book.MapLook(palette=palette), today=DAY
        ).pages
        == 1
    )


@pytest.mark.slow
def test_area_limits_the_book(town, tmp_path, page_texts):
    area = shapely.box(WEST + 400, SOUTH + 50, WEST + 550, SOUTH + 200)
    made = book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000, area=area), today=DAY)
    assert made.sheets["sheet_no"].tolist() == ["2513.0-501.4"]
    assert "1/1" in page_texts(made.path)[0]


@pytest.mark.slow
def test_a_cancelled_run_keeps_its_pages_and_the_next_one_goes_on(town, tmp_path, page_texts):
    path = tmp_path / "book.pdf"
    path.write_bytes(b"older")
    stop = Progress(lambda done, _: done < 0.6)
    with pytest.raises(CancelledError):
        book.export_book(town, path, SheetRequest(1000), today=DAY, progress=stop)
    assert path.read_bytes() == b"older"
    kept = parts_folder(path)
    assert len(list(kept.glob("*.pdf"))) == 2
    made = book.export_book(town, path, SheetRequest(1000), today=DAY)
    assert (made.pages, made.resumed, made.failed) == (3, 2, 0)
    assert [item.name for item in tmp_path.iterdir()] == ["book.pdf"]
    same = book.BookForm(edition=editions(town)[0].edition)
    straight = book.export_book(town, tmp_path / "straight.pdf", SheetRequest(1000), form=same, today=DAY)
    assert page_texts(path) == page_texts(straight.path)
    hashes = {sheet.sheet_no: sheet.words_sha256 for sheet in made.printed}
    assert hashes == {sheet.sheet_no: sheet.words_sha256 for sheet in straight.printed}
    # The network keeps them, and the edition was made anew.
    assert sheet_hashes(town, editions(town)[0]) == hashes
    assert [edition.edition for edition in editions(town)].count(same.edition) == 1


@pytest.mark.slow
def test_pages_of_another_question_are_not_taken_over(town, tmp_path):
    path = tmp_path / "book.pdf"
    stop = Progress(lambda done, _: done < 0.6)
    with pytest.raises(CancelledError):
        book.export_book(town, path, SheetRequest(1000), today=DAY, progress=stop)
    looks = book.MapLook(theme="material")
    assert book.export_book(town, path, SheetRequest(1000), looks=looks, today=DAY).resumed == 0
    assert [item.name for item in tmp_path.iterdir()] == ["book.pdf"]


@pytest.mark.slow
def test_a_network_that_changed_in_between_starts_afresh(town_path, tmp_path):
    import shutil

    copied = tmp_path / "network" / "n.gpkg"
    copied.parent.mkdir()
    shutil.copy(town_path, copied)
    path = tmp_path / "book.pdf"
    with store.open_network(copied) as network:
        stop = Progress(lambda done, _: done < 0.6)
        with pytest.raises(CancelledError):
            book.export_book(network, path, SheetRequest(1000), today=DAY, progress=stop)
        with network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P1"], "material": ["pe"]}))
        assert book.export_book(network, path, SheetRequest(1000), today=DAY).resumed == 0


@pytest.mark.slow
def test_a_sheet_that_fails_says_so_on_its_page_and_the_rest_is_printed(
    town, tmp_path, monkeypatch, page_texts
):
    real = SheetLayout.fill

    def broken(self, page, **place):
        if page.number == 2:
            raise RuntimeError("printer on fire")
        return real(self, page, **place)

    monkeypatch.setattr(SheetLayout, "fill", broken)
    made = book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000), today=DAY)
    assert (made.pages, made.failed, made.printed[1].error) == (3, 1, "printer on fire")
    texts = page_texts(made.path)
    assert "Sheet 2513.0-501.1 could not be printed" in texts[1]
    assert "printer on fire" in texts[1]
    assert "2513.0-501.4" in texts[2]
    assert [item.name for item in tmp_path.iterdir()] == ["book.pdf"]


@pytest.mark.slow
def test_place_that_cannot_be_written_is_named(town, tmp_path):
    with pytest.raises(StoreError, match="can't be written"):
        book.export_book(town, tmp_path / "no such folder" / "book.pdf", SheetRequest(1000))


@pytest.mark.slow
def test_too_many_pages_are_refused_with_a_scale_that_would_do(town):
    sheets = read_sheets(town, SheetRequest(100))
    with pytest.raises(InputError, match=r"1:1,000 \(3 pages\)"):
        sheet_series.check_thickness(sheets, read_series_basis(town), most=OF_THREE_PAGES)


def test_rows_are_read_beside_the_thread_that_draws(town, tmp_path, monkeypatch):
    threads = {}

    def noted(name, call):
        return lambda *given: (threads.update({name: threading.get_ident()}), call(*given))[1]

    def refused(_health, _plan):
        raise InputError("enough")

    monkeypatch.setattr(book_input, "read_series_basis", noted("sheets", read_series_basis))
    monkeypatch.setattr(project_basis, "_lengths", noted("legends", refused))
    with pytest.raises(InputError, match="enough"):
        book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000))
    assert threads.keys() == {"sheets", "legends"}
    assert threading.get_ident() not in threads.values()


@pytest.mark.parametrize("step", ["SheetLayout", "pages_of"])
def test_cancel_is_heard_between_the_steps_before_the_first_page(town, tmp_path, monkeypatch, step):
    steps = []

    def noted(name, call):
        return lambda *given: (call(*given), steps.append(name))[0]

    for name in ("SheetLayout", "pages_of", "_overview"):
        monkeypatch.setattr(book, name, noted(name, getattr(book, name)))
    progress = Progress(lambda _fraction, _text: step not in steps)
    with pytest.raises(CancelledError):
        book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000), progress=progress)
    assert steps[-1] == step


def test_book_within_the_limit_is_not_refused(town):
    sheets = read_sheets(town, SheetRequest(1000))
    sheet_series.check_thickness(sheets, read_series_basis(town), most=OF_THREE_PAGES)


@pytest.mark.parametrize("scale", a_few_quick([0, -1000, float("nan"), 49, 1e9], 1))
def test_scale_that_is_none_is_refused(town, scale):
    with pytest.raises(InputError, match="SCALE"):
        read_sheets(town, SheetRequest(scale))


def test_unknown_paper_is_refused(town):
    with pytest.raises(InputError, match="A3"):
        read_sheets(town, SheetRequest(1000, "B5"))


def test_unknown_language_is_refused(town, tmp_path):
    with pytest.raises(InputError, match="zh_CN"):
        book.export_book(town, tmp_path / "book.pdf", SheetRequest(1000), looks=book.MapLook(language="fr"))


@pytest.mark.slow
def test_same_network_same_pages(town, tmp_path, page_texts):
    # Without a number each book is the next edition, which is printed on its sheets.
    form = book.BookForm(edition=7)
    texts = [
        page_texts(book.export_book(town, tmp_path / name, SheetRequest(1000), form=form, today=DAY).path)
        for name in ("a.pdf", "b.pdf")
    ]
    assert texts[0] == texts[1]


@pytest.mark.slow
def test_title_has_the_networks_name_and_single_blanks(chinese, town, tmp_path, page_texts):
    texts, _ = chinese
    assert all("小城 " in text and "小城  " not in text for text in texts)
    with store.create_network(tmp_path / "n.gpkg", str(town.crs), title="清源县") as named:
        with named.write("adopt") as batch:
            for table in ("pipe", "compound"):
                batch.insert(table, town.read(table).drop(columns=MADE, errors="ignore"))
        path = tmp_path / "book.pdf"
        book.export_book(named, path, SheetRequest(1000), looks=book.MapLook(language="zh_CN"), today=DAY)
    assert all("清源县 " in text and "清源县  " not in text for text in page_texts(path))


@pytest.mark.slow
def test_streets_are_a_chinese_list_without_compounds(town, tmp_path, page_texts):
    with store.create_network(tmp_path / "n.gpkg", str(town.crs)) as network:
        pipes = town.read("pipe").drop(columns=MADE, errors="ignore")
        lead = pipes.iloc[[0]].assign(pipe_id="P9", street="锦绣家园")
        with network.write("adopt") as batch:
            batch.insert("pipe", pd.concat([pipes, lead]))
            batch.insert("compound", town.read("compound").drop(columns=MADE, errors="ignore"))
        for language, wanted in (("zh_CN", "主要道路：人民路、建设路"), ("en", "Streets: 人民路, 建设路")):
            path = tmp_path / f"{language}.pdf"
            book.export_book(
                network, path, SheetRequest(1000), looks=book.MapLook(language=language), today=DAY
            )
            pages = page_texts(path)
            assert any(wanted in page for page in pages)
            assert not any(
                line.startswith(wanted[:4]) and "锦绣" in line for page in pages for line in page.split("\n")
            )
