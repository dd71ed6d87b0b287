"""What a plan of a zero-pressure test says in sentences: what to doubt, what to do, what to tell people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.pressure_test import gauges
from waternet_plugin.core.dma.pressure_test import plan as plans
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

_MOST_NAMED = 8


def purpose_label(code: str) -> str:
    """Return why a gauge is where it is."""
    return {
        gauges.HIGH_POINT: tr("high point"),
        gauges.CRITICAL_POINT: tr("critical point"),
        gauges.DOUBTFUL_VALVE: tr("near a doubtful valve"),
        gauges.REFERENCE: tr("outside, for reference"),
    }[code]


def doubt_label(code: str) -> str:
    """Return why a valve may not close."""
    return {
        "state_unknown": tr("state unknown"),
        "not_operable": tr("can't be operated"),
        "operable_unknown": tr("not known whether it can be operated"),
        "not_accessible": tr("not accessible"),
        "accessible_unknown": tr("not known whether it is accessible"),
    }[code]


def role_label(role: str) -> str:
    """Return what a step is."""
    return {
        plans.BOUNDARY: tr("Boundary valve"),
        plans.GAUGE: tr("Pressure gauge"),
        plans.STORAGE: tr("Storage"),
        plans.INLET: tr("Inlet"),
        plans.DRAIN: tr("Draining point"),
        plans.REOPEN: tr("Reopen"),
    }[role]


def shortened_list(names: list[str]) -> str:
    """Return names in a sentence, the first few of many."""
    if len(names) <= _MOST_NAMED:
        return listed(names)
    return tr("{names} and %n more", "", len(names) - _MOST_NAMED).format(names=listed(names[:_MOST_NAMED]))


def warnings_of(
    plan: PressureTestPlan, crossings: list[str], closed_pipes: list[str], settings: Settings
) -> list[str]:
    """Return what stands in the way of a test, in sentences, the gravest first.

    Parameters
    ----------
    crossings
        Ids of the nodes where the zone is open.
    closed_pipes
        Ids of pipes that part the zone without a valve.
    settings
        The sizes that pipes and valves have, ``quality.nominal_mm``.
    """
    warnings = []
    if crossings:
        warnings.append(
            tr(
                "The boundary is open: at {nodes} the zone meets pipes outside without a meter or a closed "
                "valve. This plan does not cut the zone off before each of them is closed or gets a meter; "
                "it counts them as shut."
            ).format(nodes=shortened_list(crossings))
        )
    inlets = plan.of_role(plans.INLET)
    bare = [str(name) for name, meter in zip(inlets["node_id"], inlets["meter"]) if name == meter]
    if not len(inlets):
        warnings.append(
            tr(
                "No meter leads into or out of this zone. Enter the meters of its inlets with the zones on "
                "both sides, then plan again."
            )
        )
    if bare:
        warnings.append(
            tr(
                "No valve that can be closed was found within {reach} m of these meters: {meters}. Look for "
                "one on site, or the inlet can't be shut."
            ).format(meters=shortened_list(bare), reach=settings.text("dma.test_valve_search_m"))
        )
    if plan.storage_without_valve:
        warnings.append(
            tr(
                "No valve shuts off these tanks or sources inside the zone: {tanks}. They feed the zone "
                "while it is tested, which is then without result."
            ).format(tanks=shortened_list(list(plan.storage_without_valve)))
        )
    warnings += _valve_warnings(plan)
    warnings += _bore_warnings(plan, settings)
    if closed_pipes:
        warnings.append(
            tr("Closed pipes without a valve part the zone: {pipes}. Look on site what closes them.").format(
                pipes=shortened_list(closed_pipes)
            )
        )
    if plan.pieces > 1:
        warnings.append(
            tr(
                "Cut off, the zone is in %n piece(s). Only pieces with a gauge are tested; check the others, "
                "and pipe ends that do not meet.",
                "",
                plan.pieces,
            )
        )
    drains = plan.of_role(plans.DRAIN)
    if not drains["kind"].isin(["washout", "hydrant"]).all() or not len(drains):
        warnings.append(
            tr(
                "The zone has no washout and no hydrant where it could be drained. Look for an outlet on "
                "site."
            )
        )
    if not plan.of_role(plans.GAUGE)["purposes"].map(lambda codes: gauges.REFERENCE in codes).any():
        warnings.append(
            tr(
                "No location for a gauge outside the zone was found: a failure of the supply would go "
                "unnoticed."
            )
        )
    return warnings


def _valve_warnings(plan: PressureTestPlan) -> list[str]:
    valves = plan.of_role(plans.BOUNDARY)
    unknown = [
        str(name) for name, codes in zip(valves["node_id"], valves["doubts"]) if "state_unknown" in codes
    ]
    warnings = []
    if unknown:
        warnings.append(
            tr(
                "Nobody noted whether these boundary valves are closed: {valves}. Close them first and enter "
                "their state."
            ).format(valves=shortened_list(unknown))
        )
    if plan.unwatched:
        warnings.append(
            tr("%n doubtful valve(s) have no gauge near: raise dma.test_gauges.", "", plan.unwatched)
        )
    return warnings


def _bore_warnings(plan: PressureTestPlan, settings: Settings) -> list[str]:
    """Return the steps whose bore no valve has: another unit or a mistyped digit, on which turns depend."""
    sizes = [float(word) for word in settings.words("quality.nominal_mm")]
    bores = plan.steps["diameter_mm"].to_numpy(dtype=float)
    odd = np.isfinite(bores) & ((bores < min(sizes)) | (bores > max(sizes)))
    named = {str(name): f"{name} DN{bore:.0f}" for name, bore in zip(plan.steps["node_id"][odd], bores[odd])}
    if not named:
        return []
    return [
        tr(
            "No valve has a bore like these: {valves}. Look whether it is in another unit, and correct it "
            "before the night."
        ).format(valves=shortened_list(list(named.values())))
    ]


def procedure(plan: PressureTestPlan, settings: Settings) -> list[str]:
    """Return what is done in the night, in the order in which it is done."""
    minutes = {
        "log": settings.text("dma.test_log_min"),
        "hold": settings.text("dma.test_hold_min"),
        "least": settings.text("dma.test_p_min_m"),
        "rise": settings.text("dma.test_rise_m"),
        "begin": settings.text("dma.test_from"),
        "end": settings.text("dma.test_to"),
    }
    lines = [
        tr("Before {begin}: check each boundary valve in the order of the list, count its turns, mark it."),
        tr("Put the gauges on and log pressures for {log} minutes."),
    ]
    if len(plan.cut.storage):
        lines.append(tr("Shut off tanks and sources inside the zone."))
    lines += [
        tr("Shut the inlets in the order of the list, slowly, the last one last."),
        tr("Open the draining points. The pressure must fall to {least} m or less within minutes."),
        tr(
            "Shut the draining points, note the time, and hold for {hold} minutes: no gauge in the zone may "
            "rise by more than {rise} m."
        ),
        tr(
            "If a gauge rises, the one that rises first points to the valve: close valves near it again one "
            "by one, listen at them, and repeat. If the pressure never falls, there is an unknown connection."
        ),
        tr(
            "Before {end}: open the inlets again in the order of the list, slowly, with an outlet open at "
            "the high point until no more air comes; flush at the draining points and dead ends until the "
            "water is clear, and take a sample. Boundary valves stay shut."
        ),
    ]
    return [f"{number}. {line.format(**minutes)}" for number, line in enumerate(lines, 1)]


def notice(plan: PressureTestPlan, streets: list[str], settings: Settings) -> list[str]:
    """Return the text that people are given who will be without water."""
    where = shortened_list(streets) if streets else (plan.name or plan.zone_id)
    return [
        tr(
            "Interruption of the water supply: in the night of ____________ from {begin} to {end} the water "
            "supply is interrupted at {places} for a test of the pipe network."
        ).format(begin=settings.text("dma.test_from"), end=settings.text("dma.test_to"), places=where),
        tr(
            "Please keep water ready, close your taps, and switch off pumps and water heaters that draw from "
            "the mains. Afterwards let the water run until it is clear. Questions: ____________"
        ),
    ]


def back_siphonage(plan: PressureTestPlan) -> list[str]:
    """Return what to do so that nothing is sucked into pipes without pressure."""
    low, high = plan.figures["ground_min_m"], plan.figures["ground_max_m"]
    lines = [
        tr(
            "While the zone is without pressure, water can be sucked back from hoses, tanks and plants of "
            "customers. Nobody may draw water; shut the service valves of critical customers, and of those "
            "with own tanks or chemicals."
        )
    ]
    if pd.notna(low) and pd.notna(high):
        lines.append(
            tr(
                "The lowest and the highest point of the zone differ by {span:.1f} m: with the draining "
                "point open, the high point comes under a vacuum of as much head."
            ).format(span=high - low)
        )
    return lines
