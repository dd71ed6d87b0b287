"""What tests of the drainage panes share: a session on a copy of the sample town."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.built_network import copied

from waternet_plugin import store


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


@pytest.fixture(scope="session")
def _town_before_checks(tmp_path_factory: pytest.TempPathFactory, sample_town: Path) -> Path:
    path = copied(sample_town / "en" / "sample_town.gpkg", tmp_path_factory.mktemp("before_checks"))
    with store.open_network(path) as network:
        batches = network.read("batch", ["batch_id", "kind"])
        for batch in reversed(batches["batch_id"][batches["kind"].isin(["check", "drainage"])].tolist()):
            network.undo(batch)
    return path


@pytest.fixture
def town_before_checks(open_sample_town: Callable[..., Any], _town_before_checks: Path) -> Any:
    """The session on a copy of the sample town before it was checked and the flow of its drains inferred."""
    return open_sample_town(_town_before_checks)
