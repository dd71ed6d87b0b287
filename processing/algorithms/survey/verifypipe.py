"""Algorithm: verify a pipe before backfilling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest


class VerifyPipe(WaterNetAlgorithm):
    """Add evidence to a pipe and give the verdict on it."""

    ID = "verifypipe"
    GROUP = "survey"
    TAGS = ("survey", "verification", "backfill", "photo", "as-built", "核验", "覆土", "竣工", "测量", "照片")
    WRITES = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Verify a pipe before backfilling")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Adds evidence to a laid pipe and gives the verdict: pass, open or fail, with its reasons. "
            "Contrary evidence fails a pipe: too far from the planned line or level, too little cover, "
            "another diameter or material, surveyed after backfilling. Missing evidence leaves it open. Only "
            "a pass, or an override with name and reason, takes a planned pipe into use."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPE", tr("Pipe"), tr("Id of the pipe, or ids separated by semicolons."))
        self.add_text(
            "MATERIAL_VERIFIED_BY",
            tr("Material verified by"),
            tr("Who compared the material with the plan; empty: as before."),
        )
        self.add_text(
            "MATERIAL_VERIFIED_ON",
            tr("Material verified on"),
            tr("The day, as YYYY-MM-DD; empty: as before, or today where a name is given."),
        )
        self.add_text(
            "BACKFILLED_ON", tr("Backfilled on"), tr("The day, as YYYY-MM-DD; empty: the trench is open.")
        )
        self.add_text(
            "PHOTOS",
            tr("Photos"),
            tr("Files separated by semicolons; they are copied beside the network. May be empty."),
        )
        self.add_text(
            "OVERRIDE_BY",
            tr("Overridden by"),
            tr("Who takes the pipe into use whatever the verdict; needs a reason. May be empty."),
        )
        self.add_text("OVERRIDE_REASON", tr("Reason of the override"), tr("Why; may be empty."))
        self.add_text_outputs(VERDICT=tr("Verdict"), BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> VerifyRequest:
        """Return the request."""
        from pathlib import Path

        from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest

        return VerifyRequest(
            pipe_ids=tuple(dict.fromkeys(ids_of(job.text("PIPE")))),
            material_verified_by=job.text("MATERIAL_VERIFIED_BY"),
            material_verified_on=job.date("MATERIAL_VERIFIED_ON"),
            backfilled_on=job.date("BACKFILLED_ON"),
            photos=tuple(Path(one.strip()) for one in job.text("PHOTOS").split(";") if one.strip()),
            override_by=job.text("OVERRIDE_BY"),
            override_reason=job.text("OVERRIDE_REASON"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Write the verdict."""
        from waternet_plugin.operations.survey.verification.verify_pipe import verify_pipe

        found = verify_pipe(job.open_network(), self.request(job), job.progress)
        job.tell([found.sentence])
        return {"VERDICT": found.verdict, "BATCH_ID": found.batch_id}
