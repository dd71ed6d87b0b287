"""Build the sample town: a network with everything in it, assessed and planned, and its project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

# Shares of the whole: adopting, matching, assessing, planning, the project.
_STEPS = (0.45, 0.1, 0.15, 0.15, 0.15)


class LoadSample(WaterNetAlgorithm):
    """Make a folder with the sample town's network and project."""

    ID = "loadsample"
    GROUP = "network"
    ICON = "loadsample"
    TAGS = ("sample", "example", "demo", "示例", "样例", "演示")
    # It builds a project, which belongs to the main thread.
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Load the sample town")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Builds a small made-up town to try things on: some 60 km of pipes of all seven systems with "
            "valves, hydrants, manholes, compounds, three metered areas and 25 years of failures. Its health "
            "is assessed and its renewal planned; the project is ready to open."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_folder(
            "OUTPUT",
            tr("Folder"),
            tr("A new or empty folder; empty: the next numbered folder under Documents/WaterNet."),
        )
        self.add_path_output("NETWORK", tr("Network"))
        self.add_path_output("PROJECT", tr("Project"))
        self.add_number_output("PIPES", tr("Pipes"))
        self.add_number_output("FAILURES", tr("Failures"))

    def check(self, job: Job) -> None:
        """Refuse a folder that holds something already."""
        from waternet_plugin.bridge import sample

        if job.has("OUTPUT"):
            sample.check_target(Path(job.file("OUTPUT")).absolute())

    def work(self, job: Job) -> dict[str, Any]:
        """Build everything, or leave nothing behind."""
        from waternet_plugin.bridge import sample

        source = sample.source_folder()
        if job.has("OUTPUT"):
            folder = Path(job.file("OUTPUT")).absolute()
        else:
            documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            folder = sample.numbered_folder(documents or Path.home())
        sample.check_target(folder)
        made = sample.make_target(folder)
        try:
            return self._build(job, source, folder)
        except BaseException:
            sample.remove_target(folder, made)
            raise

    def _build(self, job: Job, source: Path, folder: Path) -> dict[str, Any]:
        """Adopt, match, assess, plan, build the project."""
        from waternet_plugin import store
        from waternet_plugin.bridge import sample
        from waternet_plugin.bridge.project import build_project

        starts = [sum(_STEPS[:i]) for i in range(len(_STEPS) + 1)]
        path = folder / sample.NETWORK_NAME
        job.progress.at(0.0, tr("Adopting the town's files"))
        with store.create_network(path, sample.CRS) as network:
            counts = sample.adopt_town(network, source, progress=job.progress.part(starts[0], starts[1]))
        for number, (algorithm, parameters) in enumerate(following_steps(path), start=1):
            job.progress.at(starts[number], algorithm.title())
            _run_child(algorithm, parameters, job, job.progress.part(starts[number], starts[number + 1]))
        job.progress.at(starts[-2], tr("Building the project"))
        background = sample.copy_background(source, folder)
        built = build_project(path, base_layers=background)
        job.progress.at(1.0)
        rows = {each.table: each.rows_written for each in counts}
        job.info(tr("Network: {path}").format(path=path))
        job.info(tr("Project: {path}").format(path=built.path))
        return {
            "OUTPUT": str(folder),
            "NETWORK": str(path),
            "PROJECT": str(built.path),
            "PIPES": rows["pipe"],
            "FAILURES": rows["failure"],
        }


def following_steps(path: Path) -> list[tuple[WaterNetAlgorithm, dict[str, Any]]]:
    """Return the algorithms that follow the adoption, with their parameters."""
    from waternet_plugin.bridge import sample
    from waternet_plugin.processing.algorithms.assesshealth import AssessHealth
    from waternet_plugin.processing.algorithms.matchfailures import MatchFailures
    from waternet_plugin.processing.algorithms.planrenewal import PlanRenewal

    plan = {"BUDGET": sample.BUDGET, "START_YEAR": sample.AS_OF.year + 1, "YEARS": sample.PLAN_YEARS}
    return [
        (MatchFailures(), {"NETWORK": str(path)}),
        (AssessHealth(), {"NETWORK": str(path), "AS_OF": sample.AS_OF.isoformat()}),
        (PlanRenewal(), {"NETWORK": str(path), **plan}),
    ]


def _run_child(algorithm: WaterNetAlgorithm, parameters: dict[str, Any], job: Job, part: Progress) -> None:
    """Run an algorithm as a step of this one; its errors and its cancel are ours."""
    ready = algorithm.create()
    step = Job(ready, parameters, job.context, job.feedback)
    step.progress = part
    try:
        ready.check(step)
        ready.work(step)
    finally:
        step.close()
