"""What the dry run of readings asks: their unit, the clocks of their times, the sense of meters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.units.reading_units import ASKED, OFFERED, PRESSURE
from waternet_plugin.core.readings.pressure_units import UnitQuestion
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.sources.suspicious_rows import Asked

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

TIME_ZONE, SENSE, TURN = "time_zone", "sense", "turn"
# Beside the setting of the network; any other zone of the tz database is given in a saved mapping.
_ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/Rome",
    "Europe/London",
    "UTC",
)
_MOSTLY = 0.5


def _of_unit(source: LayerSource, quantity: str, is_only: bool, doubt: UnitQuestion | None) -> Asked:
    """Return the question for the unit of a quantity; where the given one is in doubt it is open again."""
    from waternet_plugin.core.exchange.mapping.reading_mapping import unit_of

    given = unit_of(source.mapping, quantity)
    offered = [*OFFERED[quantity], *([given] if given and given not in OFFERED[quantity] else [])]
    # Rows and columns with a unit of their own are overruled.
    key = "value" if is_only and not doubt else quantity

    def taken(mapping: Mapping, answer: str) -> Mapping:
        usual = str(mapping.defaults.get("quantity") or "")
        meters = {
            column: replace(meter, unit=answer)
            if meter.unit and (meter.quantity or usual) == quantity
            else meter
            for column, meter in mapping.meters.items()
        }
        return replace(mapping, units={**mapping.units, key: answer}, meters=meters)

    text = tr("In which unit is {quantity} in the file?").format(quantity=domain("quantity")[quantity].label)
    return Asked(
        source,
        f"unit_{quantity}",
        doubt.text if doubt else text,
        tuple((unit, unit) for unit in offered),
        doubt.likely_unit if doubt else given or offered[0],
        "" if doubt else given,
        must_be_answered=True,
        taken=taken,
    )


def _of_clocks(source: LayerSource, used: str) -> Asked:
    """Return the question by which clocks times without offset were read."""
    return Asked(
        source,
        TIME_ZONE,
        tr("Which time zone are times without an offset in?"),
        tuple((zone, zone) for zone in dict.fromkeys([used, *_ZONES])),
        used,
        source.mapping.time_zone,
        must_be_answered=False,
    )


def _of_sense(source: LayerSource, meters: Sequence[str]) -> Asked:
    """Return the question whether meters measure against their sense."""
    text = tr("Most flow of these meters is below zero: {meters}.")
    if source.mapping.reversed_meters:
        text = tr("These meters are installed the other way round: {meters}.")
    return Asked(
        source,
        SENSE,
        text.format(meters=shortened(meters) if len(meters) > 1 else listed(meters)),
        ((TURN, tr("Reverse their direction")), ("leave", tr("Take the values as they are"))),
        TURN,
        TURN if source.mapping.reversed_meters else "",
        must_be_answered=False,
        taken=lambda mapping, answer: replace(
            mapping, reversed_meters=tuple(meters) if answer == TURN else ()
        ),
    )


def asked_of_readings(sources: Sequence[LayerSource], results: Sequence[AdoptionResult]) -> list[Asked]:
    """Return what is asked of readings.

    Parameters
    ----------
    sources
        The ready sources.
    results
        Their dry runs.
    """
    found = []
    for source, result in zip(sources, results):
        if result.readings is None:
            continue
        account = result.readings.account
        quantities = list(dict.fromkeys([*account["quantity"].tolist(), *result.readings.open_units]))
        # What each row says of its unit is not asked.
        open_units = result.readings.open_units
        asked = [
            quantity
            for quantity in quantities
            if quantity in ASKED and (quantity in open_units or not source.mapping.unit_column)
        ]
        doubt = result.readings.unit_question
        found += [
            _of_unit(source, each, len(quantities) == 1, doubt if each == PRESSURE else None)
            for each in asked
        ]
        if result.readings.time_zone:
            found.append(_of_clocks(source, result.readings.time_zone))
        turned = account.loc[account["negative"] > _MOSTLY * account["readings"], "node_id"].tolist()
        meters = list(dict.fromkeys([*source.mapping.reversed_meters, *turned]))
        if meters:
            found.append(_of_sense(source, meters))
    return found
