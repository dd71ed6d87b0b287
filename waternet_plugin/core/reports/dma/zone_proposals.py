"""The report of proposed metered areas: three solutions side by side, and the chosen one in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.dma.hydraulics import HydraulicCheck
from waternet_plugin.core.dma.proposal.proposal_options import SOLUTIONS
from waternet_plugin.core.dma.proposal.proposing import Proposals, solution_name
from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, rows_of
from waternet_plugin.core.reports.network.people import not_recorded
from waternet_plugin.core.texts import joined, listed, tr

_MOST_ROWS = 200


def _unit(size_by: str) -> str:
    return {
        "customers": tr("customers"),
        "households": tr("households"),
        "demand": tr("m³/d"),
        "length": tr("m of pipes"),
    }[size_by]


def _compared(found: Proposals) -> ReportSection:
    figures = {name: found.figures(name) for name in SOLUTIONS}
    rows = tuple(
        (
            solution_name(name), one["devices"], one["meters"], one["valves_to_close"], one["new_valves"],
            one["cost"], one["size_least"], one["size_mean"], one["size_most"], 100 * one["spread"],
            not_recorded() if one["cut_off_households"] is None else one["cut_off_households"],
        )
        for name, one in figures.items()
    )  # fmt: skip
    columns = (
        tr("Solution"), tr("Devices"), tr("Meters"), tr("Valves to close"), tr("New valves"), tr("Cost"),
        tr("Smallest zone"), tr("Mean"), tr("Largest zone"), tr("Spread of sizes (%)"),
        tr("Households without water"),
    )  # fmt: skip
    note = tr(
        "Sizes in {unit}. The spread is the standard deviation as a share of the mean. Crossings that are "
        "closed or metered already count as no device and cost nothing."
    ).format(unit=_unit(found.options.size_by))
    return ReportSection(tr("Solutions compared"), table=ReportTable(columns, rows, decimals=1), note=note)


def _zones(found: Proposals) -> ReportSection:
    rows = tuple(
        (
            row["zone_id"], row["size"], row["length_m"] / 1000, row["customers"], row["inlets"],
            row["closings"], row["cost"],
        )
        for row in records(found.best.zones)[:_MOST_ROWS]
    )  # fmt: skip
    columns = (
        tr("Zone"), tr("Size ({unit})").format(unit=_unit(found.options.size_by)), tr("Length (km)"),
        tr("Customers"), tr("Inlets"), tr("Closed crossings"), tr("Cost"),
    )  # fmt: skip
    title = tr("Zones: {solution}").format(solution=solution_name(found.chosen))
    return ReportSection(title, table=ReportTable(columns, rows, decimals=1))


def _boundary(found: Proposals) -> ReportSection:
    kinds = {"meter": tr("meter"), "close": tr("close")}
    rows = tuple(
        (
            row["pipe_id"], kinds[str(row["device"])], row["at_node"], row["zone_out"], row["zone_in"],
            row["node_id"], row["diameter_mm"], row["cost"],
        )
        for row in records(found.best.boundary)[:_MOST_ROWS]
    )  # fmt: skip
    columns = (
        tr("Pipe"), tr("Device"), tr("At node"), tr("From zone"), tr("Into zone"), tr("Existing device"),
        tr("Diameter (mm)"), tr("Cost"),
    )  # fmt: skip
    note = (
        tr("The first {shown} of {all}; all of them are in OUTPUT_BOUNDARY.").format(
            shown=_MOST_ROWS, all=number(len(found.best.boundary))
        )
        if len(found.best.boundary) > _MOST_ROWS
        else ""
    )
    return ReportSection(
        tr("Meters and closed valves"), table=ReportTable(columns, rows, decimals=0), note=note
    )


def _left_out(found: Proposals) -> ReportSection:
    pipes = found.best.pipes
    counts = pipes.loc[pipes["reason"].notna(), "reason"].value_counts()
    rows = tuple((str(reason), int(many)) for reason, many in sorted(counts.items()))
    if not rows:
        return ReportSection(tr("Pipes with a remark"), (tr("There are none."),))
    return ReportSection(
        tr("Pipes with a remark"), table=ReportTable((tr("Reason"), tr("Pipes")), rows, decimals=0)
    )


def _parameters(found: Proposals) -> dict[str, Any]:
    options = found.options
    return {
        "COUNT": options.count,
        "TARGET_SIZE": options.target_size,
        "SIZE_BY": options.size_by,
        "MIN_SIZE": found.bounds.least,
        "MAX_SIZE": found.bounds.most,
        "MAX_INLETS": options.max_inlets,
        "TRUNK_DN": options.trunk_dn_mm,
        "FIXED_ZONES": listed(options.fixed_zones) if options.fixed_zones else None,
        "SOLUTION": options.solution,
        "SEED": options.seed,
    }


def _hydraulics(checks: Mapping[str, HydraulicCheck]) -> ReportSection:
    title = tr("Pressure")
    computed = {name: checks[name] for name in SOLUTIONS if not checks[name].reason}
    failed = [name for name in SOLUTIONS if checks[name].reason]
    reasons = sorted({checks[name].sentence() for name in failed})
    if failed:
        reasons.append(tr("Closing valves can lower the pressure: test the plan with a model first."))
    if not computed:
        return ReportSection(title, tuple(reasons))
    rows = tuple(
        (
            solution_name(name), one.p_before_m, one.p_after_m, one.p_node, 100 * one.below_share,
            listed(one.below_nodes), one.age_sentence(),
        )
        for name, one in computed.items()
    )  # fmt: skip
    columns = (
        tr("Solution"), tr("Lowest pressure now (m)"), tr("Lowest pressure then (m)"), tr("At node"),
        tr("Demand falling below (%)"), tr("Nodes falling below"), tr("Dead ends"),
    )  # fmt: skip
    one = next(iter(computed.values()))
    note = tr(
        "Computed by {engine} at the start of the model, at nodes with a demand; below {service} m counts. "
        "The model is the imported file with what was edited since."
    ).format(engine=one.engine, service=f"{one.service_m:g}")
    return ReportSection(title, tuple(reasons), ReportTable(columns, rows, decimals=1), note)


def proposals_report(
    found: Proposals,
    checks: Mapping[str, HydraulicCheck],
    *,
    network: str,
    currency: str,
    scenario_id: str = "",
) -> Report:
    """Return the report of proposed metered areas.

    Parameters
    ----------
    found
        The solutions.
    checks
        What each does to pressure and water age, by name.
    network
        Title of the network.
    currency
        In which all money is.
    scenario_id
        Scenario that the chosen solution is kept as, '' for none.
    """
    best, lost = found.best.figures(), found.lost[found.chosen]
    lead = tr(
        "{zones} zones with {devices} devices on their boundaries: {meters} meters, {close} valves to close, "
        "{new} new valves."
    ).format(
        zones=number(best["zones"]),
        devices=number(best["devices"]),
        meters=number(best["meters"]),
        close=number(best["valves_to_close"]),
        new=number(best["new_valves"]),
    )
    lead = joined([lead, lost.text()]) if lost.is_any else lead
    parameters = _parameters(found)
    shown = [(name, value) for name, value in parameters.items() if value not in (None, "")]
    basis = ReportSection(
        tr("Basis"),
        (tr("All amounts in {currency}.").format(currency=currency),),
        ReportTable((tr("Parameter"), tr("Value")), rows_of(shown), decimals=3),
    )
    figures = {
        "parameters": parameters,
        "currency": currency,
        "chosen": found.chosen,
        "scenario_id": scenario_id,
        "solutions": {
            name: {
                **found.figures(name),
                "hydraulics": checks[name].figures(),
                "zones_list": records(found.solutions[name].zones),
                "boundary": records(found.solutions[name].boundary),
            }
            for name in SOLUTIONS
        },
    }
    sections = (
        _compared(found),
        _hydraulics(checks),
        _zones(found),
        _boundary(found),
        _left_out(found),
        basis,
    )
    return Report(tr("Metered areas proposed"), lead, network, sections, figures)
