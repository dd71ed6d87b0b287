"""Indicators and projects as rows of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import PASSED, SEVERE
from waternet_plugin.core.programmes.kpi_sheet import DRAINED_M3, OFFSET_M
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.programmes.kpi_sheet import KpiResult

NUMERATOR, DENOMINATOR = "numerator", "denominator"
# These are amounts; all others are shares.
AMOUNTS = (DRAINED_M3, OFFSET_M)
_COLOURS = {"yes": PASSED, "no": SEVERE}


def columns() -> tuple[TableColumn, ...]:
    """Return what the list of indicators shows."""
    return (
        TableColumn("reached", "", write=lambda _code: "", colour=_COLOURS.get, width=20, tip=_reached_tip),
        TableColumn("name", tr("Indicator"), width=72, fills=True, wraps=True),
        _linked(NUMERATOR, tr("Num."), tr("Numerator")),
        _linked(DENOMINATOR, tr("Denom."), tr("Denominator")),
        TableColumn("value_text", tr("Value"), width=46),
        TableColumn("target_text", tr("Target"), width=46),
    )


def _linked(key: str, label: str, title: str) -> TableColumn:
    return TableColumn(key, label, decimals=1, write=_counted, width=64, is_link=True, title=title)


def _counted(value: float) -> str:
    # Meters, failures and orders are counted; kilometres and cubic metres are measured, thousands of them
    # without decimals.
    return amounts.number(value, 0 if float(value).is_integer() or abs(value) >= 1_000 else 1)


def project_columns() -> tuple[TableColumn, ...]:
    """Return what the list of projects shows."""
    labels = {field.name: field.label for field in table("project").fields}
    return (
        TableColumn("project_type", labels["project_type"], write=_type, width=70, fills=True, wraps=True),
        TableColumn("project_id", labels["project_id"], width=60, wraps=True),
        TableColumn("loss_m3", tr("Loss (m³)"), decimals=0, width=56, title=tr("Loss of the zone (m³)")),
        TableColumn("loss_percent", tr("Loss %"), decimals=1, width=46, title=tr("Leakage of the zone (%)")),
        TableColumn("cost", labels["cost"], decimals=0, width=60),
        *(
            TableColumn(name, labels[name], decimals=0, width=64, spare=True)
            for name in ("fund_central", "fund_local", "fund_own", "fund_other")
        ),
        TableColumn("zone_id", tr("Zone"), width=50, spare=True),
    )


def _reached_tip(row: dict[str, Any]) -> str:
    return tr("Reached: {answer}").format(answer=label_of("yes_no_unknown", row["reached"] or "unknown"))


def _type(code: str) -> str:
    return label_of("project_type", code)


def written(indicator: str, value: float | None) -> str:
    """Return a value or target as people read it: shares in per cent; '' for unknown."""
    if value is None:
        return ""
    return amounts.number(value, 1) if indicator in AMOUNTS else f"{amounts.number(100 * value, 1)} %"


def unit_name(unit: str) -> str:
    """Return what a unit is called; '' for the whole network."""
    kind, is_contractor, contractor = unit.partition("contractor:")
    if is_contractor and not kind:
        return contractor
    return "" if unit == "all" else unit


def rows_of(found: KpiResult) -> list[dict[str, Any]]:
    """Return the indicators; unknown is None."""
    from waternet_plugin.core.frames import records

    rows = []
    for one in records(found.rows):
        row = {name: None if value != value else value for name, value in one.items()}
        label = label_of("kpi", row["indicator"])
        unit = unit_name(row["unit"])
        row["name"] = tr("{unit}: {indicator}").format(unit=unit, indicator=label) if unit else label
        row["value_text"] = written(row["indicator"], row["value"])
        row["target_text"] = written(row["indicator"], row["target"])
        rows.append(row)
    return rows


def project_rows(found: KpiResult) -> list[dict[str, Any]]:
    """Return the projects by type, within it those of the leakiest zones first; unknown is None."""
    from waternet_plugin.core.frames import records

    rows = []
    for one in records(found.projects):
        row = {name: None if value != value else value for name, value in one.items()}
        row["loss_percent"] = None if row["loss_rate"] is None else 100.0 * row["loss_rate"]
        rows.append(row)
    return rows
