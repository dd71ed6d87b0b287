"""Rows are named by the numbers that a spreadsheet shows beside them, wherever the heading is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.small_surveys import EAST, NORTH, empty_network

from waternet_plugin.core.files.spreadsheet_file import Column, Sheet, write_workbook
from waternet_plugin.core.workbooks.row_numbers import row_numbers
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.foreign.foreign import find_header, read_rows
from waternet_plugin.store.network import Network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _numbers(path: Path) -> list[int]:
    return [int(number) for number in row_numbers(read_rows(path, header=find_header(path)).frame)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("编号,口径\nF1,100\nF2,200\n", [2, 3]),
        ("编号,口径\r\nF1,100\r\n\r\nF2,200\r\n", [2, 4]),
        ("\n编号,口径\nF1,100\n   \nF2,200\n", [3, 5]),
        ('编号,口径,备注\nF1,100,"a\n\nb"\nF2,200,c\n', [2, 3]),
        ("编号，口径\nF1，100\n\nF2，200\n", [2, 4]),
        ("阀门台账,\n编号,口径\nF1,100\n小计,100\nF2,200\n", [3, 5]),
    ],
)
def test_rows_of_texts(tmp_path: Path, text: str, numbers: list[int]) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode())
    assert _numbers(tmp_path / "t.csv") == numbers


def test_rows_of_workbooks_and_layers(tmp_path: Path) -> None:
    columns = tuple(Column(name, np.array([1, 2])) for name in ("编号", "口径"))
    write_workbook(tmp_path / "t.xlsx", [Sheet("表", columns)])
    assert _numbers(tmp_path / "t.xlsx") == [2, 3]
    (tmp_path / "t.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":1}}]}'
    )
    assert _numbers(tmp_path / "t.geojson") == [1]


def test_rejected_rows_and_sentences_have_them(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "阀门.csv"
    rows = [f"F1,{EAST},{NORTH}", "", f"F1,{EAST + 9},{NORTH}", "F3,,"]
    path.write_text("\n".join(["阀门编号,X坐标,Y坐标", *rows]) + "\n", encoding="utf-8")
    done = adopt_layer(network, AdoptLayerRequest(str(path), table="node", dry_run=True))
    lost = done.rejected.set_index("source_row")["reason"]
    assert lost.index.tolist() == [4, 5]
    assert "Row 2 of the file" in lost[4]


def test_rows_of_columns_of_months_keep_their_numbers(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "2026年水费.csv"
    path.write_text("户号,1月,2月,3月\nA1,5,6,7\n\nA2,x,7,8\nA3,,,\n", encoding="utf-8")
    done = adopt_layer(network, AdoptLayerRequest(str(path), table="volume", dry_run=True))
    assert done.rejected["source_row"].tolist() == [5]
