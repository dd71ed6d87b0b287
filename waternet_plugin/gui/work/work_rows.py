"""Open work as it is listed, filtered and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from waternet_plugin.core.colours import ACCENT, CALM, CAUTION, GREY, SEVERE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import DOT, RING, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.operations.rows.work_items import DONE, OPEN, SENT, UNDER_WAY
from waternet_plugin.operations.work.work_list import DUE, ITEMS, LATER, OVERDUE, REPAIRS, UNDATED

# More signs than a map can be read with.
MOST_MARKS = 2_000
# States that chips stand for; repairs whose map is not checked are one of them.
STATES = (OPEN, SENT, UNDER_WAY, DONE, REPAIRS)
_COLOURS = {OVERDUE: SEVERE, DUE: CAUTION, LATER: CALM, UNDATED: GREY}


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows; from the right, columns are left out where there is no room for all."""
    return (
        TableColumn("due_state", "", write=lambda _code: "", colour=_COLOURS.get, width=20, tip=due_tip),
        TableColumn("state_label", tr("State"), width=66, tip=_told),
        TableColumn("due", tr("Due"), width=76, tip=due_tip),
        TableColumn("what", tr("Type"), width=64, tip=_told),
        TableColumn("street", tr("Street"), width=110, spare=True),
        TableColumn("asset", tr("Asset"), width=70, tip=_told),
        TableColumn("compound", tr("Compound"), width=110, fills=True, spare=True),
        TableColumn("team", tr("Team"), width=70, spare=True),
        TableColumn("person", tr("Person"), width=70, spare=True),
    )


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a table holds beside what the list shows."""
    return (
        TableColumn("id", tr("Id")),
        TableColumn("since", tr("Since")),
        TableColumn("visit", tr("Visit")),
        TableColumn("note", tr("Note")),
    )


def due_tip(row: dict[str, Any]) -> str:
    """Return in words what the colour of a row says."""
    words = {OVERDUE: tr("overdue"), DUE: tr("due soon"), LATER: tr("due later"), UNDATED: tr("no due day")}
    return words[row["due_state"]]


def _told(row: dict[str, Any]) -> str:
    waits = tr("The map is not checked yet.") if state_of(row) in (DONE, REPAIRS) else ""
    parts = (row["id"], row["what"], row["asset"], row["street"], row["compound"], row["note"], waits)
    return "\n".join(str(part) for part in parts if part)


def state_of(row: dict[str, Any]) -> str:
    """Return which of STATES a row has."""
    return REPAIRS if row["table"] == REPAIRS else str(row["state"])


def state_word(state: str) -> str:
    """Return a state of STATES in words."""
    return tr("Repaired") if state == REPAIRS else domain("work_item_state")[state].label


@dataclass(frozen=True)
class WorkFilter:
    """Which rows are listed; an empty set or text stands for all.

    Parameters
    ----------
    states, due
        Some of STATES, and of OVERDUE and DUE.
    type, team, compound
        Those of the rows.
    """

    states: frozenset[str] = field(default_factory=frozenset)
    due: frozenset[str] = field(default_factory=frozenset)
    type: str = ""
    team: str = ""
    compound: str = ""

    def takes(self, row: dict[str, Any]) -> bool:
        """Return whether a row is listed."""
        return (
            (not self.states or state_of(row) in self.states)
            and (not self.due or row["due_state"] in self.due)
            and all(
                not wanted or row[name] == wanted
                for name, wanted in (("type", self.type), ("team", self.team), ("compound", self.compound))
            )
        )


def counts(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many rows have each of STATES, and are OVERDUE or DUE."""
    found: dict[str, int] = {}
    for row in rows:
        for key in (state_of(row), row["due_state"]):
            found[key] = found.get(key, 0) + 1
    return found


def choices(rows: Iterable[dict[str, Any]], key: str, label: str, every: str) -> list[tuple[str, str]]:
    """Return what a box offers: all, and each value of a column with how many rows have it.

    Parameters
    ----------
    key, label
        The columns of the value and of its words.
    every
        The words for all of them.
    """
    found: dict[str, int] = {}
    words: dict[str, str] = {}
    for row in rows:
        value = row[key]
        if value:
            found[value] = found.get(value, 0) + 1
            words[value] = str(row[label])
    text = tr("{name}: {n}", "a value, and how many rows have it")
    some = [
        (value, text.format(name=words[value], n=amounts.number(found[value])))
        for value in sorted(found, key=lambda value: words[value])
    ]
    return [("", every), *some]


def marks(rows: Sequence[dict[str, Any]], chosen: Iterable[str] = ()) -> list[OverlayMark]:
    """Return the signs of listed rows, the chosen ones ringed; of a long list only the first MOST_MARKS."""
    wanted = set(chosen)
    placed = [row for row in rows if row["x"] is not None]
    dots = [OverlayMark(row["x"], row["y"], _COLOURS[row["due_state"]], DOT) for row in placed[:MOST_MARKS]]
    rings = [OverlayMark(row["x"], row["y"], ACCENT, RING, "") for row in placed if row["id"] in wanted]
    return [*dots, *rings[:MOST_MARKS]]


def items_of(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return the ids of the work orders among rows; repairs are failures."""
    return [str(row["id"]) for row in rows if row["table"] == ITEMS]
