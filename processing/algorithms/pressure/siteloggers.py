"""Algorithm: where the next loggers belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.pressure.site_loggers import SitingRequest
    from waternet_plugin.store.network import Network

_NOISE, _PRESSURE, _FLOW = "noise", "pressure", "flow"
_LOGGER_COLUMNS = [
    ("node_id", "text"),
    ("order", "integer"),
    ("covers_m", "real"),
    ("covered_share", "real"),
]
_PIPE_COLUMNS = [("pipe_id", "text"), ("node_id", "text"), ("distance_m", "real"), ("covered_m", "real")]


class SiteLoggers(WaterNetAlgorithm):
    """Tell where the next noise, pressure or flow loggers belong."""

    ID = "siteloggers"
    GROUP = "pressure"
    TAGS = ("logger", "noise", "pressure", "flow", "leak", "记录仪", "噪声", "压力", "流量", "布点", "检漏")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Place loggers")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Chooses hydrants and valves for noise or pressure loggers, or ends of mains for flow loggers, "
            "so that most metres of potable pipe are covered, one after the other; those on the map count "
            "first. How far a logger reaches along each material is set in the settings (from memory: "
            "replace by trials). In small networks all sets are tried. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_choice(
            "KIND",
            tr("Kind"),
            tr("What the loggers measure."),
            [_NOISE, _PRESSURE, _FLOW],
            labels={_NOISE: tr("Noise"), _PRESSURE: tr("Pressure"), _FLOW: tr("Flow")},
            default=_NOISE,
        )
        self.add_number(
            "COUNT",
            tr("Loggers"),
            tr("How many loggers are to be placed."),
            default=8,
            between=(1, 10_000),
            integer=True,
        )
        self.add_text(
            "AREA",
            tr("Area"),
            tr(
                "Where loggers may be; pipes whose middle lies in it count. An extent "
                "(xmin,xmax,ymin,ymax), the id of a compound or zone, or a layer. Empty: everywhere."
            ),
        )
        self.add_flag(
            "EXISTING",
            tr("Count loggers on the map"),
            tr("Pipes that these cover are not counted again."),
            default=True,
        )
        self.add_sink(
            "OUTPUT",
            tr("Loggers"),
            tr("The new loggers in their order, with the metres each adds."),
            kind=QgsProcessing.SourceType.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Every covered pipe with its logger, how far that is, and the metres covered."),
            kind=QgsProcessing.SourceType.TypeVectorLine,
        )
        self.add_number_outputs(
            LOGGERS=tr("Loggers"), COVERED_SHARE=tr("Covered share (0-1)"), EXISTING_LOGGERS=tr("On the map")
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Place the loggers and write the outputs."""
        from waternet_plugin.core.reports.document import plain
        from waternet_plugin.operations.pressure.site_loggers import site_network_loggers

        network = job.open_network()
        found = site_network_loggers(network, self._request(job, network), job.progress.part(0.0, 0.9))
        job.tell(found.summary, warnings=found.notes)
        job.progress.at(0.9, tr("Writing"))
        outputs = {
            name: job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            for name, frame, columns, geometry in (
                ("OUTPUT", found.loggers, _LOGGER_COLUMNS, "Point"),
                ("OUTPUT_PIPES", found.pipes, _PIPE_COLUMNS, "LineStringZ"),
            )
        }
        return {
            **outputs,
            "LOGGERS": len(found.loggers),
            "COVERED_SHARE": plain(found.siting.covered_share),
            "EXISTING_LOGGERS": len(found.siting.existing),
        }

    def _request(self, job: Job, network: Network) -> SitingRequest:
        """Return the request of these parameters."""
        from waternet_plugin.operations.pressure.site_loggers import SitingRequest

        return SitingRequest(
            kind=job.choice("KIND"),
            count=job.integer("COUNT"),
            area=printing.chosen_area(job, network),
            existing=job.flag("EXISTING"),
        )
