"""Networks that several files of tests share: a zone before and after a test, and one that leaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.leaking_zone import make_zone
from support.made_once import Once
from support.pressure_test_town import PASSES, square_file

from waternet_plugin import store
from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
    RecordRequest,
    record_zero_pressure_test,
)
from waternet_plugin.store import Network


@pytest.fixture(scope="session")
def square_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The square zone in a file."""
    return square_file(tmp_path_factory.mktemp("square") / "square.gpkg")


@pytest.fixture
def square(square_path: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the square zone, open."""
    with store.open_network(shutil.copy(square_path, tmp_path / "square.gpkg")) as network:
        yield network


@pytest.fixture(scope="session")
def proven_file(once: Once) -> Path:
    """The square zone in a file after a test that it passed."""

    def make(folder: Path) -> None:
        with store.open_network(square_file(folder / "square.gpkg")) as network:
            found = record_zero_pressure_test(network, RecordRequest(**PASSES))
        assert found.evidence.verdict == "pass"

    return once("proven", make) / "square.gpkg"


@pytest.fixture
def proven(proven_file: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the proven zone, open."""
    with store.open_network(shutil.copy(proven_file, tmp_path / "square.gpkg")) as network:
        yield network


@pytest.fixture(scope="session")
def leaking_file(once: Once) -> Path:
    """The zone with a leak and its alarm in a file."""
    return once("leaking", lambda folder: make_zone(folder / "zone.gpkg")) / "zone.gpkg"


@pytest.fixture
def leaking_zone(leaking_file: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the leaking zone, open."""
    with store.open_network(shutil.copy(leaking_file, tmp_path / "zone.gpkg")) as network:
        yield network
