"""The report of a trace: how far it went and what it sums up to."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.customers import RECORDED, UserCount
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.tracing.trace import Trace
from waternet_plugin.core.network.tracing.trace_ends import kind_words
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.network.tracing.trace_rules import Rules, direction_labels
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number, rows_of
from waternet_plugin.core.reports.network.people import counted
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

_MOST_ENDS = 200


def figures_of(trace: Trace, customers: pd.DataFrame, *, recorded: bool) -> dict[str, Any]:
    """Return the sums along a trace by name.

    Parameters
    ----------
    trace
        What was found.
    customers
        Customers on its pipes and drains, as `operations.network.traced_customers` returns them.
    recorded
        Whether it is known of any customer where it is supplied or drains.
    """
    reach = trace.nodes["distance_m"].max() if len(trace.nodes) else 0.0
    return {
        "pipes": len(trace.pipes),
        "nodes": len(trace.nodes),
        "length_m": trace.length_m,
        "reach_m": float(reach),
        "volume_m3": trace.volume_m3,
        "pipes_without_volume": trace.pipes_without_volume,
        RECORDED: recorded,
        **UserCount.of(customers).figures(),
        "ends": records(trace.ends[["node_id", "reason", "pipes", "distance_m", "text"]]),
        "unjoined": trace.unjoined.rows,
        "notes": list(trace.notes),
    }


def _by_system(ground: TraceableNetwork, trace: Trace) -> ReportSection:
    labels = domain("system")
    codes = ground.graph.pipe_system[trace.pipes["pipe"].to_numpy(dtype=np.int64)]
    sums = trace.pipes.assign(system=pd.Series(codes, dtype=object).fillna("")).groupby("system")["length_m"]
    rows = tuple(
        (labels[str(code)].label if code in labels else tr("Unknown"), len(group), float(group.sum()))
        for code, group in sums
    )
    return ReportSection(
        tr("Pipes by system"), table=ReportTable((tr("System"), tr("Pipes"), tr("Length (m)")), rows)
    )


def _by_kind(trace: Trace) -> ReportSection:
    kinds, of = column(trace.nodes, "kind"), column(trace.nodes, "system")
    words = [kind_words(str(kind), str(system)) for kind, system in zip(kinds, of) if not pd.isna(kind)]
    rows = tuple(
        (word, count) for word, count in sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
    )
    return ReportSection(tr("Nodes by kind"), table=ReportTable((tr("Kind"), tr("Number")), rows))


def _ends(trace: Trace) -> ReportSection:
    """Return where the trace ends and why."""
    rows = tuple(
        (row["node_id"], row["distance_m"], row["reason"], row["text"])
        for row in records(trace.ends.head(_MOST_ENDS))
    )
    columns = (tr("Node"), tr("Distance (m)"), tr("Code"), tr("Reason"))
    more = len(trace.ends) - len(rows)
    note = tr("%n more end(s) are in the .json next to this page.", "", more) if more else ""
    return ReportSection(tr("Where it ends"), table=ReportTable(columns, rows), note=note)


def trace_report(
    traced: TraceableNetwork,
    trace: Trace,
    customers: pd.DataFrame,
    rules: Rules,
    *,
    recorded: bool,
    start: str,
    network: str,
) -> Report:
    """Return the report of a trace.

    Parameters
    ----------
    traced
        The network.
    trace
        What was found.
    customers
        Customers on its pipes.
    recorded
        Whether the network knows its customers.
    rules
        What was asked for.
    start
        Where it began, as it was asked for.
    network
        Name of the network.
    """
    figures = figures_of(trace, customers, recorded=recorded)
    text = (
        tr("{direction} from {start}: {pipes} pipes of {length}, {customers} customers.")
        if recorded
        else tr("{direction} from {start}: {pipes} pipes of {length}; no customers are recorded.")
    )
    lead = text.format(
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
            (tr("Customers"), counted(figures, "customers")),
            (tr("Households"), counted(figures, "households")),
            (tr("Persons"), counted(figures, "persons")),
            (tr("Critical customers"), counted(figures, "critical")),
        ]
    )
    sections = [ReportSection(tr("Totals"), table=ReportTable((tr("What"), tr("Amount")), rows))]
    if len(trace.pipes):
        sections.append(_by_system(traced, trace))
    if len(trace.nodes):
        sections.append(_by_kind(trace))
    if len(trace.ends):
        sections.append(_ends(trace))
    if trace.notes:
        sections.insert(0, ReportSection(tr("Points to note"), trace.notes))
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
