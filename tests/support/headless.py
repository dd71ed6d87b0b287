"""Run algorithms as a script does: through qgis_process, as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
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
    **parameters: Any,
) -> Answer:
    """Run ``waternet:algorithm`` with parameters and return its answer, whatever its exit status.

    `command` is the qgis_process of another checkout.
    """
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


def must(algorithm: str, **parameters: Any) -> dict[str, Any]:
    """Run an algorithm that has to succeed and return its results."""
    answer = run(algorithm, **parameters)
    assert answer.status == 0, f"{algorithm}: {answer.stderr.strip() or answer.stdout.strip()}"
    return answer.results
