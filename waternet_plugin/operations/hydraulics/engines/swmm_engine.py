"""SWMM by the Python package swmm-toolkit, where that is installed, in a process of its own."""

from __future__ import annotations

import json
import re
import sys
import time
from importlib import util
from pathlib import Path

from waternet_plugin.core.dma.hydraulics import EngineError
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.hydraulics.engines.epanet_engine import (
    engine_process,
    folder_bytes,
    room_bytes,
)

ENGINE = "SWMM 5.2 (swmm-toolkit)"
_WORKER = Path(__file__).with_name("swmm_worker.py")
# How often the process is looked at: Cancel is answered that soon.
_LOOK_S = 0.1
_MB = 1024 * 1024
_LIMIT = "exchange.swmm_limit_s"
# A file may report a few elements only; a section may come several times, and the last line counts.
_REPORTED = b"\r\n[REPORT]\r\nNODES ALL\r\nLINKS ALL\r\n"
# SWMM says what is wrong in its report, in lines of this form.
_ERROR = re.compile(r"^\s*ERROR \d+:.*$", re.MULTILINE)


def has_swmm() -> bool:
    """Return whether an engine is installed."""
    return util.find_spec("swmm") is not None and util.find_spec("swmm.toolkit") is not None


def swmm_results(data: bytes, days: float, limit_s: float, progress: Progress) -> bytes:
    """Return the file of results of a model.

    Parameters
    ----------
    data
        The model.
    days
        How long it runs, for the progress.
    limit_s
        Longest time to wait.

    Raises
    ------
    InputError
        When no engine is installed or the model does not run: with the reason, in SWMM's words.
    """
    if not has_swmm():
        raise InputError(tr("No SWMM engine is installed (Python package swmm-toolkit)."))
    try:
        with scratch.folder(None, "swmm") as folder:
            room = room_bytes(len(data), folder, "SWMM")
            (folder / "model.inp").write_bytes(data + _REPORTED)
            job = {"path": [entry for entry in sys.path if entry], "days": max(days, 1e-6)}
            (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
            _wait(folder, limit_s, room, progress)
            fault = _fault(folder)
            if fault:
                raise InputError(tr("The model does not run: {reason}").format(reason=fault))
            return (folder / "model.out").read_bytes()
    except EngineError as error:
        raise InputError(error.message) from error


def _wait(folder: Path, limit_s: float, room: int, progress: Progress) -> None:
    """Wait for the process; whatever ends the waiting, a cancel too, ends the process."""
    until = time.monotonic() + limit_s
    process = engine_process(_WORKER, folder, "SWMM")
    try:
        while process.poll() is None:
            time.sleep(_LOOK_S)
            progress.at(_share(folder))
            if time.monotonic() > until:
                text = tr("SWMM did not come to an end within {seconds} s (setting {key}).")
                raise EngineError(text.format(seconds=f"{limit_s:g}", key=_LIMIT))
            if folder_bytes(folder) > room:
                raise EngineError(tr("SWMM wrote more than {room} MB of results.").format(room=room // _MB))
    finally:
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _share(folder: Path) -> float:
    try:
        return min(1.0, int((folder / "share.txt").read_text(encoding="ascii")) / 100)
    except (OSError, ValueError):
        return 0.0


def _fault(folder: Path) -> str:
    """Return what kept a model from running, '' when it ran to its end."""
    try:
        report = (folder / "model.rpt").read_bytes().decode("utf-8", "replace")
    except OSError:
        report = ""
    errors = [line.strip() for line in _ERROR.findall(report)]
    if errors:
        return errors[0]
    if (folder / "done.txt").is_file():
        return ""
    try:
        return re.sub(r"\s+", " ", (folder / "fault.txt").read_text(encoding="utf-8")).strip()
    except OSError:
        return tr("{engine} ended without a result.").format(engine=ENGINE)
