"""Leak alarms as the network keeps them, by their ids."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class StoredAlarm:
    """A lasting rise of night flow.

    Parameters
    ----------
    alarm_id, zone_id
        The alarm and its zone.
    started_on, ended_on
        The first day of the rise, and the first one without it; None where unknown or open.
    rise_m3h
        The rise; NaN where unknown.
    note
        What was noted; '' for nothing.
    """

    alarm_id: str
    zone_id: str
    started_on: Optional[datetime.date]
    ended_on: Optional[datetime.date]
    rise_m3h: float
    note: str = ""


_COLUMNS = ("alarm_id", "zone_id", "raised_on", "started_on", "ended_on", "rise_m3h", "note")


def _alarms(frame: pd.DataFrame) -> list[StoredAlarm]:
    def day(value: Any) -> Optional[datetime.date]:
        return None if pd.isna(value) else pd.Timestamp(value).date()

    return [
        StoredAlarm(
            str(row["alarm_id"]),
            str(row["zone_id"]),
            day(row["started_on"]) or day(row["raised_on"]),
            day(row["ended_on"]),
            float("nan") if pd.isna(row["rise_m3h"]) else float(row["rise_m3h"]),
            str(row["note"] or ""),
        )
        for row in records(frame)
    ]


def stored_alarm(network: Network, alarm_id: str) -> StoredAlarm:
    """Return an alarm.

    Raises
    ------
    InputError
        Where the network has none of this id.
    """
    found = _alarms(network.read("leak_alarm", [*_COLUMNS], ids=[alarm_id], geometry=False))
    if not found:
        message = tr("There is no leak alarm “{alarm}”. Compute night flow with STORE first, or give its id.")
        raise InputError(message.format(alarm=alarm_id))
    return found[0]


def newest_open_alarm(network: Network, zone_id: str) -> Optional[StoredAlarm]:
    """Return the open alarm of a zone that began last; None where none is open."""
    found = _alarms(network.read("leak_alarm", [*_COLUMNS], where={"zone_id": zone_id}, geometry=False))
    running = [one for one in found if one.ended_on is None]
    return max(running, key=lambda one: (one.started_on or datetime.date.min, one.alarm_id), default=None)
