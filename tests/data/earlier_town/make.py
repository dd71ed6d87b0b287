"""Make a network, its project and a profile with the code of an earlier WaterNet, commit aa8c22a.

    git worktree add <folder> aa8c22a && cd <folder> && sh tools/setup.sh
    cp <here>/make.py <folder>/tests/gui/test_make.py
    EARLIER=<here> build/venv/bin/python -m pytest tests/gui/test_make.py

The town is assessed twice, planned once, checked, with one issue accepted; a trace is saved under a name and
kept as layers; the profile remembers what a person chose. Folders are written as @FOLDER@ and the part of
settings' names that stands for the network's path as @NETWORK@.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from health_town import run
from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QWidget

HERE = Path(os.environ["EARLIER"])


def _plain(text: str, folder: Path, network: Path) -> str:
    mark = hashlib.sha256(os.path.normcase(str(network)).encode("utf-8")).hexdigest()[:12]
    return text.replace(mark, "@NETWORK@").replace(folder.as_posix(), "@FOLDER@")


def test_make(plugin: Any, assessed_town: Path, until: Any) -> None:
    from waternet_plugin import store
    from waternet_plugin.core.exchange.mapping import mapping
    from waternet_plugin.gui.network import wishes
    from waternet_plugin.gui.network.trace import Wish
    from waternet_plugin.gui.wizard.sources.library import Library

    folder = assessed_town.parent
    run("checknetwork", NETWORK=str(assessed_town))
    with store.open_network(assessed_town, by="Li") as network:
        issues = network.read("issue", ["issue_id", "rule_id"])
        chosen = issues[issues["rule_id"] == issues["rule_id"].iloc[0]].iloc[[0]][["issue_id"]]
        with network.write("edit", name="accepted") as batch:
            batch.update("issue", chosen.assign(state="accepted", state_reason="checked on site"))
    session = plugin.session
    session.iface.window.show()
    assert session.open_network(str(assessed_town))
    section = plugin.dock.findChild(QWidget, "wn_section_plan")
    until(lambda: session.network_path and section.plans is not None)
    for key in ("issues", "plan"):
        plugin.dock.findChild(QWidget, f"wn_section_{key}").set_folded(True)
    plugin.dock.findChild(QWidget, "wn_section_plan").set_folded(False)
    session.remember("plan/budget", "500000")
    session.remember("plan/strategy", "oldest")
    session.remember("plan/scenarios", "200000; 500000")
    session.remember("burst/beyond", False)
    session.remember("assess/horizon", 7)
    session.remember("base_map/satellite", "https://example.org/{z}/{x}/{y}.png")
    wish = Wish(direction="connected", stop_kinds=("valve",), max_distance_m=450.0, pass_closed=True)
    session.remember("trace/wish", wish.saved())
    wishes.save("North Road 北路", wish)
    results = folder / f"{assessed_town.stem}_results"
    results.mkdir()
    from waternet_plugin.bridge import traces

    kept = results / "trace.gpkg"
    sinks = {
        output: f"ogr:dbname='{kept.as_posix()}' table=\"{layer}\" (geom)"
        for output, layer in (("OUTPUT_PIPES", "trace_pipes"), ("OUTPUT_NODES", "trace_nodes"))
    }
    run("tracenetwork", NETWORK=str(assessed_town), START="pipe:P1", DIRECTION="connected", **sinks)
    assert not traces.add(QgsProject.instance(), kept, "trace", ["trace_pipes", "trace_nodes"])
    project = QgsProject.instance()
    assert project.write(str(assessed_town.with_suffix(".qgz")))
    session.open_network(str(assessed_town))

    library = Library(folder / "mappings")
    fields = {"pipe_id": "GXBH", "diameter_mm": {"from": "GJ", "take": "number"}}
    found = mapping.parse(json.dumps({"fields": fields, "encoding": "gb18030"}))
    library.remember(["GXBH", "GJ", "GC"], "pipe", found)
    library.save("管线 pipes", ["GXBH", "GJ", "GC"], "pipe", found)

    settings = QgsSettings()
    stored = {key: settings.value(key) for key in sorted(settings.allKeys()) if key.startswith("waternet/")}
    text = json.dumps(stored, ensure_ascii=False, indent=1)
    (HERE / "profile.json").write_text(_plain(text, folder, assessed_town) + "\n", encoding="utf-8")
    for path in sorted((folder / "mappings").glob("*.json")):
        name = "mapping_last.json" if path.name.startswith("last_") else "mapping_named.json"
        (HERE / name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    with zipfile.ZipFile(assessed_town.with_suffix(".qgz")) as packed:
        names = [name for name in packed.namelist() if name.endswith(".qgs")]
        document = _plain(packed.read(names[0]).decode("utf-8"), folder, assessed_town)
    document = re.sub(r'(saveUser|saveUserFull)="[^"]*"', r'\1="Li"', document)
    (HERE / "town.qgs.gz").write_bytes(gzip.compress(document.encode("utf-8"), mtime=0))
    project.clear()
    for path, name in ((assessed_town, "town.gpkg.gz"), (kept, "trace.gpkg.gz")):
        with closing(sqlite3.connect(path)) as database:
            database.execute("VACUUM")
        (HERE / name).write_bytes(gzip.compress(path.read_bytes(), mtime=0))
