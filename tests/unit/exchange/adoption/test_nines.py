"""Nines and other numbers that programs write for “not known” are no depth, no bore and no level."""

from __future__ import annotations

import pytest
from support.adoption_frames import adopted, frame, line, nulled
from support.slow_cases import a_few_quick

from waternet_plugin.core.cells import causes
from waternet_plugin.core.exchange.guessing.guessing import guess

DEPTHS = [1.2, 1.3, 1.1, 1.4, 1.25, 1.35, 1.15, 1.45]
LINES = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(9)]


@pytest.mark.parametrize(
    "nines", a_few_quick([99, 99.9, 99.99, 999, 999.99, -99, -999, 9999, 99999, 65535], 1)
)
def test_nines_among_depths_are_unknown_and_no_centimetres(nines: float) -> None:
    rows = frame(
        LINES, 编号=[f"K{at}" for at in range(9)], 起点埋深=[*DEPTHS, nines], 终点埋深=[*DEPTHS, nines]
    )
    told = guess(rows, table="pipe").mapping
    assert "depth_start_m" not in told.odd_rows
    assert not told.units
    done = adopted(
        rows, {"depth_start_m": "起点埋深", "depth_end_m": "终点埋深"}, odd_rows=dict(told.odd_rows)
    )
    found = done.rows["depth_start_m"].tolist()
    assert found[:8] == DEPTHS
    assert found[8] != found[8]
    assert nulled(done)[("depth_start_m", causes.STANDS_FOR_UNKNOWN)] == 1


@pytest.mark.parametrize("nines", a_few_quick([999, 9999, 99999, 65535], 1))
def test_nines_are_no_bore(nines: float) -> None:
    bores = [100, 200, 300, 150, 100, 200, 400, 100, nines]
    done = adopted(frame(LINES, 管径=bores), {"diameter_mm": "管径"})
    assert done.rows["diameter_mm"].tolist()[:8] == bores[:8]
    assert done.rows["diameter_mm"].isna().tolist()[8]


def test_in_centimetres_they_may_be_measured() -> None:
    depths = [120, 99, 110, 140, 125, 135, 115, 145, 130]
    done = adopted(frame(LINES, d=depths), {"depth_start_m": "d"}, units={"depth_start_m": "cm"})
    assert done.rows["depth_start_m"].tolist() == pytest.approx([one / 100 for one in depths])


def test_a_town_at_999_m_keeps_its_levels() -> None:
    levels = [999.0, 998.7, 999.4, 999.0, 1000.1, 998.2, 999.0, 999.6, 998.8]
    done = adopted(
        frame(LINES, a=levels, b=levels),
        {"invert_start_m": "a", "invert_end_m": "b"},
    )
    assert done.rows["invert_start_m"].tolist() == levels


def test_noughts_among_depths_of_buried_pipes_are_unknown() -> None:
    burial = ["直埋"] * 7 + ["架空", "直埋"]
    rows = frame(LINES, 起点埋深=[*DEPTHS[:7], 0, 0], 终点埋深=[0, 0.1, *DEPTHS[:7]], 埋设方式=burial)
    fields = {"depth_start_m": "起点埋深", "depth_end_m": "终点埋深", "burial": "埋设方式"}
    meant = {"burial": {"直埋": "direct", "架空": "overhead"}}
    done = adopted(rows, fields, values=meant)
    depths = done.rows["depth_start_m"].tolist()
    # What stands above the ground has no depth, nor has what lies at it.
    assert (depths[:8], depths[8] != depths[8]) == ([*DEPTHS[:7], 0.0], True)
    assert done.rows["depth_end_m"].tolist()[:2] == [0.0, 0.1]
    assert nulled(done)[("depth_start_m", causes.STANDS_FOR_UNKNOWN)] == 1


def test_words_of_databases_for_nothing_are_no_names() -> None:
    done = adopted(frame(LINES[:4], o=["NULL", "无", "水司", "null"]), {"owner": "o"})
    assert done.rows["owner"].tolist() == [None, None, "水司", None]
