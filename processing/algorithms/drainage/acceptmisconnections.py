"""Algorithm: accept misconnections with a reason."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of


class AcceptMisconnections(WaterNetAlgorithm):
    """Keep why misconnections that were found are right as they are."""

    ID = "acceptmisconnections"
    GROUP = "drainage"
    WRITES = True
    TAGS = ("drain", "misconnection", "accept", "reason", "混接", "错接", "接受", "理由", "排水")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Accept misconnections")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Accepts findings of findmisconnections that are right as they are, with the reason: they leave "
            "the list, and later searches keep that. Where the findings are not stored yet they are stored "
            "first, as a batch of their own."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ISSUES",
            tr("Misconnections"),
            tr("Ids separated by semicolons: column issue_id of the findings of findmisconnections."),
        )
        self.add_text("REASON", tr("Reason"), tr("Why they are right as they are."))
        self.add_number_outputs(ISSUES_DECIDED=tr("Issues, with those that follow from them"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a run without findings or without a reason."""
        from waternet_plugin.operations.checks.decide_on_issues import refuse_undecided

        refuse_undecided(ids_of(job.text("ISSUES")), job.text("REASON"))

    def work(self, job: Job) -> dict[str, Any]:
        """Accept them as one batch."""
        from waternet_plugin.operations.drainage.accept_misconnections import (
            AcceptMisconnectionsRequest,
            accept_misconnections,
        )

        request = AcceptMisconnectionsRequest(
            ids_of(job.text("ISSUES")), job.text("REASON"), tr("Find misconnections")
        )
        done = accept_misconnections(job.open_network(), request, job.progress)
        return {"ISSUES_DECIDED": done.issues, "BATCH_ID": done.batch_id}
