"""Match failures to pipes."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import again
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

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
    TAGS = ("burst", "leak", "break", "爆管", "漏点", "匹配")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Match failures to pipes")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Finds the pipe of every burst and leak, by its reported pipe id, else by its place, and writes "
            "the match with its reason. A failure older than its pipe belongs to the pipe before it."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number(
            "RADIUS",
            tr("Radius, m"),
            tr("How far a failure without a pipe id may lie from its pipe."),
            default=25,
        )
        self.add_flag(
            "MATCH_UNKNOWN_IDS",
            tr("Look up unknown pipe ids by place"),
            tr(
                "Failures whose reported pipe is not in the network are looked up by their place. Their pipe "
                "is mostly gone, so this may credit them to the one that replaced it."
            ),
        )
        self.add_sink("OUTPUT", tr("Matched failures"), tr("Every failure with its match."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("How many were matched, and how; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("FAILURES", tr("Failures"))
        self.add_number_output("MATCHED", tr("Matched"))
        self.add_number_output("AMBIGUOUS", tr("Ambiguous"))
        self.add_number_output("PREDECESSOR", tr("Of the pipe before"))
        self.add_number_output("ORPHAN", tr("Without a pipe"))

    def check(self, job: Job) -> None:
        """Refuse a radius that is none."""
        if not job.number("RADIUS") > 0:
            raise InputError(tr("The radius must be a number of metres above 0."))

    def work(self, job: Job) -> dict[str, Any]:
        """Match and write one batch."""
        return again.with_newest(job, self._match)

    def _match(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.core.health import matching
        from waternet_plugin.core.reports.matching import figures_of, matching_report, summary_lines

        network = job.open_network()
        seen = network.position()
        job.progress.at(0.02, tr("Reading pipes and failures"))
        failures = network.read("failure", [*matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
        if not len(failures):
            raise InputError(tr("The network has no failures to match. Adopt failures first."))
        pipes = network.read("pipe", list(matching.PIPE_COLUMNS))
        job.progress.at(0.3, tr("Matching"))
        result = matching.match_failures(
            failures,
            pipes,
            radius_m=job.number("RADIUS"),
            match_unknown_ids=job.flag("MATCH_UNKNOWN_IDS"),
            settings=network.settings(),
            progress=job.progress.part(0.3, 0.6),
        )
        matched = result.frame.assign(reported_pipe_id=failures["reported_pipe_id"], geom=failures["geom"])
        made: dict[str, Any] = {}

        def outputs() -> None:
            made["OUTPUT"] = job.write_sink("OUTPUT", matched, _COLUMNS, geometry="Point", crs=network.crs)
            made["REPORT"] = job.write_report("REPORT", matching_report(result, network=network.name))

        job.progress.at(0.6, tr("Writing"))
        changed, radius = matching.changed_matches(result, failures), f"{result.radius_m:g}"
        if len(changed) or network.facts().get(matching.RADIUS_KEY) != radius:
            with network.write(
                "match",
                name=self.title(),
                facts=figures_of(result),
                seen=seen,
                progress=job.progress.part(0.6, 0.9),
            ) as batch:
                batch.update("failure", changed)
                batch.set_setting(matching.RADIUS_KEY, radius, unit="m", source=self.ID)
                outputs()
        else:
            outputs()
            job.info(tr("All failures are matched as before: nothing was written to the network."))
        for line in summary_lines(result):
            job.info(line)
        return {
            **made,
            "FAILURES": len(failures),
            **{state.upper(): count for state, count in result.counts.items()},
        }
