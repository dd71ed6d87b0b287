"""Sheets of projects: every row of a table is on a page, numbers lie beside their pipes and apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from qgis.core import QgsProject
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.assembly.wrapped_table import split
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.layouts.page_table import TableText, page_table
from waternet_plugin.atlas.layouts.page_template import load_template, shipped_template
from waternet_plugin.atlas.layouts.sheet_layout import BookLook
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.projects.project_marks import MapNumber, apart, pipe_numbers
from waternet_plugin.atlas.projects.project_page import PageContent, ProjectPage
from waternet_plugin.atlas.sheets.frames import PROJECT, PROJECT_LIST
from waternet_plugin.core.reports.renewal.failure_bars import failure_bars

TABLES = {PROJECT: ("why", "cost", "touched", "pipes"), PROJECT_LIST: ("projects",)}


def _table(rows: int, columns: int = 2) -> TableText:
    body = tuple(tuple(f"r{row} c{column}" for column in range(columns)) for row in range(rows))
    return TableText((("Head", *[""] * (columns - 1)), *body), (1.0,) * columns, (False,) * columns)


@pytest.fixture
def page(qgis_app, tmp_path: Path):
    project = QgsProject()
    imprint = Imprint(
        title="town", theme="plan", scale=500.0, crs="", height_datum="", secrecy="", drawn_by="",
        checked_by="", approved_by="", date="2026-01-01", edition="", pages=1, north_arrow=True,
    )  # fmt: skip
    look = BookLook(PageWords("en"), ("Noto Sans CJK SC",), imprint)
    made = ProjectPage(PROJECT, tmp_path / "town.gpkg", MapContent(project, (), ()), look, tmp_path)
    yield made
    del made
    project.clear()


@pytest.mark.parametrize("name", TABLES)
def test_shipped_pages_have_their_tables(qgis_app, name: str) -> None:
    layout = load_template(shipped_template(f"{name}.qpt"), QgsProject())
    assert all(page_table(layout, table) is not None for table in TABLES[name])


@pytest.mark.parametrize("rows", a_few_quick([0, 5, 21, 22, 400], 2))
def test_every_row_stands_on_one_page(page: ProjectPage, rows: int) -> None:
    table = _table(rows)
    content = PageContent(None, {}, {"pipes": table}, following={"pipes": "Pipes (continued)"})
    following = page.following(content)
    shown, _rest = split(table, page_table(page.layout, "pipes"))
    on_pages = list(shown.rows[1:] if shown is not None else ())
    for heading, part in following:
        assert heading == "Pipes (continued)" and part.rows[0] == table.rows[0]
        on_pages += part.rows[1:]
    assert on_pages == list(table.rows[1:])
    assert bool(following) == (rows > 21)


def test_rows_in_bold_stay_bold_behind_the_page(page: ProjectPage) -> None:
    room = page_table(page.layout, "cost")
    assert room is not None
    table = replace(_table(room.rows + 3), strong=frozenset({1, room.rows + 2}))
    shown, rest = split(table, room)
    assert shown is not None and shown.strong == {1}
    assert [rest.rows[row] for row in rest.strong] == [table.rows[room.rows + 2]]


def test_a_project_without_a_place_says_so_instead_of_a_map(page: ProjectPage) -> None:
    page.fill(PageContent(None, {"map_note": "nowhere"}, {}), number=1, pages=1)
    items = {item.id(): item.isVisible() for item in page.layout.items() if hasattr(item, "id")}
    assert not any(items[name] for name in ("map", "legend", "scale_bar", "north_arrow"))
    assert (
        page.layout.customProperty("variableValues")[
            page.layout.customProperty("variableNames").index("wn_map_note")
        ]
        == "nowhere"
    )


class _Project:
    """The pipes of a project."""

    def __init__(self, lines: list[shapely.LineString | None]) -> None:
        import pandas as pd

        lengths = [0.0 if line is None else line.length for line in lines]
        self.pipes = pd.DataFrame({"number": range(1, len(lines) + 1), "length_m": lengths, "geom": lines})


def test_numbers_stand_below_the_middle_of_their_pipes() -> None:
    frame = PaperFrame.of_bounds((1000.0, 1000.0, 1190.0, 1066.0), 1000.0)
    line = shapely.LineString([(1020.0, 1040.0), (1120.0, 1040.0)])
    # The same pipe drawn the other way, and one without a place.
    (one,) = pipe_numbers(_Project([line, None]), frame)
    (other,) = pipe_numbers(_Project([line.reverse()]), frame)
    assert (one.text, one.x) == ("1", pytest.approx(70.0))
    assert 36.0 < one.y < 38.0 and other.y == pytest.approx(one.y)


def test_numbers_never_cover_each_other() -> None:
    wanted = [MapNumber(str(index), 10.0 + 0.7 * index, 10.0) for index in range(40)]
    placed = apart(wanted)
    gaps = [abs(one.x - other.x) for one in placed for other in placed if one is not other]
    assert len(placed) > 5 and min(gaps) >= 3.8
    assert placed[0].text == "0"


@pytest.mark.parametrize(
    ("years", "first", "texts"),
    [
        ([], 2000, ["Failures"]),
        ([2010, 2010, 2020], 2000, ["Failures", "2000", "2", "2010", "1", "2020", "2026"]),
        ([1950, 2026], None, ["Failures", "1997", "1", "2026"]),
    ],
)
def test_failures_have_a_bar_a_year_with_its_number(years, first, texts) -> None:
    drawing = failure_bars(
        years, first=first, last=2026, size_mm=(90.0, 17.0), caption="Failures", family="A & B"
    )
    root = ElementTree.fromstring(drawing)
    written = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert set(texts) <= set(written)
    bars = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(bars) == len({year for year in years if year > 1996})
    assert all(float(bar.get("y")) > 2.6 for bar in bars)
