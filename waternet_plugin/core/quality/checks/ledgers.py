"""Ledgers against the network: failures, customers, inspections and meters that name what is not there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis import permits
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings

_TANKS = ("septic_tank", "grease_trap", "sediment_tank")


def failures(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield failures without a pipe, of several pipes, or of one that is gone."""
    rows, pipes = subject.rows("failure"), subject.pipes
    if not len(rows):
        return
    yield rows.found("failure_without_pipe", rows.among("match_state", ("orphan",)))
    yield rows.found("failure_ambiguous", rows.among("match_state", ("ambiguous",)))
    gone = rows.known("pipe_id") & (pipes.row_of(rows.text("pipe_id")) < 0)
    yield rows.found("failure_pipe_gone", gone, value=rows.text("pipe_id")[gone])


def failure_dates(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield failures without a date, in the future, repaired before they happened, or written twice."""
    rows = subject.rows("failure")
    if not len(rows):
        return
    date, repaired = rows.date("date"), rows.date("repaired_on")
    yield rows.found("failure_undated", np.isnat(date))
    late = ~np.isnat(date) & (date > np.datetime64(subject.today, "D"))
    yield rows.found("failure_in_future", late, value=date[late].astype(str).astype(object))
    yield rows.found("failure_date_order", ~np.isnat(date) & ~np.isnat(repaired) & (repaired < date))
    placed = np.flatnonzero(~np.isnat(date) & np.isfinite(rows.xy).all(axis=1))
    if len(placed) < 2:
        return
    reach = subject.real("twice_m")
    # Days become a third axis so long that only those of one day are near.
    days = date[placed].astype(np.int64).astype(float) * 10 * reach
    pairs = cKDTree(np.column_stack([rows.xy[placed], days])).query_pairs(reach, output_type="ndarray")
    one, two = placed[pairs[:, 0]], placed[pairs[:, 1]]
    ids = rows.ids.astype(str)
    first, second = np.where(ids[one] <= ids[two], one, two), np.where(ids[one] <= ids[two], two, one)
    order = np.lexsort((ids[second], ids[first]))
    first, second = first[order], second[order]
    distance = np.hypot(*(rows.xy[first] - rows.xy[second]).T)
    yield rows.found("failure_twice", first, with_assets={"failure2": rows.ids[second]}, distance=distance)


def customers(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield customers without a pipe, or on one that can't be theirs."""
    rows, pipes = subject.rows("customer"), subject.pipes
    if not len(rows):
        return
    named = rows.known("pipe_id")
    yield rows.found("customer_without_pipe", ~named)
    pipe = pipes.row_of(rows.text("pipe_id"))
    lost = named & (pipe < 0)
    yield rows.found("customer_pipe_unknown", lost, value=rows.text("pipe_id")[lost])
    on = np.flatnonzero(pipe >= 0)
    line = pipe[on]
    with_pipe = {"pipe": pipes.ids[line]}
    distance = shapely.distance(rows.shapes[on], pipes.shapes[line])
    with np.errstate(invalid="ignore"):
        far = distance > subject.real("customer_far_m")
    yield rows.found("customer_far", on[far], with_assets=_some(with_pipe, far), distance=distance[far])
    retired = ~subject.live[line]
    yield rows.found("customer_pipe_retired", on[retired], with_assets=_some(with_pipe, retired))
    with np.errstate(invalid="ignore"):
        drinks = subject.is_drain[line] & (rows.number("demand_m3d")[on] > 0)
    yield rows.found(
        "customer_on_drain",
        on[drinks],
        with_assets=_some(with_pipe, drinks),
        system=pipes.labels("system", line[drinks]),
    )


def drainage_permits(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield drainage users whose permit ended, and those who need one and have none."""
    rows = subject.rows("customer")
    if not len(rows):
        return
    over = permits.has_ended(rows, subject.today) & ~rows.among("kind", permits.RESIDENTS)
    yield rows.found("permit_expired", over, value=rows.date("permit_until")[over].astype(str).astype(object))
    none = permits.needs_permit(rows, subject.settings) & ~permits.has_permit(rows)
    yield rows.found("permit_none", none, value=rows.labels("trade", np.flatnonzero(none)))


def _some(assets: dict[str, Array], mask: Array) -> dict[str, Array]:
    return {role: ids[mask] for role, ids in assets.items()}


def _lost(subject: CheckContext, rows: CheckedRows, column: str, table: str, rule: str) -> RuleFindings:
    """Return rows that name a row of another table that is not there."""
    there = rows.known(column) & (subject.rows(table).row_of(rows.text(column)) < 0)
    return rows.found(rule, there, value=rows.text(column)[there])


def inspections(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield inspections and defects that belong to nothing."""
    for table, column, target, rule in (
        ("inspection", "pipe_id", "pipe", "inspection_pipe_unknown"),
        ("defect", "inspection_id", "inspection", "defect_without_inspection"),
    ):
        yield _lost(subject, subject.rows(table), column, target, rule)


def belongings(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes, nodes and meters of compounds and zones that are not there."""
    pipes, nodes = subject.pipes, subject.nodes
    if subject.has("compound"):
        yield _lost(subject, pipes, "compound_id", "compound", "pipe_unknown_compound")
        yield _lost(subject, nodes, "compound_id", "compound", "node_unknown_compound")
    if subject.has("zone"):
        yield _lost(subject, pipes, "dma_id", "zone", "pipe_unknown_dma")
        yield _lost(subject, subject.rows("zone"), "parent_id", "zone", "zone_parent_unknown")
        zones = subject.rows("zone")
        for column in ("meter_in", "meter_out"):
            lost = nodes.known(column) & (zones.row_of(nodes.text(column)) < 0)
            many = int(lost.sum())
            yield nodes.found(
                "meter_zone_unknown",
                lost,
                part=np.full(many, column, dtype=object),
                value=nodes.text(column)[lost],
            )


def tanks(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield septic tanks and traps without a cleaning cycle."""
    nodes = subject.nodes
    mask = subject.live_nodes & nodes.among("kind", _TANKS) & ~nodes.known("cleaning_interval_d")
    yield nodes.found("tank_cycle_missing", mask)


CHECKS = (
    Check(("failure_without_pipe", "failure_ambiguous", "failure_pipe_gone"), failures),
    Check(("failure_undated", "failure_in_future", "failure_date_order", "failure_twice"), failure_dates),
    Check(
        (
            "customer_without_pipe",
            "customer_pipe_unknown",
            "customer_far",
            "customer_pipe_retired",
            "customer_on_drain",
        ),
        customers,
    ),
    Check(("permit_expired", "permit_none"), drainage_permits),
    Check(
        (
            "pipe_unknown_compound",
            "node_unknown_compound",
            "pipe_unknown_dma",
            "zone_parent_unknown",
            "meter_zone_unknown",
        ),
        belongings,
    ),
    Check(("inspection_pipe_unknown", "defect_without_inspection"), inspections),
    Check(("tank_cycle_missing",), tanks),
)
