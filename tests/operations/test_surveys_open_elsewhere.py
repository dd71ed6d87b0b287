"""Files that another program has open, and a network that another window writes meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store.network import Network

EAST, NORTH = 501500.0, 2513600.0
_ANSWERS = json.dumps({"height_of": "ground", "height_datum": "1985"})


def _nodes(number: str, east: float) -> gpd.GeoDataFrame:
    rows = {"node_id": [number], "kind": "junction", "system": "potable", "status": "in_use"}
    shapes = [shapely.Point(east, NORTH, 4.0)]
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4547").rename_geometry("geom")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A network with one node in the street."""
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as made:
        with made.write("adopt", name="street") as batch:
            batch.insert("node", _nodes("N1", EAST - 300))
        yield made


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook of three points, and beside it the file of the Excel that has it open."""
    folder = tmp_path / "测量"
    folder.mkdir()
    rows: list[list[Any]] = [["物探点号", "X", "Y", "地面高程"]]
    rows += [[f"JS{number}", NORTH, EAST + 20 * number, 4.0] for number in range(3)]
    (folder / "JS.xlsx").write_bytes(plain_workbook({"JS": rows}))
    (folder / "~$JS.xlsx").write_bytes(b"\x04crew" + bytes(160))
    return folder / "JS.xlsx"


def _run(network: Network, path: Path, told: Progress | None = None, **more: Any) -> ImportSurveyResult:
    request = ImportSurveyRequest(str(path), decisions=_ANSWERS, **more)
    return import_survey(network, request, told or Progress(lambda *_told: True))


@pytest.mark.slow
def test_the_file_of_an_open_workbook_is_passed_over_with_a_word(network: Network, book: Path) -> None:
    done = _run(network, book.parent)
    assert [one.name for one in done.files] == ["JS.xlsx"]
    word = "~$JS.xlsx is passed over: it only says who has the workbook open."
    assert word in done.summary
    alone = book.with_name("~$JS.xlsx")
    assert word in _run(network, Path(f"{book};{alone}"), dry_run=True).summary
    with pytest.raises(InputError, match=r"~\$JS.xlsx only says who has the workbook open"):
        _run(network, alone)


@pytest.mark.slow
def test_a_workbook_that_excel_locks_is_one_clear_sentence(
    network: Network, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def locked(path: Path, *args: Any, **more: Any) -> Any:
        if path == book:
            # What Windows answers where another program has the file for itself.
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **more)

    monkeypatch.setattr(Path, "open", locked)
    sentence = "JS.xlsx is open in another program, such as Excel. Save and close it there, then try again."
    with pytest.raises(InputError) as refused:
        _run(network, book)
    assert refused.value.message == sentence
    (file,) = _run(network, book, dry_run=True).files
    assert file.error == sentence


def _writing_at(share: float, write: Any) -> Progress:
    """Return progress during which another window writes once."""
    done: list[bool] = []

    def listen(now: float, _text: str) -> bool:
        if now >= share and not done:
            done.append(True)
            write()
        return True

    return Progress(listen)


def _survey_rows(network: Network) -> tuple[int, int]:
    return network.count("survey_batch"), network.count("survey_row")


@pytest.mark.slow
def test_a_node_that_another_window_makes_meanwhile_is_not_made_twice(network: Network, book: Path) -> None:
    with store.open_network(Path(network.uri)) as other:

        def write() -> None:
            with other.write("edit") as batch:
                batch.insert("node", _nodes("JS1", EAST + 900))

        with pytest.raises(WaterNetError) as refused:
            _run(network, book, _writing_at(0.65, write))
    assert "JS1" in refused.value.message
    # What the other window wrote is there, of the survey nothing, and the next try names the point.
    assert network.read("node", ["node_id"])["node_id"].tolist() == ["N1", "JS1"]
    assert _survey_rows(network) == (0, 0)
    with pytest.raises(InputError, match="JS1 is already in the network"):
        _run(network, book)


@pytest.mark.slow
def test_what_another_window_writes_meanwhile_stays(network: Network, book: Path) -> None:
    with store.open_network(Path(network.uri)) as other:

        def write() -> None:
            with other.write("edit") as batch:
                batch.update("node", pd.DataFrame({"node_id": ["N1"], "note": ["checked"]}))

        done = _run(network, book, _writing_at(0.65, write))
        assert done.batch_id
        nodes = other.read("node", ["node_id", "note"]).set_index("node_id")
    assert sorted(nodes.index) == ["JS0", "JS1", "JS2", "N1"]
    assert nodes.loc["N1", "note"] == "checked"


@pytest.mark.slow
def test_two_windows_that_import_one_file_write_it_once(network: Network, book: Path) -> None:
    with store.open_network(Path(network.uri)) as other:
        with pytest.raises(WaterNetError) as refused:
            _run(network, book, _writing_at(0.65, lambda: _run(other, book)))
        assert "JS" in refused.value.message
    assert network.count("survey_batch") == 1
    assert network.count("node") == 4
