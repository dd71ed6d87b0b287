"""What to know and to doubt of a water balance, in sentences."""

from __future__ import annotations

import math
from typing import Optional

import pandas as pd

from waternet_plugin.core.leakage.balance.volume_rows import APPARENT, AUTHORISED, ZONE, VolumeRows
from waternet_plugin.core.reports.document import number, percent
from waternet_plugin.core.texts import shortened, tr

# Shorter ones are told as 0.0 km.
_LEAST_KM = 0.05


def balance_notes(
    rows: pd.DataFrame,
    volumes: VolumeRows,
    *,
    enough: float,
    bills: float,
    overlaps: int,
    unknown_km: float,
    given: tuple[Optional[float], Optional[float], Optional[float]],
) -> tuple[str, ...]:
    """Return what to know of a balance.

    Parameters
    ----------
    rows
        As `level_tree.balance_rows`.
    volumes
        What was reckoned with.
    enough
        Share of the days from which supply stands for a period.
    bills
        Share of the days of customers with bills that is billed, NaN for none.
    overlaps
        Rows that begin before an earlier one ends.
    unknown_km
        Mains of unknown diameter, km.
    given
        Household share, mean pressure and frost depth; None where not given.
    """
    return (*_supply(rows, enough), *_consumption(rows, volumes, bills), *_rows(volumes, overlaps),
            *_corrections(unknown_km, given))  # fmt: skip


def _names(rows: pd.DataFrame) -> str:
    return shortened(tr("whole network") if row == "" else row for row in rows["zone_id"])


def _supply(rows: pd.DataFrame, enough: float) -> list[str]:
    silent = rows[rows["supply_m3"].isna()]
    part = rows[rows["supply_m3"].notna() & (rows["coverage"] < enough)]
    gaps = rows[rows["supply_m3"].notna() & (rows["coverage"] >= enough) & (rows["coverage"] < 0.9995)]
    found = []
    if len(silent):
        found.append(
            tr("Supply is not known, and so no loss: {zones}. A meter has no volume and no reading.").format(
                zones=_names(silent)
            )
        )
    if len(part):
        found.append(
            tr(
                "Supply covers less than {share} % of the days, so no loss is computed: {zones}. Choose a "
                "period that the volumes cover."
            ).format(share=percent(enough), zones=_names(part))
        )
    if len(gaps):
        found.append(tr("Supply does not cover all days: {zones}.").format(zones=_names(gaps)))
    return found


def _consumption(rows: pd.DataFrame, volumes: VolumeRows, bills: float) -> list[str]:
    found = []
    unbilled = rows[rows["authorised_m3"].isna() & rows["supply_m3"].notna()]
    if len(unbilled):
        found.append(
            tr(
                "No consumption is known, and so no loss: {zones}. Adopt the bills of their customers."
            ).format(zones=_names(unbilled))
        )
    if math.isfinite(bills) and bills < 0.995:
        found.append(
            tr(
                "Bills cover {share} % of the days of the customers who have any: the days that are missing "
                "count as loss."
            ).format(share=percent(bills))
        )
    negative = rows[rows["loss_m3"] < 0]
    if len(negative):
        found.append(
            tr(
                "More consumption than supply: {zones}. Look for a meter of wrong sense or unit, an open "
                "boundary valve, or bills of another period."
            ).format(zones=_names(negative))
        )
    if not volumes.chosen(APPARENT).any():
        found.append(tr("No apparent losses are given: all loss counts as real."))
    if (volumes.chosen(AUTHORISED) & (volumes.of == ZONE)).any():
        found.append(
            tr(
                "Volumes that name a zone count in it and in the zones above, not in the whole network: give "
                "each volume once, in the deepest zone."
            )
        )
    return found


def _rows(volumes: VolumeRows, overlaps: int) -> list[str]:
    sentences = {
        "dates": lambda many: tr(
            "%n volume(s) are left out for lack of a first and a last day in this order.", "", many
        ),
        "volume": lambda many: tr("%n volume(s) are left out: the volume is not a number.", "", many),
        "component": lambda many: tr("%n volume(s) are left out: the component is not known.", "", many),
        "zone": lambda many: tr("%n volume(s) are left out: the zone is not a metered area.", "", many),
        "customer": lambda many: tr(
            "%n volume(s) are of customers that are not in this network: only a zone that the row itself "
            "names is counted.",
            "",
            many,
        ),
    }
    found = [sentences[name](many) for name, many in volumes.left_out.items()]
    if overlaps:
        found.append(
            tr(
                "%n volume(s) have a first day before the last day of an earlier one of the same customer or "
                "meter: the days in common count twice.",
                "",
                overlaps,
            )
        )
    return found


def _corrections(
    unknown_km: float, given: tuple[Optional[float], Optional[float], Optional[float]]
) -> list[str]:
    names = ("HOUSEHOLD_SHARE", "MEAN_PRESSURE", "FROST_DEPTH")
    missing = [
        f"{name} ({correction})"
        for name, correction, value in zip(names, ("R1", "R3", "R4"), given)
        if value is None
    ]
    found = []
    if missing:
        found.append(
            tr("Not given, so their correction of the leakage rate is 0: {names}.").format(
                names=shortened(missing)
            )
        )
    if unknown_km >= _LEAST_KM:
        found.append(
            tr("{length} km of mains have no diameter and do not count in R2.").format(
                length=number(unknown_km, 1)
            )
        )
    return found
