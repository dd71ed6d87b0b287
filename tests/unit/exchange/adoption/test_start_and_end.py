"""Columns of start and end belong to the ids of the nodes: lines turn towards them, flow follows headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from support.adoption_frames import CRS, TODAY, adopted, frame, line, mapping_of, nulled
from support.built_network import EAST, NORTH
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.network.model.unknown_levels import stray_levels
from waternet_plugin.core.schema.settings import Settings

DRAINS = {"system": "storm", "status": "in_use"}


def places(**xy: tuple[float, float]) -> Any:
    """Return what tells where some nodes of the network lie."""
    known = pd.DataFrame(
        {"x": [EAST + x for x, _y in xy.values()], "y": [NORTH + y for _x, y in xy.values()]},
        index=list(xy),
    )
    return lambda names: known[known.index.isin(names)]


def adopted_beside(foreign: pd.DataFrame, fields: dict[str, str], nodes: Any, **parts: Any) -> AdoptionResult:
    return adopt(
        foreign,
        mapping_of(fields, defaults=DRAINS, **parts),
        "pipe",
        into=Destination(CRS, settings=Settings(), node_places=nodes),
        today=TODAY,
    )


def starts(result: AdoptionResult) -> list[tuple[float, float]]:
    """Return where each pipe begins, relative to the corner of the frames."""
    first = shapely.get_coordinates(shapely.get_point(result.rows.geometry.to_numpy(), 0))
    return [tuple(one) for one in (first - [EAST, NORTH]).tolist()]


ENDS = {"from_node": "FROM", "to_node": "TO", "invert_start_m": "ELEV1", "invert_end_m": "ELEV2"}


def test_a_line_against_its_ids_is_turned_and_the_levels_stay_with_the_ids() -> None:
    foreign = frame(
        [line((100, 0), (50, 5), (0, 0)), line((100, 0), (200, 0))],
        FROM=["A", "B"], TO=["B", "C"], ELEV1=[5.0, 4.0], ELEV2=[4.0, 3.0],
    )  # fmt: skip
    result = adopted_beside(foreign, ENDS, places(A=(0, 0.3), B=(100, 0), C=(200, 0)))
    assert starts(result) == [(0, 0), (100, 0)]
    assert result.rows["invert_start_m"].tolist() == [5.0, 4.0]
    assert result.rows["from_node"].tolist() == ["A", "B"]
    assert result.turned == 1
    assert [note for note in result.notes if "drawn against the ids" in note]


def test_a_pipe_shorter_than_a_metre_turns_too() -> None:
    foreign = frame([line((0.6, 0), (0, 0))], FROM=["A"], TO=["B"], ELEV1=[5.0], ELEV2=[4.0])
    assert adopted_beside(foreign, ENDS, places(A=(0, 0), B=(0.6, 0))).turned == 1


@pytest.mark.parametrize(
    "nodes",
    a_few_quick([places(A=(0, 0)), places(A=(0, 0), B=(5000, 0)), places(A=(52, 0), B=(48, 0)), places()], 1),
    ids=["one unknown", "one far away", "both in the middle", "none known"],
)
def test_where_the_ids_do_not_lie_at_the_opposite_ends_nothing_turns(nodes: Any) -> None:
    # A second pipe names the unknown one elsewhere: it is not merely what is left.
    foreign = frame(
        [line((100, 0), (0, 0)), line((900, 0), (800, 0))],
        FROM=["A", "X"], TO=["B", "B"], ELEV1=[5.0, 5.0], ELEV2=[4.0, 4.0],
    )  # fmt: skip
    result = adopted_beside(foreign, ENDS, nodes)
    assert result.turned == 0
    assert starts(result) == [(100, 0), (900, 0)]


def chain(against: Sequence[int]) -> pd.DataFrame:
    """Return drains A-B-C-...; some are drawn against their ids."""
    lines = [line((100 * number, 0), (100 * number + 100, 0)) for number in range(6)]
    shapes = [one.reverse() if number in against else one for number, one in enumerate(lines)]
    level = np.arange(6.0, 0.0, -1.0)
    return frame(shapes, US_MH=list("ABCDEF"), DS_MH=list("BCDEFG"), US_IL=level, DS_IL=level - 1)


HEADED = {"from_node": "US_MH", "to_node": "DS_MH", "invert_start_m": "US_IL", "invert_end_m": "DS_IL"}


@pytest.mark.parametrize("against", a_few_quick([(), (2,), (0, 5), (0, 1, 3, 4), tuple(range(6))], 1))
def test_the_file_itself_tells_where_its_nodes_lie(against: tuple[int, ...]) -> None:
    result = adopted(chain(against), HEADED, defaults=DRAINS)
    assert starts(result) == [(100 * number, 0) for number in range(6)]
    assert result.turned == len(against)
    assert result.rows["flow"].tolist() == ["forward"] * 6
    assert result.rows["flow_source"].tolist() == ["given"] * 6


def test_a_row_of_several_parts_turns_as_one() -> None:
    two = shapely.MultiLineString([line((200, 0), (150, 0)), line((100, 0), (0, 0))])
    foreign = frame([two], FROM=["A"], TO=["B"], ELEV1=[5.0], ELEV2=[4.0], id=["P"])
    result = adopted_beside(foreign, {**ENDS, "pipe_id": "id"}, places(A=(0, 0), B=(200, 0)))
    assert result.rows["pipe_id"].tolist() == ["P.1", "P.2"]
    assert starts(result) == [(0, 0), (150, 0)]
    assert result.rows["invert_start_m"].tolist()[0] == 5.0
    assert result.rows["invert_end_m"].tolist()[1] == 4.0
    assert result.turned == 1


def headed(start: str, end: str, fields: tuple[str, str] = ("invert_start_m", "invert_end_m")) -> Any:
    foreign = frame([line((0, 0), (50, 0))], **{start: [5.0], end: [4.0]})
    rows = adopted(foreign, dict(zip(fields, (start, end))), defaults=DRAINS).rows
    return rows["flow"].tolist()[0] if "flow" in rows else None


@pytest.mark.parametrize(
    ("start", "end"),
    a_few_quick(
        [
            ("UPSTREAM_ELEVATION", "DOWNSTREAM_ELEVATION"),
            ("UPSTREAMINVERT", "DOWNSTREAMINVERT"),
            ("INV_UP_ELV", "INV_DN_ELV"),
            ("INVERTUS", "INVERTDS"),
            ("US_IL", "DS_IL"),
            ("Upstream_E", "Downstre_1"),
            ("上游管底高程", "下游管底高程"),
            ("上游管底高程(m)", "下游高程(m)"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_headings_of_upstream_and_downstream_give_the_flow(start: str, end: str) -> None:
    assert headed(start, end) == "forward"
    assert headed(end, start) == "reverse"
    assert headed(start, end, ("depth_start_m", "depth_end_m")) == "forward"


def by_places(
    start: str, end: str, fields: dict[str, str] | None = None, defaults: Any = DRAINS, **columns: Any
) -> Any:
    """Return the flow of a line that is made of the places of its ends, with the side it begins at."""
    (x0, y0), (x1, y1) = line((0, 0), (50, 0)).coords
    names = {f"{start}X": [x0], f"{start}Y": [y0], f"{end}X": [x1], f"{end}Y": [y1]}
    geometry = dict(zip(("x", "y", "end_x", "end_y"), names))
    foreign = pd.DataFrame({**names, **columns})
    mapping = mapping_of(fields or {}, defaults=defaults, geometry=geometry, crs=CRS)
    nodes = places(A=(50, 0), B=(0, 0))
    into = Destination(CRS, settings=Settings(), node_places=nodes)
    rows = adopt(foreign, mapping, "pipe", into=into, today=TODAY).rows
    return rows["flow"].tolist()[0] if "flow" in rows else None


@pytest.mark.parametrize(
    ("start", "end"),
    a_few_quick(
        [("上游", "下游"), ("US_", "DS_"), ("upstream_", "downstream_"), ("UP_", "DN_")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_columns_of_places_headed_upstream_and_downstream_give_the_flow(start: str, end: str) -> None:
    assert by_places(start, end) == "forward"
    assert by_places(end, start) == "reverse"
    assert by_places(start, end, defaults={"system": "potable"}) is None
    assert by_places(start, end, {"flow": "way"}, way=["reverse"]) == "reverse"
    # Its ids turn the line: the water goes on from the place that was headed upstream.
    assert by_places(start, end, {"from_node": "N1", "to_node": "N2"}, N1=["A"], N2=["B"]) == "reverse"


def test_columns_of_places_headed_start_and_end_give_none() -> None:
    assert by_places("起点", "终点") is None


@pytest.mark.parametrize(
    ("start", "end"),
    a_few_quick(
        [("起点管底高程", "终点管底高程"), ("FROM_INV", "TO_INV"), ("ST_INVERT", "END_INVERT"), ("z1", "z2")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_headings_of_start_and_end_do_not(start: str, end: str) -> None:
    assert headed(start, end) is None


def test_a_flow_that_the_file_tells_stays_and_water_pipes_get_none() -> None:
    foreign = frame(
        [line((0, 0), (50, 0))] * 3, US_IL=[5.0] * 3, DS_IL=[4.0] * 3,
        flow=["reverse", None, None], system=["sewage", "sewage", "potable"],
    )  # fmt: skip
    fields = {"invert_start_m": "US_IL", "invert_end_m": "DS_IL", "flow": "flow", "system": "system"}
    rows = adopted(foreign, fields).rows
    assert [None if pd.isna(one) else one for one in rows["flow"]] == ["reverse", "forward", None]


def test_a_row_without_the_values_gives_none() -> None:
    foreign = frame([line((0, 0), (50, 0))] * 2, US_IL=[5.0, None], DS_IL=[4.0, 4.0])
    rows = adopted(foreign, {"invert_start_m": "US_IL", "invert_end_m": "DS_IL"}, defaults=DRAINS).rows
    assert rows["flow"].notna().tolist() == [True, False]


def test_where_the_drawn_order_is_worth_nothing_ends_that_nobody_can_place_give_none() -> None:
    known = chain((0, 1, 3))
    lost = frame([line((0, 900), (80, 900))], US_MH=["L1"], DS_MH=["L2"], US_IL=[3.0], DS_IL=[2.0])
    rows = pd.concat([known, lost], ignore_index=True)
    result = adopted(rows, HEADED, defaults=DRAINS)
    assert result.turned == 3
    assert result.rows["flow"].notna().tolist() == [True] * 6 + [False]
    assert [note for note in result.notes if "is unknown" in note]


# ------------------------------------------------------------------------------------ unknown levels

LEVELS = {"invert_start_m": "up", "invert_end_m": "dn"}


def levels(up: Sequence[float], dn: Sequence[float], **parts: Any) -> tuple[list[Any], dict[Any, int]]:
    """Return the inverts of drains one behind the other as adopted, and what was counted."""
    shapes = [line((40 * number, 0), (40 * number + 40, 0)) for number in range(len(up))]
    result = adopted(frame(shapes, up=up, dn=dn), LEVELS, defaults=DRAINS, **parts)
    rows = result.rows[["invert_start_m", "invert_end_m"]]
    return rows.astype(object).where(rows.notna(), None).to_numpy().tolist(), nulled(result)


def test_numbers_far_from_all_levels_around_are_unknown() -> None:
    rows, counted = levels([52.0, 51.0, 0.0, 9999.0], [51.0, -1.0, 49.0, -9999.0])
    assert rows == [[52.0, 51.0], [51.0, None], [None, 49.0], [None, None]]
    assert counted == {
        ("invert_start_m", "stands_for_unknown"): 2,
        ("invert_end_m", "stands_for_unknown"): 2,
    }


def test_zero_is_a_level_by_the_sea() -> None:
    rows, counted = levels([1.2, 0.6, 0.0], [0.6, 0.0, -1.0])
    assert rows == [[1.2, 0.6], [0.6, 0.0], [0.0, -1.0]]
    assert not counted


def test_zero_written_far_too_often_is_no_level_by_the_sea() -> None:
    rows, _counted = levels([4.0, 0.0, 0.0, 0.0, 3.5, 2.0], [3.8, 0.0, 0.0, 0.0, 3.1, 1.2])
    assert [row for row in rows if None not in row] == [[4.0, 3.8], [3.5, 3.1], [2.0, 1.2]]


@pytest.mark.parametrize(("off", "is_level"), [(3.6, False), (1.0, False), (-0.4, True)])
def test_nought_among_measured_levels_is_a_level_where_others_are_near_it(off: float, is_level: bool) -> None:
    measured = [off + part for part in (0.31, 0.57, 0.24, 0.83, 0.46, 0.72)]
    rows, counted = levels([*measured, 0.0], [*measured[1:], measured[0], measured[2]])
    assert rows[6][0] == (0.0 if is_level else None)
    assert sum(counted.values()) == (0 if is_level else 1)
    survey = np.array([*measured, 0.0])
    assert stray_levels(survey, Settings()).tolist() == [False] * 6 + [not is_level]


def test_zero_alone_is_no_level() -> None:
    rows, counted = levels([0.0, 0.0], [0.0, 9999.0])
    assert rows == [[None, None], [None, None]]
    assert sum(counted.values()) == 4


def test_levels_of_the_network_around_count_and_feet_are_read_as_written() -> None:
    shapes = [line((0, 0), (40, 0)), line((3000, 0), (3040, 0))]
    foreign = frame(shapes, up=[180.0, 0.0], dn=[179.0, 9999.0])
    around = pd.DataFrame({"x": [EAST + 3000.0], "y": [NORTH], "level_m": [2.0]})
    destination = Destination(CRS, settings=Settings(), known_levels=lambda: around)
    mapping = mapping_of(LEVELS, defaults=DRAINS, units={"invert_start_m": "foot", "invert_end_m": "foot"})
    rows = adopt(foreign, mapping, "pipe", into=destination, today=TODAY).rows
    assert rows["invert_start_m"].tolist() == pytest.approx([180 * 0.3048, 0.0])
    assert rows["invert_end_m"].isna().tolist() == [False, True]


def test_ground_and_sizes() -> None:
    points = [shapely.Point(EAST + 10 * number, NORTH) for number in range(3)]
    foreign = frame(points, ground=[35.0, 0.0, 34.0], depth=[1.5, 9999.0, 2.0])
    rows = adopted(foreign, {"ground_m": "ground", "depth_m": "depth"}, "node").rows
    assert rows["ground_m"].isna().tolist() == [False, True, False]
    assert rows["depth_m"].isna().tolist() == [False, True, False]
