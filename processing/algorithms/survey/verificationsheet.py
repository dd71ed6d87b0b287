"""Algorithm: verification sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

_LANGUAGES = ("en", "zh_CN")


class VerificationSheet(WaterNetAlgorithm):
    """Print a page for each verified pipe."""

    ID = "verificationsheet"
    GROUP = "survey"
    ICON = "exportatlas"
    TAGS = ("survey", "verification", "sheet", "backfill", "signature", "覆土前核验单", "核验", "签字")
    # Pages are painted from a layout.
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Verification sheets")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Prints one page for each pipe that was verified before backfilling: a sketch with points and "
            "deviations, a table, photos, the verdict with its reasons, and places for two signatures. The "
            "page is a QGIS layout template: a verification_sheet.qpt beside the network or the project, or "
            "in the folder composer_templates of your profile, takes the place of the one that is installed. "
            "Nothing in the network changes."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPES", tr("Pipes"), tr("Ids separated by semicolons; empty: those of SURVEY_BATCH."))
        self.add_text(
            "SURVEY_BATCH", tr("Survey batch"), tr("All pipes that were verified with it; may be empty.")
        )
        self.add_choice(
            "LANGUAGE",
            tr("Language"),
            tr("en or zh_CN; empty: the language of QGIS."),
            list(_LANGUAGES),
            labels=choice_labels.LANGUAGES,
        )
        self.add_file_output("OUTPUT", tr("Sheets"), tr("The PDF, A4."), tr("PDF (*.pdf)"))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Pipes with their verdicts as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(PIPES=tr("Number of pipes"), PASSED=tr("Pipes that pass"))

    def check(self, job: Job) -> None:
        """Refuse a run without pipes, and an output that is not a PDF."""
        if not job.has("PIPES") and not job.has("SURVEY_BATCH"):
            raise InputError(tr("No pipes were chosen. Enter PIPES or SURVEY_BATCH."))
        if job.has("OUTPUT") and Path(job.output_file("OUTPUT")).suffix.lower() != ".pdf":
            message = tr("{name} must end in .pdf. Choose another name.")
            raise InputError(message.format(name=Path(job.output_file("OUTPUT")).name))

    def work(self, job: Job) -> dict[str, Any]:
        """Read the pipes and print their pages."""
        from waternet_plugin.atlas.verification.verification_sheets import print_verification_sheets
        from waternet_plugin.core.reports.survey.verdict_list import verdict_list
        from waternet_plugin.language import speaking
        from waternet_plugin.operations.survey.verification.verification_facts import (
            pipes_of_batch,
            verified_pipes,
        )

        code = job.choice("LANGUAGE") if job.has("LANGUAGE") else texts.language()
        network = job.open_network()
        names = ids_of(job.text("PIPES")) or pipes_of_batch(network, job.text("SURVEY_BATCH"))
        pipes = verified_pipes(network, names)
        output = job.output_file("OUTPUT")
        if output:
            new = Path(job.new_file("OUTPUT"))
            print_verification_sheets(network, pipes, new, language=code, progress=job.progress)
        verifications = [one.verification for one in pipes]
        with speaking(code):
            written = job.write_report("REPORT", verdict_list(verifications, network=network.title))
        passed = sum(row.get("verdict") == "pass" for row in verifications)
        return {"OUTPUT": output, "REPORT": written, "PIPES": len(pipes), "PASSED": passed}
