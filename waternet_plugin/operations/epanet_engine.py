"""EPANET by the Python package wntr, where that is installed."""

from __future__ import annotations

from importlib import import_module, util
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.hydraulics import EngineError, HydraulicEngine, HydraulicModel, HydraulicRun
from waternet_plugin.core.files import scratch
from waternet_plugin.core.texts import tr

# Codes of EPANET's toolkit.
_NODES, _TANKS = 0, 1
_ELEVATION, _DEMAND, _HEAD, _QUALITY = 0, 9, 10, 12
_UNBALANCED = 1


class WntrEngine:
    """EPANET 2.2 as wntr brings it."""

    name = "EPANET 2.2 (wntr)"

    def run(self, model: HydraulicModel) -> HydraulicRun:
        """Compute a model.

        Raises
        ------
        EngineError
            When it does not balance, or EPANET reads other junctions than we do.
        """
        kit = import_module("wntr.epanet.toolkit").ENepanet(version=2.2)
        with scratch.folder(None, "epanet") as folder:
            path = folder / "model.inp"
            path.write_bytes(model.data)
            kit.ENopen(str(path), str(folder / "model.rpt"), str(folder / "model.bin"))
            try:
                return _run(kit, model)
            finally:
                kit.ENclose()


def found_engine() -> Optional[HydraulicEngine]:
    """Return the engine that is installed, None where none is."""
    return WntrEngine() if util.find_spec("wntr") is not None else None


def _run(kit: Any, model: HydraulicModel) -> HydraulicRun:
    if kit.ENgetcount(_NODES) - kit.ENgetcount(_TANKS) != len(model.nodes):
        raise EngineError(tr("EPANET reads other nodes of the model than WaterNet."))
    kit.ENopenH()
    kit.ENinitH(0)
    kit.ENrunH()
    if kit.errcode == _UNBALANCED:
        raise EngineError(tr("The model does not balance at its start."))
    every = range(1, len(model.nodes) + 1)
    head, ground = _values(kit, every, _HEAD), _values(kit, every, _ELEVATION)
    demand = _values(kit, every, _DEMAND)
    kit.ENcloseH()
    age, seconds = _ages(kit, model) if model.age_at else (None, 0)
    return HydraulicRun((head - ground) * model.metres, demand, age, seconds / 3600)


def _ages(kit: Any, model: HydraulicModel) -> tuple[Optional[Array], int]:
    """Return the ages at the end of the run and its seconds; no ages for a single moment."""
    kit.ENsolveH()
    kit.ENopenQ()
    kit.ENinitQ(0)
    while True:
        seconds = int(kit.ENrunQ())
        if not kit.ENnextQ() > 0:
            break
    if not seconds:
        return None, 0
    number = {node: index for index, node in enumerate(model.nodes, start=1)}
    ages = _values(kit, [number[node] for node in model.age_at], _QUALITY)
    kit.ENcloseQ()
    return ages, seconds


def _values(kit: Any, nodes: Any, code: int) -> Array:
    return np.array([kit.ENgetnodevalue(node, code) for node in nodes], dtype=float)
