"""Attributes: what is missing, outside its list, outside its range, or impossible in itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.schema.constraints import number_ranges
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import TAKEN_OUT

# Fields whose emptiness has a rule of its own, and which pipes need them.
_WANTED = ("material", "install_year", "diameter_mm", "function", "street", "burial")
_OWN_RULES = ("diameter_mm", "install_year", "to_node", "valve_state")
_OPEN = ("culvert", "channel")


def missing(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes in use that lack material, year, diameter, section, function, street or burial."""
    pipes = subject.pipes
    wanted = subject.live & ~subject.is_connector
    open_ = pipes.among("function", _OPEN)
    section = np.isfinite(pipes.number("width_mm")) & np.isfinite(pipes.number("height_mm"))
    lacks = {name: wanted & ~pipes.known(name) for name in _WANTED}
    lacks["material"] |= wanted & pipes.among("material", ("unknown",))
    lacks["function"] |= wanted & pipes.among("function", ("unknown",))
    lacks["burial"] |= wanted & pipes.among("burial", ("unknown",))
    sized = np.isfinite(pipes.number("diameter_mm"))
    lacks["diameter_mm"] &= ~open_ & ~section
    for name, mask in lacks.items():
        yield pipes.found(f"missing_{name}", mask)
    yield pipes.found("missing_section", wanted & open_ & ~section & ~sized)


def required(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield rows that lack a field that the schema requires."""
    for rows, rule in ((subject.pipes, "missing_required"), (subject.nodes, "missing_required_node")):
        for field in rows.table.fields:
            if field.required and field.name != rows.table.id_field and rows.has(field.name):
                mask = ~rows.known(field.name)
                many = int(mask.sum())
                yield rows.found(rule, mask, part=_same(field.name, many), field=_same(field.label, many))


def unknown_codes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield values that are not in their list."""
    for rows, rule in ((subject.pipes, "unknown_code"), (subject.nodes, "unknown_code_node")):
        for field in rows.table.fields:
            if not field.domain or not rows.has(field.name):
                continue
            numbers, words = rows.codes(field.name)
            mask = (numbers >= 0) & ~rows.among(field.name, domain(field.domain))
            many = int(mask.sum())
            yield rows.found(
                rule,
                mask,
                part=_same(field.name, many),
                field=_same(field.label, many),
                value=words[numbers[mask]],
            )


def _same(text: str, many: int) -> Array:
    return np.full(many, text, dtype=object)


def ranges(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield numbers outside the ranges that forms accept."""
    for one in number_ranges():
        constraint = one.constraint
        if constraint.table not in ("pipe", "node") or constraint.field in _OWN_RULES:
            continue
        rows: CheckedRows = subject.rows(constraint.table)
        value = rows.number(constraint.field)
        mask = np.isfinite(value) & ~one.holds(value)
        many = int(mask.sum())
        yield rows.found(
            "out_of_range" if constraint.table == "pipe" else "out_of_range_node",
            mask,
            part=_same(constraint.field, many),
            field=_same(rows.table.field(constraint.field).label, many),
            value=value[mask],
            reason=_same(constraint.reason, many),
        )


def years(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield years that can't be, alone or beside each other."""
    pipes = subject.pipes
    laid, lined = pipes.number("install_year"), pipes.number("lined_year")
    retired = _year_of(pipes.date("retired_on"))
    with np.errstate(invalid="ignore"):
        odd = (laid < subject.real("first_pipe_year")) | (laid > subject.today.year + 1)
        early, older = retired < laid, lined < laid
        gone = (
            subject.live
            & (retired <= subject.today.year)
            & (pipes.date("retired_on") <= np.datetime64(subject.today, "D"))
        )
    yield pipes.found("impossible_year", odd, value=laid[odd])
    yield pipes.found("retired_before_laid", early, year=laid[early], value=retired[early])
    yield pipes.found("lined_before_laid", older, year=laid[older], value=lined[older])
    yield pipes.found("retired_in_use", gone, value=retired[gone])
    left = pipes.among("status", TAKEN_OUT) & ~np.isfinite(retired)
    yield pipes.found("abandoned_undated", left)


def _year_of(days: Array) -> Array:
    """Return the years of days as numbers, NaN for none."""
    years = days.astype("datetime64[Y]").astype(np.int64).astype(float) + 1970
    return np.where(np.isnat(days), np.nan, years)


def sizes(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield diameters that are not nominal sizes."""
    pipes = subject.pipes
    value = pipes.number("diameter_mm")
    nominal = np.array([float(word) for word in subject.words("nominal_mm")])
    mask = subject.live & np.isfinite(value) & ~np.isin(value, nominal)
    # Above the series every multiple of 100 mm is cast.
    mask &= ~((value > nominal.max()) & (value % 100 == 0))
    yield pipes.found("unusual_diameter", mask, value=value[mask])


def pressures(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pressures whose highest lies below the lowest."""
    pipes = subject.pipes
    low, high = pipes.number("pressure_min_mpa"), pipes.number("pressure_max_mpa")
    with np.errstate(invalid="ignore"):
        mask = high < low
    yield pipes.found("pressure_order", mask, value=low[mask], other=high[mask])


def lengths(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield lengths that are missing, given ones far from the map, and measured ones that are stale."""
    pipes = subject.pipes
    given, drawn = pipes.number("length_m"), subject.drawn_m
    ratio, least = subject.real("length_ratio"), subject.real("length_least_m")
    is_measured = pipes.among("length_source", ("geometry",))
    with np.errstate(invalid="ignore"):
        differs = (np.abs(given - drawn) > least) & ((given > ratio * drawn) | (given * ratio < drawn))
        stale = np.abs(given - drawn) > subject.real("length_stale_m")
    wanted = ~subject.is_connector & (drawn > 0)
    mask = wanted & subject.live & np.isnan(given)
    yield pipes.found("length_missing", mask, length=drawn[mask])
    mask = wanted & differs & ~is_measured
    yield pipes.found("length_differs", mask, value=given[mask], length=drawn[mask])
    mask = wanted & stale & is_measured
    yield pipes.found("length_stale", mask, value=given[mask], length=drawn[mask])


def serials(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield nodes with the serial number of another one."""
    nodes = subject.nodes
    numbers, words = nodes.codes("serial")
    rows = np.flatnonzero(numbers >= 0)
    if not len(rows):
        return
    ordered = rows[np.lexsort((nodes.ids[rows].astype(str), numbers[rows]))]
    same = numbers[ordered][1:] == numbers[ordered][:-1]
    one, two = ordered[:-1][same], ordered[1:][same]
    yield nodes.found("serial_twice", one, with_assets={"node2": nodes.ids[two]}, value=words[numbers[one]])


def valve_states(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield isolation valves of which nobody knows whether they are open."""
    nodes = subject.nodes
    mask = (
        subject.live_nodes & nodes.among("kind", ("valve",)) & ~nodes.among("valve_state", ("open", "closed"))
    )
    yield nodes.found("valve_state_unknown", mask)


CHECKS = (
    Check((*(f"missing_{name}" for name in _WANTED), "missing_section"), missing),
    Check(("missing_required", "missing_required_node"), required),
    Check(("unknown_code", "unknown_code_node"), unknown_codes),
    Check(("out_of_range", "out_of_range_node"), ranges),
    Check(
        (
            "impossible_year",
            "retired_before_laid",
            "lined_before_laid",
            "retired_in_use",
            "abandoned_undated",
        ),
        years,
    ),
    Check(("unusual_diameter",), sizes),
    Check(("pressure_order",), pressures),
    Check(("length_missing", "length_differs", "length_stale"), lengths),
    Check(("serial_twice",), serials),
    Check(("valve_state_unknown",), valve_states),
)
