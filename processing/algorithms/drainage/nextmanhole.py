"""Algorithm: which manhole to open next in the search for the source of sewage."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COVERS = [("order", "integer"), ("node_id", "text"), ("if_dirty", "integer"), ("if_clean", "integer")]
_CANDIDATES = [("node_id", "text"), ("users", "integer")]


class NextManhole(WaterNetAlgorithm):
    """Tell which cover halves the places where sewage may enter."""

    ID = "nextmanhole"
    GROUP = "drainage"
    TAGS = ("manhole", "sewage", "misconnection", "trace", "search", "检查井", "溯源", "混接", "排查", "排水")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Which manhole to open next")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Sewage was seen in some manholes of the storm drains, in others not. Finds where it may still "
            "enter and which cover to open next: the one whose answer halves what is left. Without DIRTY "
            "and CLEAN, the newest “sewage_seen” readings are used. Drains whose flow is undetermined lead "
            "both ways. Nothing is written."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "DIRTY", tr("Dirty manholes"), tr("Ids of manholes with sewage, separated by semicolons.")
        )
        self.add_text(
            "CLEAN", tr("Clean manholes"), tr("Ids of manholes without sewage, separated by semicolons.")
        )
        self.add_sink(
            "OUTPUT",
            tr("Covers to open"),
            tr("Manholes, best first, with the candidates each answer leaves."),
        )
        self.add_sink(
            "OUTPUT_CANDIDATES", tr("Candidates"), tr("Where the sewage may enter, with the customers there.")
        )
        self.add_number_outputs(EXPECTED=tr("Expected openings"), CANDIDATES=tr("Candidates"))
        self.add_text_outputs(NEXT=tr("Next manhole"), NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Search and write the outputs."""
        from waternet_plugin.operations.drainage.find_misconnections import next_manhole

        network = job.open_network()
        dirty, clean = (
            tuple(word.strip() for word in job.text(name).split(";") if word.strip())
            for name in ("DIRTY", "CLEAN")
        )
        found = next_manhole(network, dirty, clean, job.progress.part(0.0, 0.9))
        job.tell(found.summary, warnings=found.notes)
        layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.covers, _COVERS, **layer),
            "OUTPUT_CANDIDATES": job.write_sink("OUTPUT_CANDIDATES", found.candidates, _CANDIDATES, **layer),
            "EXPECTED": round(found.expected, 2),
            "CANDIDATES": len(found.candidates),
            "NEXT": str(found.covers["node_id"].iloc[0]) if len(found.covers) else "",
            "NOTES": "\n".join(found.notes),
        }
