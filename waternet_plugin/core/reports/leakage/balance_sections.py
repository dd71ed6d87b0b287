"""The parts of which reports and papers of a water balance are made."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.leakage.balance.leakage_index import LeakageIndex
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.standard_rates import StandardRates
from waternet_plugin.core.leakage.balance.volume_rows import APPARENT, AUTHORISED, REAL, UNBILLED
from waternet_plugin.core.reports.document import ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain, label_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr, with_name

_METERING = ("meter_error_household", "meter_error_other")
# Spaces that neither browsers nor Qt make one of.
_INDENT = "\u00a0" * 4
_MOST_PERIODS = 12


@dataclass(frozen=True)
class PublicFigures:
    """Public use, and the compounds that are left out.

    Parameters
    ----------
    m3
        What public points took by use, m3.
    points, metered
        How many points there are by use, and how many of them have a meter.
    without_since
        Day from which on compounds that were taken over are left out; None for none.
    left_out
        Ids of these compounds.
    """

    m3: Mapping[str, float]
    points: Mapping[str, int]
    metered: Mapping[str, int]
    without_since: Optional[datetime.date]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class BalanceContext:
    """What a report of a balance needs beside its rows.

    Parameters
    ----------
    network
        Title of the network.
    step
        By what it is told a second time.
    rates, index
        Indicators of the whole network.
    items
        Volumes of the whole network by component, m3.
    settings
        Values in force.
    notes
        Sentences on what to know and to doubt.
    public
        Public use, and the compounds that are left out.
    """

    network: str
    period: Period
    step: str
    rates: StandardRates
    index: LeakageIndex
    items: Mapping[str, float]
    settings: Settings
    notes: tuple[str, ...]
    public: PublicFigures


def _percent(share: Any) -> Optional[float]:
    """Return a share as percents, None for unknown."""
    return 100.0 * float(share) if share is not None and share == share else None


def _known(value: Any) -> Optional[int]:
    """Return a volume in whole m3, None for unknown."""
    return round(float(value)) if value is not None and value == value else None


def zone_label(row: Any) -> str:
    """Return id and name of a zone set in by its depth."""
    if row.zone_id == "":
        return tr("Whole network")
    return _INDENT * max(int(row.depth) - 1, 0) + with_name(row.zone_id, row.name)


def verdict(context: BalanceContext) -> str:
    """Return which level of the standard the assessed rate meets, '' where it is not known."""
    rate = context.rates.r_bl
    if not math.isfinite(rate):
        return ""
    first, second = (context.settings.real(f"leakage.level_{one}_percent") for one in (1, 2))
    if rate <= first:
        return tr("meets level 1 ({limit} %)").format(limit=f"{first:g}")
    if rate <= second:
        return tr("meets level 2 ({limit} %)").format(limit=f"{second:g}")
    return tr("above the limit of {limit} %").format(limit=f"{second:g}")


def ili_text(context: BalanceContext) -> str:
    """Return the leakage index with what is to be said of it."""
    index = context.index
    if not math.isfinite(index.ili):
        return tr(
            "ILI is not known: it needs MEAN_PRESSURE, mains, customers and the real losses of the whole "
            "network."
        )
    value = number(index.ili, 2)
    if not index.outside:
        return tr("ILI {value}, band {band}.").format(value=value, band=index.band)
    why = {
        "connections": tr("{count} connections").format(count=number(index.connections)),
        "density": tr("{count} connections per km").format(count=number(index.connections / index.mains_km)),
        "pressure": tr("{head} m of pressure").format(head=number(index.head_m)),
    }
    return tr("ILI {value}, outside the range of the method ({reasons}): not to be judged by.").format(
        value=value, reasons=listed(why[one] for one in index.outside)
    )


def standard_section(whole: Any, context: BalanceContext) -> ReportSection:
    """Return the balance of the whole network as CJJ 92 has it."""
    labels = domain("volume_component")
    items, loss, supply = context.items, float(whole.loss_m3), float(whole.supply_m3)

    def sum_of(names: tuple[str, ...]) -> float:
        return sum(items.get(name, 0.0) for name in names)

    def row(text: str, value: Any, deep: int = 0) -> tuple[Any, ...]:
        share = float(value) / supply if value is not None and supply > 0 else None
        return (_INDENT * deep + text, _known(value), _percent(share))

    def parts(names: tuple[str, ...], deep: int) -> list[tuple[Any, ...]]:
        return [row(labels[name].label, items.get(name), deep) for name in names if name in items]

    rows = [
        row(tr("System input volume"), supply),
        *parts(("own_supply", "bulk_import", "bulk_export"), 1),
        row(tr("Authorised consumption"), float(whole.authorised_m3)),
        *parts(AUTHORISED, 1),
        row(tr("Water losses"), loss),
        row(tr("Real losses that are measured or estimated"), sum_of(REAL), 1),
        *parts(REAL, 2),
        row(tr("Metering losses"), sum_of(_METERING), 1),
        *parts(_METERING, 2),
        row(tr("Other losses"), loss - sum_of(REAL) - sum_of(_METERING), 1),
    ]
    columns = (tr("Part"), tr("Water volume (m³)"), tr("Share of supply (%)"))
    return ReportSection(tr("Water balance (CJJ 92)"), table=ReportTable(columns, tuple(rows)))


def iwa_section(whole: Any, context: BalanceContext) -> ReportSection:
    """Return the balance of the whole network as the IWA has it."""
    items, supply = context.items, float(whole.supply_m3)
    figures = (
        (tr("System input volume"), supply),
        (tr("Revenue water (billed)"), float(whole.billed_m3)),
        (tr("Unbilled authorised consumption"), sum(items.get(one, 0.0) for one in UNBILLED)),
        (tr("Apparent losses"), sum(items.get(one, 0.0) for one in APPARENT)),
        (tr("Real losses"), float(whole.real_m3)),
        (tr("Non-revenue water"), float(whole.nrw_m3)),
    )
    rows = tuple(
        (name, _known(value), _percent(value / supply if supply > 0 else None)) for name, value in figures
    )
    columns = (tr("Part"), tr("Water volume (m³)"), tr("Share of supply (%)"))
    return ReportSection(tr("Water balance (IWA)"), (ili_text(context),), table=ReportTable(columns, rows))


def rates_section(context: BalanceContext) -> ReportSection:
    """Return the leakage rate with its corrections."""
    rates = context.rates
    rows = (
        ("R_WL", tr("All losses"), rates.r_wl),
        ("R1", tr("Metering at households"), rates.r1),
        (
            "R2",
            tr("Mains from DN {dn} on: {density} km for each 10,000 m³ a year").format(
                dn=number(context.settings.real("leakage.main_dn_mm"), 0), density=number(rates.density, 4)
            ),
            rates.r2,
        ),
        ("R3", tr("Mean pressure at the plants"), rates.r3),
        ("R4", tr("Depth of frost"), rates.r4),
        ("R_BL", tr("Assessed leakage rate"), rates.r_bl),
    )
    columns = (tr("Sign"), tr("Meaning"), "%")
    note = "" if context.period.days >= 365 else tr("The standard assesses years; this period is shorter.")
    return ReportSection(
        tr("Leakage rate (CJJ 92-2016, 2018 revision)"),
        table=ReportTable(columns, rows, decimals=2),
        note=note,
    )


def tree_section(rows: pd.DataFrame) -> ReportSection:
    """Return the balance of every level."""
    table = tuple(
        (
            zone_label(row), _known(row.supply_m3), _known(row.billed_m3), _known(row.authorised_m3),
            _known(row.loss_m3), _percent(row.loss_rate), _known(row.between_levels_m3),
            _known(_percent(row.coverage)),
        )
        for row in tuples(rows)
    )  # fmt: skip
    columns = (
        tr("Zone"), tr("Supply (m³)"), tr("Billed (m³)"), tr("Authorised (m³)"), tr("Loss (m³)"),
        tr("Loss (%)"), tr("Between levels (m³)"), tr("Days (%)"),
    )  # fmt: skip
    note = tr(
        "Between levels: supply less that of the zones directly below and less the consumption of own "
        "customers. Days: share of the days that the meters cover."
    )
    return ReportSection(tr("Metered areas by level"), table=ReportTable(columns, table), note=note)


def period_names(periods: pd.DataFrame) -> dict[tuple[Any, Any], str]:
    """Return the names of periods by their first and last day, in order."""
    days = periods[["from_date", "to_date"]].drop_duplicates().sort_values("from_date")
    return {
        (row.from_date, row.to_date): Period(row.from_date.date(), row.to_date.date()).text
        for row in tuples(days)
    }


def periods_section(periods: pd.DataFrame) -> ReportSection:
    """Return the loss of every zone in the last periods, percent of its supply."""
    names = dict(list(period_names(periods).items())[-_MOST_PERIODS:])
    rates = {(row.zone_id, row.from_date): _percent(row.loss_rate) for row in tuples(periods)}
    rows = tuple(
        (zone_label(row), *(rates.get((row.zone_id, first)) for first, _last in names))
        for row in tuples(periods.drop_duplicates("zone_id"))
    )
    table = ReportTable((tr("Zone"), *names.values()), rows)
    return ReportSection(tr("Loss by period (% of supply)"), table=table)


def compounds_section(compounds: pd.DataFrame, context: BalanceContext) -> ReportSection:
    """Return bulk meters of compounds against sub-meters; those over the limit come first."""
    limit = f"{100 * context.settings.real('leakage.compound_loss_share'):g}"
    rows = tuple(
        (
            with_name(row.compound_id, row.name), _known(row.bulk_m3), _known(row.sub_meters_m3),
            _known(row.loss_m3), _percent(row.loss_rate), label_of("yes_no_unknown", row.over_limit),
        )
        for row in tuples(compounds)
    )  # fmt: skip
    columns = (
        tr("Compound"), tr("Bulk meter (m³)"), tr("Sub-meters (m³)"), tr("Difference (m³)"),
        tr("Difference (%)"), tr("Above {limit} %").format(limit=limit),
    )  # fmt: skip
    return ReportSection(tr("Bulk meters of compounds against sub-meters"), table=ReportTable(columns, rows))


def public_section(context: BalanceContext) -> ReportSection:
    """Return the take-off points of public use: how many, with and without a meter, what they took."""
    public, labels = context.public, domain("water_use")
    rows = tuple(
        (labels[code].label, public.points.get(code, 0), public.metered.get(code, 0),
         public.points.get(code, 0) - public.metered.get(code, 0), public.m3.get(code, 0.0))
        for code in labels
        if code in public.points or code in public.m3
    )  # fmt: skip
    columns = (
        tr("Public use"), tr("Points"), tr("With a meter"), tr("Without a meter"), tr("Water volume (m³)"),
    )  # fmt: skip
    return ReportSection(tr("Public use"), table=ReportTable(columns, rows))


def losses_known(whole: Any) -> bool:
    """Return whether the balance of the whole network can be told."""
    return bool(whole is not None and whole.loss_m3 == whole.loss_m3)
