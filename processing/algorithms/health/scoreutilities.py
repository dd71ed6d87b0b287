"""Algorithm: score many utilities in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.utilities.score_utilities import ScoreUtilitiesRequest


class ScoreUtilities(WaterNetAlgorithm):
    """Assess the pipes of many utilities: each alone, as one network, or with the group as prior."""

    ID = "scoreutilities"
    GROUP = "health"
    ICON = "assesshealth"
    TAGS = (
        "province",
        "group",
        "parquet",
        "dask",
        "scale",
        "utilities",
        "集团",
        "全省",
        "多家",
        "批量",
        "评估",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Assess many utilities")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Assesses the pipes of many utilities in one run, by the functions that assess one network. A "
            "utility is two files, NAME.pipe.parquet and NAME.failure.parquet, written by the export of "
            "tables, or a network. What can't be read is named and left out; a run that was stopped goes "
            "on where it was. No network is changed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_text(
            "INPUTS",
            tr("Utilities"),
            tr("A folder of Parquet files, or such files and networks separated by semicolons."),
            optional=False,
        )
        self.add_text("AS_OF", tr("Date"), tr("Day of the assessment, YYYY-MM-DD. Empty: today."))
        self.add_choice(
            "POOL",
            tr("Pooling"),
            tr(
                "alone: each by its own records; group: all as one network; partly: each by its own records, "
                "cohorts with few of them as those of the group."
            ),
            ["alone", "group", "partly"],
            labels={"alone": tr("Each alone"), "group": tr("As one network"), "partly": tr("Partly")},
            default="alone",
        )
        self.add_text(
            "WORKERS",
            tr("Processes"),
            tr("Processes that share the work, 1 to 256. More than 1 needs the package distributed (Dask)."),
            default="1",
        )
        self.add_text(
            "SCHEDULER",
            tr("Dask scheduler"),
            tr(
                "Address of a running scheduler, such as tcp://server:8786, whose workers see the same "
                "folders. Empty: processes of this computer."
            ),
            advanced=True,
        )
        self.add_flag(
            "STRICT",
            tr("Strict"),
            tr("Whether a utility that can't be scored stops the run. Else it is named in the report."),
        )
        self.add_flag(
            "CHECK",
            tr("Check as well"),
            tr(
                "Whether each utility is checked by the rules of checknetwork, too. Networks are; files are "
                "where all tables that checks look at were exported."
            ),
        )
        self.add_folder(
            "OUTPUT",
            tr("Results"),
            tr(
                "Folder of the results: NAME.pipe_health.parquet and NAME.pipe_health.json for each utility, "
                "NAME.issues.parquet and NAME.issues.json where it was checked, and summary.json."
            ),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("All utilities side by side, who was left out and why; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            UTILITIES=tr("Utilities scored"),
            LEFT_OUT=tr("Utilities left out"),
            REUSED=tr("Results of an earlier run that still hold"),
            PIPES=tr("Pipes rated"),
            CHECKED=tr("Utilities checked"),
            ISSUES=tr("Findings of checks"),
        )
        self.add_text_outputs(ENGINE=tr("Who did the work"))

    def request(self, job: Job) -> ScoreUtilitiesRequest:
        """Return the request."""
        from waternet_plugin.operations.utilities.score_utilities import ScoreUtilitiesRequest

        if not job.has("OUTPUT"):
            raise InputError(tr("OUTPUT is empty. Name the folder for the results."))
        words = job.text("WORKERS")
        if words and not words.isdecimal():
            message = tr("WORKERS: “{words}” is not a whole number. Write how many processes share the work.")
            raise InputError(message.format(words=words))
        return ScoreUtilitiesRequest(
            inputs=[word.strip() for word in job.text("INPUTS").split(";") if word.strip()],
            output=Path(job.file("OUTPUT")).absolute(),
            as_of=job.date("AS_OF"),
            pool=job.choice("POOL"),
            workers=int(words or 1),
            scheduler=job.text("SCHEDULER"),
            strict=job.flag("STRICT"),
            checks=job.flag("CHECK"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Score and report."""
        from waternet_plugin.operations.utilities.score_utilities import score_utilities

        result = score_utilities(self.request(job), job.progress)
        report = result.report()
        missed = (*result.left_out, *result.unchecked)
        warnings = [*(each.sentence for each in missed), *result.notes]
        job.tell([report.lead, result.how], warnings=warnings)
        return {
            "OUTPUT": str(result.request.output),
            "REPORT": job.write_report("REPORT", report) if job.has("REPORT") else None,
            "UTILITIES": len(result.scored),
            "LEFT_OUT": len(result.left_out),
            "REUSED": result.reused,
            "PIPES": result.rated_pipes,
            "CHECKED": len(result.checked),
            "ISSUES": result.issues,
            "ENGINE": result.how,
        }
