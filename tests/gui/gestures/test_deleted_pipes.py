"""Deleting a pipe asks about what hangs on it, and a Save tells of what nobody was asked about."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton

pytestmark = pytest.mark.slow


def delete(joint: Any, *names: str) -> None:
    joint.pipe.beginEditCommand("Delete")
    joint.pipe.deleteFeatures([joint.rows(joint.pipe)[name].id() for name in names])
    joint.pipe.endEditCommand()


def said(joint: Any) -> list[str]:
    return [text for text in joint.session.iface.messages() if "deleted" in text]


def press(joint: Any, label: str) -> None:
    joint.session.iface.window.show()
    (item,) = [one for one in joint.session.iface.bar.items() if "deleted" in one.text()]
    (button,) = [one for one in item.findChildren(QPushButton) if one.text() == label]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("answer", "is_there"), [("Undo", True), ("Leave them deleted", False)])
def test_a_pipe_with_a_failure_is_asked_about(joint: Any, until: Any, answer: str, is_there: bool) -> None:
    delete(joint, "P-1")
    until(lambda: said(joint))
    (text,) = said(joint)
    assert text.startswith("P-1: deleted, but still referred to by Failures (1).")
    press(joint, answer)
    assert ("P-1" in joint.rows(joint.pipe)) == is_there
    until(lambda: not said(joint))


def test_a_pipe_that_nothing_names_and_one_that_was_merged_are_not_asked_about(joint: Any) -> None:
    delete(joint, "P-3")
    one, two = joint.rows(joint.pipe)["P-1"], joint.rows(joint.pipe)["P-2"]
    joint.pipe.beginEditCommand("Merged features")
    joint.pipe.deleteFeature(one.id())
    joint.pipe.changeGeometry(two.id(), one.geometry().combine(two.geometry()).mergeLines())
    joint.pipe.endEditCommand()
    QTest.qWait(30)
    assert len(joint.ends()) == 1 and not said(joint)


def test_a_save_tells_what_stays_without_a_pipe(joint: Any, until: Any, saved_again: None) -> None:
    delete(joint, "P-1", "P-2")
    until(lambda: said(joint))
    press(joint, "Leave them deleted")
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    until(lambda: said(joint))
    assert "Failures (1)" in said(joint)[0]
