"""The report of a trace: how far it went and what it sums up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.network.directions import direction_labels
from waternet_plugin.core.network.ends import column
from waternet_plugin.core.network.following import Ground, Rules
from waternet_plugin.core.network.trace import Trace
from waternet_plugin.core.reports.document import Report, Section, Table, length, number, rows_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def figures_of(trace: Trace, customers: pd.DataFrame) -> dict[str, Any]:
    """Return the sums along a trace by name."""
    reach = trace.nodes["distance_m"].max() if len(trace.nodes) else 0.0
    return {
        "pipes": len(trace.pipes),
        "nodes": len(trace.nodes),
        "length_m": trace.length_m,
        "reach_m": float(reach),
        "volume_m3": trace.volume_m3,
        "pipes_without_volume": trace.pipes_without_volume,
        "customers": len(customers),
        "households": int(np.nansum(customers["households"].to_numpy(dtype=float))),
        "demand_m3d": float(np.nansum(customers["demand_m3d"].to_numpy(dtype=float))),
        "critical": int((customers["critical"] == "yes").sum()),
        "notes": list(trace.notes),
    }


def _by_system(ground: Ground, trace: Trace) -> Section:
    labels = domain("system")
    codes = ground.graph.pipe_system[trace.pipes["pipe"].to_numpy(dtype=np.int64)]
    sums = trace.pipes.assign(system=pd.Series(codes, dtype=object).fillna("")).groupby("system")["length_m"]
    rows = tuple(
        (labels[str(code)].label if code in labels else tr("Unknown"), len(group), float(group.sum()))
        for code, group in sums
    )
    return Section(tr("Pipes by system"), table=Table((tr("System"), tr("Pipes"), tr("Length (m)")), rows))


def _by_kind(trace: Trace) -> Section:
    labels = domain("node_kind")
    counts = pd.Series(column(trace.nodes, "kind"), dtype=object).dropna().value_counts()
    rows = tuple(
        (labels[kind].label if kind in labels else str(kind), int(count))
        for kind, count in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    )
    return Section(tr("Nodes by kind"), table=Table((tr("Kind"), tr("Number")), rows))


def trace_report(
    ground: Ground, trace: Trace, customers: pd.DataFrame, rules: Rules, *, start: str, network: str
) -> Report:
    """Return the report of a trace.

    Parameters
    ----------
    ground
        The network.
    trace
        What was found.
    customers
        Customers on its pipes.
    rules
        What was asked for.
    start
        Where it began, as it was asked for.
    network
        Name of the network.
    """
    figures = figures_of(trace, customers)
    lead = tr("{direction} from {start}: {pipes} pipes of {length}, {customers} customers.").format(
        direction=direction_labels()[rules.direction],
        start=start,
        pipes=number(figures["pipes"]),
        length=length(figures["length_m"]),
        customers=number(figures["customers"]),
    )
    rows = rows_of(
        [
            (tr("Pipes"), figures["pipes"]),
            (tr("Nodes"), figures["nodes"]),
            (tr("Length (m)"), figures["length_m"]),
            (tr("Volume (m³)"), figures["volume_m3"]),
            (tr("Customers"), figures["customers"]),
            (tr("Households"), figures["households"]),
            (tr("Critical customers"), figures["critical"]),
        ]
    )
    sections = [Section(tr("Sums"), table=Table((tr("What"), tr("How much")), rows))]
    if len(trace.pipes):
        sections.append(_by_system(ground, trace))
    if len(trace.nodes):
        sections.append(_by_kind(trace))
    if trace.notes:
        sections.insert(0, Section(tr("To note"), trace.notes))
    parameters = {
        "START": start,
        "DIRECTION": rules.direction,
        "BARRIERS": list(rules.barriers),
        "STOP_KINDS": list(rules.stop_kinds),
        "MAX_DISTANCE": rules.max_distance_m,
        "WEATHER": rules.weather,
        "PASS_CLOSED": rules.pass_closed,
    }
    return Report(tr("Trace"), lead, network, tuple(sections), {"parameters": parameters, **figures})
