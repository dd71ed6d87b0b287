"""What the sheet of a project says below its map: why, what it costs, whom it touches, its pipes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Optional

import pandas as pd

from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.core.frames import records
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.document import length, number
from waternet_plugin.core.reports.renewal.project_list import label_of, old_materials, span

_NAMED = 6
_PAIR_SHARES, _PAIR_NUMERIC = (0.46, 0.54), (False, True)


@dataclass(frozen=True)
class SheetBasis:
    """What all sheets rest on.

    Attributes
    ----------
    plan_id, run_id
        Plan and assessment.
    as_of, window_start
        Day of the assessment, and from which on all failures were recorded; NaT for unknown.
    horizon_years
        Over which the assessment looks ahead.
    currency
        Of all money.
    discount
        Saving in a year of road works, 0 to 1.
    """

    plan_id: str
    run_id: str
    as_of: pd.Timestamp
    window_start: pd.Timestamp
    horizon_years: float
    currency: str
    discount: float

    @property
    def first_year(self) -> Optional[int]:
        """From which year on all failures were recorded, None for unknown."""
        return int(self.window_start.year) if self.window_start == self.window_start else None


def title_of(dossier: Dossier, words: PageWords) -> str:
    """Return the title of a project's sheet."""
    return dossier.street or words("street_unknown")


def note_of(dossier: Dossier, words: PageWords) -> str:
    """Return what stands below the title: number, class and state."""
    row = dossier.project
    parts = (
        f"{words('project_no')} {dossier.project_id}",
        f"{words('health_class')}{words.colon}{label_of('health_class', row['class'])}",
        f"{words('project_state')}{words.colon}{label_of('project_state', row['state'])}",
    )
    return "   ".join(parts)


def basis_text(basis: SheetBasis, network: str, secrecy: str, words: PageWords) -> str:
    """Return what the foot of each page says: network, plan, assessment and its day, classification."""
    day = f"{basis.as_of:%Y-%m-%d}" if basis.as_of == basis.as_of else ""
    rests = (
        network,
        f"{words('plan_no')} {basis.plan_id}",
        f"{words('assessment')} {basis.run_id}{words.comma}{words('as_of').format(date=day)}",
        secrecy,
    )
    return "   ".join(part for part in rests if part)


def _pairs(heading: str, rows: Sequence[tuple[str, str]], strong: frozenset[int] = frozenset()) -> TableText:
    """Return names and values under a heading."""
    return TableText(((heading, ""), *rows), _PAIR_SHARES, _PAIR_NUMERIC, strong)


def why_table(dossier: Dossier, words: PageWords) -> TableText:
    """Return the reasons, the strongest first."""
    rows = [
        (f"{index}  {reason[:1].upper()}{reason[1:]}",)
        for index, reason in enumerate(dossier.reasons, start=1)
    ]
    return TableText(((words("why"),), *rows), (1.0,), (False,))


def cost_table(dossier: Dossier, basis: SheetBasis, words: PageWords) -> TableText:
    """Return cost and who pays, method and material."""
    row = dossier.project
    metres, cost = float(row["length_m"]), float(row["cost"])

    def money(value: float) -> str:
        return f"{number(value)} {basis.currency}"

    rows = [(words("cost_total"), money(cost))]
    parties = dossier.parties
    if sum(value > 0 for value in parties.values()) > 1:
        rows += [(words(f"pays_{party}"), money(value)) for party, value in parties.items()]
    elif parties:
        payer = max(parties, key=lambda party: parties[party])
        rows.append((words(f"pays_{payer}"), "100 %"))
    if metres > 0:
        rows.append((words("cost_metre"), money(cost / metres)))
    if row["benefit"] == row["benefit"]:
        rows.append((words("benefit"), money(float(row["benefit"]))))
    pipes = dossier.pipes
    old = words.listed(old_materials(pipes))
    laid = span(pipes["install_year"])
    rows += [
        (words("length"), length(metres)),
        (words("diameter"), span(pipes["diameter_mm"]) or words("not_recorded")),
        (words("material"), f"{old} {laid}".strip() or words("not_recorded")),
        (words("new_material"), label_of("material", row["material"])),
        (words("method"), label_of("renewal_method", row["method"])),
    ]
    return _pairs(words("cost"), rows, frozenset({1}))


def touched_table(dossier: Dossier, basis: SheetBasis, words: PageWords) -> TableText:
    """Return whom and what the works touch, and the failures if nothing is done."""
    customers = dossier.customers
    named = customers.critical[:_NAMED]
    more = len(customers.critical) - len(named)
    unnamed = words("none" if customers.critical_known else "not_recorded")
    critical = words.listed(named) + (f" {words('and_more').format(n=more)}" if more > 0 else "")
    rows = []
    if basis.horizon_years == basis.horizon_years:
        expected = words("expected_failures").format(years=f"{basis.horizon_years:g}")
        rows.append((expected, number(dossier.expected, 1)))
    if customers.is_recorded:
        rows += [
            (words("customers"), number(customers.count)),
            (words("households"), number(customers.households)),
            (words("critical_users"), critical or unnamed),
        ]
    else:
        rows.append((words("customers"), words("no_customers")))
    for work in dossier.works:
        text = f"{work.year} {work.name}".strip()
        sentence = (
            words("road_works_same").format(percent=f"{100 * basis.discount:g}")
            if work.year == dossier.year and basis.discount > 0
            else words("road_works_share").format(percent=f"{100 * work.share:.0f}")
        )
        rows.append((words("road_works"), f"{text}{words.comma}{sentence}"))
    if not dossier.works:
        rows.append((words("road_works"), words("none")))
    return replace(_pairs(words("touched"), rows), shares=(0.58, 0.42))


def pipe_table(dossier: Dossier, currency: str, words: PageWords) -> TableText:
    """Return the pipes of a project."""

    def whole(value: float) -> str:
        return "" if value != value else f"{value:.0f}"

    head = (
        words("number"), words("pipe"), words("material"), words("health_class"), words("diameter"),
        words("year_laid"), words("length") + ", m", words("failures"), words("rate"),
        f"{words('cost')}, {currency}",
    )  # fmt: skip
    rows = [
        (
            str(row["number"]),
            str(row["pipe_id"]),
            label_of("material", row["material"]),
            label_of("health_class", row["class"]),
            whole(row["diameter_mm"]),
            whole(row["install_year"]),
            number(row["length_m"], 1),
            str(int(row["failures"])) if row["failures"] else "",
            "" if row["rate"] != row["rate"] else number(row["rate"], 1),
            "" if row["cost"] != row["cost"] else number(row["cost"]),
        )
        for row in records(dossier.pipes.drop(columns="geom"))
    ]
    numeric = (*[False] * 4, *[True] * 6)
    return TableText((head, *rows), (8, 24, 28, 26, 10, 12, 15, 14, 14, 24), numeric)


def list_table(
    dossiers: Sequence[Dossier], pages: Sequence[int], currency: str, words: PageWords
) -> TableText:
    """Return the list of projects, a sum in bold after each year.

    Parameters
    ----------
    dossiers
        In their order.
    pages
        On which page the sheet of each begins.
    """
    head = (
        words("number"), words("project_year"), words("street"), words("project_no"), words("health_class"),
        words("length") + ", m", f"{words('cost')}, {currency}", words("page"),
    )  # fmt: skip
    rows: list[tuple[str, ...]] = []
    strong: set[int] = set()
    for index, (dossier, page) in enumerate(zip(dossiers, pages), start=1):
        year = dossier.year
        rows.append(
            (
                str(index),
                words("not_funded") if year is None else str(year),
                title_of(dossier, words),
                dossier.project_id,
                label_of("health_class", dossier.project["class"]),
                number(float(dossier.project["length_m"])),
                number(float(dossier.project["cost"])),
                str(page),
            )
        )
        after = dossiers[index].year if index < len(dossiers) else None
        if year is not None and after != year:
            own = [each.project for each in dossiers if each.year == year]
            sums = (number(sum(float(each[key]) for each in own)) for key in ("length_m", "cost"))
            rows.append(("", "", words("year_total").format(year=year), "", "", *sums, ""))
            strong.add(len(rows))
    numeric = (False, False, False, False, False, True, True, True)
    return TableText((head, *rows), (8, 18, 44, 28, 28, 18, 28, 12), numeric, frozenset(strong))


def list_note(dossiers: Sequence[Dossier], currency: str, words: PageWords) -> str:
    """Return how many projects there are, how long they are and what they cost."""
    metres, cost = (sum(float(dossier.project[key]) for dossier in dossiers) for key in ("length_m", "cost"))
    return words("projects_years").format(
        count=len(dossiers), length=length(metres), cost=f"{number(cost)} {currency}"
    )


def list_years(dossiers: Sequence[Dossier]) -> str:
    """Return from which year to which the projects are built, '' where none is funded."""
    years = sorted({dossier.year for dossier in dossiers if dossier.year is not None})
    return "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
