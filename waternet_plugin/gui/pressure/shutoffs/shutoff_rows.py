"""Shut-offs as rows of a list: when, what, and with which others they overlap and why."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import SEVERE
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.network.list_shutoffs import ShutoffList


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows."""
    return (
        TableColumn(
            "overlaps",
            "",
            write=lambda _count: "",
            colour=_clash_colour,
            width=20,
            tip=lambda row: row["why"],
        ),
        TableColumn("starts_at", tr("Begins"), write=_without_year, width=62),
        TableColumn("ends_at", tr("Ends", "a shut-off"), write=_without_year, width=76, spare=True),
        TableColumn("pipe_id", tr("Pipe"), width=58, wraps=True),
        TableColumn("state", tr("State"), write=lambda code: label_of("shutoff_state", code), width=64),
        TableColumn("customers", tr("Users"), decimals=0, width=42),
        TableColumn("with_others", tr("Overlap"), width=66, fills=True, wraps=True, tip=_why),
    )


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows."""
    return (
        TableColumn("shutoff_id", tr("Shut-off")),
        TableColumn("kind", tr("Kind"), write=lambda code: label_of("shutoff_kind", code)),
        TableColumn("critical", tr("Critical"), decimals=0),
        TableColumn("why", tr("Why")),
    )


def _why(row: dict[str, Any]) -> str:
    return str(row["why"])


def _clash_colour(count: Any) -> str | None:
    return SEVERE if count else None


def _without_year(moment: str) -> str:
    return moment[5:]


def rows_of(found: ShutoffList) -> list[dict[str, Any]]:
    """Return the shut-offs by begin; each tells of all that it overlaps, before and after it."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.operations.network.list_shutoffs import overlap_sentence

    rows: list[dict[str, Any]] = []
    short: defaultdict[str, list[str]] = defaultdict(list)
    whole: defaultdict[str, list[str]] = defaultdict(list)
    spans: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in records(found.rows):
        if not isinstance(row["overlap"], str):
            rows.append({name: None if value != value else value for name, value in row.items()})
            continue
        both = (row["shutoff_id"], row["other_id"])
        for one, other in (both, both[::-1]):
            kind = label_of("shutoff_overlap", row["overlap"])
            short[one].append(f"{other}\n{kind}")
            whole[one].append(overlap_sentence(row))
            spans[one].append((row["starts_at"], row["ends_at"] or ""))
    for row in rows:
        name = row["shutoff_id"]
        row.update(
            overlaps=len(short[name]), with_others="\n".join(short[name]), why="\n".join(whole[name]),
            overlap_spans=tuple(spans[name]),
        )  # fmt: skip
    return rows


def sentence(row: dict[str, Any]) -> str:
    """Return what is told of a chosen shut-off: when, whom it leaves without water, what it overlaps."""
    told = tr("{id}: {start} to {end}, {customers} users without water, {critical} of them critical.").format(
        id=row["shutoff_id"],
        start=row["starts_at"] or tr("unknown"),
        end=row["ends_at"] or tr("unknown"),
        customers=amounts.number(row["customers"]),
        critical="?" if row["critical"] is None else amounts.number(row["critical"]),
    )
    return "\n".join(part for part in (told, row["why"]) if part)


def days_of(
    spans: Iterable[tuple[str | None, str | None]], month: tuple[datetime.date, datetime.date]
) -> set[datetime.date]:
    """Return the days of a month that times touch.

    Parameters
    ----------
    spans
        Begin and end as texts, ``YYYY-MM-DD HH:MM``; without an end they last on, without a begin they are
        on no day.
    month
        First and last day.
    """
    days: set[datetime.date] = set()
    for start, end in spans:
        if not start:
            continue
        first = max(datetime.date.fromisoformat(start[:10]), month[0])
        last = min(datetime.date.fromisoformat(end[:10]) if end else month[1], month[1])
        days.update(first + datetime.timedelta(days=day) for day in range((last - first).days + 1))
    return days


def marked_days(
    rows: Sequence[dict[str, Any]], month: tuple[datetime.date, datetime.date]
) -> tuple[set[datetime.date], set[datetime.date]]:
    """Return the days of a month on which water is off, and those on which two overlap."""
    lasting = [row for row in rows if row["state"] != "called_off"]
    busy = days_of([(row["starts_at"], row["ends_at"]) for row in lasting], month)
    return busy, days_of([span for row in lasting for span in row["overlap_spans"]], month)
