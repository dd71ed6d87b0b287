"""Algorithm: trace a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.network.tracing import trace_rules
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of

if TYPE_CHECKING:
    from waternet_plugin.operations.network.trace_network import TraceRequest

_PIPE_COLUMNS = [("pipe_id", "text"), ("order", "integer"), ("distance_m", "real"), ("length_m", "real")]
_PROFILE_COLUMNS = [
    ("chainage_m", "real"), ("pipe_id", "text"), ("node_id", "text"), ("ground_m", "real"),
    ("invert_m", "real"), ("crown_m", "real"), ("depth_m", "real"),
]  # fmt: skip
_CROSSING_COLUMNS = [
    ("chainage_m", "real"), ("pipe_id", "text"), ("system", "text"), ("diameter_mm", "real"),
    ("bottom_m", "real"), ("top_m", "real"), ("clearance_m", "real"),
]  # fmt: skip
_FIGURES = ("PIPES", "NODES", "LENGTH_M", "VOLUME_M3", "CUSTOMERS", "HOUSEHOLDS")
_NODE_COLUMNS = [("node_id", "text"), ("order", "integer"), ("distance_m", "real"), ("kind", "text")]


class TraceNetwork(WaterNetAlgorithm):
    """Follow the pipes from a place and sum up what is on the way."""

    ID = "tracenetwork"
    GROUP = "analysis"
    ICON = "tracenetwork"
    TAGS = ("trace", "upstream", "downstream", "path", "追踪", "上游", "下游", "连通", "路径")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Trace the network")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Follows the pipes from a node, a pipe or a point: upstream or downstream, everything "
            "connected, the way to the nearest source, or the shortest way to another location. Length, "
            "volume and customers are summed up. Drains flow as recorded, else as their inverts fall, else "
            "as they are drawn; where the flow is undetermined they are followed both ways. Water pipes are "
            "assumed to lead away from the nearest source, since no flow is computed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "START",
            tr("Start"),
            tr(
                "Id of a node or a pipe, or a point as x,y or x,y [EPSG:…]. Where a node and a pipe have "
                "the same id, write node:id or pipe:id."
            ),
        )
        self.add_choice(
            "DIRECTION",
            tr("Direction"),
            tr("Where to go."),
            list(trace_rules.DIRECTIONS),
            labels=trace_rules.direction_labels(),
            default=trace_rules.CONNECTED,
        )
        self.add_text("END", tr("End"), tr("Where the shortest way ends, written like START."))
        self.add_text(
            "BARRIERS",
            tr("Barriers"),
            tr("Ids of pipes and nodes that the trace does not pass, separated by semicolons."),
        )
        self.add_text(
            "STOP_KINDS",
            tr("Stop at"),
            tr("Kinds of nodes at which the trace ends, such as valve;flow_meter."),
        )
        self.add_number(
            "MAX_DISTANCE", tr("Farthest, m"), tr("How far to go; empty: no limit."), between=(0, 1e7)
        )
        self.add_choice(
            "WEATHER",
            tr("Weather"),
            tr("In dry weather, interceptors pass sewage on through their dry outlet only."),
            list(trace_rules.WEATHERS),
            labels=choice_labels.weathers(),
            default=trace_rules.DRY,
        )
        self.add_flag(
            "PASS_CLOSED", tr("Pass closed elements"), tr("Continue through closed valves and closed pipes.")
        )
        self.add_text(
            "CONFIG",
            tr("Saved configuration"),
            tr(
                "A JSON text or file with direction, barriers, stop_kinds, max_distance_m, weather and "
                "pass_closed; parameters given here take precedence."
            ),
            advanced=True,
        )
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes in the order they are reached, with the distance at which each is entered."),
            kind=kinds.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_NODES",
            tr("Nodes"),
            tr("Nodes in the order they are reached, with their distance."),
            kind=kinds.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PROFILE",
            tr("Long profile"),
            tr(
                "For the shortest way and the way to the source: ground, invert, crown and depth at both "
                "ends of each pipe, empty where unknown."
            ),
        )
        self.add_sink(
            "OUTPUT_CROSSINGS",
            tr("Crossing pipes"),
            tr("Pipes that the long profile crosses, with their levels and the clearance."),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("Totals along the trace; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            PIPES=tr("Pipes"),
            NODES=tr("Nodes"),
            LENGTH_M=tr("Length (m)"),
            VOLUME_M3=tr("Volume (m³)"),
            CUSTOMERS=tr("Customers"),
            HOUSEHOLDS=tr("Households"),
        )

    def request(self, job: Job) -> TraceRequest:
        """Return what was asked for; parameters that are given go before those of the configuration."""
        from waternet_plugin.operations.network.trace_network import TraceRequest, rules_of

        given: dict[str, Any] = {
            name.lower(): job.choice(name) for name in ("DIRECTION", "WEATHER") if job.has(name)
        }
        for name in ("BARRIERS", "STOP_KINDS"):
            if job.has(name):
                given[name.lower()] = tuple(ids_of(job.text(name)))
        if job.has("MAX_DISTANCE"):
            given["max_distance_m"] = job.number("MAX_DISTANCE")
        if job.has("PASS_CLOSED"):
            given["pass_closed"] = job.flag("PASS_CLOSED")
        return TraceRequest(
            start=job.text("START"),
            rules=rules_of(job.text("CONFIG"), **given),
            end=job.text("END"),
            with_profile=job.has("OUTPUT_PROFILE") or job.has("OUTPUT_CROSSINGS"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Trace and write the outputs."""
        from waternet_plugin.operations.network.trace_network import trace_network

        network = job.open_network()
        found = trace_network(network, self.request(job), job.progress.part(0.0, 0.9))
        job.tell(warnings=found.notes)
        job.progress.at(0.9, tr("Writing"))
        outputs: dict[str, Any] = {
            name: job.write_sink(name, frame, columns, geometry=geometry, crs=network.crs)
            for name, frame, columns, geometry in (
                ("OUTPUT_PIPES", found.pipes, _PIPE_COLUMNS, "LineStringZ"),
                ("OUTPUT_NODES", found.nodes, _NODE_COLUMNS, "PointZ"),
            )
        }
        outputs.update(OUTPUT_PROFILE=None, OUTPUT_CROSSINGS=None)
        profile = found.profile
        if profile is not None:
            outputs["OUTPUT_PROFILE"] = job.write_sink("OUTPUT_PROFILE", profile.points, _PROFILE_COLUMNS)
            outputs["OUTPUT_CROSSINGS"] = job.write_sink(
                "OUTPUT_CROSSINGS", profile.crossings, _CROSSING_COLUMNS
            )
        outputs["REPORT"] = job.write_report("REPORT", found.report)
        return {**outputs, **{name: found.figures[name.lower()] for name in _FIGURES}}
