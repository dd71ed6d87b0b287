"""Norms of night use by compound type and size, learned from the good areas."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.night_norms import (
    ALARM,
    EXCESS,
    HOUSEHOLDS,
    NIGHTS,
    PARTS,
    night_norms,
    norm_m3h,
    zone_households,
    zone_night_use,
)
from waternet_plugin.core.leakage.night_readings import ZONE_COLUMNS, metered_tree
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, compute_nights
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class NightNormsRequest:
    """Which nights are learned from, both included; None for all.

    Raises
    ------
    InputError
        For nights that end before they begin.
    """

    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        self.of_nights("")

    def of_nights(self, name: str) -> NightFlowRequest:
        """Return the same as asked of the night flow."""
        return NightFlowRequest(name, first=self.first, last=self.last)


@dataclass(frozen=True)
class NightNormsResult(PlainFrames):
    """Norms of night use.

    Parameters
    ----------
    norms
        type (None: areas in no compound), households (class of size), zones, l_household_h (median), lower
        and upper (quartiles), L/h for a household.
    zones
        zone_id, type, count (households), l_household_h, lacks (why it tells nothing, None if it does) and
        norm_m3h (night use by the norm of its kind, NaN where there is none).
    summary, notes
        The answer in sentences, and what was left out.
    """

    norms: pd.DataFrame
    zones: pd.DataFrame
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def learn_night_norms(
    network: Network, request: NightNormsRequest, progress: Progress = SILENT
) -> NightNormsResult:
    """Return the night use of a household in areas without alarm and without excess leakage, by kind.

    Raises
    ------
    InputError
        As `night_flow`; where no customer of an area has households recorded.
    """
    settings = network.settings()
    sizes = settings.words("leakage.norm_sizes")
    if not all(one.isdecimal() and int(one) > 0 for one in sizes):
        message = tr("leakage.norm_sizes is “{text}”: give whole numbers with semicolons, such as 300;1000.")
        raise InputError(message.format(text=";".join(sizes)))
    zones = network.read("zone", [*ZONE_COLUMNS], where={"kind": "dma"}, geometry=False)
    tree = metered_tree(zones, ())
    pipes = network.read(
        "pipe", ["pipe_id", "dma_id"], where={"dma_id": tree.zone_id.tolist()}, geometry=False
    )
    customers = read_supplied(network, ["compound_id", "households"])
    compounds = network.read("compound", ["compound_id", "type"], geometry=False)
    counted = zone_households(tree, pipes, customers, compounds)
    if not counted["count"].notna().any():
        raise InputError(
            tr(
                "No customer of a metered area has households. Give customers their pipe and their "
                "households first."
            )
        )
    flow = compute_nights(network, request.of_nights(""), progress)
    with_alarm = [*flow.alarms["zone_id"], *_stored_alarms(network, flow.nights)]
    used = zone_night_use(counted, flow.nights, with_alarm, tree.ancestors, settings)
    norms = night_norms(used, settings)
    used = used.assign(norm_m3h=norm_m3h(used, norms, settings))
    good = int(used["lacks"].isna().sum())
    summary = tr("Night use is known of %n metered area(s) of {all}.", "", good).format(all=len(used))
    return NightNormsResult(norms, used, (summary,), (*flow.notes, *_left_out(used)))


def _stored_alarms(network: Network, nights: pd.DataFrame) -> list[str]:
    """Return the zones of stored alarms that were open in some nights."""
    alarms = network.read("leak_alarm", ["zone_id", "started_on", "ended_on"], geometry=False)
    started, ended = pd.to_datetime(alarms["started_on"]), pd.to_datetime(alarms["ended_on"])
    was_open = (started <= nights["night"].max()) & (ended.isna() | (ended >= nights["night"].min()))
    return alarms["zone_id"][was_open.to_numpy()].tolist()


def _left_out(zones: pd.DataFrame) -> list[str]:
    """Return which zones tell nothing and why, in sentences."""
    texts = {
        NIGHTS: tr("Too few nights with values: {zones}."),
        HOUSEHOLDS: tr("No households recorded: {zones}."),
        PARTS: tr("Measured in parts, which count instead: {zones}."),
        ALARM: tr("With an alarm in these nights: {zones}."),
        EXCESS: tr("Excess leakage unknown or too great: {zones}."),
    }
    lacks = zones["lacks"]
    return [
        text.format(zones=shortened(zones["zone_id"][(lacks == why).to_numpy()]))
        for why, text in texts.items()
        if (lacks == why).any()
    ]
