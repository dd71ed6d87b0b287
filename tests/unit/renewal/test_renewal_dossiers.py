"""What there is to say of a project, and the list of projects."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.renewal.dossiers import Dossier, DossierTables, make_dossiers
from waternet_plugin.core.reports.renewal.project_list import basis_of, project_list
from waternet_plugin.core.schema.settings import Settings


def _line(place: int) -> shapely.LineString:
    return shapely.LineString([(100.0 * place, 0), (100.0 * place + 100, 0)])


@pytest.fixture
def frames() -> dict[str, Any]:
    """Five pipes of 100 m; project A has the first two in 2028, B the third in 2027, C the fourth, unpaid."""
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": list("abcde"),
            "material": ["cast_iron", "cast_iron", "steel", "pe", "ductile_iron"],
            "diameter_mm": [200.0, 300.0, 100.0, np.nan, 200.0],
            "length_m": [100.0, 60.0, 100.0, 100.0, 100.0],
            "install_year": [1965.0, 1972.0, np.nan, 2001.0, 2010.0],
            "geom": [_line(place) for place in range(5)],
        },
        geometry="geom",
    )
    assessment = pd.DataFrame(
        {
            "pipe_id": list("abcde"),
            "rate_per_100km_y": [90.0, 60.0, 30.0, 20.0, 2.0],
            "likelihood": [0.45, 0.18, 0.15, 0.1, 0.01],
            "reason_facts": None,
            "reasons": None,
            "consequence": 20_000.0,
            "class": ["renew_now", "priority", "priority", "priority", "in_service"],
        }
    )
    failures = gpd.GeoDataFrame(
        {
            "failure_id": ["F1", "F2", "F3"],
            "pipe_id": ["a", "a", "e"],
            "date": pd.to_datetime(["2019-03-01", "2024-01-01", "2020-01-01"]),
            "kind": "main_break",
            "geom": shapely.points([[10, 0], [20, 0], [410, 0]]),
        },
        geometry="geom",
    )
    projects = gpd.GeoDataFrame(
        {
            "project_id": ["P-c", "P-a", "P-d"],
            "plan_id": "PL0001",
            "street": ["B Street", "A Street", None],
            "year": [2027.0, 2028.0, np.nan],
            "class": ["priority", "renew_now", "priority"],
            "cost": [100_000.0, 250_000.5, 90_000.0],
            "length_m": [100.0, 160.0, 100.0],
            "benefit": [5.0, 6.0, 7.0],
            "pipe_ids": ["c", "a;b", "d"],
            "method": "open_cut",
            "material": "ductile_iron",
            "state": ["proposed", "proposed", "not_funded"],
            "cost_government": [20_000.0, 0.0, 0.0],
            "cost_utility": [75_000.0, 250_000.5, 90_000.0],
            "cost_residents": [5_000.0, 0.0, 0.0],
            "geom": [
                shapely.MultiLineString([_line(2)]),
                shapely.MultiLineString([_line(0), _line(1)]),
                shapely.MultiLineString([_line(3)]),
            ],
        },
        geometry="geom",
    )
    costs = pd.DataFrame(
        {"project_id": ["P-a", "P-a", "P-c"], "pipe_id": ["a", "b", "c"], "cost": [150_000.0, 100_000.5, 1e5]}
    )
    customers = pd.DataFrame(
        {
            "customer_id": ["K1", "K2", "K3"],
            "name": ["Hospital", None, "House"],
            "pipe_id": ["a", "e", "e"],
            "households": [np.nan, 30.0, 5.0],
            "critical": ["yes", "no", "yes"],
        }
    )
    works = gpd.GeoDataFrame(
        {
            "road_work_id": ["W1", "W2"],
            "year": [2028.0, 2029.0],
            "name": ["Main road", "Side road"],
            "geom": [
                shapely.MultiPolygon([shapely.box(-10, -5, 150, 5)]),
                shapely.MultiPolygon([shapely.box(-10, -5, 50, 5)]),
            ],
        },
        geometry="geom",
    )
    return {
        "projects": projects, "pipes": pipes, "assessment": assessment, "failures": failures, "costs": costs,
        "customers": customers, "works": works,
    }  # fmt: skip


def _made(frames: dict[str, Any], cut_off: dict[str, list[int]] | None = None) -> list[Dossier]:
    return make_dossiers(DossierTables(**frames), cut_off or {}, Settings())


def test_by_year_with_what_has_no_money_last(frames: dict[str, Any]) -> None:
    found = _made(frames)
    assert [one.project_id for one in found] == ["P-c", "P-a", "P-d"]
    assert [one.year for one in found] == [2027, 2028, None]
    assert found[2].street == ""


def test_pipes_are_numbered_and_have_their_cost(frames: dict[str, Any]) -> None:
    pipes = _made(frames)[1].pipes
    assert pipes["number"].tolist() == [1, 2]
    assert pipes["pipe_id"].tolist() == ["a", "b"]
    assert pipes["cost"].tolist() == [150_000.0, 100_000.5]
    assert pipes["failures"].tolist() == [2.0, 0.0]


def test_failures_are_those_of_its_pipes_newest_first(frames: dict[str, Any]) -> None:
    one = _made(frames)[1]
    assert one.failures["failure_id"].tolist() == ["F2", "F1"]
    assert one.failures["number"].tolist() == [1, 1]
    assert one.expected == pytest.approx(0.63)


def test_reasons_are_there_for_every_project(frames: dict[str, Any]) -> None:
    found = _made(frames)
    assert any("recorded" in reason for reason in found[1].reasons)
    assert all(one.reasons and all(one.reasons) for one in found)


@pytest.mark.slow
def test_customers_on_its_pipes_and_those_cut_off(frames: dict[str, Any]) -> None:
    alone, together = _made(frames)[1], _made(frames, {"P-a": [1]})[1]
    assert (alone.customers.count, alone.customers.households) == (1, 1)
    assert alone.customers.critical == ("K1",)
    assert (together.customers.count, together.customers.households) == (2, 31)


def test_road_works_that_most_of_it_lies_in(frames: dict[str, Any]) -> None:
    found = _made(frames)
    assert [(work.year, work.name) for work in found[1].works] == [(2028, "Main road")]
    assert found[1].works[0].share == pytest.approx(0.75)
    assert found[0].works == ()


def test_without_money_the_pipes_have_no_cost(frames: dict[str, Any]) -> None:
    assert np.isnan(_made(frames)[2].pipes["cost"]).all()


@pytest.mark.slow
def test_order_of_rows_does_not_matter(frames: dict[str, Any]) -> None:
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in frames.items()}
    for one, other in zip(_made(frames), _made(turned)):
        assert one.project_id == other.project_id and one.reasons == other.reasons
        assert one.pipes["pipe_id"].tolist() == other.pipes["pipe_id"].tolist()


def test_no_project_is_no_dossier(frames: dict[str, Any]) -> None:
    assert _made({**frames, "projects": frames["projects"].iloc[:0]}) == []


def test_the_list_has_a_row_a_project_a_pipe_and_a_year(frames: dict[str, Any]) -> None:
    plan = pd.Series(
        {
            "plan_id": "PL0001", "start_year": 2027.0, "years": 2.0, "budget": 3e5, "made_by": "Li",
            "made_on": pd.Timestamp("2026-05-01"),
        }
    )  # fmt: skip
    run = pd.Series({"run_id": "R0001", "as_of": pd.Timestamp("2025-12-31"), "window_start": pd.NaT})
    figures = {"currency": "CNY", "strategy": "plan"}
    basis = basis_of(plan, run, figures, network="town")
    projects, pipes, years, rests = project_list(_made(frames), budget=3e5, currency="CNY", basis=basis)
    assert [row[1] for row in projects[2]] == ["P-c", "P-a", "P-d"]
    assert [len(row) for row in projects[2]] == [len(projects[1])] * 3
    assert [row[3] for row in pipes[2]] == ["c", "a", "b", "d"]
    assert [row[0] for row in years[2]] == ["2027", "2028", "Total"]
    assert years[2][2][3] == 350_000.5
    assert dict(rests[2])["Annual budget"] == "300,000 CNY"


@pytest.mark.slow
def test_customers_that_nobody_recorded_are_not_none(frames: dict[str, Any]) -> None:
    assert all(one.customers.is_recorded for one in _made(frames))
    frames["customers"] = frames["customers"].iloc[:0]
    unknown = _made(frames)
    assert not any(one.customers.is_recorded for one in unknown)
    _, columns, rows = project_list(unknown, budget=1.0, currency="CNY", basis={})[0]
    assert {row[columns.index("Customers without water")] for row in rows} == {"no customers recorded"}
    # Customers that name no pipe tell nobody who is cut off either.
    frames["customers"] = pd.DataFrame(
        {"customer_id": ["x"], "name": [None], "pipe_id": [None], "households": [3.0], "critical": ["yes"]}
    )
    assert not any(one.customers.is_recorded for one in _made(frames))
