"""Grade inspections of drains by their own standards, and fill in the grades that are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.drainage.grading import inspection_grades
from waternet_plugin.core.drainage.grading.graded import FAMILIES
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class GradingRequest:
    """What grading is asked for.

    Attributes
    ----------
    name
        Name of the batch.
    standard
        Only inspections by this standard (`STANDARDS`); None: all.
    store
        Whether grades that are missing are written.
    """

    name: str
    standard: Optional[str] = None
    store: bool = True

    def __post_init__(self) -> None:
        if self.standard is not None and self.standard not in inspection_grades.STANDARDS:
            message = tr("There is no standard {name} to grade by. Take one of: {names}.")
            names = listed(inspection_grades.STANDARDS)
            raise InputError(message.format(name=self.standard, names=names))


@dataclass(frozen=True)
class GradingOutcome(Written, PlainFrames):
    """The grades, how many inspections were filled in, and the answer in sentences."""

    grades: inspection_grades.InspectionGrades
    filled: int
    lines: tuple[str, ...]


def grade_inspections(
    network: Network,
    request: GradingRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[GradingOutcome], Any] = no_outputs,
) -> GradingOutcome:
    """Grade inspections; grades that are missing are written as one batch, given ones stay.

    Parameters
    ----------
    before_commit
        Called with the result before the batch is committed, or at the end where none is written.

    Raises
    ------
    InputError
        When there are no inspections.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda again: _grade(network, request, progress, before_commit, again), progress)


def _grade(
    network: Network,
    request: GradingRequest,
    progress: Progress,
    before_commit: Callable[[GradingOutcome], Any],
    again: tuple[str, ...],
) -> GradingOutcome:
    seen = network.position()
    progress.at(0.02, tr("Reading drains and inspections"))
    looked = network.read("inspection", list(inspection_grades.INSPECTION_COLUMNS), geometry=False)
    if not len(looked):
        raise InputError(tr("The network has no inspections to grade. Import inspections first."))
    found = inspection_grades.grade_inspections(
        looked,
        network.read("defect", list(inspection_grades.DEFECT_COLUMNS), geometry=False),
        network.read("pipe", list(inspection_grades.PIPE_COLUMNS), geometry=False),
        standard=request.standard,
    )
    progress.at(0.6, tr("Writing"))
    changed = _filled(looked, found.rows) if request.store else looked.iloc[:0]
    lines = [
        *again,
        tr("{graded} of {count} inspections have a grade.").format(
            graded=found.graded, count=len(found.rows)
        ),
    ]
    if found.differing:
        lines.append(
            tr("Given and computed grades differ: {count}. Given ones stay.").format(count=found.differing)
        )
    if found.unscored:
        lines.append(tr("Inspections with codes without a score: {count}.").format(count=found.unscored))
    outcome = GradingOutcome("", found, len(changed), tuple(lines))
    if not len(changed):
        return finish_without_batch(outcome, before_commit)
    with network.write(
        "drainage",
        name=request.name,
        facts={"inspections": len(found.rows), "filled": len(changed)},
        seen=seen,
        progress=progress.part(0.6, 0.9),
    ) as batch:
        batch.update("inspection", changed)
        return finish(batch, outcome, before_commit)


def _filled(looked: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the inspections whose empty grades are computed, with both grades as they shall be."""
    names = [f"{family}_grade" for family in FAMILIES]
    given = looked.set_index("inspection_id")[names].astype("Int64").reindex(rows["inspection_id"])
    whole = given.fillna(rows.set_index("inspection_id")[names])
    is_new = (whole.notna() & given.isna()).any(axis=1)
    return whole[is_new].reset_index()
