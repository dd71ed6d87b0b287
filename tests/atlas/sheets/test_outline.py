"""The outline of a book: the sheets that will be printed, those left out, a picture of very many pipes."""

import numpy as np
import pytest
import shapely
from support.printed_sheets import read_sheets
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.sheets import outline
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.settings import Settings


@pytest.mark.slow
def test_the_sheets_are_those_of_the_book(town):
    found = outline.outline_of(town, SheetRequest())
    sheets = read_sheets(town).index
    assert list(found.numbers) == sheets["sheet_no"].tolist()
    assert found.empty_count == len(found.empty)
    # Sheets and places left out fill the rectangle.
    across, down = np.ptp(sheets["col"]) + 1, np.ptp(sheets["row"]) + 1
    assert found.pages + found.empty_count == across * down


@pytest.mark.slow
def test_an_area_leaves_its_sheets(town):
    area = shapely.box(501_165 + 400, 2_513_000 + 50, 501_165 + 550, 2_513_000 + 200)
    found = outline.outline_of(town, SheetRequest(area=area))
    assert found.numbers == ("2513.0-501.4",)
    assert len(found.area) == 1 and (501_165.0 + 400, 2_513_000.0 + 50) in found.area[0]


def test_a_book_that_is_too_thick_says_so(town, monkeypatch):
    monkeypatch.setattr(town, "settings", lambda: Settings({"printing.max_pages": "2"}))
    assert "Print at 1:" in outline.outline_of(town, SheetRequest()).page_limit_fault


@pytest.mark.parametrize("scale", a_few_quick([0, 49, 10_000_001], 1))
def test_a_scale_that_is_none_is_refused(town, scale):
    with pytest.raises(InputError):
        outline.outline_of(town, SheetRequest(scale))


def test_it_can_be_cancelled(town):
    with pytest.raises(CancelledError):
        outline.outline_of(town, SheetRequest(), Progress(lambda done, _text: done < 0.5))


def test_the_picture_of_very_many_pipes_shows_one_in_several():
    lines = shapely.linestrings([[(x, 0.0), (x, 5.0)] for x in range(100)])
    assert len(outline.pictured(lines, np.array([0.0, 0.0, 100.0, 10.0]), most=10)) == 10
    # Near by, every pipe is in the picture.
    assert len(outline.pictured(lines, np.array([0.0, 0.0, 5.0, 10.0]), most=10)) == 6
