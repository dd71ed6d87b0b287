"""The disk of a server is full: a batch is whole or not there, and passes once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from support.database_server import SERVER_USER, server_of_run, skip_or_fail_without_server
from support.store_helpers import CRS, pipe_frame

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import Network, create_network

pytestmark = [pytest.mark.always, pytest.mark.slow]
PIPES, NO_ROOM = 5_000, r"has no room left\. Nothing was changed"


class SmallDisk:
    """A file system of 64 MB on which a database lies, and a file that fills it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._filler = folder, folder / "filler"

    def fill(self) -> None:
        """Leave 256 kB."""
        size = shutil.disk_usage(self.folder).free - 256 * 1024
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)

    def free(self) -> None:
        """Make room."""
        self._filler.unlink()


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """A small disk with the tablespace ``small`` of the server."""
    skip_or_fail_without_server()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    server = server_of_run()
    folder = server.folder / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=True)
    try:
        space = folder / "space"
        space.mkdir(mode=0o700)
        shutil.chown(space, SERVER_USER, SERVER_USER)
        server.ask(f"CREATE TABLESPACE small LOCATION '{space}'")
        yield SmallDisk(folder)
        server.ask("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def town(disk: SmallDisk) -> Iterator[Network]:
    """A network of three pipes on the small disk."""
    server = server_of_run()
    database = server.make_database(in_tablespace="small")
    with create_network(server.address(database, "town"), CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(3))
        yield network
    server.drop_database(database)


def test_what_finds_no_room_is_not_there_and_passes_later(town: Network, disk: SmallDisk) -> None:
    before, logged = town.read("pipe"), town.count("change_log")
    more = pipe_frame(PIPES)
    more["pipe_id"] = [f"M{number}" for number in range(PIPES)]
    disk.fill()
    with (
        pytest.raises(StoreError, match=NO_ROOM),
        town.write("adopt") as batch,
    ):
        batch.insert("pipe", more)
    pd.testing.assert_frame_equal(town.read("pipe"), before)
    assert (town.count("change_log"), len(town.batches())) == (logged, 2)
    disk.free()
    with town.write("adopt") as batch:
        batch.insert("pipe", more)
    assert town.count("pipe") == PIPES + 3
    disk.fill()
    with pytest.raises(StoreError, match=NO_ROOM):
        town.undo(batch.batch_id)
    assert town.count("pipe") == PIPES + 3
    disk.free()
    town.undo(batch.batch_id)
    assert town.count("pipe") == 3
