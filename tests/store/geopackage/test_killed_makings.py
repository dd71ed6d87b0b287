"""A network that is made has its name only when it is whole: a killed run leaves none and can be repeated."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, pipe_frame

from waternet_plugin.store import create_network, making_network, open_network, restore_backup

pytestmark = [
    pytest.mark.kill,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

COUNT = 300
Moment = Callable[[], None]


def _nothing() -> None:
    """Let the run go on."""


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def filled(path: Path, _backup: Path, amid: Moment) -> None:
    with making_network(path, CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(COUNT))
        amid()


def created(path: Path, _backup: Path, _amid: Moment) -> None:
    create_network(path, CRS)


def restored(path: Path, backup: Path, _amid: Moment) -> None:
    restore_backup(backup, path)


def _killed(
    make: Callable[[Path, Path, Moment], None], path: Path, backup: Path, *, at_the_name: bool
) -> int:
    """Make a network in a process that dies amid it or when the file gets its name; return how it ended."""

    def child() -> None:
        if at_the_name:
            for name in ("replace", "link", "rename"):
                setattr(os, name, lambda *_places, **_options: _die())
        make(path, backup, _nothing if at_the_name else _die)
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(60)
    return int(process.exitcode or 0)


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "before.gpkg"
    filled(path, path, _nothing)
    return path


@pytest.mark.parametrize(
    ("make", "at_the_name", "pipes"),
    a_few_quick(
        [(filled, False, COUNT), (filled, True, COUNT), (created, True, 0), (restored, True, COUNT)],
        1,
        is_tuple_one_value=False,
    ),
    ids=["amid", "filled", "created", "restored"],
)
def test_a_killed_making_leaves_nothing_under_the_name_and_can_be_repeated(
    make: Any, at_the_name: bool, pipes: int, backup: Path, tmp_path: Path
) -> None:
    path = tmp_path / "new.gpkg"
    assert _killed(make, path, backup, at_the_name=at_the_name) == -signal.SIGKILL
    assert not path.exists()
    make(path, backup, _nothing)
    with open_network(path) as network:
        assert network.count("pipe") == pipes
