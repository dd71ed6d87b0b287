"""What lies beside a network, or keeps its rows, is for those who may read it, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from qgis.core import QgsApplication
from support.way_out import make_town

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.store import attachments
from waternet_plugin.store.geopackage.sharing import locks
from waternet_plugin.store.unsaved_edits import UnsavedEdits

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@contextmanager
def noted(network: Path) -> Iterator[None]:
    with locks.announced(network, action="check", by="Li"):
        yield


@contextmanager
def built(network: Path) -> Iterator[None]:
    build_project(network, language="en")
    yield


@contextmanager
def backed_up(network: Path) -> Iterator[None]:
    with store.open_network(network) as opened:
        opened.backup()
    yield


@contextmanager
def photographed(network: Path) -> Iterator[None]:
    photo = network.parent.parent / "trench.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0")
    with store.open_network(network) as opened, attachments.keeping(opened, [photo]) as copied:
        copied.put_in_place()
        yield


@contextmanager
def edited(network: Path) -> Iterator[None]:
    edits = UnsavedEdits(network.parent, str(network))
    yield
    edits.close()


@pytest.fixture
def umask_of_all() -> Iterator[None]:
    """Have files be open to all where nobody closes them."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("mode", [0o660, pytest.param(0o600, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "maker", [noted, pytest.param(built, marks=pytest.mark.slow), backed_up, photographed, edited]
)
def test_what_is_made_is_as_open_as_the_network(
    qgis_app: QgsApplication,
    tmp_path: Path,
    umask_of_all: None,
    maker: Callable[[Path], Iterator[None]],
    mode: int,
) -> None:
    folder = tmp_path / "town"
    folder.mkdir()
    network = make_town(folder / "town.gpkg")
    network.chmod(mode)
    with maker(network):
        # What is under way is its maker's alone.
        made = [path for path in folder.rglob("*") if path != network and ".waternet-" not in str(path)]
        assert made
        for path in made:
            wanted = mode | (mode & 0o444) >> 2 if path.is_dir() else mode
            assert stat.S_IMODE(path.stat().st_mode) == wanted, path
