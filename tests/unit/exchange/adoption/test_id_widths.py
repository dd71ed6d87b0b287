"""An id in signs of full width is the id in half width, and the account says so."""

from __future__ import annotations

from support.adoption_frames import CRS, TODAY, adopted, frame, line, mapping_of, rejected
from support.updating_frames import PIPE, counts, network_of, pipes, updated

from waternet_plugin.core.exchange.adoption.adoption import Destination, adopt
from waternet_plugin.core.exchange.update_modes import UPDATE
from waternet_plugin.core.schema.settings import Settings

LINES = [line((100 * k, 0), (100 * k + 100, 0)) for k in range(3)]


def test_ids_and_what_names_them_are_of_half_width_and_told() -> None:
    rows = frame(
        LINES, 编号=["ＧＳ－１", "GS-2", "阀３"], 起点=["Ｊ１", "J2", "Ｊ３"], 终点=["J2", "J3", "J4"]
    )
    done = adopted(rows, {"pipe_id": "编号", "from_node": "起点", "to_node": "终点"})
    assert done.rows["pipe_id"].tolist() == ["GS-1", "GS-2", "阀3"]
    assert done.rows["from_node"].tolist() == ["J1", "J2", "J3"]
    told = {one.field: (one.way, one.rows.tolist(), one.examples[0]) for one in done.ways if one.column != ""}
    assert told["pipe_id"] == ("width", [0, 2], ("ＧＳ－１", "GS-1"))
    assert told["from_node"] == ("width", [0, 2], ("Ｊ１", "J1"))
    assert "to_node" not in told


def test_of_one_id_in_both_widths_the_second_is_repeated() -> None:
    done = adopted(frame(LINES, 编号=["ＧＳ１", "GS1", "GS2"]), {"pipe_id": "编号"})
    assert rejected(done) == [(2, "duplicate_id")]


def test_names_and_streets_stay_as_they_are_written() -> None:
    done = adopted(
        frame(LINES, 编号=["A", "B", "C"], 路=["建设１路"] * 3), {"pipe_id": "编号", "street": "路"}
    )
    assert set(done.rows["street"]) == {"建设１路"}
    assert done.ways == ()


def test_an_update_means_the_row_that_the_network_spells_otherwise() -> None:
    ours = ["ＧＳ１", "GS2", "ＧＳ３"]
    network = network_of(
        pipes([{"pipe_id": one, "diameter_mm": 100.0, "geom": at} for one, at in zip(ours, LINES)]),
        ids_there=lambda table: ours if table == "pipe" else [],
    )
    rows = frame(LINES, ID=["GS1", "ＧＳ２", "ＧＳ３"], DN=[150.0, 100.0, 200.0])
    result = updated(rows, {"pipe_id": "ID", "diameter_mm": "DN"}, network, mode=UPDATE, defaults=PIPE)
    assert rejected(result) == []
    assert counts(result)[:2] == (2, 1)
    assert set(result.changes["asset"]) == {"ＧＳ１", "ＧＳ３"}


def test_what_names_a_row_takes_the_width_of_the_network() -> None:
    into = Destination(CRS, settings=Settings(), ids_there=lambda table: ["Ｊ１"] if table == "node" else [])
    rows = frame(LINES[:2], 编号=["A", "B"], 起点=["Ｊ１", "Ｊ２"])
    mapping = mapping_of({"pipe_id": "编号", "from_node": "起点"}, defaults=PIPE)
    done = adopt(rows, mapping, "pipe", into=into, today=TODAY)
    assert done.rows["from_node"].tolist() == ["Ｊ１", "J2"]
