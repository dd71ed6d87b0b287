"""Readings under rows that name their meter: each meter has its own, and none those of another."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_surveys import empty_network, put_node

from waternet_plugin.core.workbooks.row_numbers import row_numbers
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.foreign.foreign import ForeignRows, find_header, read_rows

HOURS = [f"2026-01-01 {hour:02d}:00" for hour in range(6)]
FIRST, SECOND = ([f"{time},{base}{n}.5" for n, time in enumerate(HOURS)] for base in (1, 3))


def _read(folder: Path, *lines: str) -> ForeignRows:
    path = folder / "流量.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_rows(path, header=find_header(path))


@pytest.mark.parametrize(
    ("lines", "left_out", "last"),
    [
        (["时间,瞬时流量(m3/h)", "FM1,", *FIRST, "FM2,", *SECOND], ("FM1", "FM2"), 15),
        (
            ["监测点：FM1,", "时间,瞬时流量(m3/h)", *FIRST, "监测点：FM2,", "时间,瞬时流量(m3/h)", *SECOND],
            ("时间 瞬时流量(m3/h)", "监测点：FM2"),
            16,
        ),
    ],
)
def test_names_between_rows_are_their_meters(
    tmp_path: Path, lines: list[str], left_out: tuple[str, ...], last: int
) -> None:
    read = _read(tmp_path, *lines)
    assert read.frame["meter"].tolist() == ["FM1"] * 6 + ["FM2"] * 6
    assert read.left_out == left_out
    assert int(row_numbers(read.frame)[-1]) == last


@pytest.mark.parametrize(
    "lines",
    [
        ["时间,瞬时流量(m3/h)", *FIRST, "2026-01-02 00:00,"],
        ["编号,口径", "F1,100", "人民路,", "F2,200"],
    ],
)
def test_tables_of_another_kind_stay_as_they_are(tmp_path: Path, lines: list[str]) -> None:
    assert "meter" not in _read(tmp_path, *lines).frame


def test_they_are_adopted_by_the_guess(tmp_path: Path) -> None:
    _read(tmp_path, "时间,瞬时流量(m3/h)", "FM1,", *FIRST, "FM2,", *SECOND)
    with empty_network(tmp_path / "n.gpkg") as network:
        for name in ("FM1", "FM2"):
            put_node(network, name, 0, 0, kind="meter", system="potable", status="in_use")
        rows = adopt_layer(network, AdoptLayerRequest(str(tmp_path / "流量.csv"), dry_run=True)).adoption.rows
    assert rows.groupby("node_id")["value"].first().to_dict() == {"FM1": 10.5, "FM2": 30.5}


BLOCKS = [
    f"FM1,{FIRST[0]}",
    *(f",{row}" for row in FIRST[1:]),
    f"FM2,{SECOND[0]}",
    *(f",{row}" for row in SECOND[1:]),
]


def test_the_name_in_the_first_row_of_a_block_is_that_of_all_its_rows(tmp_path: Path) -> None:
    read = _read(tmp_path, "监测点编号,时间,瞬时流量(m3/h)", *BLOCKS)
    assert read.frame["监测点编号"].tolist() == ["FM1"] * 6 + ["FM2"] * 6
    assert "监测点编号" in read.doubtful
    assert row_numbers(read.frame).tolist() == list(range(2, 14))
    with empty_network(tmp_path / "n.gpkg") as network:
        for name in ("FM1", "FM2"):
            put_node(network, name, 0, 0, kind="meter", system="potable", status="in_use")
        done = adopt_layer(network, AdoptLayerRequest(str(tmp_path / "流量.csv"), dry_run=True)).adoption
    assert done.rows.groupby("node_id")["value"].last().to_dict() == {"FM1": 15.5, "FM2": 35.5}


@pytest.mark.parametrize(
    "rows",
    [
        # The first meter again: what is empty below the second may be anybody's.
        [*BLOCKS, "FM1,2026-01-01 06:00,12.5", ",2026-01-01 07:00,13.5"],
        # The times start again within a block: a name is missing.
        [*BLOCKS[:6], BLOCKS[6][3:], *BLOCKS[7:]],
        [BLOCKS[0][3:], *BLOCKS[1:]],
    ],
)
def test_where_a_name_may_be_missing_nothing_is_filled(tmp_path: Path, rows: list[str]) -> None:
    names = [row.split(",")[0] or None for row in rows]
    assert _read(tmp_path, "监测点编号,时间,瞬时流量(m3/h)", *rows).frame["监测点编号"].tolist() == names
