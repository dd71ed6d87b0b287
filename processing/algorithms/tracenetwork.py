"""Algorithm: trace a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.network.directions import direction_labels
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.waterworks import ids_of, point_of, read_ground

if TYPE_CHECKING:
    from waternet_plugin.core.network.following import Ground, Rules
    from waternet_plugin.core.network.trace import Place, Trace
    from waternet_plugin.store import Network

# As core.network.following has them; that module needs packages which must not load when QGIS starts.
_DIRECTIONS = ["upstream", "downstream", "connected", "to_source", "shortest"]
_WEATHERS = ["dry", "wet"]
_PIPE_COLUMNS = [("pipe_id", "text"), ("order", "integer"), ("distance_m", "real"), ("length_m", "real")]
_PROFILE_COLUMNS = [
    ("chainage_m", "real"),
    ("pipe_id", "text"),
    ("node_id", "text"),
    ("ground_m", "real"),
    ("invert_m", "real"),
    ("crown_m", "real"),
    ("depth_m", "real"),
]
_CROSSING_COLUMNS = [
    ("chainage_m", "real"),
    ("pipe_id", "text"),
    ("system", "text"),
    ("diameter_mm", "real"),
    ("bottom_m", "real"),
    ("top_m", "real"),
    ("clearance_m", "real"),
]
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
            "Follows the pipes from a node, a pipe or a point: upstream or downstream, all that is joined, "
            "the way to the nearest source, or the shortest way to another place. Length, volume and "
            "customers are summed up. Drains run as their inverts fall, else as they are drawn; water pipes "
            "are taken to lead away from the nearest source, since no flow is computed."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "START",
            tr("Start"),
            tr(
                "Id of a node or a pipe, or a point as x,y or x,y [EPSG:…]. Where a node and a pipe have the "
                "same id, node:id or pipe:id says which."
            ),
        )
        self.add_choice(
            "DIRECTION",
            tr("Direction"),
            tr("Where to go."),
            _DIRECTIONS,
            labels=direction_labels(),
            default="connected",
        )
        self.add_text("END", tr("End"), tr("Where the shortest way goes, written as START."))
        self.add_text(
            "BARRIERS",
            tr("Barriers"),
            tr("Ids of pipes and nodes that are not passed, separated by semicolons."),
        )
        self.add_text(
            "STOP_KINDS",
            tr("Stop at"),
            tr("Kinds of nodes at which the trace ends, such as valve;flow_meter."),
        )
        self.add_number(
            "MAX_DISTANCE", tr("Farthest, m"), tr("How far to go; empty: no limit."), minimum=0, optional=True
        )
        self.add_choice(
            "WEATHER",
            tr("Weather"),
            tr("In dry weather, interceptors let sewage go on in their dry outlet only."),
            _WEATHERS,
            labels=labels.weathers(),
            default="dry",
        )
        self.add_flag(
            "PASS_CLOSED", tr("Pass what is closed"), tr("Go on through closed valves and closed pipes.")
        )
        self.add_text(
            "CONFIG",
            tr("Saved configuration"),
            tr(
                "A JSON text or file with direction, barriers, stop_kinds, max_distance_m, weather and "
                "pass_closed; parameters that are given go before it."
            ),
            advanced=True,
        )
        kinds = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes"),
            tr("Pipes in the order they are met, with the distance at which each is entered."),
            kind=kinds.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_NODES",
            tr("Nodes"),
            tr("Nodes in the order they are met, with their distance."),
            kind=kinds.TypeVectorPoint,
        )
        self.add_sink(
            "OUTPUT_PROFILE",
            tr("Long profile"),
            tr(
                "For the shortest way and the way to the source: ground, invert, crown and depth at both "
                "ends of each pipe, empty where unknown."
            ),
            kind=kinds.TypeVector,
        )
        self.add_sink(
            "OUTPUT_CROSSINGS",
            tr("Crossing pipes"),
            tr("Pipes that the long profile crosses, with their levels and the clearance."),
            kind=kinds.TypeVector,
        )
        self.add_file_output(
            "REPORT", tr("Report"), tr("Sums along the trace; figures as .json beside it."), "HTML (*.html)"
        )
        self.add_number_output("PIPES", tr("Pipes"))
        self.add_number_output("NODES", tr("Nodes"))
        self.add_number_output("LENGTH_M", tr("Length (m)"))
        self.add_number_output("VOLUME_M3", tr("Volume (m³)"))
        self.add_number_output("CUSTOMERS", tr("Customers"))
        self.add_number_output("HOUSEHOLDS", tr("Households"))

    def check(self, job: Job) -> None:
        """Refuse a trace that begins nowhere, and rules that can't be used."""
        if not job.has("START"):
            raise InputError(tr("START is missing. Give the id of a node or pipe, or a point."))
        rules = self._rules(job)
        if rules.direction == "shortest" and not job.has("END"):
            raise InputError(tr("END is missing: the shortest way needs a place to go to."))
        profiled = job.has("OUTPUT_PROFILE") or job.has("OUTPUT_CROSSINGS")
        if profiled and rules.direction not in ("shortest", "to_source"):
            raise InputError(
                tr("A long profile needs a single way: choose the direction shortest or to_source.")
            )

    def _rules(self, job: Job) -> Rules:
        """Return the rules of the configuration, those that are given as parameters before them."""
        from waternet_plugin.core.network.following import Rules
        from waternet_plugin.core.schema.domains import domain

        rules = Rules.of(_saved(job.text("CONFIG"))) if job.has("CONFIG") else Rules()
        given: dict[str, Any] = {}
        for name in ("DIRECTION", "WEATHER"):
            if job.has(name):
                given[name.lower()] = job.choice(name)
        for name in ("BARRIERS", "STOP_KINDS"):
            if job.has(name):
                given[name.lower()] = tuple(ids_of(job.text(name)))
        if job.has("MAX_DISTANCE"):
            given["max_distance_m"] = job.number("MAX_DISTANCE")
        if job.has("PASS_CLOSED"):
            given["pass_closed"] = job.flag("PASS_CLOSED")
        rules = replace(rules, **given)
        kinds = domain("node_kind")
        unknown = [kind for kind in rules.stop_kinds if kind not in kinds]
        if unknown:
            message = tr("{name} “{value}” is not known. Choose one of: {known}.")
            raise InputError(message.format(name="STOP_KINDS", value=unknown[0], known=", ".join(kinds)))
        return rules

    def work(self, job: Job) -> dict[str, Any]:
        """Trace and write the outputs."""
        from waternet_plugin.core.network import shapes
        from waternet_plugin.core.network.trace import customers_on, trace
        from waternet_plugin.core.reports.trace import trace_report

        rules = self._rules(job)
        network = job.open_network()
        ground = read_ground(job, network, progress=job.progress.part(0.0, 0.7))
        start = _place(job, "START", ground, network)
        end = _place(job, "END", ground, network) if job.has("END") else None
        job.progress.at(0.7, tr("Tracing"))
        found = trace(ground, start, rules, end=end)
        customers = customers_on(
            ground,
            found,
            network.read(
                "customer", ["customer_id", "pipe_id", "households", "demand_m3d", "critical"], geometry=False
            ),
        )
        for note in found.notes:
            job.warn(note)
        report = trace_report(ground, found, customers, rules, start=job.text("START"), network=network.name)
        job.progress.at(0.9, tr("Writing"))
        shown_pipes, shown_nodes = shapes.of_trace(ground, found)
        figures = report.figures
        return {
            "OUTPUT_PIPES": job.write_sink(
                "OUTPUT_PIPES", shown_pipes, _PIPE_COLUMNS, geometry="LineStringZ", crs=network.crs
            ),
            "OUTPUT_NODES": job.write_sink(
                "OUTPUT_NODES", shown_nodes, _NODE_COLUMNS, geometry="PointZ", crs=network.crs
            ),
            **_profile(job, ground, found),
            "REPORT": job.write_report("REPORT", report),
            **{
                name: figures[name.lower()]
                for name in ("PIPES", "NODES", "LENGTH_M", "VOLUME_M3", "CUSTOMERS", "HOUSEHOLDS")
            },
        }


def _profile(job: Job, ground: Ground, found: Trace) -> dict[str, str | None]:
    """Write the long profile and its crossings, where they were asked for."""
    if not (job.has("OUTPUT_PROFILE") or job.has("OUTPUT_CROSSINGS")):
        return {"OUTPUT_PROFILE": None, "OUTPUT_CROSSINGS": None}
    from waternet_plugin.core.network.profile import profile

    made = profile(ground, found)
    return {
        "OUTPUT_PROFILE": job.write_sink("OUTPUT_PROFILE", made.points, _PROFILE_COLUMNS),
        "OUTPUT_CROSSINGS": job.write_sink("OUTPUT_CROSSINGS", made.crossings, _CROSSING_COLUMNS),
    }


def _saved(text: str) -> dict[str, Any]:
    """Return a configuration written as JSON, or in a file."""
    path = Path(text)
    try:
        if not text.lstrip().startswith("{"):
            text = path.read_text(encoding="utf-8")
        saved = parse_json(text)
    except OSError as error:
        message = tr("CONFIG: {path} can't be read: {reason}.")
        raise InputError(message.format(path=path, reason=error.strerror)) from None
    except ValueError as error:
        message = tr("CONFIG is no JSON: {reason}.")
        raise InputError(message.format(reason=error)) from None
    if not isinstance(saved, dict):
        message = tr("CONFIG must be a JSON object, such as {example}.")
        raise InputError(message.format(example='{"weather": "wet"}'))
    return saved


def _place(job: Job, name: str, ground: Ground, network: Network) -> Place:
    """Return what START or END means: an id goes before a point."""
    from waternet_plugin.core.network.trace import place_at, place_of

    text = job.text(name)
    named = ground.graph.vertex_of(text) >= 0 or ground.graph.edge_of(text) >= 0
    numbers = text.partition("[")[0].split(",")
    if not named and len(numbers) == 2 and all(_is_number(part) for part in numbers):
        return place_at(ground, *point_of(name, text, network.crs), parameter=name)
    return place_of(ground, text, parameter=name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
