"""Users as they are listed: their rank, what they took, how that stands to quota and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.users.rank_users import RankResult

_PERCENT = ("share", "quota_use", "coverage", "reuse_share")


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a user or compound."""
    return (
        TableColumn("rank", tr("No.", "rank"), decimals=0, width=36),
        TableColumn("name", tr("User"), width=84, fills=True, wraps=True),
        TableColumn("m3", tr("m³"), decimals=0, width=64, title=tr("Water volume (m³)")),
        TableColumn("quota_use", tr("Quota %"), decimals=0, width=52, title=tr("Use of the quota (%)")),
        TableColumn("trade", tr("Trade"), write=lambda code: label_of("trade", code), width=64, spare=True),
        TableColumn("share", tr("Share %"), decimals=1, width=52, spare=True, title=tr("Share (%)")),
        TableColumn("over_plan_m3", tr("Above the plan (m³)"), decimals=0, width=80, spare=True),
        TableColumn("sub_metered", tr("Sub-metered"), write=_yes_no, width=60, spare=True),
    )


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows."""
    return (
        TableColumn("compound_id", tr("Compound")),
        TableColumn("coverage", tr("Days (%)"), decimals=1),
        TableColumn("test_due_on", tr("Water balance test due on")),
        TableColumn("reuse_share", tr("Reclaimed water (%)"), decimals=1),
    )


def _yes_no(code: str) -> str:
    return label_of("yes_no_unknown", code)


def rows_of(result: RankResult, *, is_compounds: bool) -> list[dict[str, Any]]:
    """Return ranked users or compounds as rows; shares in per cent, unknown is None."""
    from waternet_plugin.core.frames import records

    rows = []
    for found in records(result.users.drop(columns="geom")):
        row = {name: None if value != value else value for name, value in found.items()}
        for name in _PERCENT:
            row[name] = None if row[name] is None else 100.0 * row[name]
        day = row["test_due_on"]
        row["test_due_on"] = None if day is None else day.date().isoformat()
        row["name"] = row["compound_id"] if is_compounds else row["customer_id"]
        rows.append(row)
    return rows
