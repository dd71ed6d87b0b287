"""The report of an isolation, and the notice list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.network.isolation.isolate import DEAD_END, ISOLATED, UNINTENDED, Burst
from waternet_plugin.core.network.isolation.isolation_model import NO_PIPE, IsolationModel
from waternet_plugin.core.network.isolation.roles import (
    ALREADY_CLOSED,
    OPEN_TO_FEED,
    ROLES,
    SECOND_CHOICE,
    TO_CLOSE,
    closing_headline,
    role_label,
)
from waternet_plugin.core.network.model.customers import RECORDED, UserCount, are_recorded
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.reports.network.people import (
    counted,
    critical_cell,
    critical_text,
    customer_kind,
)
from waternet_plugin.core.texts import joined, tr

_MOST_ROWS = 200
Sheet = tuple[str, tuple[str, ...], tuple[tuple[Any, ...], ...]]


def effect_label(effect: str) -> str:
    """Return what happens to a pipe or customer, in words."""
    return {
        ISOLATED: tr("Isolated"),
        UNINTENDED: tr("Cut off unintentionally"),
        DEAD_END: tr("Dead end"),
    }[effect]


def figures_of(works: IsolationModel, burst: Burst) -> dict[str, Any]:
    """Return every number of an isolation by name."""
    pipes, customers = burst.pipes, burst.customers
    metres = pipes.groupby("effect")["length_m"].sum()
    left = burst.bottleneck
    return {
        "pipe": burst.pipe_id,
        "valves": burst.valve_count,
        "reserve": burst.reserve_count,
        **{f"valves_{role}": int((burst.valves["role"] == role).sum()) for role in ROLES},
        RECORDED: are_recorded(works.customers),
        **UserCount.of(customers).figures(),
        "customers_isolated": burst.count(ISOLATED),
        "customers_unintended": burst.count(UNINTENDED),
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
        "close": burst.valves.loc[burst.valves["role"].isin(TO_CLOSE), "node_id"].tolist(),
        "keep_in_reserve": burst.valves.loc[burst.valves["role"] == SECOND_CHOICE, "node_id"].tolist(),
        "hydraulics_checked": False,
        "valves_to_check": burst.to_check,
        "unjoined": burst.unjoined.rows,
        "notes": list(burst.notes),
    }


def headline(burst: Burst) -> str:
    """Return how many valves there are to close, and how many in reserve."""
    return closing_headline(burst.valve_count, burst.reserve_count, burst.to_check)


def _lead(burst: Burst, figures: dict[str, Any]) -> str:
    if not figures[RECORDED]:
        metres = length(figures["length_m"])
        return tr(
            "{headline}. The burst on pipe {pipe} is isolated with {length} of pipes; who is without water "
            "is not known: no customers are recorded."
        ).format(headline=headline(burst), pipe=figures["pipe"], length=metres)
    sentence = tr(
        "{headline}. The burst on pipe {pipe} is isolated with {length} of pipes; {customers} customers with "
        "{households} households are without water, {critical}."
    ).format(
        headline=headline(burst),
        pipe=figures["pipe"],
        length=length(figures["length_m"]),
        customers=number(figures["customers"]),
        households=number(figures["households"]),
        critical=critical_text(figures["critical"]),
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


def dn(value: Any) -> str | None:
    """Return a diameter in mm as people say it, None where it is not known."""
    known = value is not None and np.isfinite(value)
    return f"DN{value:.0f}" if known else None


def valve_section(
    burst: Burst, roles: tuple[str, ...], title: str, most: int = _MOST_ROWS
) -> ReportSection | None:
    """Return the valves of some roles with their numbers on the map, None where there are none."""
    rows = [
        (
            str(number), role_label(row["role"]), row["node_id"], _text(row["street"]),
            dn(row["diameter_mm"]), row["turns"], _moved(row), row["reason"],
        )
        for number, row in enumerate(records(burst.valves), 1)
        if row["role"] in roles
    ]  # fmt: skip
    if not rows:
        return None
    columns = (
        tr("No."), tr("Role"), tr("Valve"), tr("Street"), tr("Diameter"), tr("Turns"),
        tr("Customers without water (+) or fed (−)"), tr("Points to note"),
    )  # fmt: skip
    note = (
        tr("%n more valve(s) are in the notification list.", "", len(rows) - most) if len(rows) > most else ""
    )
    return ReportSection(title, table=ReportTable(columns, tuple(rows[:most]), decimals=0), note=note)


def valve_sections(burst: Burst, most: int = _MOST_ROWS) -> list[ReportSection]:
    """Return the valves to close, those in reserve apart from them, and the others."""
    found = (
        valve_section(burst, TO_CLOSE, tr("Valves to close: {count}").format(count=burst.valve_count), most),
        valve_section(
            burst,
            (SECOND_CHOICE,),
            tr("In reserve: {count}. Leave open unless the valve given fails").format(
                count=burst.reserve_count
            ),
            most,
        ),
        valve_section(burst, (ALREADY_CLOSED, OPEN_TO_FEED), tr("Other valves"), most),
    )
    return [section for section in found if section is not None]


def _moved(row: dict[str, Any]) -> str | None:
    """Return how many customers more lose their water by a valve, or get it back."""
    key, sign = ("restored_customers", "−") if row["role"] == OPEN_TO_FEED else ("added_customers", "+")
    value = row[key]
    return f"{sign}{number(value)}" if value == value and value else None


def _valve_rows(burst: Burst) -> list[tuple[Any, ...]]:
    return [
        (
            role_label(row["role"]), row["node_id"], _text(row["street"]), _whole(row["diameter_mm"]),
            row["turns"], row["added_customers"] if row["instead_of"] else None, row["reason"],
        )
        for row in records(burst.valves)
    ]  # fmt: skip


def _whole(value: float) -> float | int:
    """Return a number without decimals where it has none."""
    return int(value) if np.isfinite(value) and value == int(value) else value


def consequences(figures: dict[str, Any]) -> ReportSection:
    """Return what the isolation costs."""
    left = figures["remaining_diameter_mm"]
    rows = rows_of(
        [
            (tr("Customers without water"), counted(figures, "customers")),
            (tr("of these beyond the closed valves"), counted(figures, "customers_unintended")),
            (tr("Households"), counted(figures, "households")),
            (tr("Persons"), counted(figures, "persons")),
            (tr("Critical customers"), counted(figures, "critical")),
            (tr("Demand not met (m³/d)"), counted(figures, "demand_m3d")),
            (tr("Hydrants without water"), figures["hydrants"]),
            (tr("Length isolated (m)"), figures["length_m"]),
            (tr("Length cut off unintentionally (m)"), figures["unintended_m"]),
            (tr("Length of new dead ends (m)"), figures["dead_end_m"]),
            (tr("Volume to drain (m³)"), figures["volume_m3"]),
            (tr("Largest diameter shut off"), dn(figures["lost_diameter_mm"])),
            (tr("Smallest diameter on the remaining path"), dn(left)),
        ]
    )
    return ReportSection(tr("Consequences"), table=ReportTable((tr("What"), tr("Amount")), rows, decimals=1))


def _customer_rows(customers: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        (
            row["customer_id"], customer_kind(row["kind"]), row["households"],
            critical_cell(row["critical"]), effect_label(row["effect"]), row["pipe_id"],
        )
        for row in records(customers)
    ]  # fmt: skip


def _customer_columns() -> tuple[str, ...]:
    return (
        tr("Customer"), tr("Kind"), tr("Households"), tr("Critical"), tr("Effect"), tr("Pipe"),
    )  # fmt: skip


def _critical_first(burst: Burst) -> pd.DataFrame:
    rank = burst.customers["critical"] != "yes"
    ranked = burst.customers.assign(_rank=rank).sort_values("_rank", kind="stable")
    ordered: pd.DataFrame = ranked.drop(columns="_rank")
    return ordered


def customer_section(burst: Burst, most: int = _MOST_ROWS) -> ReportSection:
    """Return who loses water."""
    rows = _customer_rows(_critical_first(burst))
    note = (
        tr("%n more customer(s) are in the notification list.", "", len(rows) - most)
        if len(rows) > most
        else ""
    )
    table = ReportTable(_customer_columns(), tuple(rows[:most]), decimals=0)
    return ReportSection(tr("Customers without water, critical ones first"), table=table, note=note)


def _pipes(burst: Burst) -> ReportSection:
    rows = [
        (effect_label(row["effect"]), row["pipe_id"], _text(row["street"]), row["length_m"])
        for row in records(burst.pipes.head(_MOST_ROWS))
    ]
    columns = (tr("Effect"), tr("Pipe"), tr("Street"), tr("Length (m)"))
    more = len(burst.pipes) - len(rows)
    note = tr("%n more pipe(s) are in the table of pipes.", "", more) if more else ""
    return ReportSection(tr("Pipes"), table=ReportTable(columns, tuple(rows)), note=note)


def _hydrants(burst: Burst) -> ReportSection | None:
    if not len(burst.hydrants):
        return None
    rows = [
        (row["node_id"], _text(row["street"]), effect_label(row["effect"]))
        for row in records(burst.hydrants.head(_MOST_ROWS))
    ]
    columns = (tr("Hydrant"), tr("Street"), tr("Effect"))
    return ReportSection(
        tr("Hydrants without water: notify the fire brigade"), table=ReportTable(columns, tuple(rows))
    )


def isolation_report(works: IsolationModel, burst: Burst, *, network: str, drawing: str = "") -> Report:
    """Return the report of an isolation.

    Parameters
    ----------
    burst
        The isolation.
    network
        Name of the network.
    drawing
        The map of the shut area, as `shut_map.shut_map` draws it; '' for none.
    """
    figures = figures_of(works, burst)
    found = [
        ReportSection(tr("Points to note"), burst.notes),
        ReportSection(tr("Map of the isolated area"), chart=drawing) if drawing else None,
        *valve_sections(burst),
        consequences(figures),
        customer_section(burst),
        _hydrants(burst),
        _pipes(burst),
    ]
    return Report(
        title=tr("Isolation of a burst on pipe {pipe}").format(pipe=burst.pipe_id),
        subtitle=network,
        lead=_lead(burst, figures),
        sections=tuple(section for section in found if section is not None),
        figures=figures,
    )


def notice_sheets(burst: Burst) -> list[Sheet]:
    """Return customers to tell, valves and hydrants as sheets: title, headings, rows."""
    headings = (
        tr("Role"), tr("Valve"), tr("Street"), tr("Diameter (mm)"), tr("Turns"), tr("More customers cut off"),
        tr("Points to note"),
    )  # fmt: skip
    hydrants = tuple(
        (row["node_id"], _text(row["street"]), effect_label(row["effect"])) for row in records(burst.hydrants)
    )
    return [
        (tr("Customers"), _customer_columns(), tuple(_customer_rows(_critical_first(burst)))),
        (tr("Valves"), headings, tuple(_valve_rows(burst))),
        (tr("Hydrants"), (tr("Hydrant"), tr("Street"), tr("Effect")), hydrants),
        (
            tr("Points to note"),
            (tr("Points to note"),),
            tuple((note,) for note in (headline(burst), *burst.notes)),
        ),
    ]
