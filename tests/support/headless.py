"""Run algorithms as a script does: through qgis_process, or in this process in the same manner.

Starting a QGIS costs two seconds, so a run of the tests, with all its workers, runs each algorithm by
qgis_process once, and again until it has succeeded where it has to; further runs of it are made in the QGIS
of the tests. With HEADLESS=process in the environment all of them are made by qgis_process (`make headless`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    """What a run said: exit status, results by name, the lines on stderr."""

    status: int
    results: dict[str, Any]
    stdout: str
    stderr: str


class _Runs:
    """Which algorithms qgis_process has run, and which with success, in a folder that all workers know."""

    folder: Path | None = None


def remember_in(folder: Path) -> None:
    """Tell where the runs of qgis_process are remembered; without a folder each run starts one."""
    folder.mkdir(parents=True, exist_ok=True)
    _Runs.folder = folder


def _is_known(algorithm: str, must_succeed: bool) -> bool:
    """Return whether qgis_process has run an algorithm, or is running it for another worker."""
    if _Runs.folder is None:
        return False
    if must_succeed:
        return (_Runs.folder / f"{algorithm}.succeeded").exists()
    try:
        (_Runs.folder / f"{algorithm}.tried").touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def _remember(algorithm: str, answer: Answer) -> None:
    if _Runs.folder is not None and answer.status == 0:
        (_Runs.folder / f"{algorithm}.succeeded").touch()


def qgis_process() -> str:
    """Return the command that set-up made; it works from any directory."""
    made = ROOT / "build" / "bin" / "qgis_process"
    found = str(made) if made.exists() else shutil.which("qgis_process")
    if found is None:
        raise FileNotFoundError("no qgis_process: run `make setup` first")
    return found


def run(
    algorithm: str,
    *,
    environment: dict[str, str] | None = None,
    project: Path | None = None,
    timeout_s: int = 1800,
    command: str = "",
    must_succeed: bool = False,
    **parameters: Any,
) -> Answer:
    """Run ``waternet:algorithm`` with parameters and return its answer, whatever its exit status.

    `command` is the qgis_process of another checkout. With `must_succeed` qgis_process runs it until a run
    has succeeded, else once.
    """
    is_plain = not (environment or project or command)
    if is_plain and _may_run_here() and _is_known(algorithm, must_succeed):
        return run_here(algorithm, parameters)
    answer = run_process(
        algorithm,
        parameters,
        environment=environment,
        project=project,
        timeout_s=timeout_s,
        command=command,
    )
    _remember(algorithm, answer)
    return answer


def run_process(
    algorithm: str,
    parameters: dict[str, Any],
    *,
    environment: dict[str, str] | None = None,
    project: Path | None = None,
    timeout_s: int = 1800,
    command: str = "",
) -> Answer:
    """Run an algorithm by qgis_process, whatever its exit status."""
    words = [f"{name}={value}" for name, value in parameters.items()]
    opened = [f"--PROJECT_PATH={project}"] if project else []
    done = subprocess.run(
        [command or qgis_process(), "--json", "run", f"waternet:{algorithm}", *opened, "--", *words],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
    )
    start = done.stdout.find("{")
    results = (
        json.loads(done.stdout[start:]).get("results", {}) if done.returncode == 0 and start >= 0 else {}
    )
    return Answer(done.returncode, results, done.stdout, done.stderr)


def _may_run_here() -> bool:
    """Return whether this process has a QGIS without a project, as qgis_process would start one."""
    from qgis.core import QgsApplication, QgsProject

    if os.environ.get("HEADLESS") == "process" or QgsApplication.instance() is None:
        return False
    project = QgsProject.instance()
    return not project.fileName() and not project.mapLayers()


def run_here(algorithm: str, parameters: dict[str, Any]) -> Answer:
    """Run an algorithm in this process with texts as parameters, and answer as qgis_process does."""
    from qgis.core import NULL, QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    from support.registering import registered

    class Lines(QgsProcessingFeedback):
        """What a run says, split as qgis_process splits it."""

        def __init__(self) -> None:
            super().__init__(False)
            self.infos: list[str] = []
            self.errors: list[str] = []

        def reportError(self, text: str, _is_fatal: bool = False) -> None:
            self.errors.append(text)

        def pushWarning(self, text: str) -> None:
            self.errors.append(text)

        def pushInfo(self, text: str) -> None:
            self.infos.append(text)

    def answer(status: int, results: dict[str, Any]) -> Answer:
        return Answer(status, results, "\n".join(lines.infos), "\n".join(lines.errors))

    # A second one, beside that of a test, would take its place and take it away at its end.
    found = QgsApplication.processingRegistry().providerById("waternet")
    with registered() if found is None else nullcontext(found) as provider:
        lines, context = Lines(), QgsProcessingContext()
        context.setProject(QgsProject.instance())
        one = provider.algorithm(algorithm).create()
        given = {name: str(value) for name, value in parameters.items()}
        is_usable, sentence = one.checkParameterValues(given, context)
        if not is_usable:
            lines.errors += [
                "ERROR:\tAn error was encountered while checking parameter values",
                "\t" + sentence,
            ]
            return answer(1, {})
        results, has_succeeded = one.run(given, context, lines)
        # Closes what was written.
        del context
        # As JSON hands them over.
        plain = json.loads(json.dumps(results, default=lambda value: None if value == NULL else str(value)))
        return answer(0, plain) if has_succeeded else answer(1, {})


def must(algorithm: str, **parameters: Any) -> dict[str, Any]:
    """Run an algorithm that has to succeed and return its results."""
    answer = run(algorithm, must_succeed=True, **parameters)
    assert answer.status == 0, f"{algorithm}: {answer.stderr.strip() or answer.stdout.strip()}"
    return answer.results
