"""Files that something is wrong with or odd about, each by wizard and algorithm: read right, or one sentence.

Each case says what its file holds and what of it becomes of pipes, whichever door it comes through: the
wizard, `adoptlayers`, and `importsurvey` for what a survey may hold too.
"""

from __future__ import annotations

import datetime
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtWidgets import QLabel, QTableWidget, QTextEdit
from support import sensible_runs
from support.adoption_frames import CRS, frame, line
from support.built_network import EAST, NORTH
from support.cad_drawing import CadDrawing, pipe_drawing
from support.container_file import container
from support.delivered_town import column
from support.newer_old_workbook import DAY, CellRecord, record, workbook_stream
from support.odd_names import NAMES
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.gui.wizard.dialog import CHECK
from waternet_plugin.gui.wizard.sources import library

WIZARD, HEADLESS = "wizard", "adoptlayers"
_PIPES = {"pipe_id": "ID", "street": "ROAD"}


@dataclass(frozen=True)
class Case:
    """A file and what becomes of it.

    Parameters
    ----------
    write
        Writes the file in a folder and returns its path.
    mapping
        As JSON text, or its parts.
    table
        Where the rows go.
    said
        Words of what is said by either door; '' where the file is read without a word.
    values
        A column by id afterwards, by its name.
    before
        Rows of pipes that are there already.
    more
        Further parameters of the algorithm.
    asked
        Words of what the wizard asks instead, and writes nothing before it is answered.
    """

    write: Callable[[Path], Path]
    mapping: Any
    table: str = "pipe"
    said: str = ""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    before: Optional[gpd.GeoDataFrame] = None
    more: dict[str, Any] = field(default_factory=dict)
    asked: str = ""


def _mapping(fields: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"fields": fields, "defaults": {"system": "potable"}, "crs": CRS, **parts}


def _text_table(rows: gpd.GeoDataFrame) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "管线.csv"
        texts = pd.DataFrame(rows.drop(columns=rows.geometry.name)).assign(WKT=rows.geometry.to_wkt())
        texts.to_csv(path, index=False)
        return path

    return write


def _layers(**layers: gpd.GeoDataFrame) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "管线.gpkg"
        for name, rows in layers.items():
            rows.to_file(path, driver="GPKG", layer=name)
        return path

    return write


def _two(**columns: list[Any]) -> gpd.GeoDataFrame:
    return frame([line((0, 0), (9, 0)), line((0, 5), (9, 5))], ID=["a", "b"], **columns)


def _called(name: str) -> Case:
    values = [f"{name[:20]} {number}" for number in range(2)]
    return Case(
        _text_table(_two(**{name: values})),
        _mapping({"pipe_id": "ID", "street": name}),
        values={"street": dict(zip("ab", values))},
    )


def _old_workbook(folder: Path, days: list[datetime.date], *, system: bytes) -> Path:
    """Write the days as they count from 1900, in a book that says by ``system`` from when it counts."""
    path = folder / "抢修.xls"
    first = datetime.date(1899, 12, 30)
    serials = [CellRecord(0x203, struct.pack("<d", (day - first).days), DAY) for day in days]
    rows = [["ID", "x", "y", "日期"]]
    rows += [[f"F{k}", EAST + k, NORTH, one] for k, one in enumerate(serials)]
    path.write_bytes(container({"Workbook": workbook_stream({"台账": rows}, globals_=record(0x22, system))}))
    return path


def _crossing(folder: Path) -> Path:
    x, y = EAST, NORTH
    drawing = CadDrawing()
    drawing.line("住宅小区", [(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)], is_closed=True)
    return drawing.write(folder / "小区.dxf")


_YESTERDAY = datetime.date(2025, 5, 6)
_LATER = datetime.date(2025 + 4, 5, 7)
_OLD = frame([line((0, 0), (9, 0))], pipe_id=["a"], system=["potable"], street=["old"], status=["in_use"])
_FAILURES = {
    "fields": {"failure_id": "ID", "date": "日期"},
    "geometry": {"x": "x", "y": "y"},
    "defaults": {"kind": "main_break"},
    "crs": CRS,
}

CASES: dict[str, Case] = {
    **{f"column {name[:12]!r}": _called(name) for name in NAMES},
    "two columns by case": Case(
        _text_table(_two(Road=["x", "y"], ROAD=["one", "two"])),
        _mapping(_PIPES),
        values={"street": {"a": "one", "b": "two"}},
    ),
    "a mapping with a code twice": Case(
        _text_table(_two(ROAD=["r", "r"], MAT=["PE", "PE"])),
        '{"fields": {"pipe_id": "ID", "material": "MAT"}, "defaults": {"system": "potable"}, '
        '"values": {"material": {"PE": "pe", "PE": "pvc"}}}',
        said="contains “PE” twice",
    ),
    "a mapping with a code twice, once with a blank": Case(
        _text_table(_two(ROAD=["r", "r"], MAT=["PE", "PE"])),
        '{"fields": {"pipe_id": "ID", "material": "MAT"}, "defaults": {"system": "potable"}, '
        '"values": {"material": {"PE": "pe", "PE ": "pvc"}}}',
        said="“PE” twice",
    ),
    "an update that empties what must be there": Case(
        _text_table(_two(ROAD=["new", "new"], SYS=[None, "potable"])),
        {"fields": {**_PIPES, "system": "SYS"}, "crs": CRS},
        before=_OLD,
        more={"MODE": "both", "CLEAR": True},
        said="no valid value for “System”, which must be known",
        asked="The code “\\(empty\\)” of “System” has no meaning yet",
        values={"system": {"a": "potable", "b": "potable"}, "street": {"a": "old", "b": "new"}},
    ),
    "an id twice among new rows of an update": Case(
        _text_table(
            frame(
                [line((0, 5 * k), (9, 5 * k)) for k in range(3)],
                ID=["a", "n", "n"],
                ROAD=["one", "first", "second"],
            )
        ),
        _mapping(_PIPES),
        before=_OLD,
        more={"MODE": "both"},
        said="Row 3 of the file also has the id n",
        asked="1 row has a repeated id",
        values={"street": {"a": "one", "n": "first"}},
    ),
    "a closed line that crosses itself": Case(
        _crossing,
        {"fields": {}, "defaults": {"type": "residential", "name": "甲"}, "layers": ["住宅小区"], "crs": CRS},
        table="compound",
        said="crosses or touches itself",
    ),
    "an old workbook that says it counts from 1904": Case(
        lambda folder: _old_workbook(folder, [_YESTERDAY, datetime.date(2019, 1, 2)], system=b"\1\0"),
        _FAILURES,
        table="failure",
        said="from 1904",
        values={"date": {"F0": None, "F1": "2023-01-03"}},
    ),
    "an old workbook whose date system is none": Case(
        lambda folder: _old_workbook(folder, [_YESTERDAY], system=b"\x07\x70"),
        _FAILURES,
        table="failure",
        values={"date": {"F0": str(_YESTERDAY)}},
    ),
}


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "town.gpkg"
    store.create_network(path, CRS).close()
    return path


def _is_there(path: Path, case: Case) -> None:
    if case.before is not None:
        with store.open_network(path) as opened, opened.write("adopt") as batch:
            batch.insert("pipe", case.before)


def _by_algorithm(
    provider: QgsProcessingProvider, network: Path, source: str, case: Case, folder: Path
) -> str:
    given = {
        "NETWORK": str(network),
        "INPUT": source,
        "TABLE": case.table,
        "MAPPING": case.mapping if isinstance(case.mapping, str) else json.dumps(case.mapping),
        "REPORT": str(folder / "report.html"),
        "REJECTED": str(folder / "rejected.csv"),
        **case.more,
    }
    _succeeded, said = sensible_runs.run(provider.algorithm("adoptlayers"), given)
    for name in ("report.html", "rejected.csv"):
        if (folder / name).exists():
            said += (folder / name).read_text(encoding="utf-8")
    return said


def _shown(wizard: Any) -> str:
    """Return every text that the wizard shows or keeps."""
    texts = [label.text() for label in wizard.findChildren(QLabel)]
    for table in wizard.findChildren(QTableWidget):
        cells = [table.item(row, at) for row in range(table.rowCount()) for at in range(table.columnCount())]
        texts += [cell.text() for cell in cells if cell is not None]
    texts += [box.toPlainText() for box in wizard.findChildren(QTextEdit)]
    texts += [source.error or "" for source in wizard.state.sources]
    return "\n".join([*texts, *wizard.session.said])


def _by_wizard(session: InstantSession, network: Path, source: str, case: Case, folder: Path) -> str:
    session.network_path = str(network)
    wizard = wizard_with(session, folder, Path(source))
    path = folder / "mapping.json"
    path.write_text(
        case.mapping if isinstance(case.mapping, str) else json.dumps(case.mapping), encoding="utf-8"
    )
    ready = [one for one in wizard.state.sources if not one.error and one.frame is not None]
    for one in ready[:1]:
        one.use_table(case.table)
        try:
            one.use_mapping(library.load(path), case.table, "mapping.json")
        except InputError as error:
            wizard.close()
            return str(error.message)
    for one in ready[1:]:
        one.taken = False
    wizard.go_to(CHECK)
    said = _shown(wizard)
    if wizard.step == CHECK:
        wizard.go_on()
        said += _shown(wizard)
    wizard.close()
    return said


def _as_before(case: Case) -> Case:
    """Return what a door that asks first leaves: the rows that were there."""
    rows = case.before
    there = {} if rows is None else {name: dict(zip(rows["pipe_id"], rows[name])) for name in case.values}
    return replace(case, values=there)


def _plain(value: Any) -> Any:
    return str(value.date()) if isinstance(value, pd.Timestamp) else value


def _judge(network: Path, case: Case) -> None:
    with store.open_network(network) as opened:
        found = {name: column(opened, name, case.table) for name in case.values}
        rows = opened.count(case.table)
    found = {name: {key: _plain(value) for key, value in told.items()} for name, told in found.items()}
    assert found == case.values
    if not case.values and case.table == "pipe":
        assert rows == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("door", [HEADLESS, WIZARD])
def test_it_is_right_or_one_sentence(
    provider: QgsProcessingProvider,
    session: InstantSession,
    network: Path,
    tmp_path: Path,
    door: str,
    name: str,
) -> None:
    case = CASES[name]
    _is_there(network, case)
    source = str(case.write(tmp_path))
    if door == HEADLESS:
        said = _by_algorithm(provider, network, source, case, tmp_path)
    else:
        said = _by_wizard(session, network, source, case, tmp_path)
    assert "Traceback" not in said and "Unexpected" not in said
    is_asked = door == WIZARD and bool(case.asked)
    assert re.search(case.asked if is_asked else case.said, said), said
    _judge(network, _as_before(case) if is_asked else case)


def _surveyed(heading: str, *, twin: bool = False) -> Callable[[Path], Path]:
    """Write points whose numbers stand in a column of some name."""

    def write(folder: Path) -> Path:
        names = [heading, "X", "Y", "地面高程", "特征", "测量日期"]
        rows = [[f"JS{k}", NORTH + 5 * k, EAST + 5 * k, 4.0, "三通", "2025-05-06"] for k in range(1, 4)]
        frame_ = pd.DataFrame(rows, columns=names)
        if twin:
            frame_.insert(0, heading.swapcase(), "no number")
        path = folder / "JS.csv"
        frame_.to_csv(path, index=False)
        return path

    return write


def _tables(heading: str) -> str:
    fields = {"point_no": heading, "x": "X", "y": "Y", "ground": "地面高程", "feature": "特征"}
    return json.dumps({"tables": [{"role": "points", "fields": fields}]}, ensure_ascii=False)


_THREE = ["JS1", "JS2", "JS3"]
_SURVEYS: dict[str, tuple[Callable[[Path], Path], str, str, Optional[list[str]]]] = {
    **{f"column {name[:12]!r}": (_surveyed(name), _tables(name), "", _THREE) for name in NAMES},
    "two columns by case": (_surveyed("Number", twin=True), _tables("Number"), "", _THREE),
    "a mapping with a code twice": (
        _surveyed("点号"),
        '{"values": {"feature": {"三通": "junction", "三通": "cap"}}}',
        "contains “三通” twice",
        [],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(_SURVEYS))
def test_a_survey_is_right_or_one_sentence(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, name: str
) -> None:
    write, mapping, words, ids = _SURVEYS[name]
    given = {
        "NETWORK": str(network),
        "INPUT": str(write(tmp_path)),
        "MAPPING": mapping,
        "DECISIONS": json.dumps(
            {
                "axes": "x_north",
                "crs": CRS,
                "height_of": "ground",
                "level_of": "cjj61",
                "height_datum": "1985",
            }
        ),
    }
    succeeded, said = sensible_runs.run(provider.algorithm("importsurvey"), given)
    assert "Traceback" not in said and "Unexpected" not in said
    assert re.search(words, said), said
    assert succeeded == (not words), said
    with store.open_network(network) as opened:
        assert sorted(opened.read("node", ["node_id"], geometry=False)["node_id"]) == ids


@pytest.mark.slow
@pytest.mark.parametrize("door", [WIZARD, "adoptlayers", "importsurvey"])
def test_a_drawing_of_a_whole_town_is_one_sentence(
    provider: QgsProcessingProvider,
    session: InstantSession,
    network: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    door: str,
) -> None:
    """The guard against a million entities, at a limit that a small drawing exceeds."""
    known = Settings.integer
    monkeypatch.setattr(
        Settings, "integer", lambda self, key: 5 if key == "exchange.most_entities" else known(self, key)
    )
    path = pipe_drawing(6).write(tmp_path / "JS.dxf")
    case = Case(lambda _folder: path, _mapping({}))
    if door == WIZARD:
        said = _by_wizard(session, network, str(path), case, tmp_path)
    elif door == "adoptlayers":
        said = _by_algorithm(provider, network, str(path), case, tmp_path)
    else:
        given = {"NETWORK": str(network), "INPUT": str(path)}
        said = sensible_runs.run(provider.algorithm("importsurvey"), given)[1]
    assert "entities, more than the 5 that are read" in said and "Traceback" not in said
    with store.open_network(network) as opened:
        assert opened.count("pipe") == opened.count("node") == 0
