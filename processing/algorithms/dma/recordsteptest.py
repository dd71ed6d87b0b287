"""Algorithm: record which valves were shut when in a step test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.step_tests import StepTestRequest


class RecordStepTest(WaterNetAlgorithm):
    """Keep the steps of a step test, for the ranking of the pipes."""

    ID = "recordsteptest"
    GROUP = "dma"
    WRITES = True
    TAGS = ("DMA", "leak", "step test", "valve", "night", "逐段关阀", "漏损", "探漏", "记录", "计量区")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Record a step test")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Records which valves of a metered area were shut when, as readings valve_open (0 shut, 1 open) "
            "in one batch; narrowleak ranks the pipes by them and by the flow of the zone's meters, whose "
            "readings have to be there already."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ZONE", tr("Metered area"), tr("Id of the zone."))
        self.add_text(
            "STEPS",
            tr("Steps"),
            tr(
                "Each step with its day, times and valves, separated by semicolons, such as 2026-03-12 "
                "01:30-02:00 FM-0012, FM-0015; in the network's time zone (general.time_zone)."
            ),
        )
        self.add_number_outputs(COUNT=tr("Steps"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> StepTestRequest:
        """Return the request."""
        from waternet_plugin.operations.leakage.step_tests import StepTestRequest

        return StepTestRequest(job.text("ZONE"), job.text("STEPS"))

    def work(self, job: Job) -> dict[str, Any]:
        """Write the steps as one batch."""
        from waternet_plugin.operations.leakage.step_tests import record_step_test

        done = record_step_test(job.open_network(), self.request(job), job.progress)
        return {"COUNT": done.steps, "BATCH_ID": done.batch_id}
