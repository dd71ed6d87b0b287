"""What tests of the drainage panes share: a session on a copy of the sample town."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.built_network import copied
from support.made_once import Once

from waternet_plugin import store


@pytest.fixture
def town(open_sample_town: Callable[..., Any]) -> Any:
    """The session on a copy of the sample town."""
    return open_sample_town()


@pytest.fixture(scope="session")
def _town_before_checks(once: Once, sample_town: Path) -> Path:
    def make(folder: Path) -> None:
        with store.open_network(copied(sample_town / "en" / "sample_town.gpkg", folder)) as network:
            batches = network.read("batch", ["batch_id", "kind"])
            for batch in reversed(batches["batch_id"][batches["kind"].isin(["check", "drainage"])].tolist()):
                network.undo(batch)

    return once("before_checks", make) / "sample_town.gpkg"


@pytest.fixture
def town_before_checks(open_sample_town: Callable[..., Any], _town_before_checks: Path) -> Any:
    """The session on a copy of the sample town before it was checked and the flow of its drains inferred."""
    return open_sample_town(_town_before_checks)
