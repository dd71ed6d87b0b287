"""Algorithm: isolate a burst."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import add_shutoff_parameters, add_supply_parameters, ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.network.isolate_burst import IsolateResult
    from waternet_plugin.operations.network.keep_shutoff import ShutoffRequest

_VALVE_COLUMNS = [
    ("node_id", "text"), ("role", "text"), ("diameter_mm", "real"), ("turns", "real"),
    ("added_customers", "integer"), ("restored_customers", "integer"), ("instead_of", "text"),
    ("street", "text"), ("reason", "text"),
]  # fmt: skip
_PIPE_COLUMNS = [("pipe_id", "text"), ("effect", "text"), ("length_m", "real"), ("street", "text")]
_CUSTOMER_COLUMNS = [
    ("customer_id", "text"), ("effect", "text"), ("critical", "text"), ("kind", "text"),
    ("households", "integer"), ("demand_m3d", "real"), ("pipe_id", "text"),
]  # fmt: skip
_FIGURES = (
    "VALVES", "RESERVE", "CUSTOMERS", "HOUSEHOLDS", "CRITICAL", "HYDRANTS", "LENGTH_M", "UNINTENDED_M",
    "VOLUME_M3",
)  # fmt: skip


class IsolateBurst(WaterNetAlgorithm):
    """Say which valves to close for a burst and who loses water."""

    ID = "isolateburst"
    GROUP = "analysis"
    WRITES = True
    ICON = "isolateburst"
    TAGS = ("burst", "valve", "shut-off", "isolation", "outage", "爆管", "关阀", "停水", "隔离")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Isolate a burst")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Shows for a burst on a pipe which valves to close, which to close instead of one that can't be "
            "closed, and which to keep in reserve where that is not known; which pipes and customers lose "
            "water, including those beyond the closed valves that lose every path to a source; how much "
            "water has to be drained, which hydrants lose water, which pipes become dead ends, and which "
            "closed valve could be opened to feed those cut off. Hydraulics are not checked. STORE keeps the "
            "shut-off; stored ones of the same time that get in its way are told first."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("PIPE", tr("Pipe"), tr("Id of the burst pipe; or give POINT."))
        self.add_text(
            "POINT",
            tr("Point"),
            tr(
                "Location of the burst, as x,y in the network's coordinates, or x,y [EPSG:…]: the nearest "
                "water pipe in use is taken."
            ),
        )
        self.add_text(
            "FAILED_VALVES",
            tr("Valves that can't be closed"),
            tr(
                "Ids separated by semicolons, in addition to the valves that are not operable or not "
                "accessible according to their own fields."
            ),
        )
        self.add_text(
            "WHAT_IF_VALVES",
            tr("Hypothetical valves"),
            tr(
                "Ids of nodes to treat as valves, and of pipes to treat as having a valve in the middle, "
                "separated by semicolons. The network is not changed."
            ),
        )
        self.add_text(
            "OTHER_PIPES",
            tr("Other shutdowns"),
            tr("Ids of pipes that are isolated at the same time for other reasons, separated by semicolons."),
        )
        add_supply_parameters(self)
        add_shutoff_parameters(self)
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_VALVES",
            tr("Valves"),
            tr(
                "Valves with their role: close, instead (in place of one that can't be closed; to be closed "
                "as well), second_choice (in reserve: only if another fails), already_closed, open_to_feed."
            ),
            kind=kinds.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes that are isolated, lose water unintentionally, or become dead ends."),
            kind=kinds.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_CUSTOMERS",
            tr("Customers"),
            tr("Customers who lose water, the critical ones marked."),
            kind=kinds.TypeVectorPoint,
        )
        page = tr("The isolation as a page; figures in a .json file next to it.")
        self.add_file_output("REPORT", tr("Report"), page, "HTML (*.html)")
        sheets = tr("Customers to notify and valves to close, as sheets of an .xlsx.")
        self.add_file_output("NOTICE_LIST", tr("Notification list"), sheets, "XLSX (*.xlsx)")
        order = tr("What the crew takes along, with a map, as a .pdf.")
        self.add_file_output("ORDER", tr("Shutdown order on one page"), order, "PDF (*.pdf)")
        self.add_number_outputs(
            VALVES=tr("Valves to close"), RESERVE=tr("Valves in reserve"),
            CUSTOMERS=tr("Customers without water"), HOUSEHOLDS=tr("Households without water"),
            CRITICAL=tr("Critical customers without water"), HYDRANTS=tr("Hydrants without water"),
            LENGTH_M=tr("Length isolated (m)"), UNINTENDED_M=tr("Length cut off unintentionally (m)"),
            VOLUME_M3=tr("Volume to drain (m³)"),
        )  # fmt: skip
        self.add_text_outputs(
            NOTES=tr("Points to note"), SHUTOFF=tr("Shut-off"), BATCH_ID=tr("Batch"), OVERLAPS=tr("Overlaps")
        )

    def check(self, job: Job) -> None:
        """Refuse a burst without a place, one with two, and times that belong to no shut-off."""
        _request(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Isolate the burst, keep it with STORE, and write the outputs."""
        from waternet_plugin.operations.network.keep_shutoff import ShutoffResult, keep_shutoff

        network = job.open_network()
        outputs: dict[str, Any] = {}

        def write(result: ShutoffResult) -> None:
            outputs.update(_outputs(job, network.crs, result.isolation))

        stored = keep_shutoff(network, _request(job), job.progress.part(0.0, 0.9), before_commit=write)
        told = {"SHUTOFF": stored.shutoff_id, "OVERLAPS": "\n".join(stored.overlaps)}
        return {**outputs, **told, "BATCH_ID": stored.batch_id}


def _outputs(job: Job, crs: Any, found: IsolateResult) -> dict[str, Any]:
    """Tell what was found and write it."""
    from waternet_plugin.atlas.report import print_report

    job.tell([found.headline], warnings=found.notes)
    job.progress.at(0.9, tr("Writing"))
    outputs: dict[str, Any] = {
        name: job.write_sink(name, frame, columns, geometry=geometry, crs=crs)
        for name, frame, columns, geometry in (
            ("OUTPUT_VALVES", found.valves, _VALVE_COLUMNS, "PointZ"),
            ("OUTPUT_PIPES", found.pipes, _PIPE_COLUMNS, "LineStringZ"),
            ("OUTPUT_CUSTOMERS", found.customers, _CUSTOMER_COLUMNS, "Point"),
        )
    }
    outputs["REPORT"] = "" if found.report is None else job.write_report("REPORT", found.report)
    notices = list(found.notice_list) if job.has("NOTICE_LIST") else []
    outputs["NOTICE_LIST"] = job.write_workbook("NOTICE_LIST", notices)
    outputs["ORDER"] = job.output_file("ORDER")
    if found.order is not None:
        print_report(Path(job.new_file("ORDER")), found.order, fits_page=True)
    figures = {name: found.figures[name.lower()] for name in _FIGURES}
    return {**outputs, **figures, "NOTES": "\n".join(found.notes)}


def _request(job: Job) -> ShutoffRequest:
    """Return the request."""
    from waternet_plugin.bridge.styling.look import Look
    from waternet_plugin.core.network.isolation import roles
    from waternet_plugin.operations.network.isolate_burst import NOTICE_LIST, ORDER, REPORT, IsolateRequest
    from waternet_plugin.operations.network.keep_shutoff import ShutoffRequest

    look = Look("print", "en")
    named = (*roles.ROLES, "isolated", "unintended", "dead_end", "place", "hydrant", "customer")
    papers = {"REPORT": REPORT, "NOTICE_LIST": NOTICE_LIST, "ORDER": ORDER}
    burst = IsolateRequest(
        pipe_id=job.text("PIPE"),
        point=job.text("POINT"),
        failed_valves=tuple(ids_of(job.text("FAILED_VALVES"))),
        what_if_valves=tuple(ids_of(job.text("WHAT_IF_VALVES"))),
        other_pipes=tuple(ids_of(job.text("OTHER_PIPES"))),
        tanks_are_sources=job.flag("TANKS_ARE_SOURCES"),
        directed=job.flag("DIRECTED"),
        papers=tuple(paper for name, paper in papers.items() if job.output_file(name)),
        map_colours={name: look.colour(f"burst.{name}") for name in named},
    )
    return ShutoffRequest(burst, job.text("FROM"), job.text("TO"), job.flag("STORE"))
