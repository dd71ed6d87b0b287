"""The plan of compounds for some months: what is due, by whom and when; stored as work items on request."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, sums
from waternet_plugin.core.drainage.compounds.duties.crews import Crew
from waternet_plugin.core.drainage.compounds.duties.done_work import PATROL
from waternet_plugin.core.drainage.compounds.duties.duty_plan import DutyPlan, plan_duties
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.crew_work import CrewWork
from waternet_plugin.core.reports.compounds.day_sheet import Surroundings
from waternet_plugin.core.reports.compounds.duty_plan import plan_report, summary_lines
from waternet_plugin.core.reports.compounds.duty_words import basis_labels, labels_of
from waternet_plugin.core.reports.document import Report, number
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.compounds.read_duties import PLAN, PlanInputs, read_plan_inputs
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.work_items import OPEN, insert_items
from waternet_plugin.operations.work.ordered_assets import asset_points
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

MOST_MONTHS = 24
# The column that says what an asset is; names of customers are personal and on no paper.
_SAYS_WHAT = {"pipe": "system", "node": "kind", "customer": "kind"}
_ITEM_COLUMNS = (
    "type", "asset", "compound_id", "street", "visit", "team", "person", "due_on", "note", "source",
    "opened_on",
)  # fmt: skip


@dataclass(frozen=True)
class PlanRequest:
    """What is to be planned.

    Parameters
    ----------
    month
        The first month; the one after that of ``as_of`` if None.
    months
        How many.
    crews
        Who works; the teams of the grids if there are none.
    as_of
        The day on which duties are judged; today if None.
    store
        Whether the plan becomes work items.

    Raises
    ------
    InputError
        For a number of months that makes no sense, and where work items would be of a month that is over.
    """

    month: Optional[Month] = None
    months: int = 1
    crews: tuple[Crew, ...] = ()
    as_of: Optional[datetime.date] = None
    store: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.months <= MOST_MONTHS:
            raise InputError(tr("MONTHS must be from 1 to {most}.").format(most=MOST_MONTHS))
        if self.store and self.first.last < self.day:
            message = tr("{month} is over on {day}: no work is planned for it. Choose a later month.")
            raise InputError(message.format(month=self.first.text, day=self.day.isoformat()))

    @property
    def day(self) -> datetime.date:
        """The day on which duties are judged."""
        return self.as_of or datetime.date.today()

    @property
    def first(self) -> Month:
        """The first month."""
        return self.month or month_of(self.day).plus(1)

    @property
    def span(self) -> tuple[Month, ...]:
        """The months in their order."""
        return tuple(self.first.plus(number) for number in range(self.months))


@dataclass(frozen=True)
class PlanResult(Written, PlainFrames):
    """The plan, and what crews get of it.

    Parameters
    ----------
    plan
        The plan.
    work
        The same with streets, names and places, for lists and maps.
    report
        The report.
    summary
        The answer in sentences.
    notes
        Sentences that warn.
    """

    plan: DutyPlan
    work: CrewWork
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def plan_network_duties(
    network: Network,
    request: PlanRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[PlanResult], Any] = no_outputs,
) -> PlanResult:
    """Plan what is due in compounds; with ``store`` write it as work items, one batch.

    Work items of an earlier plan of these months that nobody was sent are replaced.

    Raises
    ------
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _plan(network, request, progress, before_commit, notes), progress)


def _plan(
    network: Network,
    request: PlanRequest,
    progress: Progress,
    before_commit: Callable[[PlanResult], Any],
    notes: tuple[str, ...],
) -> PlanResult:
    seen = network.position()
    inputs = read_plan_inputs(network, request.span, request.crews, request.day, progress.part(0.0, 0.6))
    progress.at(0.6, tr("Planning the months"))
    plan = plan_duties(inputs.basis, request.span, request.day, network.settings())
    work = _crew_work(plan, inputs, request.day)
    report = plan_report(plan, request.span, request.day, inputs.quarters, network=network.title)
    warnings = (*notes, *_warnings(inputs, request))
    result = PlanResult("", plan, work, report, tuple(summary_lines(plan, request.span)), warnings)
    if not request.store:
        return finish_without_batch(result, before_commit)
    progress.at(0.8, tr("Writing"))
    items = _items(work.orders, network.crs)
    facts = {"months": [month.text for month in request.span], "items": len(items)}
    name = tr("Plan of compounds, {month}").format(month=request.first.text)
    with network.write("drainage", name=name, facts=facts, seen=seen, progress=progress) as batch:
        batch.delete("work_item", list(inputs.drafts))
        names = np.array(insert_items(batch, items), dtype=object)
        told = tr("Work items written: {count}.").format(count=number(len(items)))
        written = replace(work, orders=work.orders.assign(item_id=names))
        return finish(batch, replace(result, work=written, summary=(*result.summary, told)), before_commit)


def _warnings(inputs: PlanInputs, request: PlanRequest) -> list[str]:
    """Return what a reader of the plan has to know."""
    work, crews = inputs.basis.work, inputs.basis.crews
    lines = []
    if request.first.last < request.day:
        lines.append(
            tr("{month} is over on {day}.").format(month=request.first.text, day=request.day.isoformat())
        )
    if not np.isfinite([crew.hours for crew in crews]).all():
        lines.append(tr("The hours of the crews are not known: enter CREWS to see who has too few."))
    if work.backwards:
        text = tr("{count} work items were closed before they were opened: their closing day counts.")
        lines.append(text.format(count=number(work.backwards)))
    if work.undated:
        text = tr("{count} work items are done without a closing day: they count as not done.")
        lines.append(text.format(count=number(work.undated)))
    if inputs.drafts:
        text = (
            tr("{count} open work items of an earlier plan of these months are replaced.")
            if request.store
            else tr("{count} open work items of an earlier plan of these months are planned anew here.")
        )
        lines.append(text.format(count=number(len(inputs.drafts))))
    return lines


def _crew_work(plan: DutyPlan, inputs: PlanInputs, as_of: datetime.date) -> CrewWork:
    """Return planned duties, and the round of each visit, in the order of the work."""
    subject, compounds = inputs.subject, inputs.subject.rows("compound")
    visits = plan.visits
    person = dict(zip(inputs.grids["zone_id"], inputs.grids["person"]))
    visits = visits.assign(
        compound=_of_compound(compounds.text("name"), compounds, visits["compound_id"]),
        person=pd.Series([person.get(grid) for grid in visits["grid_id"]], dtype=object),
    )
    duties = plan.duties[plan.duties["crew"].notna()].reset_index(drop=True)
    orders = stacked([_rounds(visits, duties, compounds), _orders(duties, subject)])
    orders = orders.sort_values(["due_on", "visit"], kind="stable").reset_index(drop=True)
    person_of = dict(zip(visits["visit"], visits["person"]))
    orders = orders.assign(
        item_id=pd.Series(np.full(len(orders), None), dtype=object),
        source=PLAN,
        opened_on=pd.Timestamp(as_of),
        person=pd.Series([person_of[visit] for visit in orders["visit"]], dtype=object),
        compound=_of_compound(compounds.text("name"), compounds, orders["compound_id"]),
    )
    drains = subject.live & subject.is_drain
    around = Surroundings(
        subject.pipes.geometry[drains],
        subject.pipes.text("street")[drains],
        compounds.geometry[~(shapely.is_missing(compounds.geometry) | shapely.is_empty(compounds.geometry))],
    )
    return CrewWork(orders, visits, around)


def _of_compound(values: Array, compounds: TableRows, ids: pd.Series) -> Array:
    """Return the value of each compound that ids name, None where they name none."""
    # The last one stands for no compound.
    row = compounds.row_of(ids.to_numpy(dtype=object))
    return np.append(values, np.array([None], dtype=object))[row]


def _rounds(visits: pd.DataFrame, duties: pd.DataFrame, compounds: TableRows) -> pd.DataFrame:
    """Return the round of each visit of a compound: it takes what the duties leave of the visit."""
    row = rows_of_ids(visits["visit"], duties["visit"])
    of_duties = sums(row, duties["hours"].to_numpy(dtype=float), len(visits))
    rounds = visits.assign(hours=np.round(visits["hours"] - of_duties, 6))
    rounds = rounds[visits["compound_id"].notna()]
    return pd.DataFrame(
        {
            "type": PATROL,
            "asset": None,
            "at": None,
            "compound_id": rounds["compound_id"],
            "street": None,
            "visit": rounds["visit"],
            "team": rounds["crew"],
            "due_on": rounds["day"],
            "note": None,
            "hours": rounds["hours"],
            "duty_due_on": pd.NaT,
            "duty_state": None,
            "basis": None,
            "shape": _of_compound(compounds.geometry, compounds, rounds["compound_id"]),
        }
    )


def _orders(duties: pd.DataFrame, subject: NetworkFrame) -> pd.DataFrame:
    """Return duties with the street, the shape and the words for what each asset is."""
    street = np.full(len(duties), None, dtype=object)
    shape, what = street.copy(), street.copy()
    kind, ids = duties["table"].to_numpy(dtype=object), duties["asset"].to_numpy(dtype=object)
    for name in ("pipe", "node", "customer"):
        of_kind, rows = np.flatnonzero(kind == name), subject.rows(name)
        row = rows.row_of(ids[of_kind])
        shape[of_kind] = rows.geometry[row]
        what[of_kind] = rows.labels(_SAYS_WHAT[name], row)
        if rows.has("street"):
            street[of_kind] = rows.text("street")[row]
    return pd.DataFrame(
        {
            "type": duties["duty"],
            "asset": duties["asset"],
            "at": what,
            "compound_id": duties["compound_id"],
            "street": street,
            "visit": duties["visit"],
            "team": duties["crew"],
            "due_on": duties["day"],
            "note": _notes(duties),
            "hours": duties["hours"],
            "duty_due_on": duties["due_on"],
            "duty_state": duties["state"],
            "basis": duties["basis"],
            "shape": shape,
        }
    )


def _items(orders: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return orders as work items."""
    rows = orders[list(_ITEM_COLUMNS)].assign(state=OPEN)
    points = asset_points(orders["shape"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(points, crs=crs)).rename_geometry(GEOMETRY_COLUMN)


def _notes(duties: pd.DataFrame) -> list[str]:
    """Return why each duty is done, and when it is due."""
    why = labels_of(duties["basis"], basis_labels())
    text = tr("{reason}; due on {day}")
    return [
        reason if pd.isna(day) else text.format(reason=reason, day=pd.Timestamp(day).date().isoformat())
        for reason, day in zip(why.tolist(), duties["due_on"])
    ]
