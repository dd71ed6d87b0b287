"""The next pipe begins as the last one that a person drew, not as a part of another or a copy."""

from __future__ import annotations

from typing import Any

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayerUtils
from support.built_network import EAST, NORTH


def remembered(joint: Any) -> Any:
    found = joint.session.remembered("last_pipe/potable")
    return found.get("material") if isinstance(found, dict) else None


def draw(joint: Any, **values: Any) -> None:
    """Draw a pipe that ends on the middle of P-1, which is split there."""
    line = f"LineStringZ ({EAST + 40} {NORTH + 60} 9, {EAST + 40} {NORTH} 9)"
    joint.pipe.beginEditCommand("Add feature")
    feature = QgsVectorLayerUtils.createFeature(joint.pipe, QgsGeometry.fromWkt(line))
    for name, value in {"system": "potable", **values}.items():
        feature[name] = value
    assert joint.pipe.addFeature(feature)
    joint.pipe.endEditCommand()


@pytest.mark.slow
def test_the_template_is_what_was_drawn(joint: Any, saved_again: None) -> None:
    draw(joint, material="copper")
    assert len(joint.ends()) == 5, "the main is split"
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    assert remembered(joint) == "copper"
    copied = QgsFeature(joint.rows(joint.pipe)["P-2"])
    copied.setId(-99)
    joint.pipe.beginEditCommand("Features pasted")
    copied.setGeometry(
        QgsGeometry.fromWkt(f"LineStringZ ({EAST} {NORTH + 200} 9, {EAST + 50} {NORTH + 200} 9)")
    )
    copied["fid"] = None
    assert joint.pipe.addFeature(copied)
    joint.pipe.endEditCommand()
    joint.pipe.beginEditCommand("Features split")
    joint.pipe.splitFeatures([QgsPointXY(EAST + 150, NORTH - 9), QgsPointXY(EAST + 150, NORTH + 9)], True)
    joint.pipe.endEditCommand()
    assert joint.pipe.commitChanges(False), joint.pipe.commitErrors()
    assert remembered(joint) == "copper"
