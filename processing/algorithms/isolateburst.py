"""Algorithm: isolate a burst."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.waterworks import (
    add_supply_parameters,
    ids_of,
    point_of,
    read_waterworks,
)

if TYPE_CHECKING:
    from waternet_plugin.core.network.isolation import Burst
    from waternet_plugin.core.network.shutting import Waterworks
    from waternet_plugin.store import Network

_VALVE_COLUMNS = [
    ("node_id", "text"),
    ("role", "text"),
    ("diameter_mm", "real"),
    ("turns", "real"),
    ("added_customers", "integer"),
    ("restored_customers", "integer"),
    ("instead_of", "text"),
    ("street", "text"),
    ("reason", "text"),
]
_PIPE_COLUMNS = [("pipe_id", "text"), ("effect", "text"), ("length_m", "real"), ("street", "text")]
_CUSTOMER_COLUMNS = [
    ("customer_id", "text"),
    ("effect", "text"),
    ("critical", "text"),
    ("name", "text"),
    ("kind", "text"),
    ("households", "integer"),
    ("demand_m3d", "real"),
    ("pipe_id", "text"),
]


class IsolateBurst(WaterNetAlgorithm):
    """Say which valves to close for a burst and who loses water."""

    ID = "isolateburst"
    GROUP = "analysis"
    ICON = "isolateburst"
    TAGS = ("burst", "valve", "shut-off", "isolation", "outage", "爆管", "关阀", "停水", "隔离")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Isolate a burst")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Says for a burst on a pipe which valves to close, and which instead where one can't be closed; "
            "which pipes and customers lose water, also those beyond the closed valves that lose every way "
            "to a source; how much water has to be drained, which hydrants fail, which pipes become dead "
            "ends, and which closed valve could be opened to feed those cut off. Hydraulics are not checked."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPE", tr("Pipe"), tr("Id of the pipe that burst; or give POINT."))
        self.add_text(
            "POINT",
            tr("Point"),
            tr(
                "Where it burst, as x,y in the network's coordinates, or x,y [EPSG:…]: the nearest water "
                "pipe in use is meant."
            ),
        )
        self.add_text(
            "FAILED_VALVES",
            tr("Valves that can't be closed"),
            tr(
                "Ids separated by semicolons, beside the valves that are not operable or not accessible by "
                "their own fields."
            ),
        )
        self.add_text(
            "WHAT_IF_VALVES",
            tr("Valves to think of"),
            tr(
                "Ids of nodes to look at as if they were valves, and of pipes as if they had one in the "
                "middle, separated by semicolons. The network is not changed."
            ),
        )
        self.add_text(
            "OTHER_PIPES",
            tr("Other shut-downs"),
            tr("Ids of pipes that are isolated at the same time for other reasons, separated by semicolons."),
        )
        add_supply_parameters(self)
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_VALVES",
            tr("Valves"),
            tr(
                "Valves with their role: close, second_choice (where another fails), already_closed, "
                "open_to_feed."
            ),
            kind=kinds.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes that are isolated, lose water unintendedly, or become dead ends."),
            kind=kinds.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_CUSTOMERS",
            tr("Customers"),
            tr("Customers who lose water, the critical ones marked."),
            kind=kinds.TypeVectorPoint,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The isolation as a page; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_file_output(
            "NOTICE_LIST",
            tr("Notice list"),
            tr("Customers to tell and valves to close, as sheets of an .xlsx."),
            "XLSX (*.xlsx)",
        )
        self.add_file_output(
            "ORDER", tr("Order on one page"), tr("What the crew takes along, as a .pdf."), "PDF (*.pdf)"
        )
        self.add_number_output("VALVES", tr("Valves to close"))
        self.add_number_output("CUSTOMERS", tr("Customers without water"))
        self.add_number_output("HOUSEHOLDS", tr("Households without water"))
        self.add_number_output("CRITICAL", tr("Critical customers without water"))
        self.add_number_output("HYDRANTS", tr("Hydrants without water"))
        self.add_number_output("LENGTH_M", tr("Length isolated (m)"))
        self.add_number_output("UNINTENDED_M", tr("Length cut off unintendedly (m)"))
        self.add_number_output("VOLUME_M3", tr("Volume to drain (m³)"))
        self.add_text_output("NOTES", tr("To note"))

    def check(self, job: Job) -> None:
        """Refuse a burst without a place, and one with two."""
        if job.has("PIPE") == job.has("POINT"):
            raise InputError(tr("Say where the burst is: either PIPE or POINT."))

    def work(self, job: Job) -> dict[str, Any]:
        """Isolate the burst and write the outputs."""
        from waternet_plugin.core.network import isolation, shapes
        from waternet_plugin.core.reports.isolation import isolation_report

        network = job.open_network()
        works = read_waterworks(
            job,
            network,
            geometry=True,
            failed=ids_of(job.text("FAILED_VALVES")),
            what_if=ids_of(job.text("WHAT_IF_VALVES")),
            progress=job.progress.part(0.0, 0.8),
        )
        pipe = self._pipe(job, works, network)
        others = [isolation.pipe_to_isolate(works, name) for name in ids_of(job.text("OTHER_PIPES"))]
        job.progress.at(0.8, tr("Isolating"))
        burst = isolation.isolate(works, pipe, others=others)
        for note in burst.notes:
            job.warn(note)
        report = isolation_report(works, burst, network=network.name)
        job.progress.at(0.9, tr("Writing"))
        crs = network.crs
        outputs = {
            "OUTPUT_VALVES": job.write_sink(
                "OUTPUT_VALVES",
                shapes.at_nodes(works, burst.valves),
                _VALVE_COLUMNS,
                geometry="PointZ",
                crs=crs,
            ),
            "OUTPUT_PIPES": job.write_sink(
                "OUTPUT_PIPES",
                shapes.of_pipes(works, burst.pipes),
                _PIPE_COLUMNS,
                geometry="LineStringZ",
                crs=crs,
            ),
            "OUTPUT_CUSTOMERS": job.write_sink(
                "OUTPUT_CUSTOMERS",
                shapes.of_customers(works, burst.customers),
                _CUSTOMER_COLUMNS,
                geometry="Point",
                crs=crs,
            ),
            "REPORT": job.write_report("REPORT", report),
            **self._papers(job, works, burst, network),
        }
        figures = report.figures
        names = ("VALVES", "CUSTOMERS", "HOUSEHOLDS", "CRITICAL", "HYDRANTS", "LENGTH_M", "UNINTENDED_M")
        return {
            **outputs,
            **{name: figures[name.lower()] for name in (*names, "VOLUME_M3")},
            "NOTES": "\n".join(burst.notes),
        }

    def _pipe(self, job: Job, works: Waterworks, network: Network) -> int:
        """Return the number of the pipe that is meant."""
        from waternet_plugin.core.network import isolation

        if job.has("PIPE"):
            return isolation.pipe_to_isolate(works, job.text("PIPE"))
        return isolation.pipe_at(works, *point_of("POINT", job.text("POINT"), network.crs))

    def _papers(self, job: Job, works: Waterworks, burst: Burst, network: Network) -> dict[str, str]:
        """Write the notice list and the page for the crew, where they were asked for."""
        from waternet_plugin.bridge import papers
        from waternet_plugin.core.reports.isolation import notice_sheets, order_page

        notice, order = job.output_file("NOTICE_LIST"), job.output_file("ORDER")
        if notice:
            papers.write_sheets(Path(notice), notice_sheets(burst))
        if order:
            papers.print_page(Path(order), order_page(works, burst, network=network.name))
        return {"NOTICE_LIST": notice, "ORDER": order}
