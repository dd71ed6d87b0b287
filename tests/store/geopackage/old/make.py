"""Make a small network with the code of an older WaterNet, for the tests of migrations.

    git archive <commit> waternet_plugin | tar -x -C <folder>
    python tests/store/geopackage/old/make.py <folder> tests/store/geopackage/old/version_<n>.gpkg.gz

Version 1 is of the commit before 3de7d5d, version 2 of cab5be1, version 3 of aa8c22a, version 4 of c856edc,
version 5 of ad2b8a8, version 6 of de564e2, version 8 of 7bba7f4,
version 9 of b1fb064. Six hundred pipes are adopted, so that the change log has what it had of rows made in
bulk, and one is edited by another program.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path[:0] = [sys.argv[1], str(Path(__file__).resolve().parents[3])]

from support.store_helpers import CRS, pipe_frame

from waternet_plugin.store import create_network
from waternet_plugin.store.geopackage import connection


def main(target: Path) -> None:
    """Write the network, packed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.gpkg"
        network = create_network(path, CRS, by="anna")
        with network.write("adopt", name="pipes") as batch:
            batch.insert("pipe", pipe_frame(600))
        with network.write("edit", name="three") as batch:
            batch.insert("pipe", pipe_frame(3, start=700))
        with closing(connection.connect(path, write=True)) as database:
            database.execute("UPDATE pipe SET street = 'mine' WHERE pipe_id = 'P00001'")
            database.execute("VACUUM")
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


main(Path(sys.argv[2]))
