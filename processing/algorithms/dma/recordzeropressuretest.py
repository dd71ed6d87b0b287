"""Algorithm: record a zero-pressure test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
        RecordRequest,
        RecordResult,
    )


class RecordZeroPressureTest(WaterNetAlgorithm):
    """Judge a zero-pressure test by its gauges and keep it."""

    ID = "recordzeropressuretest"
    GROUP = "dma"
    TAGS = ("DMA", "zero-pressure test", "verdict", "gauge", "零压试验", "计量区", "压力", "试验记录")
    WRITES = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Record a zero-pressure test")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Judges a test by the pressures read in the zone: passed, failed or to be repeated, by the "
            "limits in the settings; says which gauge recovered first and which valve is near it. A passed "
            "test proves a draft zone, and a later change of its boundary asks for a new test. Pressures are "
            "the readings of the quantity pressure_mpa, imported or typed in here."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ZONE", tr("Zone"), tr("Id of the metered area that was tested."))
        self.add_text(
            "START",
            tr("Start"),
            tr("Start of the test as YYYY-MM-DD HH:MM, in the network's time zone (general.time_zone)."),
        )
        self.add_text("END", tr("End of the test"), tr("End of the test, written as START."))
        self.add_text(
            "DRAINED_AT",
            tr("Drained at"),
            tr(
                "When the draining points were shut again and the hold began, written as START; empty: when "
                "all gauges in the zone had fallen to the limit."
            ),
        )
        self.add_text(
            "FAULT_NODE", tr("Valve that leaks"), tr("Id of the valve that was found to leak; may be empty.")
        )
        self.add_text(
            "READINGS",
            tr("Typed readings"),
            tr(
                "Readings that are not in the network yet, separated by semicolons: gauge, time, pressure in "
                "MPa, such as JSD-0053 01:20 0.31; a unit (kPa, bar, m) may follow, the same for all."
            ),
        )
        self.add_text("CREW", tr("Crew"), tr("Who did the test; may be empty."))
        self.add_text("NOTE", tr("Note"), tr("Kept with the test; may be empty."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Verdict, gauges and heads over time as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_file_output(
            "PAPER", tr("Report as a PDF"), tr("The same as a .pdf to be filed."), "PDF (*.pdf)"
        )
        self.add_number_outputs(
            P_MIN_M=tr("Lowest head (m)"), RISE_M=tr("Rise while held (m)"), HOLD_MIN=tr("Hold time (min)")
        )
        self.add_text_outputs(
            VERDICT=tr("Verdict"),
            SUSPECTS=tr("Valves that may leak"),
            TEST=tr("Test id"),
            BATCH_ID=tr("Batch"),
            NOTES=tr("Points to note"),
        )

    def request(self, job: Job) -> RecordRequest:
        """Return the request."""
        from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import RecordRequest

        return RecordRequest(
            zone_id=job.text("ZONE"),
            start=job.text("START"),
            end=job.text("END"),
            drained_at=job.text("DRAINED_AT"),
            fault_node=job.text("FAULT_NODE"),
            note=job.text("NOTE"),
            crew=job.text("CREW"),
            readings=job.text("READINGS"),
            with_report=any(job.output_file(name) for name in ("REPORT", "PAPER")),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Judge the test, write it and its outputs."""
        from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
            record_zero_pressure_test,
        )

        outputs: dict[str, Any] = {}

        def write(found: RecordResult) -> None:
            outputs.update(_written(job, found))

        network = job.open_network()
        found = record_zero_pressure_test(network, self.request(job), job.progress, before_commit=write)
        job.tell([found.headline], warnings=found.notes)
        evidence = found.evidence
        return {
            **outputs,
            "P_MIN_M": evidence.p_min_m,
            "RISE_M": evidence.rise_m,
            "HOLD_MIN": evidence.hold_min,
            "VERDICT": evidence.verdict,
            "SUSPECTS": ";".join(found.suspects),
            "TEST": found.test_id,
            "BATCH_ID": found.batch_id,
            "NOTES": "\n".join(found.notes),
        }


def _written(job: Job, found: RecordResult) -> dict[str, Any]:
    """Write report and paper and return where they are."""
    from pathlib import Path

    from waternet_plugin.atlas.report import print_report

    outputs = {"REPORT": "", "PAPER": job.output_file("PAPER")}
    if found.report is not None:
        outputs["REPORT"] = job.write_report("REPORT", found.report)
        if outputs["PAPER"]:
            print_report(Path(job.new_file("PAPER")), found.report)
    return outputs
