"""A QGIS of its own that edits a small network and is killed before it saves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A QGIS of its own, with the plugin in it, that edits and is killed.
KILLED = """
import sys
from pathlib import Path
# Not the folder where it runs: the repository has a `processing` of its own.
sys.path[:1] = [sys.argv[1], sys.argv[2]]
from qgis.core import QgsApplication
application = QgsApplication([], True)
application.initQgis()
from support.fake_iface import FakeIface
from waternet_plugin import classFactory, language
from waternet_plugin.gui.editing import save_bar
save_bar.journal_folder = lambda: Path(sys.argv[3])
plugin = classFactory(FakeIface())
language.install("en")
plugin.initGui()
assert plugin.session.open_network(sys.argv[4])
for _ in range(50):
    application.processEvents()
layer = plugin.session.layer("pipe")
assert layer.startEditing()
exec(sys.argv[5])
for _ in range(20):
    application.processEvents()
print("ready", flush=True)
sys.stdin.read()
"""
CHANGES = """
from qgis.core import QgsFeature, QgsGeometry
one, two, three = sorted(layer.getFeatures(), key=lambda feature: feature["pipe_id"])
layer.changeAttributeValue(one.id(), layer.fields().lookupField("material"), "steel")
layer.changeAttributeValue(one.id(), layer.fields().lookupField("install_year"), 1999)
line = QgsGeometry(two.geometry())
line.moveVertex(500200.0, 2500044.0, 1)
layer.changeGeometry(two.id(), line, True)
layer.deleteFeature(three.id())
new = QgsFeature(layer.fields())
for name, value in {"pipe_id": "P-9", "system": "potable", "status": "in_use", "note": "新"}.items():
    new[name] = value
new.setGeometry(QgsGeometry.fromWkt("LineStringZ (500000 2500200 1, 500080 2500200 1)"))
layer.addFeature(new)
"""


def killed(folder: Path, network: Path | str, changes: str = CHANGES, home: Path | None = None) -> None:
    """Edit in another process, and kill it.

    Parameters
    ----------
    folder
        Where edits are kept.
    network
        Path or address.
    changes
        Code that edits ``layer``, the pipes.
    home
        The person's folder, None for that of the tests.
    """
    command = [sys.executable, "-c", KILLED, str(ROOT / "build" / "plugins"), str(ROOT / "tests")]
    process = subprocess.Popen(
        [*command, str(folder), str(network), changes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **({} if home is None else {"HOME": str(home)})},
    )
    assert process.stdout is not None and process.stderr is not None
    is_ready = "ready" in process.stdout.readline()
    if not is_ready and process.wait() != -signal.SIGKILL:
        pytest.fail(process.stderr.read())
    process.kill()
    process.communicate()
