"""Compare two assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = [
    ("pipe_id", "text"),
    ("class_a", "text"),
    ("class_b", "text"),
    ("rate_a", "real"),
    ("rate_b", "real"),
    ("change", "text"),
]


def _chosen(runs: pd.DataFrame, first: str, second: str) -> tuple[str, str]:
    """Return the two runs: the last two where none is named, else the one before or the newest."""
    ids = runs.sort_values(["made_on", "run_id"])["run_id"].tolist()
    for run in (first, second):
        if run and run not in ids:
            message = tr("There is no assessment {run}. There are: {runs}.")
            raise InputError(message.format(run=run, runs=", ".join(ids) or "–"))
    if not second:
        others = [run for run in ids if run != first]
        if not others:
            raise InputError(tr("Two assessments are needed to compare. Assess health again, then compare."))
        second = others[-1]
    if not first:
        earlier = ids[: ids.index(second)]
        if not earlier:
            message = tr("There is no assessment before {run}. Name the one to compare it with.")
            raise InputError(
                message.format(run=second)
                if len(ids) > 1
                else tr("Two assessments are needed to compare. Assess health again, then compare.")
            )
        first = earlier[-1]
    return first, second


class CompareRuns(WaterNetAlgorithm):
    """Say which pipes got worse between two runs."""

    ID = "compareruns"
    GROUP = "health"
    ICON = "compareruns"
    TAGS = ("change", "trend", "对比", "变化", "评估")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Compare two assessments")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Shows pipe by pipe what changed between two assessments: worse or better by class, the same, "
            "new, or gone. Without names it takes the last two."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "RUN_A", tr("Earlier run"), tr("Run id, such as R0001. Empty: the run before the other.")
        )
        self.add_text("RUN_B", tr("Later run"), tr("Run id. Empty: the newest run."))
        self.add_sink("OUTPUT", tr("Changes"), tr("Every pipe with its classes, rates and change."))
        self.add_text_output("COMPARED", tr("Runs compared"))
        for name, label in (
            ("WORSE", tr("Worse")),
            ("BETTER", tr("Better")),
            ("SAME", tr("The same")),
            ("NEW", tr("New")),
            ("GONE", tr("Gone")),
        ):
            self.add_number_output(name, label)

    def work(self, job: Job) -> dict[str, Any]:
        """Read both runs and compare them."""
        from waternet_plugin.core.health.comparing import CHANGES, compare_runs

        network = job.open_network()
        runs = network.read("assessment_run", ["run_id", "made_on"], geometry=False)
        first, second = _chosen(runs, job.text("RUN_A"), job.text("RUN_B"))
        columns = ["pipe_id", "class", "rate_per_100km_y"]
        sides = []
        for place, run in enumerate((first, second)):
            job.progress.at(0.1 + 0.3 * place, tr("Reading run {run}").format(run=run))
            sides.append(network.read("assessment", columns, where={"run_id": run}, geometry=False))
        changes = compare_runs(*sides)
        counts = changes["change"].value_counts()
        job.progress.at(0.7, tr("Writing"))
        output = None
        if job.has("OUTPUT"):
            pipes = network.read("pipe", ["pipe_id"])
            shapes = pipes.set_index("pipe_id")["geom"].reindex(changes["pipe_id"])
            frame = changes.assign(geom=shapes.to_numpy())
            output = job.write_sink("OUTPUT", frame, _COLUMNS, geometry="LineStringZ", crs=network.crs)
        numbers = {change.upper(): int(counts.get(change, 0)) for change in CHANGES}
        job.info(
            tr(
                "From {first} to {second}: {worse} pipes got worse, {better} better, {new} are new, "
                "{gone} gone."
            ).format(
                first=first,
                second=second,
                worse=numbers["WORSE"],
                better=numbers["BETTER"],
                new=numbers["NEW"],
                gone=numbers["GONE"],
            )
        )
        return {"OUTPUT": output, "COMPARED": f"{first} {second}", **numbers}
