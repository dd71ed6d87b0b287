"""EPANET in a process of its own: computes the models of a folder and writes what it found beside them.

A script that imports nothing of WaterNet, so that it starts quickly. Its current folder is the temporary one
that holds the models, for EPANET keeps files of its own there. It ends when the process that started it does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from importlib import import_module
from typing import Any

# Codes of EPANET's toolkit.
_NODES, _TANKS, _LINKS = 0, 1, 2
_FLOW, _VELOCITY = 8, 9
_ELEVATION, _DEMAND, _HEAD, _QUALITY = 0, 9, 10, 12
_DURATION, _HYDRAULIC_STEP, _QUALITY_STEP, _REPORT_STEP, _REPORT_START = 0, 1, 2, 5, 6
_UNBALANCED = 1
# EPANET's own: a quality step is a tenth of the hydraulic one.
_QUALITY_STEPS = 10
# A sentence of EPANET's report, which doubles the code of some, and the code that only counts the others.
_FAULT, _SUM = re.compile(r"(?:Input )?(?:Error (\d+): *)+(.+)"), "200"
_NO_SOLUTION = "System ill-conditioned"
# How often a file is put in its place, and how long is waited in between.
_ATTEMPTS, _WAIT_S = 100, 0.02


def _end_with_parent() -> None:
    """End when the other end of the standard input is closed, as it is when that process is killed."""
    sys.stdin.buffer.read()
    os._exit(1)


def _values(kit: Any, nodes: Any, code: int) -> list[float]:
    return [float(kit.ENgetnodevalue(node, code)) for node in nodes]


def _pressures(kit: Any, count: int) -> dict[str, Any]:
    """Return heads, grounds and demands of the junctions at the start of the model."""
    kit.ENopenH()
    kit.ENinitH(0)
    kit.ENrunH()
    if kit.errcode == _UNBALANCED:
        return {"fault": "unbalanced"}
    every = range(1, count + 1)
    found = {
        "head": _values(kit, every, _HEAD),
        "ground": _values(kit, every, _ELEVATION),
        "demand": _values(kit, every, _DEMAND),
    }
    kit.ENcloseH()
    return found


def _period(kit: Any, nodes: int, links: int) -> dict[str, Any]:
    """Return grounds, and of heads, flows and velocities the first, lowest, mean and highest of the run."""
    kit.ENopenH()
    kit.ENinitH(0)
    node, link = range(1, nodes + 1), range(1, links + 1)
    found: dict[str, list[list[float]]] = {}
    whole = 0.0
    while True:
        seconds = int(kit.ENrunH())
        if kit.errcode == _UNBALANCED and not found:
            return {"fault": "unbalanced"}
        now = {
            "head": _values(kit, node, _HEAD),
            "flow": [float(kit.ENgetlinkvalue(one, _FLOW)) for one in link],
            "velocity": [float(kit.ENgetlinkvalue(one, _VELOCITY)) for one in link],
        }
        step = int(kit.ENnextH())
        # A model of a single moment lasts as long as it likes.
        weight = float(step) if step > 0 or whole else 1.0
        for name, values in now.items():
            if name not in found:
                found[name] = [values, values, [0.0] * len(values), values]
            first, low, total, high = found[name]
            found[name] = [
                first,
                [min(pair) for pair in zip(low, values)],
                [one + weight * value for one, value in zip(total, values)],
                [max(pair) for pair in zip(high, values)],
            ]
        whole += weight
        if not step > 0:
            break
    kit.ENcloseH()
    for rows in found.values():
        rows[2] = [one / whole for one in rows[2]]
    return {**found, "ground": _values(kit, node, _ELEVATION), "seconds": seconds}


def _ages(kit: Any, job: dict[str, Any]) -> dict[str, Any]:
    """Return the ages at the end of a run and its seconds; none for a model of a single moment.

    Hydraulics and quality go on side by side, so that no file of hydraulics is kept, however long the run.
    """
    if not kit.ENgettimeparam(_DURATION) > 0:
        return {}
    step, duration = int(job["step_s"]), int(job["duration_s"])
    kit.ENsettimeparam(_DURATION, duration)
    kit.ENsettimeparam(_REPORT_START, 0)
    kit.ENsettimeparam(_REPORT_STEP, step)
    kit.ENsettimeparam(_HYDRAULIC_STEP, step)
    kit.ENsettimeparam(_QUALITY_STEP, max(1, step // _QUALITY_STEPS))
    kit.ENopenH()
    kit.ENinitH(0)
    kit.ENopenQ()
    kit.ENinitQ(0)
    while True:
        seconds = int(kit.ENrunH())
        kit.ENrunQ()
        left = kit.ENnextH()
        kit.ENnextQ()
        _put("progress.json", [job["number"], min(1.0, seconds / duration)])
        if not left > 0:
            break
    ages = _values(kit, job["age_at"], _QUALITY)
    kit.ENcloseQ()
    kit.ENcloseH()
    return {"age": ages, "seconds": seconds}


def _put(name: str, what: Any) -> None:
    """Write a small file as a whole: who reads it meanwhile reads the one before."""
    part = f"{name}.part"
    with open(part, "w", encoding="utf-8") as stream:
        json.dump(what, stream)
    for _attempt in range(_ATTEMPTS):
        try:
            os.replace(part, name)
        except PermissionError:
            # Windows, while the other process reads it.
            time.sleep(_WAIT_S)
        else:
            return


def _reasons(path: str) -> list[str]:
    """Return what EPANET's report names as faults of a model, each with the line of the file that has it."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = [line.strip() for line in stream]
    except OSError:
        return []
    reasons = []
    for line, after in zip(lines, [*lines[1:], ""]):
        fault = _FAULT.fullmatch(line)
        if fault and fault[1] != _SUM:
            named = fault[2].endswith(":")
            reasons.append(f"(Error {fault[1]}) {fault[2]}{f' {after}' if named else ''}")
        elif _NO_SOLUTION in line:
            reasons.append(line[line.index(_NO_SOLUTION) :])
    return reasons


def _computed(toolkit: Any, job: dict[str, Any]) -> dict[str, Any]:
    """Return what EPANET finds for one model, or the fault that kept it from that."""
    # The names alone: wntr hands paths on in Latin letters.
    base = str(job["number"])
    kit = toolkit.ENepanet(version=2.2)
    try:
        try:
            kit.ENopen(f"{base}.inp", f"{base}.rpt", f"{base}.bin")
            if kit.ENgetcount(_NODES) - kit.ENgetcount(_TANKS) != job["nodes"]:
                return {"fault": "nodes"}
            if job["links"]:
                if kit.ENgetcount(_NODES) != job["nodes"] + job["tanks"]:
                    return {"fault": "nodes"}
                if kit.ENgetcount(_LINKS) != job["links"]:
                    return {"fault": "nodes"}
                return _period(kit, job["nodes"] + job["tanks"], job["links"])
            found = _pressures(kit, job["nodes"])
            return {**found, **_ages(kit, job)} if job["age_at"] and "fault" not in found else found
        finally:
            kit.ENclose()
    except Exception as error:  # noqa: BLE001 (an engine is foreign code: its words are handed on)
        text = str(error) or type(error).__name__
        return {"fault": "failed", "text": text, "reasons": _reasons(f"{base}.rpt")}


def main() -> None:
    """Compute the models that the current folder lists, one after the other."""
    with open("jobs.json", encoding="utf-8") as stream:
        asked = json.load(stream)
    sys.path[:] = asked["path"]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    toolkit = import_module("wntr.epanet.toolkit")
    for job in asked["jobs"]:
        _put("progress.json", [job["number"], 0.0])
        _put(f"{job['number']}.json", _computed(toolkit, job))


if __name__ == "__main__":
    main()
