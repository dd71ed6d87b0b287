"""Plan which streets to renew in which year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_S
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.health_parameters import add_plan_span, add_seed
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.renewal.plan_renewal import RenewalRequest

_PROJECT_COLUMNS = [
    ("project_id", "text"),
    ("year", "integer"),
    ("cost", "real"),
    ("length_m", "real"),
    ("class", "text"),
    ("method", "text"),
    ("state", "text"),
    ("reasons", "text"),
    ("street", "text"),
    ("material", "text"),
    ("benefit", "real"),
    ("cost_government", "real"),
    ("cost_utility", "real"),
    ("cost_residents", "real"),
    ("renew_now_share", "real"),
]
_PIPE_COLUMNS = [("pipe_id", "text"), ("project_id", "text"), ("year", "integer"), ("cost", "real")]


class PlanRenewal(WaterNetAlgorithm):
    """Group pipes into packages and fill the yearly budgets with them."""

    ID = "planrenewal"
    GROUP = "health"
    ICON = "planrenewal"
    WRITES = True
    TAGS = ("renewal", "plan", "budget", "改造", "计划", "预算")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan renewal")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Groups the pipes that need renewing into packages of one street, estimates their cost and "
            "benefit, and fills the budget of each year with the packages of greatest benefit per cost. No "
            "year exceeds its budget; money left over is not carried over to the next year.\nProjects "
            "within road works (table of road works) are cheaper in that year, and are not built in the "
            "years after it. Projects that together would cut off a critical customer are not built in the "
            "same year. Inside compounds the cost is split between government, utility and residents.\nA "
            "package is named after its first pipe, so its id stays the same as long as the package exists. "
            "A new plan replaces the projects of the previous one, except those that are approved, under "
            "way or done."
        ) + tr(
            "\nA package lies within one connected run of a street, including all its pipes, where their "
            "ends meet. Hydrant leads, stubs and remainders too short for a project of their own join the "
            "nearest package of their run (setting renewal.rest_m), even if sound pipes lie between."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number(
            "BUDGET",
            tr("Annual budget"),
            tr("Amount per year, in the currency of the network."),
            between=(0, 1e15),
        )
        add_plan_span(self)
        self.add_text(
            "FIXED",
            tr("Locked and dropped projects"),
            tr(
                "Projects decided by hand, such as P-12:2028;P-77:drop;P-5:!2027. A locked project gets its "
                "year as far as the budget of that year allows; a dropped one gets none; ! marks a year in "
                "which a project must not be built."
            ),
        )
        self.add_number(
            "MIN_LENGTH_SHARE",
            tr("Target share of length per year"),
            tr(
                "Share of the length of all rated pipes to renew each year, such as 0.02 for 2 % (CJJ "
                "92-2016, 3.0.12). The plan aims for it as far as the budget allows and reports any "
                "shortfall."
            ),
            optional=True,
            between=(0, 1),
        )
        self.add_number(
            "DISTRICT_CAP",
            tr("Most projects per district and year"),
            tr("At most this many projects per year in one zone of the kind district; empty: no limit."),
            integer=True,
            optional=True,
            between=(1, 1_000_000),
        )
        self.add_choice(
            "STRATEGY",
            tr("Strategy"),
            tr("plan ranks by benefit per cost; the others are simple rules for comparison."),
            list(STRATEGIES),
            labels={code: strategy_label(code) for code in STRATEGIES},
            default="plan",
        )
        self.add_number(
            "DISCOUNT_RATE",
            tr("Discount rate"),
            tr("Rate per year, such as 0.025; empty: the network's setting."),
            optional=True,
            advanced=True,
            between=(0, 1),
        )
        self.add_number(
            "TIME_LIMIT",
            tr("Time limit of the search (s)"),
            tr("Seconds to search for a better plan, for up to 3,000 packages; 0: take the first one."),
            optional=True,
            advanced=True,
            between=(0, 7 * DAY_S),
        )
        self.add_number(
            "GAP",
            tr("Gap at which the search stops"),
            tr(
                "Share of the best possible benefit, such as 0.005 for 0.5 %: the first plan so near to it "
                "is taken; empty: the network's setting."
            ),
            optional=True,
            advanced=True,
            between=(0, 1),
        )
        self.add_text(
            "IMPROVES",
            tr("Plan to improve"),
            tr(
                "Id of a plan, such as PL0001: the search begins with it, and only a better one is written "
                "in its place. Empty: a new plan."
            ),
            advanced=True,
        )
        add_seed(self)
        vector = QgsProcessing.SourceType
        self.add_sink(
            "OUTPUT_PROJECTS",
            tr("Projects"),
            tr("All packages with year (unknown where not funded), cost, length, class, method and reasons."),
            kind=vector.TypeVectorLine,
        )
        self.add_sink(
            "OUTPUT_PIPES",
            tr("Pipes of funded projects"),
            tr("Pipes of the funded projects with year and cost."),
            kind=vector.TypeVector,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The plan as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_text_outputs(
            PLAN_ID=tr("Plan id"),
            BATCH_ID=tr("Batch"),
        )
        self.add_number_outputs(
            PROJECTS=tr("Number of projects"),
            FUNDED=tr("Number of funded projects"),
            KM_FUNDED=tr("Length of funded projects (km)"),
            COST=tr("Cost of funded projects"),
            FAILURES_AVOIDED=tr("Failures avoided over the benefit period"),
            GAP_LEFT=tr("Share by which the benefit is below the best possible"),
        )

    def check(self, job: Job) -> None:
        """Refuse amounts and limits that no plan can be made of."""
        if not job.has("BUDGET"):
            raise InputError(tr("BUDGET is missing. Give the annual budget, such as 5000000."))
        self._request(job)

    def _request(self, job: Job) -> RenewalRequest:
        from waternet_plugin.operations.renewal.plan_renewal import RenewalRequest

        given = {
            "start_year": ("START_YEAR", job.integer),
            "years": ("YEARS", job.integer),
            "min_length_share": ("MIN_LENGTH_SHARE", job.number),
            "district_cap": ("DISTRICT_CAP", job.integer),
            "discount_rate": ("DISCOUNT_RATE", job.number),
            "time_limit_s": ("TIME_LIMIT", job.number),
            # As it was written, so that an unknown word is refused with our own sentence.
            "strategy": ("STRATEGY", lambda name: str(job.parameters[name])),
            "gap": ("GAP", job.number),
            "seed": ("SEED", job.integer),
        }
        asked: dict[str, Any] = {field: read(name) for field, (name, read) in given.items() if job.has(name)}
        texts = {"run": job.text("RUN"), "fixed": job.text("FIXED"), "improves": job.text("IMPROVES")}
        return RenewalRequest(job.number("BUDGET"), **texts, **asked)

    def work(self, job: Job) -> dict[str, Any]:
        """Plan, keep the plan in the network, and write the outputs."""
        from waternet_plugin.operations.renewal.plan_renewal import RenewalResult, plan_renewal

        network = job.open_network()

        def outputs(found: RenewalResult) -> None:
            layer: dict[str, Any] = {"geometry": "MultiLineString", "crs": network.crs}
            plan = found.plan
            job.write_sink("OUTPUT_PROJECTS", plan.projects, _PROJECT_COLUMNS, **layer)
            job.write_sink("OUTPUT_PIPES", plan.project_pipes, _PIPE_COLUMNS)
            job.write_report("REPORT", found.report)

        found = plan_renewal(network, self._request(job), job.progress, before_commit=outputs)
        job.tell(warnings=found.notes)
        summary = found.plan.summary
        return {
            "PLAN_ID": found.plan_id,
            "BATCH_ID": found.batch_id,
            "PROJECTS": summary.packages,
            "FUNDED": summary.funded,
            "KM_FUNDED": round(summary.length_m / 1000, 3),
            "COST": summary.cost,
            "FAILURES_AVOIDED": round(summary.failures_avoided, 3),
            "GAP_LEFT": round(summary.gap, 6),
        }
