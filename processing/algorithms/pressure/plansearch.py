"""Algorithm: the nights of a year of leak search."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.plan_search import LeakSearchRequest

_RUN_COLUMNS = [
    ("run_id", "text"), ("zone_id", "text"), ("night", "date"), ("crew", "integer"), ("length_m", "real"),
    ("leaks_per_km", "real"), ("last_on", "date"), ("due_on", "date"), ("reason", "text"),
]  # fmt: skip
_PIPE_COLUMNS = [
    ("pipe_id", "text"), ("run_id", "text"), ("length_m", "real"), ("last_on", "date"), ("state", "text"),
]  # fmt: skip


class PlanLeakSearch(WaterNetAlgorithm):
    """Plan which pipes are searched for leaks in which night."""

    ID = "plansearch"
    GROUP = "pressure"
    WRITES = True
    TAGS = ("leak", "search", "detection", "programme", "night", "检漏", "探漏", "计划", "漏损")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan the leak search")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Cuts drinking water pipes in use into connected runs of one night within a zone and gives each "
            "a night and a crew: none later than 12 months after its last search (CJJ 92); the overdue "
            "first, then zones with an open leak alarm, then where most leaks a kilometre are expected by "
            "the newest assessment. Done search orders that name a pipe are its searches."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("START", tr("First night"), tr("YYYY-MM-DD. Empty: today."))
        self.add_number(
            "MONTHS", tr("Months"), tr("How long, 1 to 12."), between=(1, 12), default=12, integer=True
        )
        crews = tr("How many search each night.")
        self.add_number("CREWS", tr("Crews"), crews, between=(1, 1000), default=1, integer=True)
        night = tr("What one crew searches in a night.")
        self.add_number("KM_PER_NIGHT", tr("Kilometres a night"), night, between=(0.001, 1000), default=2)
        self.add_flag(
            "STORE",
            tr("Write work orders"),
            tr("An order for each run, in one batch that can be undone; open ones of an earlier plan go."),
        )
        kinds = QgsProcessing.SourceType
        self.add_sink("OUTPUT", tr("Runs"), tr("By night; last those without."), kind=kinds.TypeVectorLine)
        self.add_sink("OUTPUT_PIPES", tr("Pipes"), tr("The pipes of each run."), kind=kinds.TypeVectorLine)
        self.add_number_outputs(
            KM=tr("Planned (km)"), SHORT_KM=tr("Not searched in time (km)"), ORDERS=tr("Work orders"),
            REPLACED=tr("Orders replaced"),
        )  # fmt: skip
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> LeakSearchRequest:
        """Return the request."""
        from waternet_plugin.core.leakage.searching.search_plan import SearchEffort
        from waternet_plugin.operations.leakage.plan_search import LeakSearchRequest

        effort = SearchEffort(
            job.date("START") or datetime.date.today(),
            job.integer("MONTHS"),
            job.integer("CREWS"),
            job.number("KM_PER_NIGHT"),
        )
        return LeakSearchRequest(self.title(), effort, job.flag("STORE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Plan the search, and write one batch with STORE."""
        from waternet_plugin.operations.leakage.plan_search import LeakSearchResult, plan_leak_search

        network = job.open_network()

        def write(result: LeakSearchResult) -> None:
            crs = network.crs
            job.write_sink("OUTPUT", result.runs, _RUN_COLUMNS, geometry="MultiLineString", crs=crs)
            job.write_sink("OUTPUT_PIPES", result.pipes, _PIPE_COLUMNS, geometry="LineString", crs=crs)

        result = plan_leak_search(network, self.request(job), job.progress, before_commit=write)
        job.tell(result.summary, warnings=result.notes)
        return {
            "KM": round(result.plan.km, 6),
            "SHORT_KM": round(result.plan.short_km, 6),
            "ORDERS": len(result.item_ids),
            "REPLACED": result.replaced,
            "BATCH_ID": result.batch_id,
        }
