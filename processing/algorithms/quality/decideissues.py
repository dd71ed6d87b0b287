"""Algorithm: accept issues with a reason, or open them again."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

_ACCEPT, _REOPEN = "accept", "reopen"


class DecideIssues(WaterNetAlgorithm):
    """Keep what a person decided about issues."""

    ID = "decideissues"
    GROUP = "quality"
    WRITES = True
    TAGS = ("issue", "accept", "reason", "reopen", "decision", "问题", "接受", "理由", "重新打开", "质检")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Accept or reopen issues")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Accepts issues that are right as they are, with the reason, which later checks keep; or opens "
            "accepted and fixed issues again. What follows from an issue and is of the same family of rules "
            "goes with it. The decision is one batch, which can be undone."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "ISSUES", tr("Issues"), tr("Ids of issues, separated by semicolons; checknetwork lists them.")
        )
        self.add_choice(
            "DECISION",
            tr("Decision"),
            tr("Accept the issues, or open them again."),
            [_ACCEPT, _REOPEN],
            labels={_ACCEPT: tr("Accept"), _REOPEN: tr("Reopen")},
            default=_ACCEPT,
        )
        self.add_text(
            "REASON",
            tr("Reason"),
            tr("Why they are right as they are; needed to accept, left out to reopen."),
        )
        self.add_number_outputs(ISSUES_DECIDED=tr("Issues, with those that follow from them"))
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a decision without issues, or without the reason that it needs."""
        from waternet_plugin.operations.checks.decide_on_issues import refuse_undecided

        refuse_undecided(ids_of(job.text("ISSUES")), job.text("REASON"), accept=_accepts(job))

    def work(self, job: Job) -> dict[str, Any]:
        """Write the decision as one batch."""
        from waternet_plugin.operations.checks.decide_on_issues import (
            DecideRequest,
            accept_issues,
            reopen_issues,
        )

        decide = accept_issues if _accepts(job) else reopen_issues
        request = DecideRequest(ids_of(job.text("ISSUES")), job.text("REASON"))
        done = decide(job.open_network(), request, job.progress)
        return {"ISSUES_DECIDED": done.issues, "BATCH_ID": done.batch_id}


def _accepts(job: Job) -> bool:
    return job.choice("DECISION") == _ACCEPT
