"""The sheet of a compound to renovate: evidence, works, cost, each figure with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.standard_rates import DAYS_A_YEAR
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.users.screening import ScreenContext
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import tr, with_name
from waternet_plugin.core.users.compound_screen import YES

# What a sheet needs of a compound beside its row of the screening.
FACT_COLUMNS = ("households", "flag_reason", "bulk_meters", "users")


def renovation_sheets(
    rows: pd.DataFrame, facts: pd.DataFrame, context: ScreenContext, settings: Settings
) -> dict[str, Report]:
    """Return the sheet of each compound by id, in the order of the rows.

    Parameters
    ----------
    rows
        As `compound_screen.screen`, with reasons.
    facts
        FACT_COLUMNS by compound_id as index.
    context
        Period, limit and names.
    settings
        Unit costs, whose values and sources are told.
    """
    return {
        str(row["compound_id"]): _sheet(row, facts.loc[row["compound_id"]].to_dict(), context, settings)
        for row in records(rows.drop(columns="geom", errors="ignore"))
    }


def renovation_paper(whole: Report, sheets: Sequence[Report]) -> Report:
    """Return one sheet alone, several behind the list of all compounds, each on a page of its own."""
    return sheets[0] if len(sheets) == 1 else replace(whole, chapters=tuple(sheets))


def _sheet(
    row: Mapping[str, Any], fact: Mapping[str, Any], context: ScreenContext, settings: Settings
) -> Report:
    name = with_name(row["compound_id"], context.names.get(row["compound_id"]))
    verdict = label_of("yes_no_unknown", row["must_renovate"])
    lead = tr("To be renovated: {verdict}").format(verdict=verdict)
    if row["reasons"]:
        lead = tr("{verdict}; {reasons}").format(verdict=lead, reasons=row["reasons"])
    headings = (tr("Figure"), tr("Value", "of a figure"), tr("Rests on"))
    sections = [
        ReportSection(title, (), ReportTable(headings, lines, decimals=decimals), note)
        for title, lines, decimals, note in (
            (tr("Evidence", "of renovation"), _evidence(row, fact, context), 1, ""),
            (tr("What is to be done"), _works(row, context, settings), 0, ""),
            (tr("Cost inside the red line"), _costs(row, fact, context, settings), 0, context.amounts),
        )
    ]
    return Report(name, lead, f"{context.network} · {context.period.text}", tuple(sections), dict(row))


def _evidence(row: Mapping[str, Any], fact: Mapping[str, Any], context: ScreenContext) -> tuple[Any, ...]:
    covered = tr("{share} % of the days").format(share=number(100 * row["coverage"], 1))
    written, both = str(fact["flag_reason"] or ""), tr("{text}, {part}")
    return (
        (tr("Supply (m³)"), row["supply_m3"],
         both.format(text=tr("%n bulk meter(s)", "", int(fact["bulk_meters"])), part=covered)),
        (tr("Sold (m³)"), row["sold_m3"],
         both.format(text=tr("%n user(s)", "", int(fact["users"])), part=covered)),
        (tr("Loss (m³)"), row["loss_m3"], tr("Supply less sold")),
        (tr("Loss (%)"), 100 * row["loss_rate"],
         tr("Limit {limit} %").format(limit=f"{100 * context.limit:g}")),
        (tr("Pressure at risk"), label_of("yes_no_unknown", row["pressure"]), written),
        (tr("Water quality at risk"), label_of("yes_no_unknown", row["quality"]), written),
    )  # fmt: skip


def _works(row: Mapping[str, Any], context: ScreenContext, settings: Settings) -> tuple[Any, ...]:
    pipes = (
        tr("all drinking water pipes in use, as it must be renovated")
        if row["must_renovate"] == YES
        else tr("pipes of class “renew now” in the shown assessment")
    )
    built = context.period.last.year - settings.integer("users.pump_room_years")
    last = context.period.last.isoformat()
    return (
        (tr("Pipes (m)"), row["pipes_m"], pipes),
        (tr("Risers (m)"), row["risers_m"], pipes),
        (tr("Pump rooms"), row["pump_rooms_due"], tr("built {year} or before").format(year=built)),
        (tr("Meters due"), row["meters_due"],
         tr("overdue or due within {days} days on {on}").format(
             days=settings.integer("users.due_soon_d"), on=last)),
    )  # fmt: skip


def _costs(
    row: Mapping[str, Any], fact: Mapping[str, Any], context: ScreenContext, settings: Settings
) -> tuple[Any, ...]:
    def unit(key: str) -> str:
        """Return the value of a setting with where it comes from."""
        shipped = defaults()[key]
        source = shipped.source_label if settings.text(key) == shipped.value else tr("own setting")
        return tr("{value} ({source})").format(value=_amount(settings.real(key)), source=source)

    repairs = row["cost_repairs"] / settings.real("users.repair_cost")
    households = number(fact["households"])
    own = fact["households"] * settings.real("users.operation_household")
    km = (row["cost_operation"] - own) / settings.real("users.operation_km")
    return (
        (tr("Leakage a year"), row["cost_leakage"],
         tr("loss of {days} days scaled to {year} × {price}").format(
             days=context.period.days, year=f"{DAYS_A_YEAR:g}", price=unit("users.water_price"))),
        (tr("Works", "of renovation"), row["cost_works"],
         tr("pipes and risers above by size and method; pump rooms × {cost}").format(
             cost=unit("users.pump_room_cost"))),
        (tr("Meters", "replaced"), row["cost_meters"],
         tr("{households} households × {cost}").format(
             households=households, cost=unit("users.household_meter_cost"))),
        (tr("Repairs a year"), row["cost_repairs"],
         tr("{failures} failures a year of the last {years} × {cost}").format(
             failures=number(repairs, 1), years=settings.integer("users.repair_years"),
             cost=unit("users.repair_cost"))),
        (tr("Operation a year"), row["cost_operation"],
         tr("{km} km × {cost}; {households} households × {each}").format(
             km=number(km, 2), cost=unit("users.operation_km"), households=households,
             each=unit("users.operation_household"))),
        (tr("Cost", "of renovation"), row["cost"], tr("sum of the five; unknown where one is")),
    )  # fmt: skip


def _amount(value: float) -> str:
    """Return a unit cost, with decimals where it has some."""
    return number(value, 0 if value == round(value) else 2)
