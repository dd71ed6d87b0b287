"""The classes of the parts of forms, which are loaded while a network opens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("qgis.gui", reason="needs QGIS")

from waternet_plugin.bridge.layers import relations
from waternet_plugin.gui.dock import shell
from waternet_plugin.gui.forms.factories import PART_CLASSES, part_class
from waternet_plugin.gui.forms.form_part import FormPart


def test_every_type_of_part_has_a_class_of_its_own(qgis_app: Any) -> None:
    kinds = {value for name, value in vars(relations).items() if name.endswith("_WIDGET")}
    assert set(PART_CLASSES) == kinds
    classes = [part_class(kind) for kind in PART_CLASSES]
    assert len(set(classes)) == len(PART_CLASSES) and all(issubclass(each, FormPart) for each in classes)


def test_parts_load_in_turns_of_their_own_while_a_network_opens(
    qgis_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Any] = []
    session: Any = SimpleNamespace(turns=SimpleNamespace(add=steps.append))
    monkeypatch.setattr(shell.open_networks, "open_network", lambda _session, _path: True)
    assert shell._open_network(session, "town.gpkg")
    loaded = [step() for step in steps]
    assert set(map(part_class, PART_CLASSES)) <= set(loaded)
