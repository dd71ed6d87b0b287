"""Requests of operations refuse what can't be done, in the user's words, whoever asks."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

import pytest

from waternet_plugin import operations
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest
from waternet_plugin.operations.checks.repair_issues import RepairRequest
from waternet_plugin.operations.hydraulics.export_epanet import ExportEpanetRequest
from waternet_plugin.operations.network.isolate_burst import IsolateRequest
from waternet_plugin.operations.network.trace_network import TraceRequest

REFUSED = {
    "burst nowhere": (IsolateRequest, "PIPE or POINT"),
    "burst at two places": (lambda: IsolateRequest(pipe_id="P1", point="1,2"), "PIPE or POINT"),
    "trace from nowhere": (lambda: TraceRequest(""), "START"),
    "shortest way to nowhere": (lambda: TraceRequest("N1", Rules(direction="shortest")), "END"),
    "profile of a spread": (lambda: TraceRequest("N1", with_profile=True), "single way"),
    "kind of node": (lambda: TraceRequest("N1", Rules(stop_kinds=("tap",))), "tap"),
    "system": (lambda: ExportEpanetRequest("a.inp", ("potable", "beer")), "beer"),
    "no mapping": (lambda: AdoptLayerRequest("a.shp"), "MAPPING"),
    "no such table": (lambda: AdoptLayerRequest("a.shp", table="tree", dry_run=True), "tree"),
    "two kinds of repair": (lambda: RepairRequest("r", issues="I1", inventory="a.csv"), "INVENTORY"),
    "inventory unmapped": (lambda: RepairRequest("r", inventory="a.csv"), "MAPPING"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_cannot_be_done_is_refused(name: str) -> None:
    make, word = REFUSED[name]
    with pytest.raises(InputError, match=word):
        make()


def test_requests_and_results_are_frozen() -> None:
    found = []
    for module in pkgutil.walk_packages(operations.__path__, f"{operations.__name__}."):
        inside = vars(importlib.import_module(module.name))
        found += [
            each
            for name, each in inside.items()
            if name.endswith(("Request", "Result")) and dataclasses.is_dataclass(each)
        ]
    assert len(found) > 10
    assert [each.__name__ for each in found if not each.__dataclass_params__.frozen] == []
