"""What a MAPPING says of readings: meters in columns, units of each quantity, the clock, the sense."""

from __future__ import annotations

import datetime

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.units.reading_units import OFFERED, QUANTITIES, factor_to_ours
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import listed, tr

READING = "reading"
_VALUE = "value"


def zone_of_clocks(name: str) -> datetime.tzinfo:
    """Return the rule of the clocks that a mapping or the setting of a network names.

    Raises
    ------
    InputError
        When there is no such time zone.
    """
    return clock_of("time_zone", name)


def unit_of(mapping: Mapping, quantity: str, own: str = "") -> str:
    """Return the unit that a mapping gives for a quantity, '' for none; ``own`` is that of a column."""
    return own or mapping.units.get(quantity) or mapping.units.get(_VALUE) or ""


def _unit_faults(mapping: Mapping) -> list[str]:
    faults = []
    for name, unit in mapping.units.items():
        if name != _VALUE and name not in QUANTITIES:
            message = tr("“units” of readings are those of {names}; “{name}” is none of them.")
            faults.append(message.format(names=listed((_VALUE, *QUANTITIES)), name=name))
        elif name in QUANTITIES and factor_to_ours(name, unit) is None:
            faults.append(unit_fault(name, unit))
    for meter in mapping.meters.values():
        quantity = meter.quantity or str(mapping.defaults.get("quantity") or "")
        if meter.unit and quantity in QUANTITIES and factor_to_ours(quantity, meter.unit) is None:
            faults.append(unit_fault(quantity, meter.unit))
    return faults


def unit_fault(quantity: str, unit: str) -> str:
    """Return the sentence for a unit that a quantity is not measured in."""
    message = tr("{quantity} is not measured in “{unit}”; use one such as {units}.")
    label = domain("quantity")[quantity].label
    return message.format(quantity=label, unit=unit, units=listed(OFFERED[quantity]))


def reading_faults(mapping: Mapping, table: str) -> list[str]:
    """Return what of the parts for readings can't be used for a table, in sentences."""
    parts = {
        "time_zone": mapping.time_zone, "unit_column": mapping.unit_column, "meters": mapping.meters,
        "reversed": mapping.reversed_meters, "clock_column": mapping.clock_column,
    }  # fmt: skip
    if table != READING:
        has_times = any(one.type == "datetime" for one in adoptable_fields(all_tables()[table]))
        strange = [name for name, part in parts.items() if part and not (name == "time_zone" and has_times)]
        message = tr("Only readings have {names}; leave them out.")
        return [message.format(names=listed(strange))] if strange else []
    faults = _unit_faults(mapping)
    if mapping.time_zone:
        try:
            zone_of_clocks(mapping.time_zone)
        except InputError as error:
            faults.append(error.message)
    for column, meter in mapping.meters.items():
        if meter.quantity and meter.quantity not in QUANTITIES:
            message = tr("“meters” of {column}: there is no quantity {name}; it is one of {known}.")
            faults.append(message.format(column=column, name=meter.quantity, known=listed(QUANTITIES)))
    of_rows = [column for column, meter in mapping.meters.items() if not meter.node_id]
    has_own = len(of_rows) < len(mapping.meters)
    if of_rows and "node_id" not in mapping.fields:
        message = tr(
            "“meters” of {columns} name no meter. Give its id, or the column of node_id in “fields”."
        )
        faults.append(message.format(columns=listed(of_rows)))
    clashing = [
        name
        for name, is_refused in (("node_id", has_own), (_VALUE, bool(mapping.meters)))
        if is_refused and name in mapping.fields
    ]
    if mapping.meters and mapping.unit_column:
        faults.append(tr("With “meters” each column has its unit: leave “unit_column” out."))
    if clashing:
        message = tr("With “meters” each column is a meter: leave {names} out of “fields”.")
        faults.append(message.format(names=listed(clashing)))
    return faults
