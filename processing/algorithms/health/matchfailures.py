"""Match failures to pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.health.match_failures import MatchRequest

_COLUMNS = [
    ("failure_id", "text"),
    ("reported_pipe_id", "text"),
    ("pipe_id", "text"),
    ("match_state", "text"),
    ("match_method", "text"),
    ("match_distance_m", "real"),
    ("match_reason", "text"),
]


class MatchFailures(WaterNetAlgorithm):
    """Find the pipe of every failure and write it to the network."""

    ID = "matchfailures"
    GROUP = "health"
    ICON = "matchfailures"
    WRITES = True
    TAGS = ("burst", "leak", "break", "爆管", "漏点", "匹配")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Match failures to pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Finds the pipe of every burst and leak, by its reported pipe id or else by its location, and "
            "records the match with its reason. A failure older than its pipe belongs to the pipe that was "
            "there before. A reported pipe that was renamed, split or merged since is followed through the "
            "change log; a match that an edit gave stays."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number(
            "RADIUS",
            tr("Radius, m"),
            tr("Greatest distance between a failure without a pipe id and its pipe."),
            default=25,
            between=(0, 10_000),
        )
        self.add_flag(
            "MATCH_UNKNOWN_IDS",
            tr("Look up unknown pipe ids by location"),
            tr(
                "Failures whose reported pipe is not in the network are matched by their location. Their "
                "pipe has usually been removed, so this may assign them to the one that replaced it."
            ),
        )
        self.add_sink("OUTPUT", tr("Matched failures"), tr("Every failure with its match."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("How many were matched, and how; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            FAILURES=tr("Failures"),
            MATCHED=tr("Matched"),
            AMBIGUOUS=tr("Ambiguous"),
            PREDECESSOR=tr("On a previous pipe"),
            ORPHAN=tr("Without a pipe"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> MatchRequest:
        """Return the request."""
        from waternet_plugin.operations.health.match_failures import MatchRequest

        return MatchRequest(job.number("RADIUS"), job.flag("MATCH_UNKNOWN_IDS"))

    def work(self, job: Job) -> dict[str, Any]:
        """Match and write one batch."""
        from waternet_plugin.operations.health.match_failures import MatchOutcome, match_failures

        network = job.open_network()

        def outputs(found: MatchOutcome) -> None:
            job.write_sink("OUTPUT", found.failures, _COLUMNS, geometry="Point", crs=network.crs)
            job.write_report("REPORT", found.report)

        found = match_failures(network, self.request(job), job.progress, before_commit=outputs)
        job.tell(found.lines, warnings=found.notes)
        counts = {state.upper(): count for state, count in found.matches.counts.items()}
        return {"FAILURES": len(found.failures), **counts, "BATCH_ID": found.batch_id}
