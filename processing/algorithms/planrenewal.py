"""Plan which streets to renew in which year."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import again
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.plan_basis import read_basis

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.renewal.planning import Plan
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.processing.job import Job
    from waternet_plugin.store import Network

_DEFAULT_YEARS = 5
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
]
_PIPE_COLUMNS = [("pipe_id", "text"), ("project_id", "text"), ("year", "integer"), ("cost", "real")]


class PlanRenewal(WaterNetAlgorithm):
    """Group pipes into packages and fill the yearly budgets with them."""

    ID = "planrenewal"
    GROUP = "health"
    ICON = "planrenewal"
    TAGS = ("renewal", "plan", "budget", "改造", "计划", "预算")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Plan renewal")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Groups the pipes that need renewing into packages of one street, estimates their cost and "
            "benefit, and fills the budget of each year with the packages of most benefit per cost. No year "
            "spends more than its budget; money left over is not carried into the next year.\n"
            "Projects within road works (table of road works) are cheaper in that year, and are not dug in "
            "the years after it. Projects that together would cut off a critical customer are not built in "
            "the same year. Inside compounds the cost is split between government, utility and residents.\n"
            "A package is named after its first pipe, so its id stays while the package does. A new plan "
            "replaces the projects of the one before, except those that are approved, under way or done."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_number("BUDGET", tr("Budget a year"), tr("Money a year, in the currency of the network."))
        self.add_number(
            "START_YEAR", tr("First year"), tr("First year of the plan; empty: next year."), whole=True
        )
        self.add_number(
            "YEARS", tr("Years"), tr("Number of years of the plan."), default=_DEFAULT_YEARS, whole=True
        )
        self.add_text("RUN", tr("Assessment"), tr("Id of the assessment to plan from; empty: the newest."))
        self.add_text(
            "FIXED",
            tr("Locked and dropped projects"),
            tr(
                "Projects decided by hand, such as P-12:2028;P-77:drop;P-5:!2027. A locked project gets its "
                "year as far as the budget of that year goes; a dropped one gets none; ! names a year in "
                "which a project must not be built."
            ),
        )
        self.add_number(
            "MIN_LENGTH_SHARE",
            tr("Wished share of length a year"),
            tr(
                "Share of the length of all rated pipes to renew each year, such as 0.02 for 2 % "
                "(CJJ 92-2016, 3.0.12). It is followed as far as the money goes; what lacks is reported."
            ),
            optional=True,
        )
        self.add_number(
            "DISTRICT_CAP",
            tr("Most projects of a district a year"),
            tr("At most this many projects in one zone of kind district and one year; empty: no limit."),
            whole=True,
            optional=True,
        )
        self.add_choice(
            "STRATEGY",
            tr("Strategy"),
            tr("plan ranks by benefit per cost; the others are simple rules to compare with."),
            list(STRATEGIES),
            labels={code: strategy_label(code) for code in STRATEGIES},
            default="plan",
        )
        self.add_number(
            "DISCOUNT_RATE",
            tr("Discount rate"),
            tr("Rate a year, such as 0.025; empty: the network's setting."),
            optional=True,
            advanced=True,
        )
        self.add_number(
            "TIME_LIMIT",
            tr("Time limit of the search (s)"),
            tr("Seconds to look for a better plan, for up to 3,000 packages; 0: take the first one."),
            optional=True,
            advanced=True,
        )
        self.add_number(
            "SEED",
            tr("Seed"),
            tr("Seed of the strategy random."),
            default=0,
            whole=True,
            optional=True,
            advanced=True,
        )
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
            tr("The plan as a page; the figures beside it as .json."),
            "HTML (*.html)",
        )
        self.add_text_output("PLAN_ID", tr("Plan id"))
        self.add_number_output("PROJECTS", tr("Number of projects"))
        self.add_number_output("FUNDED", tr("Number of funded projects"))
        self.add_number_output("KM_FUNDED", tr("Length of funded projects (km)"))
        self.add_number_output("COST", tr("Cost of funded projects"))
        self.add_number_output("FAILURES_AVOIDED", tr("Failures avoided over the years of benefit"))

    def check(self, job: Job) -> None:
        """Refuse amounts and limits that no plan can be made of."""
        from waternet_plugin.core.renewal import wishes

        if not job.has("BUDGET"):
            raise InputError(tr("BUDGET is missing. Give the money a year, such as 5000000."))
        asked = self._asked(job)
        wishes.check_parameters(
            **{name: value for name, value in asked.items() if name not in ("fixed", "seed")}
        )

    def _asked(self, job: Job) -> dict[str, Any]:
        """Return the keyword arguments of ``plan_renewal`` that the parameters say."""
        from waternet_plugin.core.renewal import wishes
        from waternet_plugin.core.schema.settings import Settings

        shipped = Settings()

        def number(name: str, default: float) -> float:
            return job.number(name) if job.has(name) else default

        start = job.whole("START_YEAR") if job.has("START_YEAR") else datetime.date.today().year + 1
        years = job.whole("YEARS") if job.has("YEARS") else _DEFAULT_YEARS
        return {
            "budget": job.number("BUDGET"),
            "start_year": start,
            "years": years,
            "fixed": wishes.parse_fixed(job.text("FIXED"), start_year=start, years=years),
            "min_length_share": number("MIN_LENGTH_SHARE", 0.0),
            "district_cap": job.whole("DISTRICT_CAP") if job.has("DISTRICT_CAP") else None,
            "discount_rate": number("DISCOUNT_RATE", shipped.real("renewal.discount_rate")),
            "time_limit_s": number("TIME_LIMIT", shipped.real("renewal.time_limit_s")),
            "strategy": str(job.parameters["STRATEGY"]) if job.has("STRATEGY") else "plan",
            "seed": job.whole("SEED") if job.has("SEED") else 0,
        }

    def work(self, job: Job) -> dict[str, Any]:
        """Plan, keep the plan in the network, and write the outputs."""
        return again.with_newest(job, self._plan)

    def _plan(self, job: Job) -> dict[str, Any]:
        from waternet_plugin.core.renewal.planning import plan_renewal
        from waternet_plugin.core.reports.plan import plan_report

        asked = self._asked(job)
        network = job.open_network()
        seen = network.position()
        settings = network.settings()
        for name, parameter in (("discount_rate", "DISCOUNT_RATE"), ("time_limit_s", "TIME_LIMIT")):
            if not job.has(parameter):
                asked[name] = settings.real(f"renewal.{name}")
        basis = read_basis(
            job,
            network,
            start_year=asked["start_year"],
            years=asked["years"],
            by_district=asked["district_cap"] is not None,
            progress=job.progress.part(0.0, 0.55),
        )
        job.progress.at(0.55, tr("Choosing packages"))
        plan = plan_renewal(
            basis.packages,
            **asked,
            district=basis.district,
            roads=basis.roads,
            apart=basis.conflicts.pairs,
            settings=settings,
            progress=job.progress.part(0.55, 0.8),
        )
        for note in (*basis.notes, *plan.summary.notes):
            job.warn(note)
        # Named as a script names them, so that a plan can be made again from its record.
        parameters = {name.upper(): value for name, value in asked.items() if name not in ("fixed", "seed")}
        parameters["TIME_LIMIT"] = parameters.pop("TIME_LIMIT_S")
        parameters |= {"RUN": basis.run["run_id"], "FIXED": job.text("FIXED"), "SEED": asked["seed"]}
        name = tr("Renewal plan {first}-{last}").format(
            first=asked["start_year"], last=asked["start_year"] + asked["years"] - 1
        )
        job.progress.at(0.8, tr("Writing"))
        with network.write("plan", name=name, seen=seen, progress=job.progress.part(0.8, 0.95)) as batch:
            # In the batch, so that two plans at once have ids of their own.
            plan_id = batch.next_id("plan", "PL")
            batch.facts = {"plan_id": plan_id}
            report = plan_report(
                plan,
                parameters={"PLAN_ID": plan_id, **parameters},
                rated_length_m=basis.packages.network["length_m"],
                currency=settings.text("general.currency"),
                notes=basis.notes,
            )
            # The projects of this plan take the place of those before; what was decided stays.
            if basis.replaced:
                batch.delete("project", basis.replaced)
            batch.insert("plan", _plan_row(plan_id, name, plan, parameters, report.figures, settings))
            if len(plan.projects):
                batch.insert("project", plan.projects.assign(plan_id=plan_id).set_crs(network.crs))
            if len(plan.project_pipes):
                batch.insert("project_pipe", plan.project_pipes.assign(plan_id=plan_id))
            # Inside the block: when an output can't be written, the network stays as it was.
            outputs = _write_outputs(job, network, plan)
            outputs["REPORT"] = job.write_report("REPORT", report)
        summary = plan.summary
        return {
            **outputs,
            "PLAN_ID": plan_id,
            "PROJECTS": summary.packages,
            "FUNDED": summary.funded,
            "KM_FUNDED": round(summary.length_m / 1000, 3),
            "COST": summary.cost,
            "FAILURES_AVOIDED": round(summary.failures_avoided, 3),
        }


def _plan_row(
    plan_id: str, name: str, plan: Plan, parameters: dict[str, Any], figures: Any, settings: Settings
) -> pd.DataFrame:
    """Return the row of table plan: when, by whom, with which settings, and what came out."""
    import json

    import pandas as pd

    from waternet_plugin import store
    from waternet_plugin.core.reports.document import plain
    from waternet_plugin.core.schema.settings import defaults

    used = {key: settings.text(key) for key in sorted(defaults()) if key.startswith("renewal.")}
    results = {key: value for key, value in figures.items() if key != "parameters"}
    return pd.DataFrame(
        {
            "plan_id": [plan_id],
            "name": [name],
            "run_id": [parameters["RUN"]],
            "start_year": [float(parameters["START_YEAR"])],
            "years": [float(parameters["YEARS"])],
            "budget": [parameters["BUDGET"]],
            "made_on": [pd.Timestamp.now(tz="UTC")],
            "made_by": [store.default_user()],
            "parameters": [json.dumps({**plain(parameters), "settings": used}, ensure_ascii=False)],
            "summary": [json.dumps(plain(results), ensure_ascii=False)],
        }
    )


def _write_outputs(job: Job, network: Network, plan: Plan) -> dict[str, Any]:
    """Write the sinks that were asked for and return their ids by output."""
    projects = job.write_sink(
        "OUTPUT_PROJECTS", plan.projects, _PROJECT_COLUMNS, geometry="MultiLineString", crs=network.crs
    )
    pipes = job.write_sink("OUTPUT_PIPES", plan.project_pipes, _PIPE_COLUMNS)
    return {"OUTPUT_PROJECTS": projects, "OUTPUT_PIPES": pipes}
