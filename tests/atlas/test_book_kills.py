"""Killed at any instant, a print leaves no half book; the next one goes on with the finished pages."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.slow_cases import cases_kept_always

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly.book_forms import BookForm
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

pytestmark = [
    pytest.mark.kill,
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]
# When it is killed: as soon as one of these is beside the book, by how many sheets are finished then.
INSTANTS = (
    ("", 0),
    ("book.pdf.pages", 0),
    ("book.pdf.pages/sheet_00001.part.pdf", 0),
    ("book.pdf.pages/sheet_00001.pdf", 1),
    ("book.pdf.pages/sheet_00002.part.pdf", 1),
    ("book.pdf.pages/sheet_00002.pdf", 2),
    ("book.pdf.pages/sheet_00003.part.pdf", 2),
    ("book.pdf.pages/sheet_00003.pdf", 3),
    ("book.pdf.pages/front_00001.pdf", 3),
    (".waternet-book-*", 3),
)
DAY = datetime.date(2026, 10, 2)
FORM = BookForm(edition=7, front=True)
PROGRAM = """
import datetime
import os
import sys
from pathlib import Path
from qgis.core import QgsApplication
application = QgsApplication([], True)
application.initQgis()
from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly.book_forms import BookForm
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
with store.open_network(sys.argv[1]) as network:
    print("begin", flush=True)
    form, day = BookForm(edition=7, front=True), datetime.date(2026, 10, 2)
    book.export_book(network, Path(sys.argv[2]), SheetRequest(1000), form=form, today=day)
print("end", flush=True)
os._exit(0)
"""


def start(network: Path, output: Path) -> subprocess.Popen[str]:
    """Start to print in another program; return when it has begun."""
    command = [sys.executable, "-c", PROGRAM, str(network), str(output)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=network.parent)
    assert child.stdout is not None
    while child.stdout.readline().strip() not in ("begin", ""):
        pass
    return child


@pytest.fixture(scope="module")
def town(town_path: Path, tmp_path_factory: pytest.TempPathFactory, page_texts) -> tuple[Path, list[str]]:
    """The network, and what the pages of its book say."""
    folder = tmp_path_factory.mktemp("whole")
    network = Path(shutil.copy(town_path, folder / "town.gpkg"))
    with start(network, folder / "book.pdf") as child:
        assert child.wait() == 0
    return network, page_texts(folder / "book.pdf")


@pytest.mark.parametrize(("sign", "finished"), cases_kept_always(INSTANTS, [INSTANTS[0], INSTANTS[-1]]))
def test_a_killed_print_leaves_no_half_book(
    town, sign: str, finished: int, tmp_path: Path, page_texts
) -> None:
    network_path, wanted = town
    assert len(wanted) == 9
    output = tmp_path / "book.pdf"
    output.write_bytes(b"older")
    with start(network_path, output) as child:
        while child.poll() is None and not any(tmp_path.glob(sign or "book.pdf")):
            time.sleep(0.001)
        child.send_signal(signal.SIGKILL)
    if output.read_bytes() == b"older":
        with store.open_network(network_path) as network:
            made = book.export_book(network, output, SheetRequest(1000), form=FORM, today=DAY)
        assert made.resumed >= finished
    # The same words on the same pages as in one go, and nothing beside the book.
    assert page_texts(output) == wanted
    assert [path.name for path in tmp_path.iterdir()] == ["book.pdf"]
