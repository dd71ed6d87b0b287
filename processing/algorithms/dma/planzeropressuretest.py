"""Algorithm: plan a zero-pressure test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.destinations import destination_path, destination_text
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import PressureTestRequest

_STEP_COLUMNS = [
    ("step", "integer"), ("node_id", "text"), ("role", "text"), ("meter", "text"), ("turns", "real"),
    ("street", "text"), ("device", "text"), ("diameter_mm", "real"), ("kind", "text"), ("ground_m", "real"),
    ("purposes", "text"), ("watches", "text"), ("doubts", "text"),
]  # fmt: skip
_CUSTOMER_COLUMNS = [
    ("customer_id", "text"), ("critical", "text"), ("kind", "text"), ("households", "integer"),
    ("pipe_id", "text"),
]  # fmt: skip
_FIGURES = {
    "VALVES": "valves", "METERS": "inlets", "CUSTOMERS": "customers", "CRITICAL": "critical",
    "OPEN_CROSSINGS": "open_crossings",
}  # fmt: skip
# Colours of the palette by what the map of a test shows.
_COLOURS = {
    "zone": "zone.dma", "dry": "burst.unintended", "boundary": "burst.close",
    "inlet": "burst.second_choice", "storage": "burst.dead_end", "gauge": "burst.open_to_feed",
    "drain": "burst.already_closed", "crossing": "burst.hydrant",
}  # fmt: skip


class PlanZeroPressureTest(WaterNetAlgorithm):
    """Say what is shut in which order to prove that a zone is closed."""

    ID = "planzeropressuretest"
    GROUP = "dma"
    TAGS = ("DMA", "zero-pressure test", "boundary valve", "零压试验", "计量区", "边界阀", "封闭")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan a zero-pressure test")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Plans the night in which a zone is cut off and drained to prove that it is closed: boundary "
            "valves in walking order, inlets last, tanks inside, gauges, draining points, reopening; and the "
            "customers without water with all valves shut. A zone that is still open gets a warning that "
            "names the crossings. Where the Python package networkx is installed, its boundary is proven a "
            "second time by it. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("ZONE", tr("Zone"), tr("Id of the metered area to be tested."))
        self.add_text(
            "SCENARIO", tr("Scenario"), tr("Id or name of a scenario; empty: the network as it is.")
        )
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_STEPS",
            tr("Steps"),
            tr(
                "The steps in order, with their role: boundary, gauge, storage, inlet (node_id is the valve "
                "that shuts the meter, or the meter where none does), drain, reopen."
            ),
            kind=kinds.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_CUSTOMERS",
            tr("Customers"),
            tr("All customers who lose water, critical ones first."),
            kind=kinds.TypeVector,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The plan as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_file_output(
            "PAPER",
            tr("Plan and form as a PDF"),
            tr("What the crew takes along: map, steps to tick, and a form to fill in and sign, as a .pdf."),
            "PDF (*.pdf)",
        )
        self.add_number_outputs(
            VALVES=tr("Boundary valves"),
            METERS=tr("Inlets"),
            CUSTOMERS=tr("Customers without water"),
            CRITICAL=tr("Critical customers without water"),
            OPEN_CROSSINGS=tr("Open crossings"),
            CONFIRMED=tr("Confirmed by a second proof"),
        )
        self.add_text_outputs(NOTES=tr("Points to note"))

    def request(self, job: Job) -> PressureTestRequest:
        """Return the request."""
        from waternet_plugin.bridge.styling.look import Look
        from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import PressureTestRequest

        look = Look("print", "en")
        return PressureTestRequest(
            zone_id=job.text("ZONE"),
            scenario=job.text("SCENARIO"),
            with_papers=any(job.output_file(name) for name in ("REPORT", "PAPER")),
            map_colours={name: look.colour(colour) for name, colour in _COLOURS.items()},
            customers_file=_file_of(job, "OUTPUT_CUSTOMERS"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Plan the test and write the outputs."""
        from waternet_plugin.atlas.report import print_report
        from waternet_plugin.operations.pressure_tests.plan_zero_pressure_test import plan_zero_pressure_test

        network = job.open_network()
        found = plan_zero_pressure_test(network, self.request(job), job.progress.part(0.0, 0.9))
        job.tell([found.headline, found.confirmation], warnings=found.warnings)
        job.progress.at(0.9, tr("Writing"))
        outputs: dict[str, Any] = {
            "OUTPUT_STEPS": job.write_sink(
                "OUTPUT_STEPS", found.steps, _STEP_COLUMNS, geometry="PointZ", crs=network.crs
            ),
            "OUTPUT_CUSTOMERS": job.write_sink("OUTPUT_CUSTOMERS", found.customers, _CUSTOMER_COLUMNS),
            "REPORT": "" if found.report is None else job.write_report("REPORT", found.report),
            "PAPER": job.output_file("PAPER"),
        }
        if outputs["PAPER"] and found.paper is not None:
            print_report(Path(job.new_file("PAPER")), found.paper)
        figures = {name: found.plan.figures[key] for name, key in _FIGURES.items()}
        notes = "\n".join((*found.warnings, found.confirmation))
        return {**outputs, **figures, "CONFIRMED": int(found.is_confirmed), "NOTES": notes}


def _file_of(job: Job, name: str) -> str:
    """Return the name of the file that a sink goes to, '' where it is none that people find again."""
    return Path(destination_path(destination_text(job.parameters.get(name), job.context))).name
