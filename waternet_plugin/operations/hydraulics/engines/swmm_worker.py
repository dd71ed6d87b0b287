"""SWMM in a process of its own: computes the model of a folder and leaves its results beside it.

A script that imports nothing of WaterNet, so that it starts quickly. Its current folder is the temporary one
that holds the model. It ends when the process that started it does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from importlib import import_module


def _end_with_parent() -> None:
    """End when the other end of the standard input is closed, as it is when that process is killed."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """Compute the model of the current folder."""
    with open("job.json", encoding="utf-8") as stream:
        job = json.load(stream)
    sys.path[:] = job["path"]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    solver = import_module("swmm.toolkit.solver")
    try:
        solver.swmm_open("model.inp", "model.rpt", "model.out")
        solver.swmm_start(1)
        days, shown = 1.0, -1
        while days > 0:
            days = solver.swmm_step()
            share = int(100 * days / job["days"])
            if share > shown:
                shown = share
                # A few bytes: who reads them meanwhile reads a smaller share.
                with open("share.txt", "w", encoding="ascii") as stream:
                    stream.write(str(share))
        solver.swmm_end()
        solver.swmm_close()
    except Exception as error:  # noqa: BLE001 (an engine is foreign code: its words are handed on)
        with open("fault.txt", "w", encoding="utf-8") as stream:
            stream.write(str(error) or type(error).__name__)
        with suppress(Exception):
            # Only then the report has its lines.
            solver.swmm_close()
        return
    with open("done.txt", "w", encoding="ascii") as stream:
        stream.write("done")


if __name__ == "__main__":
    main()
