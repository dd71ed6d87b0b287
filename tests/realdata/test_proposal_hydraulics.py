"""Proposals for public networks, their crossings closed in EPANET."""

from __future__ import annotations

from pathlib import Path

import pytest

from waternet_plugin import store
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.operations.dma.propose_dma import ProposeDmaRequest, propose_dma
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

# Real networks are large.
pytestmark = pytest.mark.slow

pytest.importorskip("wntr.epanet.toolkit", reason="the EPANET engine (wntr) is not installed")


@pytest.mark.parametrize("name", ["net3", "ky4", "ky10"])
def test_every_solution_is_computed(name: str, data_dir: Path, tmp_path: Path) -> None:
    files = sorted((data_dir / "networks_inp" / name).glob("*.inp"))
    if not files:
        pytest.skip(f"needs the real data: no {name}")
    path = tmp_path / f"{name}.gpkg"
    import_epanet(ModelImportRequest(str(files[0]), str(path)))
    request = ProposeDmaRequest(ProposalOptions(count=5, size_by="length"))
    with store.open_network(path) as network:
        done = propose_dma(network, request)
    for solution, check in done.hydraulics.items():
        print(f"{name} {solution}: {check.sentence()}; {check.age_sentence()} (now {check.p_before_m:.1f} m)")
        assert check.reason == ""
        assert check.p_after_m <= check.p_before_m + 1.0
        assert 0.0 <= check.below_share <= 1.0
