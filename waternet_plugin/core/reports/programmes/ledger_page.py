"""The ledger of a programme: every item with state, agreement, refusal, cost, who pays; next year's items."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.programmes import programme_states as states
from waternet_plugin.core.programmes.age_classes import AGE_CLASSES, FROM_5_TO_10, OVER_10, UNDER_5
from waternet_plugin.core.programmes.programme_items import (
    BUILDINGS,
    HOUSEHOLDS,
    ProgrammeItems,
    easy_and_urgent_first,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.programmes.month_page import target_sections
from waternet_plugin.core.reports.programmes.programme_subject import ProgrammeSubject
from waternet_plugin.core.reports.programmes.programme_words import (
    code_label,
    day_or_none,
    or_none,
    programme_label,
    share,
    unit_label_of,
    whole,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, listed, tr

COSTS = ("cost", "cost_government", "cost_utility", "cost_residents")
GATES = ("design_checked_on", "construction_checked_on", "accepted_on")
_TO_HOUSEHOLD = ("reading_on", "charging_on", "service_on")
# Fields of codes, with their lists.
_LABELLED = {"state": "programme_state", "developer_state": "developer_state"}
# Costs that differ by less than this are equal, in the currency of the network.
_SAME_COST = 0.005
_MISSING_DEVELOPERS = ("deregistered", "dissolved", "untraceable")


def ledger_page(subject: ProgrammeSubject, *, ages: Array, reference: datetime.date) -> Report:
    """Return the ledger: sums and lists, then each item once, in the order of work, on wide pages.

    Parameters
    ----------
    subject
        The programme.
    ages
        The class of age of each item (n,), of `AGE_CLASSES`.
    reference
        The day at which ages count.
    """
    order = easy_and_urgent_first(subject.items)
    items, ages = subject.items.chosen(order), ages[order]
    next_year = items.as_of.year + 1
    proposed = items.chosen(items.numbers("budget_year") == next_year)
    sections = [
        _states_section(items, subject.programme),
        _ages_section(items, ages, reference),
        *target_sections(subject),
        _gates_section(items),
        _list(tr("Without an agreement"), subject, items.chosen(_is_unsigned(items))),
        _list(tr("Refused", "programme"), subject, items.chosen(items.is_refused)),
        _costs_section(subject, items),
        _proposals_section(subject, proposed, next_year),
        _remarks_section(items, subject.programme),
    ]
    title = tr("{programme}: ledger").format(programme=programme_label(subject.programme))
    text = tr("{network}, as of {day}") if subject.network else tr("as of {day}")
    subtitle = text.format(network=subject.network, day=items.as_of.isoformat())
    return Report(
        title,
        _lead(items),
        subtitle,
        tuple(one for one in sections if one is not None),
        _figures(items, subject, ages, reference, proposed),
        chapters=(_each(title, subtitle, subject, items),),
    )


def _is_unsigned(items: ProgrammeItems) -> Array:
    return np.asarray(~items.happened("agreement_on") & ~items.is_done & ~items.is_refused)


def _lead(items: ProgrammeItems) -> str:
    if not len(items):
        return tr("The programme has no items.")
    parts = []
    for unit in (HOUSEHOLDS, BUILDINGS):
        rows = items.count_units == unit
        if rows.any():
            done, total = items.done_counts[rows].sum(), items.known_counts[rows].sum()
            parts.append(share(done, total, unit))
    sentences = [tr("{parts} are done.").format(parts=listed(parts))]
    refused, unsigned = int(items.is_refused.sum()), int(_is_unsigned(items).sum())
    sentences.append(
        tr("Of {items} items {done} are done, {refused} refused, {unsigned} without an agreement.").format(
            items=number(len(items)),
            done=number(int(items.is_done.sum())),
            refused=number(refused),
            unsigned=number(unsigned),
        )
    )
    return joined(sentences)


def _each(title: str, subtitle: str, subject: ProgrammeSubject, items: ProgrammeItems) -> Report:
    """Return all items with what is recorded of them, on paper that has room for all columns."""
    fields = (
        "item_id", "name", "compound_id", "unit", "district", "street", "community", "phase", "planned_month",
        "state", "agreement_on", "refused_on", "done_on", *COSTS, "budget_year", "reason",
    )  # fmt: skip
    rows = _item_table(subject, items, fields, decimals=2)
    section = ReportSection(
        tr("Each of them, easy and urgent ones first"), table=rows, note=subject.money_note
    )
    return Report(title, "", subtitle, (section,), is_wide=True)


def _item_table(
    subject: ProgrammeSubject, items: ProgrammeItems, fields: Sequence[str], *, decimals: int
) -> ReportTable:
    """Return items with their id first and their count fourth; among all programmes each says whose it is."""
    described = table("programme_item")
    columns = [described.field(field).label for field in fields]
    columns[3:3] = [tr("Count"), tr("Counted in")]
    rows = _rows(items, fields)
    if not subject.programme:
        columns.insert(1, described.field("programme").label)
        names = [programme_label(code) for code in items.texts("programme")]
        rows = [(first, name, *others) for (first, *others), name in zip(rows, names)]
    return ReportTable(tuple(columns), tuple(rows), decimals=decimals)


def _rows(items: ProgrammeItems, fields: Sequence[str]) -> list[tuple[Any, ...]]:
    described = table("programme_item")
    cells: list[list[Any]] = []
    for field in fields:
        kind = described.field(field).type
        if field in _LABELLED:
            cells.append([code_label(_LABELLED[field], code) for code in items.texts(field)])
        elif field == "budget_year":
            cells.append([str(int(year)) if year == year else "" for year in items.numbers(field)])
        elif kind == "date":
            cells.append([day_or_none(day) for day in items.days(field)])
        elif kind in ("integer", "real"):
            cells.append([or_none(value) for value in items.numbers(field)])
        else:
            cells.append(list(items.texts(field)))
    cells[3:3] = [
        [whole(count) for count in items.counts],
        [unit_label_of(unit) for unit in items.count_units],
    ]
    return list(zip(*cells))


def _states_section(items: ProgrammeItems, programme: str) -> Optional[ReportSection]:
    """Return how many items and households each state has, in the order of the programme's own list."""
    if not len(items):
        return None
    codes = items.texts("state")
    known = [*(states.stages_of(programme) if programme else domain("programme_state"))]
    rows = []
    for code in [*known, *sorted(set(codes) - set(known))]:
        chosen = codes == code
        if chosen.any() or code in known:
            label = code_label("programme_state", code) or tr("no state given")
            rows.append((label, int(chosen.sum()), _sum_of(items, chosen, HOUSEHOLDS)))
    columns = (tr("State"), tr("Items"), tr("Households"))
    return ReportSection(tr("By state"), (), ReportTable(columns, tuple(rows), decimals=0))


def _sum_of(items: ProgrammeItems, rows: Array, unit: str) -> int:
    return int(items.known_counts[rows & (items.count_units == unit)].sum())


def age_label(age: str) -> str:
    """Return a class of age in words."""
    labels = {
        UNDER_5: tr("under 5 years"), FROM_5_TO_10: tr("5 to 10 years"), OVER_10: tr("over 10 years"),
    }  # fmt: skip
    return labels.get(age) or tr("day of delivery not known")


def _ages_section(items: ProgrammeItems, ages: Array, reference: datetime.date) -> Optional[ReportSection]:
    if not len(items):
        return None
    rows = tuple(
        (age_label(age), int((ages == age).sum()), _sum_of(items, ages == age, HOUSEHOLDS))
        for age in AGE_CLASSES
    )
    title = tr("By age on {day}").format(day=reference.isoformat())
    return ReportSection(title, (), ReportTable((tr("Age"), tr("Items"), tr("Households")), rows, decimals=0))


def _gates_section(items: ProgrammeItems) -> Optional[ReportSection]:
    """Return how many items passed each gate, and those that passed one before an earlier one."""
    if not len(items):
        return None
    described = table("programme_item")
    rows = tuple(
        (described.field(field).label, int(items.happened(field).sum())) for field in (*GATES, *_TO_HOUSEHOLD)
    )
    skipped = items.texts("item_id")[_is_out_of_order(items)]
    sentences: tuple[str, ...] = ()
    if len(skipped):
        text = tr("Accepted or inspected before an earlier gate was passed: {items}.")
        sentences = (text.format(items=listed(sorted(skipped))),)
    columns = (tr("Gate"), tr("Items"))
    title = tr("Gates: design, construction, acceptance; reading, charging and service to each household")
    return ReportSection(title, sentences, ReportTable(columns, rows, decimals=0))


def _is_out_of_order(items: ProgrammeItems) -> Array:
    design, construction, accepted = (items.happened(field) for field in GATES)
    return np.asarray((construction & ~design) | (accepted & ~(design & construction)))


def _list(title: str, subject: ProgrammeSubject, items: ProgrammeItems) -> Optional[ReportSection]:
    if not len(items):
        return None
    fields = ("item_id", "name", "unit", "street", "developer", "developer_state", "reason")
    return ReportSection(title, (), _item_table(subject, items, fields, decimals=0))


def _costs_section(subject: ProgrammeSubject, items: ProgrammeItems) -> Optional[ReportSection]:
    """Return who pays how much, and the items whose parts are not their cost."""
    costs = cost_sums(items)
    if not any(costs.values()):
        return None
    described = table("programme_item")
    rows = tuple((described.field(field).label, costs[field]) for field in COSTS)
    wrong = items.texts("item_id")[_differs_from_parts(items)]
    sentences: tuple[str, ...] = (
        (tr("The parts don't add up to the cost of: {items}.").format(items=listed(sorted(wrong))),)
        if len(wrong)
        else ()
    )
    parts = ReportTable((tr("Part"), tr("Sum")), rows, 2)
    return ReportSection(tr("Cost and who pays"), sentences, parts, subject.money_note)


def cost_sums(items: ProgrammeItems) -> dict[str, float]:
    """Return the sums of cost and its parts in the currency of the network."""
    return {field: float(np.nansum(items.numbers(field))) for field in COSTS}


def _differs_from_parts(items: ProgrammeItems) -> Array:
    parts = np.column_stack([items.numbers(field) for field in COSTS[1:]])
    told = ~np.isnan(parts).all(axis=1) & ~np.isnan(items.numbers("cost"))
    gap = np.abs(np.nansum(parts, axis=1) - np.nan_to_num(items.numbers("cost")))
    return np.asarray(told & (gap > _SAME_COST))


def _proposals_section(subject: ProgrammeSubject, proposed: ProgrammeItems, year: int) -> ReportSection:
    title = tr("Proposed for {year}").format(year=year)
    if not len(proposed):
        return ReportSection(title, (tr("None."),))
    fields = ("item_id", "name", "unit", "phase", *COSTS)
    text = tr("%n item(s)", "", len(proposed))
    sentence = tr("{items}, {cost} together.").format(
        items=text, cost=number(cost_sums(proposed)["cost"], 2)
    )  # fmt: skip
    listing = _item_table(subject, proposed, fields, decimals=2)
    return ReportSection(title, (sentence,), listing, subject.money_note)


def _remarks_section(items: ProgrammeItems, programme: str) -> Optional[ReportSection]:
    """Return what a clerk should put right: no compound, no count, states of another programme, and so on."""
    ids = items.texts("item_id")
    codes = items.texts("state")
    strange = np.array(
        [
            bool(code) and code not in states.stages_of(programme or own)
            for code, own in zip(codes, items.texts("programme"))
        ],
        dtype=bool,
    )
    needs_compound = items.texts("programme") != "secondary_supply"
    developers = np.isin(items.texts("developer_state"), _MISSING_DEVELOPERS)
    remarks = (
        (
            tr("No compound of the map belongs to: {items}."),
            needs_compound & (items.texts("compound_id") == ""),
        ),
        (tr("Not known how many: {items}."), np.isnan(items.counts)),
        (
            tr("More households opted out than there are: {items}."),
            items.numbers("opted_out") > items.numbers("households"),
        ),
        (
            tr("The planned month can't be read: {items}."),
            np.isnat(items.planned) & (items.texts("planned_month") != ""),
        ),
        (tr("A state that this programme does not have: {items}."), strange),
        (tr("The developer is gone or can't be found: {items}."), developers),
    )
    sentences = tuple(text.format(items=listed(sorted(ids[rows]))) for text, rows in remarks if rows.any())
    return ReportSection(tr("To put right"), sentences) if sentences else None


def _figures(
    items: ProgrammeItems,
    subject: ProgrammeSubject,
    ages: Array,
    reference: datetime.date,
    proposed: ProgrammeItems,
) -> dict[str, Any]:
    codes = items.texts("state")
    rows = items.count_units == HOUSEHOLDS
    return {
        "programme": subject.programme or None,
        "as_of": items.as_of,
        "items": len(items),
        "households": float(np.nansum(items.numbers("households"))),
        "buildings": float(items.known_counts[~rows].sum()),
        "done_items": int(items.is_done.sum()),
        "done_households": float(items.done_counts[rows].sum()),
        "done_buildings": float(items.done_counts[~rows].sum()),
        "opted_out": float(np.nansum(items.numbers("opted_out"))),
        "refused": int(items.is_refused.sum()),
        "agreements": int(items.happened("agreement_on").sum()),
        "without_agreement": int(_is_unsigned(items).sum()),
        "by_state": {code or "unknown": int((codes == code).sum()) for code in sorted(set(codes))},
        "by_age": {age: int((ages == age).sum()) for age in AGE_CLASSES},
        "reference_day": reference,
        "gates": {field: int(items.happened(field).sum()) for field in (*GATES, *_TO_HOUSEHOLD)},
        **cost_sums(items),
        "proposed": {"year": items.as_of.year + 1, "items": len(proposed), **cost_sums(proposed)},
        "without_compound": int((items.texts("compound_id") == "").sum()),
        "targets": [one.figures() for one in subject.targets],
    }
