"""Zero discharge of compounds: what the map knows, what is ticked, what blocks."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.drain_towns import drains_town
from support.quality_frames import CRS, TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.compounds.scores.exit_samples import exit_samples
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import (
    CRITERIA,
    ZeroDischarge,
    compound_blockers,
    zero_discharge,
)
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import unsettled_misconnections
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

EAST, NORTH = 500_000.0, 2_500_000.0
PLACES = {
    **{name: (EAST + 40 * step, NORTH) for step, name in enumerate("abcde")},
    **{name: (EAST + 40 * step, NORTH + 20) for step, name in enumerate("vwxyz")},
}
DRAINS = [
    *((ends, "sewage", "branch") for ends in ("ab", "bc", "cd", "de")),
    *((ends, "storm", "branch") for ends in ("vw", "wx", "xy", "yz")),
]
KINDS = {"e": {"kind": "plant", "system": "sewage"}, "z": {"kind": "outfall", "system": "storm"}}
NO_ISSUES = pd.DataFrame(columns=["issue_id", "rule_id", "state", "assets"], dtype=object)


def table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frames.conform(pd.DataFrame(rows), name) if rows else frames.empty(name)


def customers(rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frames.empty("customer")
    points = [shapely.Point(EAST + 10, NORTH + 5)] * len(rows)
    return frames.conform(
        gpd.GeoDataFrame(rows, geometry=points, crs=CRS).rename_geometry("geom"), "customer"
    )


def ticks(*items: str, day: str = "2025-12-01") -> list[dict[str, Any]]:
    return [
        {"list": "zero_discharge", "asset": "C1", "item": item, "ticked_on": pd.Timestamp(day)}
        for item in items
    ]


def town(
    drains: Any = None,
    users: Any = (),
    checklist: Any = (),
    readings: Any = (),
    items: Any = (),
    drainage: str | None = None,
    settings: Settings | None = None,
) -> CheckContext:
    """Return a town whose first two places lie in a compound; it drains to a plant and an outfall."""
    ground = shapely.MultiPolygon([shapely.box(EAST - 10, NORTH - 10, EAST + 75, NORTH + 30)])
    compound = gpd.GeoDataFrame([{"compound_id": "C1", "drainage": drainage}], geometry=[ground], crs=CRS)
    tables = drains_town(
        PLACES,
        DRAINS if drains is None else drains,
        kinds=KINDS,
        compound=frames.conform(compound.rename_geometry("geom"), "compound"),
        customer=customers(list(users)),
        checklist=table("checklist", list(checklist)),
        reading=table("reading", list(readings)),
        work_item=table("work_item", list(items)),
    )
    return CheckContext(tables, settings or Settings(), today=TODAY)


def codes_of(subject: CheckContext, issues: pd.DataFrame = NO_ISSUES) -> Any:
    return unsettled_misconnections(subject, issues).code_of(len(subject.pipes))


def judged(subject: CheckContext, issues: pd.DataFrame = NO_ISSUES) -> ZeroDischarge:
    return zero_discharge(subject, codes_of(subject, issues), TODAY)


def states(found: ZeroDischarge) -> dict[str, str]:
    return dict(zip(found.criteria["criterion"], found.criteria["state"]))


def sample(node: str, value: float, *, quantity: str = "cod_mgl", day: str = "2025-11-01") -> dict[str, Any]:
    return {"node_id": node, "time": pd.Timestamp(day, tz="UTC"), "quantity": quantity, "value": value}


def test_what_the_map_knows_alone() -> None:
    found = judged(town())
    assert found.state.tolist() == ["unknown"] and not found.is_filled
    assert states(found) == {
        "surveyed": "unknown", "visits": "unknown", "permits": "unknown", "mapped": "yes",
        "separated": "yes", "connected": "yes", "sampled": "unknown",
    }  # fmt: skip
    assert found.blocked_by == ["surveyed;visits;permits;sampled"]


@pytest.mark.slow
def test_ticks_make_the_rest_hold() -> None:
    found = judged(town(checklist=ticks("surveyed", "visits", "permits", "sampled")))
    assert found.state.tolist() == ["yes"] and found.blocked_by == [None] and found.is_filled
    # A tick of a day to come is none yet.
    found = judged(town(checklist=ticks("surveyed", "visits", "permits", "sampled", day="2026-02-01")))
    assert found.state.tolist() == ["unknown"] and not found.is_filled


@pytest.mark.slow
def test_the_map_stands_above_a_tick() -> None:
    wrong = [(name, "storm" if name in ("ab", "bc") else system, kind) for name, system, kind in DRAINS]
    found = judged(town(drains=wrong, checklist=ticks(*CRITERIA)))
    assert found.state.tolist() == ["no"] and states(found)["connected"] == "no"
    assert found.blocked_by == ["connected M4 bc"]
    accepted = pd.DataFrame(
        {"issue_id": ["compound_to_other_system-pipe-bc+c"], "rule_id": ["compound_to_other_system"],
         "state": ["accepted"], "assets": ["bc;c"]}
    )  # fmt: skip
    assert judged(town(drains=wrong, checklist=ticks(*CRITERIA)), accepted).state.tolist() == ["yes"]
    listed = accepted.assign(state="open")
    assert judged(town(checklist=ticks(*CRITERIA)), listed).state.tolist() == ["no"]


@pytest.mark.parametrize(
    ("user", "permits", "visits"),
    a_few_quick(
        [
            ({"kind": "domestic"}, "yes", "yes"),
            ({"kind": "non_domestic"}, "unknown", "unknown"),
            ({"trade": "park"}, "yes", "yes"),
            ({"trade": "catering"}, "no", "unknown"),
            ({"trade": "catering", "permit_no": "P1"}, "yes", "unknown"),
            (
                {"trade": "catering", "permit_no": "P1", "permit_until": pd.Timestamp("2025-06-01")},
                "no",
                "unknown",
            ),
            ({"trade": "catering", "kind": "domestic"}, "yes", "yes"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_users_and_their_permits(user: dict[str, Any], permits: str, visits: str) -> None:
    found = states(judged(town(users=[{"customer_id": "U1", **user}])))
    assert (found["permits"], found["visits"]) == (permits, visits)


@pytest.mark.parametrize(
    ("day", "state"), a_few_quick([("2025-12-01", "yes"), ("2024-06-01", "no")], 1, is_tuple_one_value=False)
)
def test_visits_are_kept_for_a_year(day: str, state: str) -> None:
    item = {
        "item_id": "W1",
        "type": "service",
        "state": "done",
        "closed_on": pd.Timestamp(day),
        "asset": "U1",
    }
    user = {"customer_id": "U1", "trade": "catering", "permit_no": "P1"}
    found = judged(town(users=[user], items=[item]))
    assert states(found)["visits"] == state
    if state == "no":
        assert "visits U1" in (found.blocked_by[0] or "")


@pytest.mark.slow
def test_a_combined_drain_is_not_separated_and_no_drain_is_not_mapped() -> None:
    mixed = [
        ("ab", "combined", "branch") if name == "ab" else (name, system, kind)
        for name, system, kind in DRAINS
    ]
    found = judged(town(drains=mixed))
    assert states(found)["separated"] == "no" and "separated ab" in (found.blocked_by[0] or "")
    assert states(judged(town(drainage="combined")))["separated"] == "no"
    outside = [drain for drain in DRAINS if drain[0] in ("cd", "de", "yz")]
    found = judged(town(drains=outside, checklist=ticks(*CRITERIA)))
    assert found.state.tolist() == ["no"] and found.blocked_by == ["mapped"]


@pytest.mark.slow
def test_the_newest_samples_at_the_exit_count() -> None:
    good = [sample("c", 120.0), sample("c", 20.0, quantity="nh3n_mgl")]
    assert states(judged(town(readings=good)))["sampled"] == "yes"
    assert states(judged(town(readings=good[:1])))["sampled"] == "unknown"
    older = [*good, sample("c", 900.0, day="2025-01-01")]
    assert states(judged(town(readings=older)))["sampled"] == "yes"
    over = [*good, sample("c", 900.0, day="2025-12-01"), sample("c", 100.0, day="2026-03-01")]
    found = judged(town(readings=over))
    assert states(found)["sampled"] == "no" and "sampled c" in (found.blocked_by[0] or "")
    strict = Settings({"drainage.exit_most_cod_mgl": "100"})
    assert states(judged(town(readings=good, settings=strict)))["sampled"] == "no"


def test_samples_before_and_after_the_first_entry() -> None:
    entry = [
        {"list": "first_entry", "asset": "C1", "item": "cleaned", "ticked_on": pd.Timestamp("2025-06-01")}
    ]
    days = [f"2025-{month:02d}-10" for month in range(1, 12)]
    rows = [sample("c", 300.0 if day < "2025-06-01" else 200.0, day=day) for day in days]
    (change,) = exit_samples(town(checklist=entry, readings=rows), TODAY).changes.itertuples()
    assert (change.samples_before, change.samples_after) == (5, 6)
    assert (change.before, change.after) == (300.0, 200.0)
    (change,) = exit_samples(town(checklist=entry, readings=rows[1:]), TODAY).changes.itertuples()
    assert change.samples_before == 4 and pd.isna(change.before)


def test_zones_hear_of_compounds_that_are_not_zero_discharge() -> None:
    subject = town()
    (blocker,) = compound_blockers(subject, codes_of(subject), TODAY)
    assert blocker.text == "compound C1" and blocker.outfalls == ("z",)
    subject = town(checklist=ticks("surveyed", "visits", "permits", "sampled"))
    assert not compound_blockers(subject, codes_of(subject), TODAY)
