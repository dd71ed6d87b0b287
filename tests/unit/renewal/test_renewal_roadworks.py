"""Road works make projects cheaper in their year and ban digging after it; who pays."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.renewal_frames import SETTINGS, packages_of, planned

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.renewal.roadworks import inside_share, road_years, trenchless_where_banned
from waternet_plugin.core.renewal.sharing import split
from waternet_plugin.core.schema.settings import Settings


def works(*rows: tuple[int, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return road works of a year and an area each."""
    return gpd.GeoDataFrame(
        {"year": [float(year) for year, _ in rows], "geom": [area for _, area in rows]}, geometry="geom"
    )


def lines(*coordinates: str) -> np.ndarray:
    return np.array(shapely.from_wkt([f"MULTILINESTRING (({one}))" for one in coordinates]), dtype=object)


BOX = shapely.box(0, -5, 100, 5)


def test_share_counts_a_stretch_under_two_works_once():
    areas = np.array([shapely.box(0, -5, 40, 5), shapely.box(20, -5, 60, 5)])
    share = inside_share(lines("0 0, 100 0", "0 50, 100 50"), areas)
    assert share.tolist() == pytest.approx([0.6, 0.0])


def test_years_of_works_are_cheaper_and_the_next_ones_banned():
    packages = packages_of([800, 800], [1, 1], geom=lines("0 0, 100 0", "0 50, 100 50"))
    roads = road_years(packages, works((2028, BOX)), start_year=2027, years=8, settings=SETTINGS)
    assert roads.cheaper[0].tolist() == [False, True] + [False] * 6
    assert roads.banned[0].tolist() == [False, False] + [True] * 5 + [False]
    assert not roads.cheaper[1].any()
    assert not roads.banned[1].any()


def test_works_before_the_plan_still_ban():
    packages = packages_of([800], [1], geom=lines("0 0, 100 0"))
    roads = road_years(packages, works((2025, BOX)), start_year=2027, years=5, settings=SETTINGS)
    assert roads.banned[0].tolist() == [True] * 4 + [False]


def test_works_long_past_or_after_the_plan_change_nothing():
    packages = packages_of([800], [1], geom=lines("0 0, 100 0"))
    roads = road_years(packages, works((2020, BOX), (2040, BOX)), start_year=2027, years=5, settings=SETTINGS)
    assert not roads.banned.any()
    assert not roads.cheaper.any()


def test_trenchless_renewal_is_not_banned():
    packages = packages_of([800], [1], geom=lines("0 0, 100 0"), method="lining")
    roads = road_years(packages, works((2026, BOX)), start_year=2027, years=2, settings=SETTINGS)
    assert not roads.banned.any()


def test_what_no_year_lets_be_dug_is_offered_without_digging():
    packages = packages_of(
        [800, 700, 600],
        [100, 100, 100],
        geom=lines("0 0, 100 0", "0 0, 100 0", "0 50, 100 50"),
        trenchless_cents=[60000.0, np.nan, 40000.0],
        trenchless_avoided_y=[0.02, np.nan, 0.03],
        trenchless_benefit_y=[60.0, np.nan, 90.0],
    )
    roads = road_years(packages, works((2026, BOX)), start_year=2027, years=5, settings=SETTINGS)
    packages, roads = trenchless_where_banned(packages, roads, SETTINGS)
    assert packages.frame["method"].tolist() == ["pipe_bursting", "open_cut", "open_cut"]
    assert packages.frame["cost_cents"].tolist() == [60000, 70000, 60000]
    assert roads.banned.any(axis=1).tolist() == [False, True, False]
    plan = planned(packages, budget=1000.0, years=5, roads=roads)
    projects = plan.projects.set_index("project_id")
    assert projects["year"].notna().tolist() == [True, False, True]
    assert projects["reasons"].str.contains("may not be dug up in any year").tolist() == [True, True, False]
    assert plan.project_pipes.set_index("pipe_id")["cost"]["P-000a"] == 600
    first, second = plan.summary.notes[:2]
    assert "offered as trenchless renewal: P-000." in first
    assert "do not suit trenchless renewal: P-001." in second


def test_a_year_that_allows_digging_leaves_the_method():
    packages = packages_of([800], [1], geom=lines("0 0, 100 0"), trenchless_cents=[60000.0])
    roads = road_years(packages, works((2026, BOX)), start_year=2027, years=6, settings=SETTINGS)
    assert trenchless_where_banned(packages, roads, SETTINGS) == (packages, roads)


def test_a_project_waits_for_its_road_works_and_costs_a_quarter_less():
    packages = packages_of([1200], [100], geom=lines("0 0, 100 0"))
    roads = road_years(packages, works((2028, BOX)), start_year=2027, years=3, settings=SETTINGS)
    # 1,200 are beyond the budget of a year; 900 are not.
    plan = planned(packages, budget=1000.0, years=3, roads=roads)
    assert plan.projects[["year", "cost"]].iloc[0].tolist() == [2028, 900]
    assert plan.project_pipes["cost"].tolist() == [900]


def test_a_project_is_not_built_after_its_road_works():
    packages = packages_of([800, 800], [100, 90], geom=lines("0 0, 100 0", "0 50, 100 50"))
    roads = road_years(packages, works((2026, BOX)), start_year=2027, years=2, settings=SETTINGS)
    plan = planned(packages, budget=1000.0, years=2, roads=roads)
    assert plan.projects["year"].isna().tolist() == [True, False]


def test_projects_kept_apart_get_different_years():
    packages = packages_of([400, 400], [100, 90])
    assert planned(packages, years=2).projects["year"].tolist() == [2027, 2027]
    plan = planned(packages, years=2, apart=np.array([[0, 1]]))
    assert plan.projects["year"].tolist() == [2027, 2028]


def test_parties_pay_to_the_cent():
    parts = split(np.array([10_001, 333]), np.array([True, False]), SETTINGS)
    assert parts.to_numpy().tolist() == [[2000, 7501, 500], [0, 333, 0]]


def test_shares_that_are_not_100_percent_are_refused():
    with pytest.raises(InputError, match="add up to 90 %"):
        split(np.array([100]), np.array([True]), Settings({"renewal.party.utility": "65"}))
