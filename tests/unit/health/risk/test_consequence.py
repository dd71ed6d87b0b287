"""What a failure costs, who loses water, and the matrix of bands."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
import shapely
from support.health_frames import failures, matched, pipes
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.risk.assessment import Assessment, assess
from waternet_plugin.core.health.risk.consequence import consequence_of
from waternet_plugin.core.health.risk.crossings import crossings_of
from waternet_plugin.core.health.risk.impact import OWN, SEGMENTS, WAYS, Impact, impact_of
from waternet_plugin.core.health.risk.matrix import RiskBands, factor_bands, matrix_of, weighed
from waternet_plugin.core.reports.health.health import health_report
from waternet_plugin.core.schema.settings import Settings

END = datetime.date(2012, 12, 31)
DEFAULT = Settings()


def street(*, valves: tuple[str, ...] = (), source: bool = True) -> Drawing:
    """Draw a source, then pipes a, b, c in a row, and d from the end of a; two customers on each."""
    drawing = Drawing().node("S", 0, kind="source" if source else "junction")
    for number, name in enumerate("ABC"):
        drawing.node(name, 100 + 100 * number, kind="valve" if name in valves else "junction")
    drawing.node("D", 100, 100)
    for name, start, end in (("a", "S", "A"), ("b", "A", "B"), ("c", "B", "C"), ("d", "A", "D")):
        drawing.pipe(name, start, end)
        drawing.customer(f"{name}1", name)
        drawing.customer(f"{name}2", name, households=None, critical="yes" if name == "c" else "no")
    return drawing


def impact(drawing: Drawing, settings: Settings = DEFAULT) -> Impact | None:
    return impact_of(drawing.pipes, drawing.nodes, drawing.customers, settings=settings)


def counted(drawing: Drawing) -> tuple[str, list[float], list[float]]:
    found = impact(drawing)
    assert found is not None
    return found.how, found.customers.tolist(), found.critical.tolist()


def test_a_failure_shuts_its_segment_and_what_hangs_on_it() -> None:
    how, customers, critical = counted(street(valves=("B",)))
    assert how == SEGMENTS
    # a, b and d are one segment, c behind the valve loses its only way.
    assert customers == [8, 8, 2, 8]
    assert critical == [1, 1, 1, 1]


def test_without_valves_who_loses_every_way_is_counted() -> None:
    how, customers, critical = counted(street())
    assert how == WAYS
    assert customers == [8, 4, 2, 2]
    assert critical == [1, 1, 1, 0]


def test_a_second_way_keeps_the_water() -> None:
    drawing = street().pipe("e", "S", "C")
    assert counted(drawing)[1] == [2, 2, 2, 2, 0]


def test_a_closed_valve_is_no_way() -> None:
    drawing = street().node("V", 50, 50, kind="prv", valve_state="closed")
    drawing.pipe("e", "S", "V").pipe("f", "V", "C")
    assert counted(drawing)[1][:4] == [8, 4, 2, 2]


def test_without_a_source_only_the_pipe_itself_counts() -> None:
    assert counted(street(source=False))[:2] == (OWN, [2, 2, 2, 2])


def test_unknown_households_are_one_each_and_lost_customers_are_counted() -> None:
    drawing = street().customer("x", "nowhere").customer("y", None)
    found = impact(drawing)
    assert found is not None
    assert found.households.tolist() == [44, 22, 11, 11]
    assert (found.connected, found.lost) == (8, 2)


def test_pipes_out_of_use_supply_nobody() -> None:
    drawing = street().pipe("old", "B", "D", status="abandoned")
    found = impact(drawing)
    assert found is not None
    assert np.isnan(found.households[-1])


def test_no_customers_no_impact() -> None:
    drawing = Drawing().node("S", 0, kind="source").node("A", 10).pipe("a", "S", "A")
    assert impact(drawing) is None
    assert impact(drawing.customer("x", "nowhere")) is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    drawing = street(valves=("B",))
    order = np.random.default_rng(seed).permutation(4)
    shuffled = impact_of(
        drawing.pipes.iloc[order].reset_index(drop=True),
        drawing.nodes.iloc[::-1].reset_index(drop=True),
        drawing.customers.iloc[::-1].reset_index(drop=True),
        settings=DEFAULT,
    )
    whole = impact(drawing)
    assert shuffled is not None
    assert whole is not None
    assert shuffled.households.tolist() == whole.households[order].tolist()


# Money


def test_customers_replace_their_part_of_the_cost() -> None:
    frame = pipes([{"diameter_mm": 150.0}] * 3)
    found = consequence_of(
        frame, DEFAULT, households=np.array([100.0, 0.0, np.nan]), critical=np.array([1.0, 0.0, np.nan])
    )
    # DN 200: 30,000 of which 40 % stand for customers; 6 h at 5 a household, a critical one is 500.
    assert found.repair.tolist() == [18_000, 18_000, 30_000]
    assert found.interruption.tolist() == [600 * 6 * 5, 0, 0]
    assert found.total.tolist() == [36_000, 18_000, 30_000]


def test_without_customers_the_cost_is_the_old_one() -> None:
    frame = pipes([{"diameter_mm": 150.0, "road_class": "arterial"}])
    assert consequence_of(frame, DEFAULT).total.tolist() == [60_000]


def test_a_crossing_adds_damage() -> None:
    frame = pipes([{"diameter_mm": 150.0}] * 3)
    found = consequence_of(frame, DEFAULT, crossing=np.array([0, 1, 2]))
    assert found.damage.tolist() == [0, 45_000, 90_000]
    assert found.total.tolist() == [30_000, 75_000, 120_000]


def test_crossings_of_layers_and_of_the_column() -> None:
    frame = pipes([{}, {}, {"burial": "under_water"}, {}])
    river = np.array([shapely.LineString([(500, -50), (500, 50)]), None])
    rail = np.array([shapely.box(0, 90, 10, 310)])
    lines = frame["geom"].to_numpy()
    found = crossings_of(frame["burial"], lines, rivers=river, railways=rail)
    assert found is not None
    assert found.tolist() == [1, 2, 2, 2]
    alone = crossings_of(frame["burial"], None)
    assert alone is not None
    assert alone.tolist() == [0, 0, 1, 0]
    assert crossings_of(frame["burial"].iloc[:2], None) is None


# The matrix


def bands(rows: list[dict[str, Any]], rate: list[float], **known: Any) -> RiskBands:
    settings = Settings(known.pop("settings", None))
    recent = np.array(known.pop("recent", [0] * len(rate)))
    factors = factor_bands(pipes(rows), np.array(rate), recent, as_of_year=2012, settings=settings, **known)
    return weighed(factors, settings)


def test_bands_by_weights() -> None:
    # Rate 40: 5, no failures: 1, age 22 of 110: 1; 0.8 x (0.7 x 5 + 0.3) + 0.2 = 3.24.
    found = bands([{"road_class": "arterial"}], [40.0])
    assert found.likelihood.tolist() == [3]
    # DN 150: 2, arterial: 4, crossings unknown: (40 x 2 + 30 x 4) / 70 = 2.86.
    assert found.consequence.tolist() == [3]


def test_unknown_factors_leave_the_others_their_proportions() -> None:
    row = {"material": None, "install_year": None, "diameter_mm": None}
    found = bands([row], [40.0], recent=[4])
    assert found.likelihood.tolist() == [5]
    assert found.consequence.tolist() == [0]


def test_customers_and_crossings_count_in_the_band() -> None:
    found = bands(
        [{"road_class": "local"}] * 2,
        [1.0, 1.0],
        households=np.array([2000.0, 0.0]),
        critical=np.array([2.0, 0.0]),
        crossing=np.array([2, 0]),
    )
    # Customers 5, site 0.4 x 2 + 0.3 x 2 + 0.3 x 5 = 2.9: 3.95; the other 1 and 1.7: 1.35.
    assert found.consequence.tolist() == [4, 1]


def test_pipes_without_a_rate_have_no_band() -> None:
    found = bands([{}], [np.nan])
    assert (found.likelihood.tolist(), found.consequence.tolist()) == ([0], [0])


@pytest.mark.parametrize(
    "weights",
    a_few_quick(
        [
            {"health.weight.likelihood.record": "70"},
            {"health.weight.site.road": "31"},
            {"health.weight.record.rate": "130", "health.weight.record.failures": "-30"},
        ],
        1,
    ),
)
def test_weights_must_add_up(weights: dict[str, str]) -> None:
    with pytest.raises(InputError, match="add up to 100"):
        bands([{}], [1.0], settings=weights)
    with pytest.raises(InputError, match=r"health\.weight"):
        assess(pipes([{}]), failures([]), as_of=END, settings=Settings(weights))


def test_limits_must_rise() -> None:
    with pytest.raises(InputError, match=r"health\.band\.rate"):
        bands([{}], [1.0], settings={"health.band.rate": "3;2;13;30"})


def test_matrix_counts_pipes_and_km() -> None:
    found = matrix_of(
        RiskBands(np.array([5, 5, 1, 0]), np.array([1, 1, 3, 2])), np.array([500.0, 1000.0, 250.0, 100.0])
    )
    assert found.pipes[4][0] == 2
    assert found.km[4][0] == 1.5
    assert found.km[0][2] == 0.25
    assert sum(map(sum, found.pipes)) == 3
    assert (found.unknown_pipes, found.unknown_km) == (1, 0.1)


# In the assessment


def assessed(**options: Any) -> Assessment:
    rows = [
        {"material": "cast_iron", "install_year": 1960.0},
        {"material": "ductile_iron", "install_year": 1975.0},
        {"material": "ductile_iron", "install_year": 2005.0},
        {"material": None, "install_year": None},
        {"system": "sewage"},
    ]
    on = [("P2", f"{year}-05-01") for year in range(2004, 2012)]
    return assess(
        pipes(rows),
        matched(on),
        as_of=END,
        options=RatingOptions(window_start=datetime.date(2003, 1, 1)),
        **options,
    )


def test_policy_flag() -> None:
    assert assessed().pipes["policy"].tolist() == ["yes", "yes", "no", "unknown", None]


@pytest.mark.slow
def test_impact_moves_money_and_not_rates() -> None:
    plain = assessed()
    people = np.array([1000.0, 0, 0, 0, np.nan])
    impact_there = Impact(people, people, np.zeros(5), SEGMENTS, 4, 1)
    peopled = assessed(impact=impact_there)
    rates = [one.pipes["rate_per_100km_y"].to_numpy() for one in (plain, peopled)]
    assert np.array_equal(*rates, equal_nan=True)
    assert peopled.pipes["consequence"].tolist()[:2] == [18_000 + 1000 * 6 * 5, 18_000]
    parts = peopled.summary.risk_parts
    assert sum(parts.values()) == pytest.approx(peopled.summary.risk)
    assert plain.summary.risk_parts["interruption"] == 0
    assert (peopled.summary.customers_from, peopled.summary.customers_lost) == (SEGMENTS, 1)


def test_pipes_laid_later_keep_rows_in_step() -> None:
    rows = [{"install_year": 2020.0}, {"install_year": 1990.0}]
    people = np.array([9.0, 100.0])
    found = assess(
        pipes(rows),
        failures([]),
        as_of=END,
        impact=Impact(people, people, np.zeros(2), OWN, 2, 0),
        crossing=np.array([2, 1]),
    )
    assert found.rows.tolist() == [1]
    assert found.pipes["consequence"].tolist() == [18_000 * 2.5 + 100 * 6 * 5]


@pytest.mark.slow
def test_report_has_costs_and_matrix() -> None:
    found = assessed()
    report = health_report(found.summary, network="town")
    page = report.to_html()
    assert "No customer is linked" in page
    assert "<svg" in page
    assert report.figures["matrix"]["pipes"] == found.summary.matrix.pipes  # type: ignore[index, union-attr]
