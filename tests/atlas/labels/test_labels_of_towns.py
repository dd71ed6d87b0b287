"""The labels of two towns, read back from the pages: the sample town and a part of Kitchener."""

import re
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.headless import must
from support.printed_sheets import read_sheets

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

pytestmark = pytest.mark.slow
MAPPINGS = Path(__file__).resolve().parents[2] / "realdata" / "mappings"


def _sample_town(request, folder):
    town = request.getfixturevalue("sample_town") / "zh_CN" / "sample_town.gpkg"
    return Path(shutil.copy(town, folder / "town.gpkg"))


def _kitchener(request, folder):
    source = request.getfixturevalue("data_dir") / "kitchener_subnet" / "subnet.gpkg"
    if not source.exists():
        pytest.skip("needs the real data: no kitchener_subnet folder")
    path = folder / "subnet.gpkg"
    must("createnetwork", CRS="EPSG:26917", OUTPUT=path)
    must(
        "adoptlayers",
        NETWORK=path,
        INPUT=f"{source}|layername=pipes",
        TABLE="pipe",
        MAPPING=MAPPINGS / "subnet_pipes.json",
    )
    return path


@pytest.mark.parametrize("town", [_sample_town, _kitchener])
def test_listed_pipes_stand_in_the_list_of_their_sheet(town, request, tmp_path, page_texts):
    path = town(request, tmp_path)
    with store.open_network(path) as network:
        whole = read_sheets(network, SheetRequest(1000)).index
        # The two sheets with most pipes.
        busy = tuple(whole.sort_values("pipe_count", ascending=False)["sheet_no"].iloc[:2])
        made = book.export_book(network, tmp_path / "book.pdf", SheetRequest(1000, printed=busy))
        sheets = read_sheets(network, SheetRequest(1000))
    texts, first = page_texts(made.path), 0
    assert made.failed == 0
    for sheet in made.printed:
        pages = "\n".join(texts[first : first + 1 + len(sheet.more)])
        first += 1 + len(sheet.more)
        rows = made.labels[made.labels["sheet_no"] == sheet.sheet_no]
        listed = rows[rows["state"] == "listed"]
        # One utility alone leaves room for all.
        assert len(listed) < (rows["state"] == "placed").sum()
        assert len(listed) or town is _kitchener
        for row in listed.itertuples():
            assert re.search(rf"\b{row.number} {re.escape(row.asset)}(?!\S)", pages), row
        assert sorted(listed["number"]) == list(range(1, len(listed) + 1))
        # One row for each pipe counted on the sheet with a centimetre of it.
        (place,) = sheets.index.index[sheets.index["sheet_no"] == sheet.sheet_no]
        pieces = sheets.pieces[(sheets.pieces["sheet"] == place) & sheets.pieces["is_counted"]]
        pipes = gpd.GeoDataFrame(sheets.pipes.iloc[pieces["line"]])
        inside = shapely.length(
            shapely.intersection(pipes["geom"].to_numpy(), sheets.index["geom"].iloc[place])
        )
        assert sorted(rows["asset"]) == sorted(pipes["pipe_id"][inside >= 0.01])
