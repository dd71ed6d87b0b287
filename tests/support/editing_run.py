"""A run of QGIS that edits a grid town until it is killed, and what its layers show after each step."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = 14
# How often a step is a Save.
_SAVES = 0.3


def shown(session: Any) -> str:
    """Return what the layers show of pipes, nodes and failures, as one line."""
    found = []
    for name, columns in (
        ("pipe", ("pipe_id", "from_node", "to_node", "street")),
        ("node", ("node_id", "kind")),
        ("failure", ("failure_id", "pipe_id")),
    ):
        for one in session.layer(name).getFeatures():
            values = [str(one[each] or "") for each in columns]
            found.append(f"{name} {values} {one.geometry().asWkt(3)}")
    return json.dumps(sorted(found), ensure_ascii=False)


def edit(session: Any, seed: int, told: Callable[[str], None], events: Callable[[], None]) -> None:
    """Make random gestures and Saves; ``told`` gets what is shown after each."""

    from support.native_gestures import GESTURES, NativeGestures

    chance = random.Random(seed)
    pipe, node = (session.layer(name) for name in ("pipe", "node"))
    hands = NativeGestures(pipe, node, chance, pipe.extent(), knows_heights=True)
    told(shown(session))
    for _step in range(STEPS):
        for layer in (pipe, node):
            if not layer.isEditable():
                layer.startEditing()
        if chance.random() < _SAVES:
            pipe.commitChanges(chance.random() < 0.5)
        else:
            chance.choice(GESTURES)(hands)
        events()
        told(shown(session))


def main(plugins: str, tests: str, journal: str, network: str, seed: str, states: str) -> None:
    """Start QGIS without a screen, open the network, edit, wait to be killed."""
    # Not the folder where it runs: the repository has a `processing` of its own.
    sys.path[:1] = [plugins, tests]
    from qgis.core import QgsApplication

    application = QgsApplication([], True)
    application.initQgis()
    from support.fake_iface import FakeIface
    from waternet_plugin import classFactory, language
    from waternet_plugin.gui.editing import save_bar

    save_bar.journal_folder = lambda: Path(journal)
    plugin = classFactory(FakeIface())
    language.install("en")
    plugin.initGui()
    assert plugin.session.open_network(network)

    def events() -> None:
        for _each in range(20):
            application.processEvents()

    events()
    with open(states, "w", encoding="utf-8", buffering=1) as file:
        edit(plugin.session, int(seed), lambda state: print(state, file=file), events)
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
