"""Files as instruments and hands leave them: an odd word, byte or mark is a fault of its row alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.small_surveys import EAST, NORTH, bring, empty_network

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.network import Network

KNOWN = json.dumps({"crs": "EPSG:4547", "height_of": "ground", "axes": "x_north"})
POTABLE = json.dumps({"tables": [{"file": "*", "defaults": {"system": "potable"}}]})


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _gsi(number: int, more: str = "") -> str:
    x, y = round((EAST + 20 * number) * 1000), round(NORTH * 1000)
    return f"*11000{number}+{f'P{number}':0>16} 81..10+{x:016d} 82..10+{y:016d} 83..10+{12345:016d} {more}"


def _nodes(network: Network) -> dict[str, float]:
    found = network.read("node", ["node_id", "ground_m"], geometry=False)
    return dict(zip(found["node_id"], found["ground_m"]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace(" ", "\t"),
        lambda line: line.replace(" ", "   "),
        lambda line: f"  {line}\x00",
        lambda line: f"{line}\r\n\x1a",
        lambda line: f"{line}51....+0000000000012+000",
        lambda line: f"{line}31..00+0000000000025300 22.324+0000000008912340",
        lambda line: line.replace("81..", "84..").replace("82..", "85..").replace("83..", "86.."),
    ],
)
def test_lines_of_gsi_are_read_however_an_instrument_writes_them(
    network: Network, tmp_path: Path, change: object
) -> None:
    path = tmp_path / "a.gsi"
    text = "\n".join([_gsi(1), change(_gsi(2)), _gsi(3)])  # type: ignore[operator]
    path.write_bytes(text.encode("ascii"))
    bring(network, path, decisions=KNOWN, mapping=POTABLE)
    assert _nodes(network) == {"P1": 12.345, "P2": 12.345, "P3": 12.345}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("83..10+0000000000012345", "83..10+????????????????"),
        ("83..10+0000000000012345", "83..10+12345"),
        ("83..10+", "83..19+"),
        # The word before it would be a number with half a word in it.
        ("82..10+", "82.A10+"),
        ("82..10+", "82  10+"),
        ("*", "Leica "),
    ],
)
def test_an_odd_word_rejects_its_row_and_no_other(
    network: Network, tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "a.gsi"
    path.write_text("\n".join([_gsi(1), _gsi(2).replace(old, new), _gsi(3)]), encoding="ascii")
    with pytest.raises(InputError, match="row 2"):
        bring(network, path, decisions=KNOWN, mapping=POTABLE)
    done = bring(network, path, decisions=KNOWN, mapping=POTABLE, valid_only=True)
    assert sorted(_nodes(network)) == ["P1", "P3"] and done.counts["rejected"] == 1


@pytest.mark.slow
def test_a_mark_that_nothing_closes_takes_no_row_with_it(network: Network, tmp_path: Path) -> None:
    names = ["阀门", '"3#井', "阀门", '24" 阀', "阀门"]
    rows = [f"P{n},{name},{NORTH},{EAST + 20 * n},5.{n}" for n, name in enumerate(names)]
    rows.append(f'P9,"阀门",{NORTH},{EAST + 300},5.9')
    path = tmp_path / "给水.csv"
    path.write_text("\n".join(["点号,编码,X,Y,高程", *rows]), encoding="utf-8")
    tried = bring(network, path, decisions=KNOWN, dry_run=True)
    assert len(tried.rows) == 7
    wrong = tried.checks[tried.checks["severity"] == "error"]
    assert wrong["row_no"].tolist() == [3]
    bring(network, path, decisions=KNOWN, valid_only=True)
    assert sorted(_nodes(network)) == ["P0", "P2", "P3", "P4", "P9"]


@pytest.mark.slow
def test_a_cell_over_several_lines_stays_one(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "给水.csv"
    rows = [f'P{n},阀门,{NORTH},{EAST + 20 * n},5.{n},"见图, 二\n井盖破损"' for n in range(3)]
    path.write_text("\n".join(["点号,编码,X,Y,高程,备注", *rows]), encoding="utf-8")
    done = bring(network, path, decisions=KNOWN)
    assert done.rows["row_no"].tolist() == [1, 2, 3, 4] and len(_nodes(network)) == 3


@pytest.mark.slow
def test_bytes_of_zero_are_a_fault_of_their_row(network: Network, tmp_path: Path) -> None:
    rows = [f"P{n},JS,{EAST + 20 * n:.2f},{NORTH:.2f},5.{n}".encode() for n in range(30)]
    rows[7] = rows[7].replace(b"JS", b"\0\0")
    path = tmp_path / "给水.dat"
    path.write_bytes(b"\r\n".join(rows) + b"\r\n\0\0\0\0")
    known = json.dumps({"crs": "EPSG:4547", "height_of": "ground"})
    with pytest.raises(InputError, match="row 8"):
        bring(network, path, decisions=known)
    assert bring(network, path, decisions=known, valid_only=True).nodes_written == 29


@pytest.mark.slow
@pytest.mark.parametrize("name", ["points.dat", "points.csv", "points.gsi", "points.dxf"])
def test_a_mapping_names_the_encoding_of_every_format_of_text(
    network: Network, tmp_path: Path, name: str
) -> None:
    from support.cad_drawing import CadDrawing

    path = tmp_path / name
    if name.endswith("dxf"):
        drawing = CadDrawing()
        drawing.block("给水", "阀门", (EAST, NORTH), 点号="甲1")
        drawing.write(path)
    elif name.endswith("gsi"):
        path.write_bytes(_gsi(1, "71....+00000000000000阀门").encode("gb18030"))
    else:
        head = "点号,编码,Y,X,高程\n" if name.endswith("csv") else ""
        rows = [f"甲{n},阀门,{EAST + 20 * n:.2f},{NORTH:.2f},5.{n}\n" for n in range(4)]
        path.write_bytes((head + "".join(rows)).encode("gb18030"))
    mapping = json.dumps({**json.loads(POTABLE), "encoding": "gb18030"})
    known = json.dumps({"crs": "EPSG:4547", "height_of": "ground"})
    done = bring(network, path, decisions=known, mapping=mapping)
    assert done.nodes_written >= 1
    assert set(network.read("node", ["kind"], geometry=False)["kind"]) == {"valve"}
