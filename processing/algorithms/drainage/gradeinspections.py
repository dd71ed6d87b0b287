"""Grade inspections of drains by CJJ 181, PACP and EN 13508-2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.grade_inspections import GradingRequest

_COLUMNS = [
    ("inspection_id", "text"),
    ("pipe_id", "text"),
    ("standard", "text"),
    ("structural_value", "real"),
    ("structural_mean", "real"),
    ("structural_density", "real"),
    ("structural_grade", "integer"),
    ("functional_value", "real"),
    ("functional_mean", "real"),
    ("functional_density", "real"),
    ("functional_grade", "integer"),
    ("quick_structural", "text"),
    ("quick_functional", "text"),
    ("repair_index", "real"),
    ("repair_class", "integer"),
    ("maintenance_index", "real"),
    ("maintenance_class", "integer"),
    ("advice", "text"),
    ("differs", "text"),
    ("reasons", "text"),
]


class GradeInspections(WaterNetAlgorithm):
    """Grade inspections of drains by their own standards."""

    ID = "gradeinspections"
    GROUP = "drainage"
    ICON = "assesshealth"
    TAGS = (
        "drain",
        "sewer",
        "CCTV",
        "grade",
        "PACP",
        "ISYBAU",
        "RI",
        "MI",
        "排水",
        "电视检测",
        "缺陷",
        "评估",
    )
    WRITES = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Grade inspections of drains")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Grades every inspection of a drain from its defects, by the standard it was made by: CJJ 181 "
            "(F, S, density, RI, MI, classes, advice), PACP (rating, index, quick rating) or EN 13508-2 "
            "(damage numbers and classes of ISYBAU). Scales are never converted. Only empty grades are "
            "filled in; where a given one differs, both are listed. Codes without a score are named and "
            "not counted."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "STANDARD",
            tr("Standard"),
            tr("Only inspections by this one: cjj_181, pacp or en_13508. Empty: each by its own."),
        )
        self.add_flag(
            "STORE",
            tr("Store the result"),
            tr("Fill in the grades that are missing, in one batch. Otherwise they are listed only."),
            default=True,
        )
        self.add_sink(
            "OUTPUT",
            tr("Graded inspections"),
            tr("Every inspection with its figures, classes, advice, differences and reasons."),
        )
        self.add_number_outputs(
            INSPECTIONS=tr("Inspections"),
            GRADED=tr("Inspections with a grade"),
            FILLED=tr("Inspections filled in"),
            DIFFERING=tr("Inspections whose given grade differs"),
            UNSCORED=tr("Inspections with codes without a score"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> GradingRequest:
        """Return the request."""
        from waternet_plugin.operations.drainage.grade_inspections import GradingRequest

        return GradingRequest(self.title(), job.text("STANDARD") or None, job.flag("STORE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Grade, and write one batch where that is asked for."""
        from waternet_plugin.operations.drainage.grade_inspections import GradingOutcome, grade_inspections

        def write(found: GradingOutcome) -> None:
            job.write_sink("OUTPUT", found.grades.rows, _COLUMNS)

        found = grade_inspections(job.open_network(), self.request(job), job.progress, before_commit=write)
        job.tell(found.lines)
        grades = found.grades
        return {
            "INSPECTIONS": len(grades.rows),
            "GRADED": grades.graded,
            "FILLED": found.filled,
            "DIFFERING": grades.differing,
            "UNSCORED": grades.unscored,
            "BATCH_ID": found.batch_id,
        }
