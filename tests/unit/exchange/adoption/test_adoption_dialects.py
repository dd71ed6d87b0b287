"""Files whose columns have any name, with real values: each field is right or asked, never wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from pathlib import Path

import pandas as pd
import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.guessing.confidences import GUESS, SURE
from waternet_plugin.core.exchange.guessing.guessing import Guess, guess
from waternet_plugin.core.exchange.guessing.referring import referring_fields
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.exchange.mapping.adoptable_tables import (
    adoptable,
    adoptable_fields,
    adoptable_tables,
)
from waternet_plugin.sample_data import foreign
from waternet_plugin.store.foreign.foreign import find_header, read_rows

DIALECTS = range(10)
# Syllables of no language of ours, and Chinese characters that no heading of the trade has.
_SYLLABLES = "ba zu ke mo ri ta xe lu fo ni ga vi".split()
_CHARACTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯"

# What each column of the files holds, where a field of ours takes it.
_FIRST_PIPES = {
    "pipe_id": "管线编号",
    "system": "管线类别",
    "function": "用途",
    "material": "材质",
    "diameter_mm": "管径",
    "width_mm": "断面尺寸",
    "height_mm": "断面尺寸",
    "install_year": "建设年代",
    "status": "使用状态",
    "burial": "埋设方式",
    "from_node": "起点点号",
    "to_node": "终点点号",
}
_FIRST_FAILURES = {
    "failure_id": "工单编号",
    "date": "报修日期",
    "kind": "故障类型",
    "repaired_on": "修复日期",
    "reported_pipe_id": "管线编号",
}
_SECOND_PIPES = {
    "pipe_id": "GXBH",
    "material": "CZ",
    "diameter_mm": "GJ",
    "install_year": "JSNY",
    "status": "SYZT",
    "burial": "MSFS",
    "from_node": "QDDH",
    "to_node": "ZDDH",
}
_SECOND_FAILURES = {
    "failure_id": "单号",
    "date": "抢修时间",
    "kind": "漏损类别",
    "repaired_on": "完工时间",
    "reported_diameter_mm": "管道情况 / 管径 (mm)",
    "reported_material": "管道情况 / 材质",
    "reported_pipe_id": "管道情况 / 管段编号",
}
_KITCHENER_PIPES = {
    "pipe_id": "WATMAINID",
    "system": "CATEGORY",
    "material": "MATERIAL",
    "diameter_mm": "PIPE_SIZE",
    "install_year": "INSTALLATION_DATE",
    "status": "STATUS",
}
_KITCHENER_FAILURES = {
    "failure_id": "WATBREAKINCIDENTID",
    "date": "INCIDENT_DATE",
    "kind": "BREAK_TYPE",
    "reported_pipe_id": "ASSETID",
}
_VANCOUVER_PIPES = {
    "pipe_id": "pipe_id",
    "material": "material",
    "diameter_mm": "diameter_mm",
    "install_year": "installation_year",
}


def _word(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return "".join(chance.choices(_CHARACTERS, k=3))
    return "".join(chance.choices(_SYLLABLES, k=3))


def _renamed(frame: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a frame with columns in any order under random names, and the true name of each."""
    chance = random.Random(seed)
    geometry = getattr(getattr(frame, "geometry", None), "name", None)
    columns = [str(column) for column in frame.columns if column != geometry]
    words: dict[str, str] = {}
    while len(words) < len(columns):
        words.setdefault(_word(chance), columns[len(words)])
    named = frame.rename(columns={old: new for new, old in words.items()})
    order = list(words)
    chance.shuffle(order)
    return named[[*order, *([geometry] if geometry else [])]], words


def _ids(frame: pd.DataFrame, table: str, column: str) -> Callable[[str], Collection[str]]:
    """Return the ids that come with the rows: those of one table."""
    known = set(frame[column].dropna().astype(str))
    return lambda name: known if name == table else ()


def _check(guessed: Guess, truth: dict[str, str], words: dict[str, str], must: set[str]) -> None:
    """Every field that is filled is filled right; what must be known is filled or asked."""
    taken = {one.field: words[one.column] for one in guessed.fields if one.column}
    assert {field: column for field, column in taken.items() if truth.get(field) != column} == {}
    # Names said nothing: nothing is sure of itself but the values' share.
    assert all(one.confidence in (GUESS, SURE) for one in guessed.fields if one.column)
    offered = {(one.field, words[one.column]) for one in guessed.suggestions}
    red = set(usefulness.unfilled(guessed.table, guessed.mapping))
    for field in must:
        assert field in taken or (field, truth[field]) in offered or field in red, field


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> foreign.Written:
    return foreign.write(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    written = foreign.write_second(tmp_path_factory.mktemp("second"), repeated=False, strays=False)
    return {"pipe": written.pipes, "failure": written.failures, "node": written.points}


def _frame(path: Path) -> pd.DataFrame:
    return read_rows(path, header=find_header(path)).frame


PIPES = {"material", "diameter_mm", "install_year"}
FAILURES = {"date"}
ENDS = {"from_node", "to_node"}
REPORTED = {"reported_pipe_id"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", DIALECTS)
def test_first_utility_in_any_dialect(first: foreign.Written, seed: int) -> None:
    pipes, points = _frame(first.pipes), _frame(first.points)
    frame, words = _renamed(pipes, seed)
    found = guess(frame, table="pipe", ids=_ids(points, "node", "物探点号"))
    _check(found, _FIRST_PIPES, words, PIPES | ENDS | {"system", "status"})
    assert set(found.mapping.fields) >= ENDS
    frame, words = _renamed(_frame(first.failures), seed)
    found = guess(frame, table="failure", target_crs="EPSG:4547", ids=_ids(pipes, "pipe", "管线编号"))
    _check(found, _FIRST_FAILURES, words, FAILURES | REPORTED)
    assert set(found.mapping.fields) >= REPORTED
    assert {axis: words[name] for axis, name in found.mapping.geometry.items()} == {
        "x": "X坐标",
        "y": "Y坐标",
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", a_few_quick(DIALECTS))
def test_second_utility_in_any_dialect(second: dict[str, Path], seed: int) -> None:
    pipes, points = _frame(second["pipe"]), _frame(second["node"])
    frame, words = _renamed(pipes, seed)
    found = guess(frame, table="pipe", ids=_ids(points, "node", "点号"))
    _check(found, _SECOND_PIPES, words, PIPES | ENDS | {"status"})
    assert set(found.mapping.fields) >= ENDS
    assert found.mapping.null == {"install_year": ("1900",)}
    frame, words = _renamed(_frame(second["failure"]), seed)
    found = guess(frame, table="failure", target_crs="EPSG:4547", ids=_ids(pipes, "pipe", "GXBH"))
    _check(found, _SECOND_FAILURES, words, FAILURES | REPORTED)
    assert set(found.mapping.fields) >= REPORTED
    assert {axis: words[name].split()[-2] for axis, name in found.mapping.geometry.items()} == {
        "x": "X坐标",
        "y": "Y坐标",
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", DIALECTS)
def test_real_cities_in_any_dialect(data_dir: Path, seed: int) -> None:
    kitchener = _ids(_frame(data_dir / "kitchener/pipes.gpkg"), "pipe", "WATMAINID")
    for source, table, truth, must in (
        ("kitchener/pipes.gpkg", "pipe", _KITCHENER_PIPES, PIPES | {"system", "status"}),
        # A fifth of the pipes that it names were taken out since: asked.
        ("kitchener/breaks.csv", "failure", _KITCHENER_FAILURES, FAILURES | REPORTED),
        ("vancouver_top5000/mains.geojson", "pipe", _VANCOUVER_PIPES, PIPES),
    ):
        frame, words = _renamed(_frame(data_dir / source), seed)
        _check(guess(frame, table=table, target_crs="EPSG:26917", ids=kitchener), truth, words, must)


def _failures(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def test_figures_are_no_ids_where_every_figure_is_one() -> None:
    """A town that numbers its pipes from 1 on: row numbers, bores and years are all ids of some pipe."""
    rows = range(1, 61)
    frame = _failures(
        zu=[str(row) for row in rows],
        ba=[str([100, 150, 200, 300][row % 4]) for row in rows],
        ke=[str(1960 + row) for row in rows],
        mo=[str(row * 37 % 4000) for row in rows],
    )
    dense = {str(number) for number in range(1, 5001)}
    found = guess(frame, table="failure", ids=lambda name: dense if name == "pipe" else ())
    assert "reported_pipe_id" not in found.mapping.fields
    assert not [one for one in found.suggestions if one.field == "reported_pipe_id"]
    sparse = {str(number * 37 % 4000) for number in range(1, 101)}
    found = guess(frame, table="failure", ids=lambda name: sparse if name == "pipe" else ())
    assert found.mapping.fields["reported_pipe_id"].column == "mo"


def test_ids_of_pipes_are_no_ids_of_the_failures_however_distinct() -> None:
    pipes = [f"GX{number:04d}" for number in range(50)]
    frame = _failures(zu=pipes, ba=[f"W{number:04d}" for number in range(50)])
    found = guess(frame, table="failure", ids=lambda name: pipes if name == "pipe" else ())
    assert {name: one.column for name, one in found.mapping.fields.items()} == {
        "failure_id": "ba",
        "reported_pipe_id": "zu",
    }
    assert {one.field: one.confidence for one in found.fields if one.column} == {
        "failure_id": GUESS,
        "reported_pipe_id": GUESS,
    }


def test_two_columns_of_pipes_or_nodes_are_asked() -> None:
    pipes = [f"GX{number:04d}" for number in range(50)]
    frame = _failures(zu=pipes, ba=pipes[::-1])
    found = guess(frame, table="failure", ids=lambda name: pipes if name == "pipe" else ())
    assert found.mapping.fields == {}
    asked = {(one.field, one.column) for one in found.suggestions}
    assert asked == {("reported_pipe_id", "zu"), ("reported_pipe_id", "ba")}
    # Without lines nothing tells the start of a pipe from its end.
    found = guess(frame, table="pipe", ids=lambda name: pipes if name == "node" else ())
    assert not set(found.mapping.fields) & ENDS
    assert {one.field for one in found.suggestions} == ENDS


@pytest.mark.slow
def test_all_fields_that_name_rows_are_found_by_values() -> None:
    """Every reference of the schema that a file fills, alone in its file."""
    names = [f"X-{number:03d}" for number in range(20)]
    looked_at = 0
    for table in adoptable_tables():
        described = adoptable(table)
        fields = {one.name for one in adoptable_fields(described)}
        for field, targets in referring_fields(described).items():
            # A file without times has no readings: their meters are found beside them.
            if field not in fields or table == "reading":
                continue
            looked_at += 1
            frame = _failures(zu=names * 3, ba=[f"note {number}" for number in range(60)])
            found = guess(frame, table=table, ids=lambda name, to=targets: names if name in to else ())
            filled = {name for name, one in found.mapping.fields.items() if one.column == "zu"}
            asked = {one.field for one in found.suggestions if one.column == "zu"}
            assert filled == {field} or (not filled and field in asked), (table, field)
    assert looked_at > 8


@pytest.mark.slow
def test_two_columns_of_days_are_asked_the_earlier_first(first: foreign.Written) -> None:
    frame, words = _renamed(_frame(first.failures), 3)
    found = guess(frame, table="failure")
    assert "date" not in found.mapping.fields
    days = [words[one.column] for one in found.suggestions if one.field == "date"]
    assert days == ["报修日期", "修复日期"]


def test_a_lone_column_of_days_of_editing_is_no_year_of_laying() -> None:
    rows = 60
    frame = pd.DataFrame(
        {
            "zuba": [f"G{row:04d}" for row in range(rows)],
            "moke": [f"{2020 + row % 4}-0{1 + row % 9}-11" for row in range(rows)],
            "last_edited": [f"{1960 + row}-01-01" for row in range(rows)],
        }
    )
    found = guess(frame, table="pipe")
    assert set(found.mapping.fields) == {"pipe_id"}


@pytest.mark.parametrize(
    "values",
    a_few_quick(
        [
            # Numbers of a database, measurements, yes and no, codes of one letter, phone numbers.
            list(range(1, 101)),
            [1.5 + number / 7 for number in range(100)],
            ["0", "1"] * 50,
            ["G", "S", "T", "Z"] * 25,
            [13_800_000_000 + 7_919 * number for number in range(100)],
            [1_000_000_000 + number for number in range(100)],
            ["正常", "其他"] * 50,
            [100, 200] * 50,
            ["无", "不明", "其它", "未知"] * 25,
        ],
        1,
    ),
)
def test_what_says_nothing_fills_nothing(values: list[object]) -> None:
    frame = pd.DataFrame({"zubake": values, "n": range(100)})
    for table in ("pipe", "failure", "node"):
        filled = guess(frame, table=table).mapping.fields
        ids = {"pipe": "pipe_id", "failure": "failure_id", "node": "node_id"}[table]
        assert set(filled) <= ({ids} if values[0] == 13_800_000_000 or values[0] == 1_000_000_000 else set())
