"""Metered areas proposed for public networks: no rule is broken, or the bound is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.proposal_rules import broken_rules

from waternet_plugin import store
from waternet_plugin.core.dma.proposal.divisible_pipes import pipe_sizes
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.core.dma.proposal.proposing import propose_zones
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.dma.area_network import read_dma_model
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

# Real networks are large.
pytestmark = pytest.mark.slow

# Devices on the boundaries of each network, at most, at 5, 10 and 20 zones by length.
MOST_DEVICES = {"net3": (8, None, None), "ky4": (15, 27, 45), "ky10": (7, 15, 30)}
COUNTS = (5, 10, 20)


@pytest.fixture(scope="module", params=sorted(MOST_DEVICES))
def network(
    request: pytest.FixtureRequest, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Any]:
    """A public network as metered areas see it."""
    files = sorted((data_dir / "networks_inp" / request.param).glob("*.inp"))
    if not files:
        pytest.skip(f"needs the real data: no {request.param}")
    path = tmp_path_factory.mktemp("proposals") / f"{request.param}.gpkg"
    import_epanet(ModelImportRequest(str(files[0]), str(path)))
    with store.open_network(path) as opened:
        return request.param, read_dma_model(opened)


@pytest.mark.parametrize("count", COUNTS)
def test_no_rule_is_broken(network: tuple[str, Any], count: int) -> None:
    name, model = network
    options = ProposalOptions(count=count, size_by="length")
    most = MOST_DEVICES[name][COUNTS.index(count)]
    if most is None:
        with pytest.raises(InputError, match=r"^Pipe .* has a size of"):
            propose_zones(model, options, model.settings)
        return
    found = propose_zones(model, options, model.settings)
    sizes = dict(zip(model.graph.pipe_id, pipe_sizes(model.dma, "length")))
    bounds = (found.bounds.least, found.bounds.most)
    for one in found.solutions.values():
        assert broken_rules(model, one, size_of=sizes, bounds=bounds, max_inlets=2) == []
    figures = found.solutions["fewest_devices"].figures()
    print(f"{name} K={count}: {figures}")
    assert figures["devices"] <= most
