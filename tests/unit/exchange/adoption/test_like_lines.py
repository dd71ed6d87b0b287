"""Pipes without an id that are there already: a course that the network has, and neither twin nor stub."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.adoption_frames import CRS, TODAY, frame, line, mapping_of
from support.built_network import EAST, NORTH
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.adoption.duplicates.like_lines import COLUMNS
from waternet_plugin.core.schema.settings import Settings

FIELDS = {"diameter_mm": "DN", "material": "CZ"}
CODES = {"values": {"material": {"DI": "ductile_iron", "PE": "pe", "?": "unknown"}}}


def delivered(lines: list[Any], dn: list[Any] | None = None, cz: list[Any] | None = None) -> gpd.GeoDataFrame:
    return frame(lines, DN=dn or [300.0] * len(lines), CZ=cz or ["DI"] * len(lines))


def adopted(foreign: gpd.GeoDataFrame, there: pd.DataFrame | None = None, **parts: Any) -> AdoptionResult:
    """Adopt pipes without ids into a network that has some."""
    rows = pd.DataFrame(columns=list(COLUMNS)) if there is None else there
    mapping = mapping_of(FIELDS, defaults={"system": "potable", "status": "in_use"}, **CODES, **parts)
    into = Destination(
        CRS,
        settings=Settings(),
        existing_ids=rows["pipe_id"].tolist(),
        lines=lambda _box: rows[list(COLUMNS)].astype(object),
    )
    return adopt(foreign, mapping, "pipe", into=into, today=TODAY)


def network_of(foreign: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(adopted(foreign).rows)


def test_the_same_file_once_more_adds_nothing() -> None:
    file = delivered([line((0, 0), (40, 7)), line((0, 0), (0.3, 0)), line((0, 0), (30, 30), (60, 0))])
    again = adopted(file, network_of(file))
    assert again.rows_written == 0
    assert again.rejected_by_reason() == {"same_row_there": 3}


def test_a_line_drawn_the_other_way_and_by_a_hair_elsewhere_is_the_same() -> None:
    there = network_of(delivered([line((0, 0), (40, 7))]))
    assert adopted(delivered([line((40.02, 7), (0, 0.02))]), there).rows_written == 0
    # With a vertex more on the way.
    assert adopted(delivered([line((0, 0), (20, 3.5), (40, 7))]), there).rows_written == 0


@pytest.mark.parametrize("apart", a_few_quick([0.06, 0.2, 0.45], 1))
def test_twin_mains_are_two(apart: float) -> None:
    there = network_of(delivered([line((0, 0), (60, 0))]))
    result = adopted(delivered([line((0, apart), (60, apart))]), there)
    assert (result.rows_written, result.rows_rejected) == (1, 0)


@pytest.mark.slow
def test_of_twins_the_one_that_is_there_is_left_out() -> None:
    one, other = line((0, 0), (60, 0)), line((0, 0.03), (60, 0.03))
    for there, left in ((one, 1), (other, 2)):
        result = adopted(delivered([one, other]), network_of(delivered([there])))
        assert result.rejected["source_row"].tolist() == [left]


@pytest.mark.slow
def test_a_short_stub_is_not_the_one_beside_it() -> None:
    there = network_of(delivered([line((0, 0), (0.3, 0))]))
    for stub in (line((0, 0.04), (0.3, 0.04)), line((0, 0), (0, 0.3)), line((0, 0), (0.25, 0))):
        assert adopted(delivered([stub]), there).rows_written == 1


def test_a_way_around_between_the_same_ends_is_another_line() -> None:
    there = network_of(delivered([line((0, 0), (40, 0))]))
    assert adopted(delivered([line((0, 0), (20, 1), (40, 0))]), there).rows_written == 1


def test_another_bore_or_material_is_another_line_and_said() -> None:
    there = network_of(delivered([line((0, 0), (40, 0))]))
    for dn, cz in (([200.0], ["DI"]), ([300.0], ["PE"])):
        result = adopted(delivered([line((0, 0), (40, 0))], dn, cz), there)
        assert result.rows_written == 1
        assert any("lies in the same place" in one for one in result.notes), result.notes
    for dn, cz in (([None], ["DI"]), ([300.0], ["?"]), ([300.3], ["DI"])):
        assert adopted(delivered([line((0, 0), (40, 0))], dn, cz), there).rows_written == 0


def test_parts_of_a_row_are_all_there_or_none_is() -> None:
    two = shapely.MultiLineString([line((0, 0), (40, 0)), line((100, 0), (140, 0))])
    there = network_of(delivered([two]))
    assert len(there) == 2
    assert adopted(delivered([two]), there).rows_written == 0
    assert adopted(delivered([two]), there.iloc[:1].assign(pipe_id="X")).rows_written == 1


@st.composite
def streets(draw: st.DrawFn) -> tuple[list[Any], list[float]]:
    """Return lines of one street: mains, twins that lie up to 0.5 m beside them, and short stubs."""
    lines, bores = [], []
    for number in range(draw(st.integers(1, 5))):
        y = 50.0 * number
        length = draw(st.floats(0.2, 200.0))
        turn = draw(st.floats(0.0, 6.28))
        way = np.array([np.cos(turn), np.sin(turn)])
        side = np.array([-way[1], way[0]])
        bore = draw(st.sampled_from([50.0, 100.0, 300.0]))
        # Pipes of one course lie their bore apart at least.
        for place in range(draw(st.integers(1, 3))):
            start = np.array([EAST, NORTH + y]) + side * place * draw(st.floats(max(bore / 1000, 0.06), 0.5))
            lines.append(shapely.LineString([start, start + way * length]))
            bores.append(bore)
    return lines, bores


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(streets(), st.data())
def test_no_twin_or_stub_is_taken_for_another(
    street: tuple[list[Any], list[float]], data: st.DataObject
) -> None:
    lines, bores = street
    picked = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    known = [place for place, one in enumerate(picked) if one]
    if not known:
        return
    there = network_of(delivered([lines[one] for one in known], [bores[one] for one in known]))
    again = adopted(delivered(lines, bores), there)
    # What is there is recognised, and nothing else.
    assert [one - 1 for one in again.rejected["source_row"].tolist()] == known
