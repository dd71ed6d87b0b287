"""Algorithm: plan a step test, which valves to shut one step after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest

_STEPS = [
    ("step", "integer"),
    ("valves", "text"),
    ("chance", "real"),
    ("length_m", "real"),
    ("customers", "integer"),
]
_PIPES = [("step", "integer"), ("pipe_id", "text")]


class PlanStepTest(WaterNetAlgorithm):
    """Tell which valves of a zone to shut in a night so that each step says most of where it leaks."""

    ID = "plansteptest"
    GROUP = "dma"
    TAGS = ("DMA", "leak", "step test", "valve", "night", "逐段关阀", "漏损", "探漏", "夜间", "计量区")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan a step test")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Lists which valves of a metered area to shut one step after the other in a night, while its "
            "meter is read: the steps divide the chance of the leak as evenly as the valves allow, the "
            "likeliest first. What feeds all others stays on: the leak is there when it runs on in every "
            "step. Nothing is written; recordsteptest records what was shut."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ALARM", tr("Leak alarm"), tr("Id of the alarm, as night flow gives it; or give ZONE."))
        self.add_text("ZONE", tr("Metered area"), tr("Id of the zone; or give ALARM."))
        self.add_number(
            "STEPS",
            tr("Most steps"),
            tr("As many as fit into the night."),
            default=8,
            integer=True,
            between=(1, 100),
        )
        self.add_sink(
            "OUTPUT",
            tr("Steps"),
            tr("Each step with the valves to shut, the chance that the leak is shut off, and what is."),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("The pipes that each step shuts off."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_number_outputs(COUNT=tr("Steps"), CUSTOMERS=tr("Most customers without water in a step"))

    def request(self, job: Job) -> NarrowRequest:
        """Return the request."""
        from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest

        return NarrowRequest(alarm_id=job.text("ALARM"), zone_id=job.text("ZONE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Plan the steps and write the outputs."""
        from waternet_plugin.operations.leakage.step_tests import plan_step_test

        network = job.open_network()
        steps = job.integer("STEPS")
        plan = plan_step_test(network, self.request(job), most=steps, progress=job.progress.part(0.0, 0.9))
        lines = {"geometry": "LineStringZ", "crs": network.crs}
        return {
            "OUTPUT": job.write_sink("OUTPUT", plan.steps, _STEPS),
            "OUTPUT_PIPES": job.write_sink("OUTPUT_PIPES", plan.pipes, _PIPES, **lines),
            "COUNT": len(plan.steps),
            "CUSTOMERS": int(plan.steps["customers"].max()),
        }
