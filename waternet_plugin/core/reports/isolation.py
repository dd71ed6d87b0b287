"""The report of an isolation, the notice list, and the page that the crew takes along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.network.choices import ALREADY_CLOSED, CLOSE, OPEN_TO_FEED, ROLES, SECOND_CHOICE
from waternet_plugin.core.network.isolation import DEAD_END, ISOLATED, UNINTENDED, Burst
from waternet_plugin.core.network.shutting import NO_PIPE, Waterworks
from waternet_plugin.core.reports.document import Report, Section, Table, length, number, rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr

_MOST_ROWS = 200
# What one page for the crew has room for.
_PAGE_VALVES, _PAGE_CUSTOMERS = 16, 8
Sheet = tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...]]


def role_label(role: str) -> str:
    """Return what a valve has to do with a burst, in words."""
    return {
        CLOSE: tr("Close"),
        SECOND_CHOICE: tr("Second choice"),
        ALREADY_CLOSED: tr("Closed already"),
        OPEN_TO_FEED: tr("Open to feed"),
    }[role]


def effect_label(effect: str) -> str:
    """Return what happens to a pipe or customer, in words."""
    return {
        ISOLATED: tr("Isolated"),
        UNINTENDED: tr("Cut off unintendedly"),
        DEAD_END: tr("Dead end"),
    }[effect]


def figures_of(works: Waterworks, burst: Burst) -> dict[str, Any]:
    """Return every number of an isolation by name."""
    pipes, customers = burst.pipes, burst.customers
    metres = pipes.groupby("effect")["length_m"].sum()
    households = customers["households"].to_numpy(dtype=float)
    left = burst.bottleneck
    return {
        "pipe": burst.pipe_id,
        "valves": burst.valve_count,
        **{f"valves_{role}": int((burst.valves["role"] == role).sum()) for role in ROLES},
        "customers": len(customers),
        "customers_isolated": burst.count(ISOLATED),
        "customers_unintended": burst.count(UNINTENDED),
        "households": int(np.nansum(households)),
        "households_unknown": int(np.isnan(households).sum()),
        "critical": int((customers["critical"] == "yes").sum()),
        "demand_m3d": float(np.nansum(customers["demand_m3d"].to_numpy(dtype=float))),
        "hydrants": len(burst.hydrants),
        "pipes_isolated": int((pipes["effect"] == ISOLATED).sum()),
        "pipes_unintended": int((pipes["effect"] == UNINTENDED).sum()),
        "pipes_dead_end": int((pipes["effect"] == DEAD_END).sum()),
        "length_m": float(metres.get(ISOLATED, 0.0)),
        "unintended_m": float(metres.get(UNINTENDED, 0.0)),
        "dead_end_m": float(metres.get(DEAD_END, 0.0)),
        "volume_m3": burst.volume_m3,
        "pipes_without_volume": burst.pipes_without_volume,
        "customers_without_pipe": int((works.customer_pipe == NO_PIPE).sum()),
        "lost_diameter_mm": burst.lost_diameter_mm,
        "remaining_diameter_mm": left.diameter_mm if left else None,
        "remaining_pipe": left.pipe_id if left else None,
        "overlap_pipes": list(burst.overlap),
        "close": burst.valves.loc[burst.valves["role"] == CLOSE, "node_id"].tolist(),
        "hydraulics_checked": False,
        "notes": list(burst.notes),
    }


def _lead(figures: dict[str, Any]) -> str:
    sentence = tr(
        "Closing {valves} valves isolates the burst on pipe {pipe}: {length} of pipes, {customers} customers "
        "with {households} households without water, {critical} of them critical."
    ).format(
        valves=figures["valves"],
        pipe=figures["pipe"],
        length=length(figures["length_m"]),
        customers=number(figures["customers"]),
        households=number(figures["households"]),
        critical=number(figures["critical"]),
    )
    if not figures["pipes_unintended"]:
        return sentence
    more = tr("Of these, {customers} customers are beyond the closed valves, on {length} of pipes.")
    values = {
        "customers": number(figures["customers_unintended"]),
        "length": length(figures["unintended_m"]),
    }
    return joined([sentence, more.format(**values)])


def _text(value: Any) -> str:
    return "" if value is None or value is pd.NaT else str(value)


def _valve_rows(burst: Burst) -> list[tuple[Any, ...]]:
    return [
        (
            role_label(row["role"]), row["node_id"], _text(row["street"]), row["diameter_mm"], row["turns"],
            row["added_customers"] if row["role"] == SECOND_CHOICE else None, row["reason"],
        )
        for row in records(burst.valves)
    ]  # fmt: skip


def _valves(burst: Burst, most: int = _MOST_ROWS) -> Section:
    columns = (
        tr("Role"), tr("Valve"), tr("Street"), tr("Diameter (mm)"), tr("Turns"),
        tr("More customers cut off"), tr("To note"),
    )  # fmt: skip
    rows = _valve_rows(burst)
    note = tr("%n more valve(s) are in the notice list.", "", len(rows) - most) if len(rows) > most else ""
    return Section(tr("Valves"), table=Table(columns, tuple(rows[:most]), decimals=0), note=note)


def _consequences(figures: dict[str, Any]) -> Section:
    rows = rows_of(
        [
            (tr("Customers without water"), figures["customers"]),
            (tr("of these beyond the closed valves"), figures["customers_unintended"]),
            (tr("Households"), figures["households"]),
            (tr("Critical customers"), figures["critical"]),
            (tr("Demand not met (m³/d)"), figures["demand_m3d"]),
            (tr("Hydrants without water"), figures["hydrants"]),
            (tr("Length isolated (m)"), figures["length_m"]),
            (tr("Length cut off unintendedly (m)"), figures["unintended_m"]),
            (tr("Length of new dead ends (m)"), figures["dead_end_m"]),
            (tr("Volume to drain (m³)"), figures["volume_m3"]),
            (tr("Greatest diameter shut (mm)"), figures["lost_diameter_mm"]),
            (tr("Smallest diameter on the remaining path (mm)"), figures["remaining_diameter_mm"]),
        ]
    )
    return Section(tr("Consequences"), table=Table((tr("What"), tr("How much")), rows, decimals=1))


def _kind(code: Any) -> str:
    found = domain("customer_kind").get(_text(code))
    return found.label if found else _text(code)


def _customer_rows(customers: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        (
            row["customer_id"], _text(row["name"]), _kind(row["kind"]), row["households"],
            row["critical"] == "yes", effect_label(row["effect"]), row["pipe_id"],
        )
        for row in records(customers)
    ]  # fmt: skip


def _customer_columns() -> tuple[str, ...]:
    return (
        tr("Customer"), tr("Name"), tr("Kind"), tr("Households"), tr("Critical"), tr("Effect"), tr("Pipe"),
    )  # fmt: skip


def _critical_first(burst: Burst) -> pd.DataFrame:
    rank = burst.customers["critical"] != "yes"
    ranked = burst.customers.assign(_rank=rank).sort_values("_rank", kind="stable")
    ordered: pd.DataFrame = ranked.drop(columns="_rank")
    return ordered


def _customers(burst: Burst, most: int = _MOST_ROWS) -> Section:
    rows = _customer_rows(_critical_first(burst))
    note = ""
    if len(rows) > most:
        note = tr("%n more customer(s) are in the notice list.", "", len(rows) - most)
    table = Table(_customer_columns(), tuple(rows[:most]), decimals=0)
    return Section(tr("Customers without water, critical ones first"), table=table, note=note)


def _pipes(burst: Burst) -> Section:
    rows = [
        (effect_label(row["effect"]), row["pipe_id"], _text(row["street"]), row["length_m"])
        for row in records(burst.pipes.head(_MOST_ROWS))
    ]
    columns = (tr("Effect"), tr("Pipe"), tr("Street"), tr("Length (m)"))
    more = len(burst.pipes) - len(rows)
    note = tr("%n more pipe(s) are in the table of pipes.", "", more) if more else ""
    return Section(tr("Pipes"), table=Table(columns, tuple(rows)), note=note)


def _hydrants(burst: Burst) -> Section | None:
    if not len(burst.hydrants):
        return None
    rows = [
        (row["node_id"], _text(row["street"]), effect_label(row["effect"]))
        for row in records(burst.hydrants.head(_MOST_ROWS))
    ]
    columns = (tr("Hydrant"), tr("Street"), tr("Effect"))
    return Section(tr("Hydrants without water: tell the fire brigade"), table=Table(columns, tuple(rows)))


def isolation_report(works: Waterworks, burst: Burst, *, network: str) -> Report:
    """Return the report of an isolation.

    Parameters
    ----------
    works
        The network.
    burst
        The isolation.
    network
        Name of the network.
    """
    figures = figures_of(works, burst)
    found = [
        Section(tr("To note"), burst.notes),
        _valves(burst),
        _consequences(figures),
        _customers(burst),
        _hydrants(burst),
        _pipes(burst),
    ]
    return Report(
        title=tr("Isolation of a burst on pipe {pipe}").format(pipe=burst.pipe_id),
        subtitle=network,
        lead=_lead(figures),
        sections=tuple(section for section in found if section is not None),
        figures=figures,
    )


def order_page(works: Waterworks, burst: Burst, *, network: str) -> Report:
    """Return what the crew takes along, short enough for one page."""
    report = isolation_report(works, burst, network=network)
    valves = _valves(burst, _PAGE_VALVES)
    if valves.table is not None:
        # Boxes to tick with a pen.
        rows = tuple((*row, "□") for row in valves.table.rows)
        valves = replace(valves, table=Table((*valves.table.columns, tr("Done")), rows, decimals=0))
    critical = replace(burst, customers=burst.customers[burst.customers["critical"] == "yes"])
    sections = [valves, _consequences(dict(report.figures))]
    if len(critical.customers):
        sections.append(_customers(critical, _PAGE_CUSTOMERS))
    sections.append(Section(tr("To note"), burst.notes))
    return replace(report, sections=tuple(sections))


def notice_sheets(burst: Burst) -> list[Sheet]:
    """Return customers to tell, valves and hydrants as sheets: title, headings, rows."""
    valves = _valves(burst)
    headings = valves.table.columns if valves.table else ()
    hydrants = tuple(
        (row["node_id"], _text(row["street"]), effect_label(row["effect"])) for row in records(burst.hydrants)
    )
    return [
        (tr("Customers"), _customer_columns(), tuple(_customer_rows(_critical_first(burst)))),
        (tr("Valves"), headings, tuple(_valve_rows(burst))),
        (tr("Hydrants"), (tr("Hydrant"), tr("Street"), tr("Effect")), hydrants),
        (tr("To note"), (tr("To note"),), tuple((note,) for note in burst.notes)),
    ]
