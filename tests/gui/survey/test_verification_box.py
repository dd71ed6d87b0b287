"""What of a pipe is verified, in its form: the verdict, what is missing, a button for each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton
from support.widgets import click, text

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.survey.verification import verification_box
from waternet_plugin.gui.survey.verification.verification_box import VerificationBox


@pytest.fixture
def verified(small_network: Path) -> Path:
    """P-1 is open for want of a photo; P-2 was overridden."""
    rows = [
        {
            "verification_id": "V-1",
            "pipe_id": "P-1",
            "verdict": "open",
            "reasons": "no photo",
            "reason_facts": '[{"is":"no_photo"}]',
        },
        {
            "verification_id": "V-2",
            "pipe_id": "P-2",
            "verdict": "fail",
            "override_by": "Wang",
            "override_reason": "seen on site",
        },
    ]
    with store.open_network(small_network, by="Li") as network, network.write("survey") as batch:
        batch.insert("verification", pd.DataFrame(rows))
    return small_network


@pytest.fixture
def box(verified: Path, open_session: Any, iface: Any, until: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The box at P-1; what it runs is kept in ``ran``."""
    iface.window.show()
    made = VerificationBox(open_session, iface.window)
    made.ran = []

    def run(name: str, parameters: dict[str, Any], done: Any, **_more: Any) -> None:
        made.ran.append((name, parameters))
        done({"VERDICT": "pass"})

    monkeypatch.setattr(open_session, "run_algorithm", run)
    made.show_pipe("P-1")
    until(lambda: made.row is not None)
    yield made
    iface.window.hide()


@pytest.mark.slow
def test_it_says_verdict_and_what_is_missing(box: Any) -> None:
    assert not box.isHidden() and box.dot.letter == "?"
    assert text(box, "wn_verification_verdict") == "Verification: Open"
    assert text(box, "wn_verification_reasons") == "no photo"


@pytest.mark.slow
def test_it_says_that_it_writes_and_the_new_verdict_as_soon_as_it_is_written(
    box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[Any, Any]] = []
    monkeypatch.setattr(
        box.session, "run_algorithm", lambda _name, _given, done, failed: started.append((done, failed))
    )
    box.by.setText("Zhao")
    click(box, "wn_verification_material")
    assert "being written" in text(box, "wn_verification_verdict")
    assert text(box, "wn_verification_reasons") == "" or box.reasons.isHidden()
    assert not box.findChild(QPushButton, "wn_verification_photo").isEnabled()
    started[0][1](InputError("no disk"))
    assert text(box, "wn_verification_verdict") == "Verification: Open"
    assert box.note.text() == "no disk" and box.findChild(QPushButton, "wn_verification_photo").isEnabled()
    click(box, "wn_verification_material")
    started[1][0]({"VERDICT": "pass"})
    assert text(box, "wn_verification_verdict") == "Verification: Pass"


@pytest.mark.slow
def test_it_says_who_overrode_and_why(box: Any, until: Any) -> None:
    box.show_pipe("P-2")
    until(lambda: box.row["pipe_id"] == "P-2")
    assert text(box, "wn_verification_verdict") == "Verification: Fail, overridden by Wang (seen on site)"


@pytest.mark.slow
def test_a_pipe_that_no_survey_verified_shows_nothing(box: Any, until: Any) -> None:
    box.show_pipe("P-3")
    until(lambda: box.row is None)
    assert box.isHidden()


@pytest.mark.slow
def test_each_button_is_one_step(box: Any, small_network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box.by.setText("Zhao")
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", lambda *_args: (["/photos/1.jpg", "/photos/2.jpg"], "")
    )
    monkeypatch.setattr(verification_box, "ask_text", lambda *_args: "seen on site")
    for name in ("material", "backfilled", "photo", "override"):
        click(box, f"wn_verification_{name}")
    day = box.on.date().toString("yyyy-MM-dd")
    common = {"NETWORK": str(small_network), "PIPE": "P-1"}
    assert box.ran == [
        ("verifypipe", {**common, "MATERIAL_VERIFIED_BY": "Zhao", "MATERIAL_VERIFIED_ON": day}),
        ("verifypipe", {**common, "BACKFILLED_ON": day}),
        ("verifypipe", {**common, "PHOTOS": "/photos/1.jpg;/photos/2.jpg"}),
        ("verifypipe", {**common, "OVERRIDE_BY": "Zhao", "OVERRIDE_REASON": "seen on site"}),
    ]


@pytest.mark.slow
def test_an_override_needs_a_reason_and_a_name(box: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification_box, "ask_text", lambda *_args: "  ")
    click(box, "wn_verification_override")
    box.by.clear()
    click(box, "wn_verification_override")
    assert box.ran == [] and box.note.text().startswith("Say who")


@pytest.mark.slow
def test_unsaved_edits_come_first(box: Any) -> None:
    layer = box.session.layer("pipe")
    layer.startEditing()
    feature = next(layer.getFeatures())
    layer.changeAttributeValue(feature.id(), layer.fields().lookupField("street"), "East Road")
    click(box, "wn_verification_backfilled")
    layer.rollBack()
    assert box.ran == [] and "unsaved edits" in box.note.text()
