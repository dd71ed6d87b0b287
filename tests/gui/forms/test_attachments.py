"""Photos and documents in the form of an asset, by real events: listed, opened, added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QFileDialog
from support.widgets import part

from waternet_plugin import store
from waternet_plugin.gui.forms import attachment_button
from waternet_plugin.operations.attachments.attach_files import AttachRequest, attach_files

PHOTO = b"\xff\xd8\xff\xe0"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was opened in another program."""
    found: list[Path] = []
    monkeypatch.setattr(attachment_button, "open_file", found.append)
    return found


@pytest.fixture
def form_of(open_session: Any, surroundings: Any) -> Any:
    made = []

    def show(key: str, field: str, asset: str) -> Any:
        layer = open_session.layer(key)
        feature = next(one for one in layer.getFeatures() if one[field] == asset)
        form = QgsAttributeForm(layer, feature, surroundings)
        form.resize(600, 500)
        form.show()
        made.append(form)
        return form

    yield show
    for form in made:
        form.deleteLater()
    QCoreApplication.processEvents()


def entries(form: Any) -> list[str]:
    return [one.text() for one in part(form, "wn_form_attachments").menu().actions() if one.text()]


def says(form: Any, count: int) -> Any:
    return lambda: part(form, "wn_form_attachments").text() == f"Photos and documents: {count}"


@pytest.mark.slow
def test_a_photo_is_added_and_opened_from_the_form(
    form_of: Any,
    opened: Any,
    small_network: Path,
    until: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shot = tmp_path / "R&D (a).jpg"
    shot.write_bytes(PHOTO)
    form = form_of("node", "node_id", "N-1")
    button = part(form, "wn_form_attachments")
    # Beside the pages: whichever is turned up, the button is seen.
    until(lambda: button.isVisible() and button.parentWidget() is form)
    assert entries(form) == ["Add photos or documents…"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_asked: ([str(shot)], ""))
    button.menu().actions()[-1].trigger()
    until(says(form, 1))
    assert entries(form) == ["R&&D (a).jpg", "Add photos or documents…"]
    button.menu().actions()[0].trigger()
    assert [path.read_bytes() for path in opened] == [PHOTO]
    with store.open_network(small_network) as network:
        assert network.read("attachment", ["table", "asset"], geometry=False).values.tolist() == [
            ["node", "N-1"]
        ]


@pytest.mark.slow
def test_what_is_missing_or_leaves_the_folder_is_said_and_not_opened(
    form_of: Any, opened: Any, small_network: Path, until: Any, iface: Any, tmp_path: Path
) -> None:
    shot = tmp_path / "a.jpg"
    shot.write_bytes(PHOTO)
    with store.open_network(small_network) as network:
        attach_files(network, AttachRequest("pipe", "P-1", (shot,)))
        row = {"attachment_id": "A1", "table": "pipe", "asset": "P-1", "file": "../a.jpg"}
        with network.write("edit") as batch:
            batch.insert("attachment", pd.DataFrame([row]))
    form = form_of("pipe", "pipe_id", "P-1")
    until(says(form, 2))
    for action in part(form, "wn_form_attachments").menu().actions()[:2]:
        action.trigger()
    assert len(opened) == 1
