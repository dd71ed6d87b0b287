"""Compare two assessments."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("pipe_id", "text"),
    ("class_a", "text"),
    ("class_b", "text"),
    ("rate_a", "real"),
    ("rate_b", "real"),
    ("change", "text"),
]


class CompareRuns(WaterNetAlgorithm):
    """Say which pipes got worse between two runs."""

    ID = "compareruns"
    GROUP = "health"
    ICON = "compareruns"
    TAGS = ("change", "trend", "对比", "变化", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compare two assessments")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Shows pipe by pipe what changed between two assessments: worse or better by class, the same, "
            "new, or gone. If limits were changed in between, a different class counts as neither worse nor "
            "better. Empty: the last two assessments."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "RUN_A", tr("Earlier run"), tr("Run id, such as R0001. Empty: the run before the later one.")
        )
        self.add_text("RUN_B", tr("Later run"), tr("Run id. Empty: the newest run."))
        self.add_sink("OUTPUT", tr("Changes"), tr("Every pipe with its classes, its rates and the change."))
        self.add_text_outputs(
            COMPARED=tr("Runs compared"),
        )
        self.add_number_outputs(
            WORSE=tr("Worse"),
            BETTER=tr("Better"),
            SETTINGS=tr("Different class because of other settings"),
            SAME=tr("The same"),
            NEW=tr("New"),
            GONE=tr("Gone"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Read both runs and compare them."""
        from waternet_plugin.operations.health.compare_runs import CompareRequest, compare_runs

        network = job.open_network()
        request = CompareRequest(job.text("RUN_A"), job.text("RUN_B"), with_geometry=job.has("OUTPUT"))
        found = compare_runs(network, request, job.progress)
        output = None
        if job.has("OUTPUT"):
            layer: dict[str, Any] = {"geometry": "LineStringZ", "crs": network.crs}
            output = job.write_sink("OUTPUT", found.pipes, _COLUMNS, **layer)
        job.tell(found.lines)
        numbers = {change.upper(): count for change, count in found.counts.items()}
        return {"OUTPUT": output, "COMPARED": f"{found.earlier} {found.later}", **numbers}
