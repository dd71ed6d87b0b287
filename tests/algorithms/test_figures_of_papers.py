"""Every figure of every paper, in all formats, against a second reckoning from the file of the network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must
from support.paper_formats import AS_OF, GROUPS, check_inventory, make, table_of
from support.paper_reckoning import (
    check_rows,
    count_of,
    counted,
    day,
    group_rows,
    inside_m,
    label,
    month_rows,
    rows_of,
    shapes_of,
    tank_rows,
)
from support.paper_texts import pdf_pages

from waternet_plugin.core.quality.catalogue import catalogue

pytestmark = pytest.mark.slow

MONTH = "2025-12"
PROGRAMME = "meter_to_household"


@pytest.fixture(scope="module")
def town(sample_town: Path) -> Path:
    """The sample town, which papers only read."""
    return sample_town / "en" / "sample_town.gpkg"


def test_statistics(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    sheets, figures = make(town, tmp_path, "statistics")
    pipes = counted(shapes_of(town, "pipe"))
    check_inventory(sheets, pipes, pipes["length_m"], GROUPS)
    zones = shapes_of(town, "zone")
    rows = []
    for zone in zones[zones["kind"] == "district"].itertuples():
        metres = inside_m(pipes, zone.geometry)
        rows.append((zone.zone_id, zone.name, float((metres > 0).sum()), metres.sum()))
    check_rows(table_of(sheets, "By district"), [*rows, ("Total", None, None, sum(row[3] for row in rows))])
    assert (figures["count"], figures["length_m"]) == (len(pipes), pytest.approx(pipes["length_m"].sum()))


def test_the_network_at_a_glance(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    groups = {name: GROUPS[name] for name in ("system", "decade", "material")}
    sheets, figures = make(town, tmp_path, "network_page", charts=groups.values())
    pipes = counted(rows_of(town, "pipe"))
    check_inventory(sheets, pipes, pipes["length_m"], groups)
    page = " ".join(pdf_pages(tmp_path / "network_page.pdf"))
    for group, most in (("system", None), ("decade", None), ("material", 6)):
        rows = [row for row in group_rows(pipes, pipes["length_m"], group, []) if row[0] != "Total"]
        for name, _count, metres in sorted(rows, key=lambda row: -row[2])[:most]:
            assert re.search(rf"{re.escape(name)}\s+{metres / 1000:,.2f} km", page), (group, name)
    failures = rows_of(town, "failure")
    years = failures["date"].str[:4].astype(float)
    then = failures[
        (years >= 2022) & (failures["date"].str[:10] <= str(AS_OF)) & (failures["kind"] != "third_party")
    ]
    streets = then["street"].fillna(then["pipe_id"].map(pipes.set_index("pipe_id")["street"])).dropna()
    counts = streets.value_counts()
    found = table_of(sheets, "Streets with the most failures")
    assert [row[1] for row in found] == sorted(counts.tolist(), reverse=True)[: len(found)]
    for street, number, metres in found:
        assert number == counts[street]
        assert metres == pytest.approx(pipes.loc[pipes["street"] == street, "length_m"].sum())
    nights = rows_of(town, "zone_night").dropna(subset=["leak_m3h"])
    nights = nights.sort_values("night").groupby("zone_id").last()
    zones = rows_of(town, "zone").set_index("zone_id")
    rows = [
        (key, zones["name"][key], day(one["night"]), None, one["leak_m3h"]) for key, one in nights.iterrows()
    ]
    check_rows(table_of(sheets, "Losses of metered areas"), rows)
    assert figures["length_m"] == pytest.approx(pipes["length_m"].sum())


@pytest.mark.parametrize("key", ["DMA-2"])
def test_the_file_of_an_area(provider: QgsProcessingProvider, town: Path, tmp_path: Path, key: str) -> None:
    sheets, figures = make(town, tmp_path, "area_file", charts=("Leakage at night",), SUBJECT=key)
    zone = shapes_of(town, "zone").set_index("zone_id").loc[key]
    pipes = counted(shapes_of(town, "pipe"))
    metres = inside_m(pipes, zone.geometry)
    pipes, metres = pipes[metres > 0], metres[metres > 0]
    groups = {name: title for name, title in GROUPS.items() if name != "owner"}
    check_inventory(sheets, pipes, metres, groups)
    failures = shapes_of(town, "failure")
    within = failures[shapely.intersects(failures["geometry"].to_numpy(), zone.geometry)]
    dates = pd.to_datetime(within["date"])
    years = dates[dates <= pd.Timestamp(AS_OF)].dt.year.value_counts()
    rows = [(str(year), float(count)) for year, count in years.items()]
    check_rows(table_of(sheets, "Failures"), [*rows, ("Total", float(years.sum()))])
    assessed = rows_of(town, "assessment")
    runs = rows_of(town, "assessment_run")
    newest = assessed[assessed["run_id"] == runs["run_id"].iloc[-1]].set_index("pipe_id")["class"]
    classes = pipes["pipe_id"].map(newest).fillna("unknown")
    sums = metres.groupby(classes).agg(["size", "sum"])
    rows = [(label("health_class", code), float(one["size"]), one["sum"]) for code, one in sums.iterrows()]
    check_rows(table_of(sheets, "Classes of health"), rows)
    projects = rows_of(town, "project")
    own = set(pipes["pipe_id"])
    inside = projects[[bool(own & set(ids.split(";"))) for ids in projects["pipe_ids"].fillna("")]]
    rows = [
        (
            one.project_id,
            "not funded" if pd.isna(one.year) else f"{one.year:.0f}",
            one.street,
            one.length_m,
            one.cost,
            label("project_state", one.state),
        )
        for one in inside.itertuples()
    ]
    if rows:
        check_rows(table_of(sheets, "Planned renewal"), rows)
    assert figures["projects"] == len(rows)
    assert (figures["pipe_count"], figures["length_m"]) == (len(pipes), pytest.approx(metres.sum()))
    if zone["kind"] == "dma":
        nights = rows_of(town, "zone_night")
        last = nights[(nights["zone_id"] == key)].dropna(subset=["leak_m3h"]).sort_values("night").iloc[-1]
        assert figures["leak_m3h"] == pytest.approx(last["leak_m3h"])
        assert table_of(sheets, "Leakage at night")[-1] == [day(last["night"]), last["leak_m3h"]]
        said = f"Night of {day(last['night'])}: {last['leak_m3h']:,.1f} m³/h of leakage."
        assert said in " ".join(pdf_pages(tmp_path / "area_file.pdf"))


@pytest.mark.parametrize("key", ["XQ-01", "XQ-19"])
def test_the_book_of_a_compound(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path, key: str
) -> None:
    sheets, figures = make(town, tmp_path, "compound_book", SUBJECT=key)
    compound = rows_of(town, "compound").set_index("compound_id").loc[key]
    grids = rows_of(town, "zone").set_index("zone_id")["name"]
    stated: list[tuple[Any, ...]] = [("Compound", key)]
    lists = {
        "type": "compound_type",
        "handover_mode": "handover_mode",
        "drainage": "compound_drainage",
        "boundary_kind": "boundary_kind",
        "status": "compound_status",
    }
    titles = {
        "name": "Name",
        "type": "Type",
        "households": "Number of households",
        "handover_mode": "Hand-over mode",
        "drainage": "Drainage",
        "boundary_kind": "Kind of boundary",
        "status": "Status",
        "grid_id": "Grid",
        "manager": "Manager",
    }
    for name, title in titles.items():
        value = compound[name]
        if pd.isna(value):
            stated.append((title, "not recorded"))
        elif name == "grid_id":
            stated.append((title, f"{value} {grids[value]}"))
        else:
            stated.append(
                (
                    title,
                    label(lists[name], value)
                    if name in lists
                    else f"{value:,.0f}"
                    if name == "households"
                    else value,
                )
            )
    check_rows(table_of(sheets, "1. Registration"), stated)
    users = rows_of(town, "customer")
    users = users[users["compound_id"] == key]
    found = table_of(sheets, "2. Users and permits")
    check_rows(
        [row[:6] for row in found],
        [
            (
                one.customer_id,
                label("customer_kind", one.kind),
                label("trade", one.trade) or "",
                one.households,
                one.permit_no,
                day(one.permit_until),
            )
            for one in users.itertuples()
        ],
    )
    expired = int((pd.to_datetime(users["permit_until"]) < pd.Timestamp(AS_OF)).sum())
    assert [row[6] for row in found].count("expired") == figures["permits_expired"] == expired
    pipes = counted(rows_of(town, "pipe"))
    pipes = pipes[pipes["compound_id"] == key]
    check_inventory(
        sheets,
        pipes,
        pipes["length_m"],
        {
            "system": "5. Facilities handed over",
            "size": "By diameter",
            "material": "By material",
            "owner": "By owner",
        },
    )
    nodes = rows_of(town, "node")
    kinds = nodes[(nodes["status"] == "in_use") & (nodes["compound_id"] == key)]["kind"].value_counts()
    rows = [(label("node_kind", kind), float(count)) for kind, count in kinds.items()]
    check_rows(table_of(sheets, "Points in use"), rows)
    must("scheduletanks", NETWORK=town, AS_OF=AS_OF, OUTPUT=tmp_path / "tanks.gpkg")
    tanks = tank_rows(town, key, AS_OF, pd.DataFrame(gpd.read_file(tmp_path / "tanks.gpkg")))
    check_rows(table_of(sheets, "Tanks and when they are due"), tanks)
    states = [row[6] for row in tanks]
    assert (figures["tanks"], figures["tanks_overdue"]) == (
        len(tanks),
        states.count(label("due_state", "overdue")),
    )
    issues = rows_of(town, "issue")
    own = {*pipes["pipe_id"], *nodes.loc[nodes["compound_id"] == key, "node_id"], key}
    every = rows_of(town, "pipe")
    own |= set(every.loc[every["compound_id"] == key, "pipe_id"])
    open_ones = issues[issues["state"] == "open"]
    mine = open_ones[[bool(own & set(re.split(r"[;,\s]+", text))) for text in open_ones["assets"].fillna("")]]
    counts = mine.groupby(["severity", "rule_id"]).size()
    titles_of = catalogue()
    check_rows(
        [row[:3] for row in table_of(sheets, "6. Findings, grades and works")] if len(mine) else [],
        [
            (label("severity", severity), str(titles_of[rule].title), float(n))
            for (severity, rule), n in counts.items()
        ],
    )
    assert figures["findings"] == len(mine)
    agreed = rows_of(town, "programme_item")
    agreed = agreed[agreed["compound_id"] == key]
    days = sorted(
        day(each)
        for name in ("agreement_on", "accepted_on", "takeover_on", "refused_on")
        for each in agreed[name].dropna()
    )
    if days:
        assert sorted(row[1] for row in table_of(sheets, "4. Agreements")) == days


def test_the_report_of_a_month(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    sheets, figures = make(town, tmp_path, "monthly_report", SUBJECT=PROGRAMME, MONTH=MONTH)
    items = rows_of(town, "programme_item")
    items = items[items["programme"] == PROGRAMME]
    for name, by in (
        ("By responsible unit", ["unit"]),
        ("By district", ["district"]),
        ("By street office", ["district", "street"]),
        ("By community", ["district", "street", "community"]),
    ):
        check_rows(table_of(sheets, name), month_rows(items, MONTH, by))
    households = items[items["count_unit"].fillna("households") != "buildings"]
    counts = households["households"].fillna(0)
    done = households["done_on"].str[:7]
    opted = households["opted_out"].fillna(0).where(done.isna(), 0).clip(upper=counts)
    for month, plan, made, plan_total, done_total, left in table_of(sheets, f"At the end of {MONTH},"):
        assert plan == counts[households["planned_month"] == month].sum()
        assert made == counts[done == month].sum()
        assert plan_total == counts[households["planned_month"] <= month].sum()
        assert done_total == counts[done <= month].sum() + opted.sum()
        assert left == counts.sum() - done_total
    settings = rows_of(town, "setting").set_index("key")["value"]
    rows = []
    for key in settings.index[settings.index.str.startswith(f"programme.target.{PROGRAMME}")]:
        phase = key.removeprefix(f"programme.target.{PROGRAMME}").lstrip(".")
        chosen = households[households["phase"] == phase] if phase else households
        listed = items[items["phase"] == phase] if phase else items
        total, stated = chosen["households"].sum(), float(settings[key])
        name = f"Phase {phase}" if phase else "All phases"
        rows.append((name, "Households", stated, total, total - stated, float(len(listed))))
    check_rows([row[:6] for row in table_of(sheets, "Stated totals")], rows)
    planned = items[
        (items["planned_month"] == MONTH) & (items["count_unit"].fillna("households") != "buildings")
    ]
    assert figures["plan"] == planned["households"].sum()


def test_the_ledger_of_a_programme(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    sheets, figures = make(town, tmp_path, "programme_ledger")
    items = rows_of(town, "programme_item")
    rows = [
        (
            one["item_id"],
            label("programme", one["programme"]),
            one["name"],
            one["compound_id"],
            count_of(one),
            label("count_unit", one["count_unit"]),
            one["unit"],
            one["district"],
            one["street"],
            one["community"],
            one["phase"],
            one["planned_month"],
            label("programme_state", one["state"]),
            day(one["agreement_on"]),
            day(one["refused_on"]),
            day(one["done_on"]),
            one["cost"],
            one["cost_government"],
            one["cost_utility"],
            one["cost_residents"],
            None if pd.isna(one["budget_year"]) else f"{one['budget_year']:.0f}",
            one["reason"],
        )
        for _, one in items.iterrows()
    ]
    check_rows(table_of(sheets, "Each of them"), rows)
    assert (figures["items"], figures["households"]) == (len(items), items["households"].sum())
    states = items["state"].fillna("").value_counts()
    found = {row[0]: row[1] for row in table_of(sheets, "By state")}
    assert {name: number for name, number in found.items() if number} == {
        label("programme_state", code): count for code, count in states.items()
    }
    costs = {row[0]: row[1] for row in table_of(sheets, "Cost and who pays")}
    assert list(costs.values()) == [
        pytest.approx(items[name].sum())
        for name in ("cost", "cost_government", "cost_utility", "cost_residents")
    ]
