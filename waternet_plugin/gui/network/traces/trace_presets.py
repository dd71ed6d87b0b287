"""Settings of traces kept under names: with the open project, so that they travel with it."""

from __future__ import annotations

import json

from qgis.core import QgsProject

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.gui.network.traces.trace_answer import remembered
from waternet_plugin.processing.job import PROJECT_SCOPE

_KEY = "traces"


def read() -> dict[str, Rules]:
    """Return the kept settings by name, in the order of the names."""
    kept = sorted(stored_object(QgsProject.instance().readEntry(PROJECT_SCOPE, _KEY, "")[0]).items())
    return {str(name): remembered(wish) for name, wish in kept if isinstance(wish, dict)}


def _write(wishes: dict[str, Rules]) -> None:
    stored = {name: wish.saved() for name, wish in wishes.items()}
    QgsProject.instance().writeEntry(PROJECT_SCOPE, _KEY, json.dumps(stored, ensure_ascii=False))


def save(name: str, wish: Rules) -> None:
    """Keep settings under a name, in place of those of the same name."""
    _write({**read(), name: wish})


def drop(name: str) -> None:
    """Forget kept settings."""
    _write({other: wish for other, wish in read().items() if other != name})
