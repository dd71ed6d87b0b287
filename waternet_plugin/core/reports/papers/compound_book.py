"""The book of a compound (一户一册): what is recorded of it in six parts, what is missing in front."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DUE, OVERDUE, UNKNOWN
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.reports.compounds.score_words import grade_label, state_label
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number
from waternet_plugin.core.reports.papers.inventory import MATERIAL, OWNER, SIZE, SYSTEM, Inventory
from waternet_plugin.core.reports.papers.paper_words import (
    PaperHead,
    day_text,
    inventory_section,
    number_or_none,
    number_or_unknown,
    text_or_none,
)
from waternet_plugin.core.texts import joined, listed, shortened, tr, with_name

# Work items beyond these are counted, not listed; of a finding so many assets are named.
_MOST_LISTED, _MOST_NAMED = 60, 12
_REGISTERED = (
    "name", "type", "households", "handover_mode", "drainage", "boundary_kind", "status", "grid_id",
    "manager",
)  # fmt: skip
_LISTS = {
    "type": "compound_type",
    "handover_mode": "handover_mode",
    "drainage": "compound_drainage",
    "boundary_kind": "boundary_kind",
    "status": "compound_status",
}
# The figures that lists of books sum up, by name.
BOOK_FIGURES = (
    "households", "pipe_count", "length_m", "tanks", "tanks_overdue", "tanks_unknown", "customers",
    "permits_expired",
)  # fmt: skip


@dataclass(frozen=True)
class CompoundScore:
    """The score of a compound: its month, YYYY-MM, both ends of its points, its grade, zero discharge."""

    month: str
    low: float
    high: float
    grade: str
    zero_discharge: str


@dataclass(frozen=True)
class CompoundDossier(PlainFrames):
    """All that is recorded of a compound.

    Parameters
    ----------
    row
        Its row of the table ``compound``, with ``grid`` the name of its grid.
    has_boundary
        Whether it has a polygon.
    inventory
        Its pipes in use, by compound_id.
    nodes
        Nodes in use that belong to it: node_id, kind.
    tanks
        Rows of `TankSchedule.frame` that belong to it.
    customers
        Its users: customer_id, kind, trade, households, critical, permit_no, permit_until, needs (whether a
        permit is needed).
    agreements
        What programmes and attached files say of agreements: what, day (None unknown), note.
    issues
        Open findings on its assets: rule (its words), severity, assets (ids by ;).
    works
        Its work items: type, state, opened_on, due_on, closed_on, asset, note.
    score
        None where nothing is scored.
    has_place
        Whether there is anything to show on a map.
    """

    row: dict[str, Any]
    has_boundary: bool
    inventory: Inventory
    nodes: pd.DataFrame
    tanks: pd.DataFrame
    customers: pd.DataFrame
    agreements: tuple[tuple[str, Optional[datetime.date], str], ...]
    issues: pd.DataFrame
    works: pd.DataFrame
    score: Optional[CompoundScore]
    has_place: bool

    @property
    def title(self) -> str:
        """Id and name."""
        return with_name(self.row["compound_id"], self.row["name"])

    def expired(self, as_of: datetime.date) -> int:
        """Return how many permits ended before a day."""
        return int((self.customers["permit_until"] < pd.Timestamp(as_of)).sum())

    def facts(self) -> dict[str, bool]:
        """Return the facts that a book needs, in words, and whether each is recorded."""
        recorded = {_field_label(name): text_or_none(self.row[name]) is not None for name in _REGISTERED}
        users = self.customers
        permits = users["permit_no"].notna() | users["permit_until"].notna()
        recorded[tr("boundary on the map")] = self.has_boundary
        recorded[tr("pipes")] = self.inventory.count > 0
        recorded[tr("users")] = len(users) > 0
        # Of nobody who needs one it is not known whether there is one.
        recorded[tr("permits of users who need one")] = len(users) > 0 and bool(permits[users["needs"]].all())
        recorded[tr("agreements")] = len(self.agreements) > 0
        recorded[tr("cleaning dates of tanks")] = not (self.tanks["state"] == UNKNOWN).any()
        return recorded

    def figures(self, as_of: datetime.date) -> dict[str, Any]:
        """Return the figures of the book by name."""
        facts = self.facts()
        return {
            "compound_id": self.row["compound_id"],
            "name": text_or_none(self.row["name"]),
            "as_of": as_of,
            "households": number_or_none(self.row["households"]),
            "pipe_count": self.inventory.count,
            "length_m": self.inventory.length_m,
            "tanks": len(self.tanks),
            "tanks_overdue": int((self.tanks["state"] == OVERDUE).sum()),
            "tanks_unknown": int((self.tanks["state"] == UNKNOWN).sum()),
            "customers": len(self.customers),
            "permits_expired": self.expired(as_of),
            "facts": len(facts),
            "facts_missing": [name for name, is_there in facts.items() if not is_there],
            "findings": len(self.issues),
            "works": len(self.works),
            SYSTEM: self.inventory.figures[SYSTEM],
        }


def compound_book(head: PaperHead, dossier: CompoundDossier) -> Report:
    """Return the book of one compound."""
    figures = dossier.figures(head.as_of)
    lead = tr("Households: {households}. Pipes in use: {pipes} ({length}). Tanks: {tanks}. Users: {users}.")
    lead = lead.format(
        households=number_or_unknown(figures["households"]),
        pipes=number(figures["pipe_count"]),
        length=length(figures["length_m"]),
        tanks=number(figures["tanks"]),
        users=number_or_unknown(figures["customers"] or None),
    )
    sections = (
        _missing(dossier.facts()),
        _registration(head, dossier),
        _users(head, dossier),
        _plan(dossier),
        _agreements(dossier),
        *_facilities(head, dossier),
        *_findings(head, dossier),
    )
    title = tr("Book of {compound}").format(compound=dossier.title)
    return Report(title, lead, head.subtitle, sections, figures, head.foot)


def _missing(facts: dict[str, bool]) -> ReportSection:
    lacking = [name for name, is_there in facts.items() if not is_there]
    title = tr("What is missing")
    if not lacking:
        return ReportSection(title, (tr("All {count} facts are recorded.").format(count=len(facts)),))
    text = tr("{missing} of {count} facts are missing: {facts}.")
    return ReportSection(title, (text.format(missing=len(lacking), count=len(facts), facts=listed(lacking)),))


def _field_label(name: str) -> str:
    return {
        "name": tr("name"),
        "type": tr("type"),
        "households": tr("number of households"),
        "handover_mode": tr("hand-over mode"),
        "drainage": tr("drainage"),
        "boundary_kind": tr("kind of boundary"),
        "status": tr("status"),
        "grid_id": tr("grid"),
        "manager": tr("manager"),
    }[name]


def _registration(head: PaperHead, dossier: CompoundDossier) -> ReportSection:
    row = dossier.row
    values: list[tuple[str, Any]] = [(tr("Compound"), row["compound_id"])]
    for name in _REGISTERED:
        value: Any = text_or_none(row[name])
        if name in _LISTS:
            value = head.label(_LISTS[name], row[name]) or None
        elif name == "households":
            value = number_or_none(row[name])
        elif name == "grid_id" and value is not None:
            value = with_name(value, row["grid"])
        label = _field_label(name)
        values.append((label[:1].upper() + label[1:], tr("not recorded") if value is None else value))
    rows = tuple(
        (label, number(value) if isinstance(value, (int, float)) else value) for label, value in values
    )
    return ReportSection(tr("1. Registration"), table=ReportTable((tr("Fact"), tr("Recorded")), rows))


def _users(head: PaperHead, dossier: CompoundDossier) -> ReportSection:
    title = tr("2. Users and permits")
    users = dossier.customers
    if not len(users):
        return ReportSection(title, (tr("No users are recorded."),))
    ended = users["permit_until"] < pd.Timestamp(head.as_of)
    has_one = users["permit_no"].notna() | users["permit_until"].notna()
    states = np.select(
        [ended, has_one, users["needs"]],
        [tr("expired"), tr("in force"), tr("none, needed")],
        default=tr("none needed"),
    )
    rows = tuple(
        (
            row["customer_id"],
            head.label("customer_kind", row["kind"]),
            head.label("trade", row["trade"]),
            number_or_none(row["households"]),
            text_or_none(row["permit_no"]),
            day_text(row["permit_until"]),
            state,
        )
        for row, state in zip(records(users), states.tolist())
    )
    columns = (
        tr("User"), tr("Kind"), tr("Trade"), tr("Households"), tr("Permit"), tr("Valid until"), tr("State"),
    )  # fmt: skip
    without = int((users["needs"] & ~has_one).sum())
    sentence = tr(
        "Users: {users}. Permits expired: {expired}. Users who need a permit and have none: {without}."
    ).format(users=number(len(users)), expired=int(ended.sum()), without=without)
    return ReportSection(title, (sentence,), ReportTable(columns, rows, decimals=0))


def _plan(dossier: CompoundDossier) -> ReportSection:
    title = tr("3. Plan")
    if dossier.has_place:
        return ReportSection(title, map_of=dossier.row["compound_id"])
    return ReportSection(title, (tr("Nothing of the compound has a place on the map."),))


def _agreements(dossier: CompoundDossier) -> ReportSection:
    title = tr("4. Agreements")
    if not dossier.agreements:
        return ReportSection(title, (tr("No agreements are recorded."),))
    rows = tuple(
        (what, None if day is None else day.isoformat(), note) for what, day, note in dossier.agreements
    )
    return ReportSection(title, table=ReportTable((tr("What"), tr("Day"), tr("Note")), rows))


def _facilities(head: PaperHead, dossier: CompoundDossier) -> list[ReportSection]:
    title = tr("5. Facilities handed over")
    inventory = dossier.inventory
    kinds = dossier.nodes["kind"].value_counts()
    rows = [(head.label("node_kind", kind), int(count)) for kind, count in sorted(kinds.items())]
    sections = []
    if not inventory.count:
        sections.append(ReportSection(title, (tr("No pipes in use name this compound."),)))
    else:
        by_system = inventory_section(head, inventory, SYSTEM)
        sentence = tr("Pipes in use: {count}, {length}.").format(
            count=number(inventory.count), length=length(inventory.length_m)
        )
        sections.append(ReportSection(title, (sentence,), by_system.table))
        sections += [inventory_section(head, inventory, group) for group in (SIZE, MATERIAL, OWNER)]
    if rows:
        table = ReportTable((tr("Kind"), tr("Count")), tuple(rows))
        sections.append(ReportSection(tr("Points in use"), table=table))
    return [*sections, _tanks(head, dossier.tanks)]


def _tanks(head: PaperHead, tanks: pd.DataFrame) -> ReportSection:
    title = tr("Tanks and when they are due")
    if not len(tanks):
        return ReportSection(title, (tr("No tanks are recorded."),))
    rows = tuple(
        (
            row["node_id"],
            head.label("node_kind", row["kind"]),
            day_text(row["cleaned_on"]),
            int(row["cycle_d"]),
            head.label("tank_basis", row["basis"]),
            day_text(row["due_on"]),
            head.label("due_state", row["state"]),
        )
        for row in records(tanks)
    )
    columns = (
        tr("Tank"), tr("Kind"), tr("Last cleaned"), tr("Cycle, d"), tr("Rests on"), tr("Due on"), tr("State"),
    )  # fmt: skip
    counts = tanks["state"].value_counts()
    sentence = tr(
        "Tanks: {tanks}. Overdue: {overdue}. Due within 30 days: {due}. Never cleaned: {unknown}."
    ).format(
        tanks=len(tanks),
        overdue=int(counts.get(OVERDUE, 0)),
        due=int(counts.get(DUE, 0)),
        unknown=int(counts.get(UNKNOWN, 0)),
    )
    return ReportSection(title, (sentence,), ReportTable(columns, rows, decimals=0))


def _findings(head: PaperHead, dossier: CompoundDossier) -> list[ReportSection]:
    sentences = [_score_line(dossier.score)]
    issues = dossier.issues
    sentences.append(tr("%n open finding(s).", "", len(issues)) if len(issues) else tr("No open findings."))
    rows = tuple(
        (
            head.label("severity", severity),
            rule,
            len(of_rule),
            shortened(
                dict.fromkeys(asset for text in of_rule["assets"] for asset in assets_of(text)), _MOST_NAMED
            ),
        )
        for (severity, rule), of_rule in issues.groupby(["severity", "rule"], sort=False)
    )
    columns = (tr("Severity"), tr("Finding"), tr("Count"), tr("Assets"))
    table = ReportTable(columns, rows) if rows else None
    return [
        ReportSection(tr("6. Findings, grades and works"), tuple(sentences), table),
        _works(head, dossier.works),
    ]


def _score_line(score: Optional[CompoundScore]) -> str:
    if score is None:
        return tr("No score: nothing is known of the month before.")
    points = f"{score.low:.1f}" if score.low == score.high else f"{score.low:.1f} – {score.high:.1f}"
    return tr("Score of {month}: {points} points, grade {grade}; zero discharge: {zero}.").format(
        month=score.month,
        points=points,
        grade=grade_label(score.grade),
        zero=state_label(score.zero_discharge),
    )


def _works(head: PaperHead, works: pd.DataFrame) -> ReportSection:
    title = tr("Works")
    if not len(works):
        return ReportSection(title, (tr("No work items are recorded."),))
    rows = tuple(
        (
            head.label("work_item_type", row["type"]),
            head.label("work_item_state", row["state"]),
            text_or_none(row["asset"]),
            day_text(row["opened_on"]),
            day_text(row["due_on"]),
            day_text(row["closed_on"]),
            text_or_none(row["note"]),
        )
        for row in records(works.head(_MOST_LISTED))
    )
    columns = (
        tr("Type"), tr("State"), tr("Asset"), tr("Opened on"), tr("Due on"), tr("Closed on"), tr("To do"),
    )  # fmt: skip
    return ReportSection(title, table=ReportTable(columns, rows), note=_more(len(works)))


def _more(count: int) -> str:
    if count <= _MOST_LISTED:
        return ""
    return tr("The first {listed} of {count}.").format(listed=_MOST_LISTED, count=number(count))


def book_of_books(head: PaperHead, figures: Sequence[dict[str, Any]], books: Sequence[Report]) -> Report:
    """Return the books of several compounds as one paper, with a list of them in front.

    Parameters
    ----------
    figures
        Those of each book.
    books
        The books, which become chapters.
    """
    known = {name: [each[name] for each in figures if each[name] is not None] for name in BOOK_FIGURES}
    # Of nothing that is known there is no sum.
    sums = {name: sum(each) if each else None for name, each in known.items()}
    rows = [
        (
            each["compound_id"],
            each["name"],
            # Where no user is recorded nobody counted them.
            *((each[name] or None) if name == "customers" else each[name] for name in BOOK_FIGURES),
            len(each["facts_missing"]),
        )
        for each in figures
    ]
    rows.append((tr("Total"), "", *(sums[name] for name in BOOK_FIGURES), None))
    columns = (
        tr("Compound"), tr("Name"), tr("Households"), tr("Pipes"), tr("Length, m"), tr("Tanks"),
        tr("Overdue"), tr("Never cleaned"), tr("Users"), tr("Permits expired"), tr("Facts missing"),
    )  # fmt: skip
    lacking = [each["compound_id"] for each in figures if each["households"] is None]
    notes = []
    if lacking:
        text = tr("Households are not recorded of {compounds}; the sum is without them.")
        notes.append(text.format(compounds=listed(lacking)))
    table = ReportTable(columns, tuple(rows), decimals=0)
    title = tr("Books of %n compound(s)", "", len(figures))
    lead = tr("Households: {households}. Pipes in use: {length}. Tanks overdue: {overdue} of {tanks}.")
    lead = lead.format(
        households=number_or_unknown(sums["households"]),
        length=length(sums["length_m"] or 0.0),
        overdue=number(sums["tanks_overdue"]),
        tanks=number(sums["tanks"]),
    )
    section = ReportSection(tr("The compounds"), table=table, note=joined(notes))
    whole = {"as_of": head.as_of, **sums, "compounds": list(figures)}
    return Report(title, lead, head.subtitle, (section,), whole, head.foot, tuple(books))
