"""What an operation that writes returns names its own batch, whoever else writes at the time."""

from __future__ import annotations

import importlib
import inspect
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.leaking_zone import make_zone
from support.sources import imports, shipped
from support.written_batches import writing_functions

from waternet_plugin import store
from waternet_plugin.core.progress import SILENT
from waternet_plugin.operations.dma import draw_dma as module
from waternet_plugin.operations.dma.draw_dma import PIPES, DrawRequest, draw_dma
from waternet_plugin.operations.dma.zone_scenarios import StoredScenario, StoreScenarioRequest, store_scenario
from waternet_plugin.operations.written import Written

OPERATIONS = "waternet_plugin.operations."
FACES = ("waternet_plugin.gui.", "waternet_plugin.processing.", "waternet_plugin.bridge.")
# What is not one deed of a person, with the reason.
EXEMPT = {
    "adoption.adopt_layers.adopt_all": "a result a file: `AdoptedPart` of each names its batch",
    "compounds.score_details.score_details": "asks for scores that are not kept",
    "drainage.listed_misconnections.list_misconnections": "asks only what there is",
    "pressure.pressure_overview.pressure_overview": "points and zones as they are; none is kept",
    "searching.search_overview.search_overview": "the nights that a question makes; none is kept",
    "survey.try_survey.try_survey": "a dry run",
}


# What they ask is not a request on an open network, with the reason.
OTHERWISE = {
    "hydraulics.import_epanet.import_epanet": ("request", "progress"),  # makes the network
    "hydraulics.import_swmm.import_swmm": ("request", "progress"),
    "retests.mark_retests.mark_retests": ("network", "progress"),  # asks nothing
}
# Norms ask for the nights of a year, and none is kept.
ONLY_COMPUTED = "leakage.night_flow.compute_nights"
# What people write by whom they ask, beside the request: rows of a layer, the day of today, an engine.
FURTHER = {"rows", "today", "engine"}


def _called_from_above() -> set[str]:
    """Return ``module.function`` of all operations that the face, algorithms or QGIS's Save call."""
    return {
        name.removeprefix(OPERATIONS)
        for source in shipped()
        if source.module.startswith(FACES)
        for name, _line in imports(source)
        if name.startswith(OPERATIONS)
    }


@pytest.mark.slow
def test_every_operation_that_writes_returns_its_batch() -> None:
    asked = sorted((writing_functions() & _called_from_above()) - set(EXEMPT))
    assert len(asked) > 25
    lacking = []
    for name in asked:
        room, _, function = name.rpartition(".")
        found = getattr(importlib.import_module(OPERATIONS + room), function)
        returned = typing.get_type_hints(found).get("return")
        if not (isinstance(returned, type) and issubclass(returned, Written)):
            lacking.append(f"{name} -> {returned}")
    assert lacking == []


def _functions() -> dict[str, typing.Callable[..., object]]:
    """Return the public functions of all operations, by ``room.module.function``."""
    modules = [one.module for one in shipped() if one.module.startswith(OPERATIONS)]
    return {
        f"{module.removeprefix(OPERATIONS)}.{name}": found
        for module in modules
        for name, found in vars(importlib.import_module(module)).items()
        if inspect.isfunction(found) and found.__module__ == module and not name.startswith("_")
    }


def test_every_operation_that_writes_is_asked_in_one_way() -> None:
    asked = {
        name: inspect.signature(found).parameters
        for name, found in _functions().items()
        if _is_written(found)
    }
    assert len(asked) > 30 and set(OTHERWISE) <= set(asked) and ONLY_COMPUTED in _functions()
    assert ONLY_COMPUTED not in writing_functions()
    strange = []
    for name, parameters in asked.items():
        said = tuple(key for key, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD)
        further = {key for key, one in parameters.items() if one.kind is one.KEYWORD_ONLY}
        wanted = OTHERWISE.get(name, ("network", "request", "progress"))
        if said != wanted or parameters["progress"].default is not SILENT:
            strange.append(f"{name}{said}: it takes {wanted}, and progress is SILENT where nobody listens")
        elif "request" in wanted and not {"before_commit"} <= further <= {"before_commit", *FURTHER}:
            strange.append(f"{name}: {sorted(further)} by name, where before_commit is")
    assert strange == []


def _is_written(found: typing.Callable[..., object]) -> bool:
    """Return whether a function says of what type of `Written` its answer is."""
    returned = found.__annotations__.get("return", "")
    known = getattr(importlib.import_module(found.__module__), str(returned), None)
    return isinstance(known, type) and issubclass(known, Written)


@pytest.mark.slow
def test_a_drawing_in_a_scenario_names_its_own_batch_when_another_window_writes_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "zone.gpkg"
    make_zone(path)

    def stored_while_a_colleague_writes(
        network: store.Network, request: StoreScenarioRequest, **further: typing.Any
    ) -> StoredScenario:
        made = store_scenario(network, request, **further)
        with store.open_network(path) as theirs, theirs.write("edit", name="theirs") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["MAIN-0"], "street": ["new"]}))
        return made

    monkeypatch.setattr(module, "store_scenario", stored_while_a_colleague_writes)
    request = DrawRequest("draw", PIPES, zone="Z2", pipe_ids=("BRANCH-5",), scenario="Plan A", store=True)
    with store.open_network(path) as network:
        done = draw_dma(network, request)
        batches = network.batches().set_index("batch_id")["name"]
        assert "Plan A" in batches[done.batch_id]
        assert batches.iloc[0] == "theirs"
        network.undo(done.batch_id)
        assert not len(network.read("zone_scenario", ["scenario_id"]))
        streets = network.read("pipe", ["street"], ids=["MAIN-0"], geometry=False)["street"]
        assert np.array_equal(streets, ["new"])
