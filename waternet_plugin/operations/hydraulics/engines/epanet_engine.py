"""EPANET by the Python package wntr, where that is installed, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from waternet_plugin.core.dma.hydraulics import (
    EngineError,
    HydraulicEngine,
    HydraulicModel,
    HydraulicRun,
    PeriodValues,
)
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.units import HOUR_S

_WORKER = Path(__file__).with_name("epanet_worker.py")
# How often the process is looked at: Cancel is answered that soon.
_LOOK_S = 0.1
# Room on the disk that a run is given: so many times its models, and so much for what EPANET itself keeps.
_ROOM_TIMES, _ROOM_BYTES = 20, 64 * 1024 * 1024
_MB = 1024 * 1024
# How many reasons are told.
_MOST_REASONS = 5
# What is left in EPANET's own sentences where nobody filled the place of a name.
_PLACE_OF_NAME = re.compile(r"\s*%[sd]")


@dataclass(frozen=True)
class WntrEngine:
    """EPANET 2.2 as wntr brings it.

    Parameters
    ----------
    worker
        The script that computes.
    """

    worker: Path = _WORKER
    name: str = "EPANET 2.2 (wntr)"

    def run(
        self, models: Sequence[HydraulicModel], limit_s: float, progress: Progress
    ) -> list[Union[HydraulicRun, EngineError]]:
        """Compute models, one after the other, in a process that ends with a cancel or at the limit.

        Raises
        ------
        EngineError
            When no process can be started, or the disk has no room for it.
        """
        with scratch.folder(None, "epanet") as folder:
            room = room_bytes(sum(len(model.data) for model in models), folder, "EPANET")
            jobs = [_job(number, model) for number, model in enumerate(models)]
            for number, model in enumerate(models):
                (folder / f"{number}.inp").write_bytes(model.data)
            asked = {"path": [entry for entry in sys.path if entry], "jobs": jobs}
            (folder / "jobs.json").write_text(json.dumps(asked), encoding="utf-8")
            ended = self._watched(folder, len(models), limit_s, room, progress)
            return [_run(folder, number, model) or ended for number, model in enumerate(models)]

    def _watched(
        self, folder: Path, count: int, limit_s: float, room: int, progress: Progress
    ) -> EngineError:
        """Wait for the process and return why it computed no more than it did.

        Whatever ends the waiting, a cancel too, ends the process.
        """
        until = time.monotonic() + limit_s
        process = engine_process(self.worker, folder, "EPANET")
        try:
            while process.poll() is None:
                time.sleep(_LOOK_S)
                progress.at(_share_done(folder, count))
                if time.monotonic() > until:
                    text = tr("EPANET did not come to an end within {seconds} s (setting {key}).")
                    return EngineError(text.format(seconds=f"{limit_s:g}", key="dma.hydraulics_limit_s"))
                if folder_bytes(folder) > room:
                    return EngineError(
                        tr("EPANET wrote more than {room} MB of temporary files.").format(room=room // _MB)
                    )
        finally:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
        return EngineError(tr("{engine} ended without a result.").format(engine=self.name))


def found_engine() -> Optional[HydraulicEngine]:
    """Return the engine that is installed, None where none is."""
    return WntrEngine() if util.find_spec("wntr") is not None else None


def _python(engine: str) -> str:
    """Return the program of Python; inside QGIS the running program may be QGIS itself.

    Raises
    ------
    EngineError
        When there is none.
    """
    if Path(sys.executable or "").stem.lower().startswith("python"):
        return sys.executable
    for name in ("python.exe", "python3.exe", "bin/python3", "bin/python"):
        program = Path(sys.exec_prefix) / name
        if program.is_file():
            return str(program)
    raise EngineError(
        tr("No Python program was found in {folder} to run {engine} with.").format(
            folder=sys.exec_prefix, engine=engine
        )
    )


def engine_process(worker: Path, folder: Path, engine: str) -> subprocess.Popen[bytes]:
    """Return the process of a script whose current folder is a temporary one.

    Parameters
    ----------
    engine
        Its name, for sentences.

    Raises
    ------
    EngineError
        When it can't be started.
    """
    try:
        return subprocess.Popen(
            [_python(engine), str(worker)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # On Windows no black window opens.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise EngineError(
            tr("{engine} can't be started: {reason}.").format(engine=engine, reason=error.strerror)
        ) from error


def room_bytes(model_bytes: int, folder: Path, engine: str) -> int:
    """Return the bytes that a run may take on the disk.

    Parameters
    ----------
    model_bytes
        Size of its models.
    engine
        Its name, for sentences.

    Raises
    ------
    EngineError
        When the disk has not so many left.
    """
    room = _ROOM_BYTES + _ROOM_TIMES * model_bytes
    free = shutil.disk_usage(folder).free
    if free < room:
        raise EngineError(
            tr(
                "The folder for temporary files {folder} has {free} MB left, {engine} needs {room} MB."
            ).format(folder=folder.parent, free=free // _MB, room=room // _MB, engine=engine)
        )
    return room


def folder_bytes(folder: Path) -> int:
    """Return the bytes of a folder's files; one that vanishes meanwhile has none."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                total += entry.stat().st_size
            except OSError:
                continue
    return total


def _job(number: int, model: HydraulicModel) -> dict[str, Any]:
    # Engines number junctions in the order of the file, from 1.
    index_of = {node: index for index, node in enumerate(model.nodes, start=1)}
    return {
        "number": number,
        "nodes": len(model.nodes),
        "tanks": len(model.tanks),
        "links": len(model.links),
        "age_at": [index_of[node] for node in model.age_at],
        "duration_s": round(model.age_duration_h * HOUR_S),
        "step_s": round(model.age_step_min * 60),
    }


def _read(path: Path) -> Any:
    """Return what a file of the process holds, None while it is not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _share_done(folder: Path, count: int) -> float:
    number, share = _read(folder / "progress.json") or (0, 0.0)
    return float(number + share) / count


def _run(folder: Path, number: int, model: HydraulicModel) -> Optional[Union[HydraulicRun, EngineError]]:
    """Return what the process found for one model, None where it wrote nothing."""
    found = _read(folder / f"{number}.json")
    if found is None:
        return None
    if found.get("fault") == "nodes":
        return EngineError(tr("EPANET reads other nodes of the model than WaterNet."))
    if found.get("fault") == "unbalanced":
        return EngineError(tr("The model does not balance at its start."))
    if "fault" in found:
        reasons = shown([f"{one.rstrip('.')}." for one in found.get("reasons", [])], _MOST_REASONS)
        error = joined(reasons) or _PLACE_OF_NAME.sub("", found["text"]).strip()
        return EngineError(
            tr("{engine} failed: {error}.").format(engine=WntrEngine.name, error=error.rstrip("."))
        )
    if model.links:
        return _period_run(found, model)
    head, ground = np.asarray(found["head"], dtype=float), np.asarray(found["ground"], dtype=float)
    ages = np.asarray(found["age"], dtype=float) if "age" in found else None
    return HydraulicRun(
        (head - ground) * model.metres,
        np.asarray(found["demand"], dtype=float),
        ages,
        found.get("seconds", 0) / HOUR_S,
    )


def _period_run(found: dict[str, Any], model: HydraulicModel) -> HydraulicRun:
    """Return a run with the heads and flows of its period."""
    ground = np.asarray(found["ground"], dtype=float) * model.metres
    head = np.asarray(found["head"], dtype=float) * model.metres
    velocity = np.asarray(found["velocity"], dtype=float) * model.metres
    period = PeriodValues(ground, head, np.asarray(found["flow"], dtype=float), velocity)
    count = len(model.nodes)
    pressure = (head[0] - ground)[:count]
    return HydraulicRun(pressure, np.zeros(count), None, found["seconds"] / HOUR_S, period)
