"""Nights of leak search and contractors as rows of lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import CALM, SEVERE, WARNING
from waternet_plugin.core.leakage.searching.search_plan import ALARM, OVERDUE, RATE
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.programmes.search_hits import ContractorRate
    from waternet_plugin.operations.searching.search_overview import SearchOverview

# Which nights a list shows: all, those of a month (its first day), or runs that are not reached in time.
ALL, SHORT = "all", "short"
_SHORT_KM = 0.1
_COLOURS = {OVERDUE: SEVERE, ALARM: WARNING, RATE: CALM}


def columns() -> tuple[TableColumn, ...]:
    """Return what the list of nights shows."""
    return (
        TableColumn("reason", "", write=lambda _code: "", colour=_COLOURS.get, width=20, tip=sentence),
        TableColumn("night", tr("Night"), width=78, tip=sentence),
        TableColumn("zone_id", tr("Zone"), width=52, wraps=True, tip=sentence),
        TableColumn("length_km", "km", decimals=2, write=km_text, width=42, title=tr("km")),
        TableColumn("leaks_per_km", tr("Leaks/km"), decimals=2, width=54, title=tr("Leaks a km and year")),
        TableColumn("why", tr("Why"), width=48, fills=True, wraps=True, tip=sentence),
        TableColumn("crew", tr("Crew"), decimals=0, width=36, spare=True),
        TableColumn("last_on", tr("Last search"), width=76, spare=True),
        TableColumn("run_id", tr("Run"), width=60, spare=True),
    )


def km_text(km: float) -> str:
    """Write kilometres of a run: two decimals, of a few metres three."""
    return f"{km:.2f}" if km >= _SHORT_KM else f"{km:.3f}"


def contractor_columns() -> tuple[TableColumn, ...]:
    """Return what the list of contractors shows."""
    return (
        TableColumn("contractor", tr("Contractor"), width=90, fills=True, wraps=True),
        TableColumn("length_km", "km", decimals=1, width=44, title=tr("km")),
        TableColumn("searches", tr("Searches"), decimals=0, width=54),
        TableColumn("hit_percent", tr("Finds %"), decimals=0, width=50),
        TableColumn("offset_m", tr("Offset (m)"), decimals=1, width=60),
    )


def reason_text(code: str) -> str:
    """Return in words why a run is searched."""
    return {OVERDUE: tr("overdue"), ALARM: tr("leak alarm"), RATE: tr("leaks expected")}[code]


def sentence(row: dict[str, Any]) -> str:
    """Return what is told of a run."""
    text = tr("{run}: {km} km, {why}; night {night}, last searched {last}.")
    return text.format(
        run=row["run_id"], km=km_text(row["length_km"]), why=row["why"], night=row["night"] or "–",
        last=row["last_on"] or tr("never", "searched"),
    )  # fmt: skip


def rows_of(found: SearchOverview) -> list[dict[str, Any]]:
    """Return the runs by night, those without one last."""
    return [
        {
            **row,
            "length_km": row["length_m"] / 1000,
            "why": reason_text(row["reason"]),
            **{name: None if row[name] is None else str(row[name])[:10] for name in ("night", "last_on")},
        }
        for row in found.rows
    ]


def wanted(rows: Sequence[dict[str, Any]], which: Any) -> list[dict[str, Any]]:
    """Return the rows of ALL, those SHORT of a night in time, or those of a month."""
    if which == ALL:
        return list(rows)
    if which == SHORT:
        return [row for row in rows if row["is_late"]]
    return [row for row in rows if row["night"] and row["night"][:7] == f"{which:%Y-%m}"]


def months_of(rows: Iterable[dict[str, Any]]) -> list[datetime.date]:
    """Return the first day of each month that has a night."""
    names = sorted({row["night"][:7] for row in rows if row["night"]})
    return [datetime.date.fromisoformat(f"{name}-01") for name in names]


def contractor_rows(rates: Iterable[ContractorRate]) -> list[dict[str, Any]]:
    """Return the contractors with their finds."""
    return [
        {
            "contractor": one.contractor or tr("not named", "contractor"),
            "length_km": one.length_m / 1000,
            "searches": one.searches,
            "hit_percent": 100 * one.hit_rate,
            "offset_m": one.offset_m,
        }
        for one in rates
    ]
