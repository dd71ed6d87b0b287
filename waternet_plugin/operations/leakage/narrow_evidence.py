"""All that is known of a leak in a metered area: steps, sensors, repairs, searches, parts with own meters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.narrowing.chance_factors import Evidence
from waternet_plugin.core.leakage.narrowing.noise_evidence import (
    noise_evidence,
    noise_levels,
    possible_noise,
)
from waternet_plugin.core.leakage.narrowing.search_evidence import (
    part_evidence,
    repair_evidence,
    search_evidence,
)
from waternet_plugin.core.leakage.narrowing.step_evidence import night_of, step_evidence, step_flows
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.leakage.narrow_readings import (
    LeakTime,
    read_excess,
    read_inflow,
    read_night_use,
    read_noise,
    read_quiet_parts,
    read_repairs,
    read_searches,
    read_steps,
)
from waternet_plugin.operations.leakage.stored_alarms import StoredAlarm
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class ZoneCase:
    """A zone that is searched for a leak.

    Parameters
    ----------
    network, model
        The network, and as metered areas see it.
    zone, pipes
        Number of the zone, and its pipes.
    alarm
        The alarm that tells since when; None for none.
    time
        When the leak ran.
    settings, clock
        Values in force, and the clocks of the network.
    """

    network: Network
    model: DmaModel
    zone: int
    pipes: ZonePipes
    alarm: Optional[StoredAlarm]
    time: LeakTime
    settings: Settings
    clock: LocalClock

    @property
    def zone_id(self) -> str:
        """Id of the zone."""
        return str(self.model.dma.zones.zone_id[self.zone])


def all_evidence(case: ZoneCase) -> tuple[list[Evidence], tuple[str, ...]]:
    """Return all evidence of a zone, and what to know of it in sentences."""
    network, pipes, settings = case.network, case.pipes, case.settings
    names = pipes.pipe_id
    ended = None if case.alarm is None else case.alarm.ended_on
    since_s, until_s = case.time.seconds(case.clock)
    material = network.read("pipe", ["pipe_id", "material"], ids=list(names), geometry=False)
    at = rows_of_ids(material["pipe_id"], names)
    # What was deleted meanwhile is of unknown material.
    materials = np.array([*column(material, "material"), None], dtype=object)
    noise = read_noise(network, pipes)
    levels = noise_levels(noise, case.clock, since_s, until_s, settings)
    steps, notes = _steps(case)
    wrong = noise.loc[~possible_noise(noise), "node_id"]
    if len(wrong):
        text = tr(
            "%n reading(s) of noise can't be and are left out: check the sensors {sensors}.", "", len(wrong)
        )
        notes = (*notes, text.format(sensors=shortened(sorted(wrong.unique()))))
    return [
        *steps,
        *noise_evidence(levels, pipes, materials[at], settings),
        *repair_evidence(names, read_repairs(network, names, case.time), ended, settings),
        *search_evidence(names, read_searches(network, names, case.time), settings),
        *part_evidence(pipes.zone, read_quiet_parts(network, case.model, case.zone, case.time), settings),
    ], notes


def _steps(case: ZoneCase) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """Return the evidence of step tests, and which steps tell nothing."""
    record = read_steps(case.network, case.pipes, case.time, case.clock, case.settings)
    notes = []
    if record.never_opened:
        message = tr("Recorded as shut and not as open again, which is not a step: {valves}.")
        notes.append(message.format(valves=shortened(record.never_opened)))
    if not record.steps:
        return (), tuple(notes)
    leak = case.alarm.rise_m3h if case.alarm is not None else read_excess(case.network, case.zone_id)
    flows = step_flows(record.steps, read_inflow(case.network, case.model, case.zone), case.settings)
    unread = sorted({night_of(one.step, case.clock) for one in flows if not one.is_read})
    if unread:
        message = tr("Steps without readings of the zone's meters are not used: step tests of {nights}.")
        notes.append(message.format(nights=listed(unread)))
    if not case.pipes.entry.any():
        message = tr("On the map no water enters zone {zone}, so step tests are not used. Check the zone.")
        notes.append(message.format(zone=case.zone_id))
    use = read_night_use(case.network, case.zone_id, case.pipes.pipe_id, case.settings)
    found = step_evidence(flows, case.pipes, leak_m3h=leak, night_use_m3h=use, clock=case.clock)
    return found, tuple(notes)
