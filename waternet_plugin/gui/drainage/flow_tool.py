"""The map tool “Flow here”: which way the drain under the pointer flows, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qgis.core import NULL, QgsExpression, QgsFeatureRequest, QgsPointXY, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QToolTip

from waternet_plugin.core.colours import INK
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, FORWARD, REVERSE, SENSE_OF_FLOW, UNDETERMINED
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drainage.flow_rows import AGAINST, HALO
from waternet_plugin.gui.network.overlay import ARROW, WHITE, Overlay, OverlayMark
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets import amounts

_BIG = 1.8
_KNOWN = INK


@dataclass(frozen=True)
class FlowHere:
    """The flow of a drain at a place: its code, how sure, where that is from, the angle of the arrow."""

    pipe_id: str
    flow: str
    confidence: float | None
    source: str
    angle_deg: float

    @property
    def kept(self) -> str:
        """The flow that a click keeps: that of the arrow."""
        return self.flow if SENSE_OF_FLOW[self.flow] != UNDETERMINED else FLOW_OF_SENSE[FORWARD]

    @property
    def other(self) -> str:
        """The flow that Alt and a click keep."""
        return FLOW_OF_SENSE[-SENSE_OF_FLOW[self.kept]]

    def sign(self) -> str:
        """Return the words beside the arrow: how sure it is, or where it is from."""
        sources = domain("flow_source")
        if SENSE_OF_FLOW[self.flow] == UNDETERMINED:
            return "?"
        if self.confidence is not None:
            return amounts.share(self.confidence, 0)
        return sources[self.source].label if self.source in sources else ""

    def text(self) -> str:
        """Return what is told at the pointer."""
        sources = domain("flow_source")
        if SENSE_OF_FLOW[self.flow] == UNDETERMINED:
            known = tr("{pipe}: flow not determined").format(pipe=self.pipe_id)
        elif self.confidence is not None:
            known = tr("{pipe}: flows like this, confidence {share}").format(
                pipe=self.pipe_id, share=amounts.share(self.confidence, 0)
            )
        elif self.source in sources:
            known = tr("{pipe}: flows like this, {source}").format(
                pipe=self.pipe_id, source=sources[self.source].label
            )
        else:
            known = tr("{pipe}: flows like this, not recorded").format(pipe=self.pipe_id)
        return "\n".join([known, tr("Click: I saw it so. Alt and click: I saw it the other way.")])


class FlowTool(PickTool):
    """Shows the flow of the drain under the pointer; a click keeps it as observed, with Alt the other way.

    Parameters
    ----------
    session
        Knows the layers.
    inferred
        Flow, confidence and reasons of drains that were inferred and not kept yet, by pipe.
    on_keep
        Called with the pipe's id and the flow that was seen.
    """

    def __init__(
        self,
        session: Session,
        inferred: Callable[[], dict[str, tuple[str, float, str]]],
        on_keep: Callable[[str, str], Any],
    ) -> None:
        super().__init__(session, self._picked, systems=frozenset(systems("drain")), topic="drainage")
        self._inferred = inferred
        self._on_keep = on_keep
        self._is_other = False
        self._sign = Overlay(self._canvas)
        self.here: FlowHere | None = None

    def deactivate(self) -> None:
        """Take the arrow off the map."""
        self._sign.clear()
        super().deactivate()

    def close(self) -> None:
        """Leave for good."""
        self._sign.clear()
        super().close()

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Keep the flow that shows, or the other one."""
        self._is_other = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        super().canvasReleaseEvent(event)

    def _picked(self, pick: Pick) -> None:
        here = self.flow_at(pick)
        if here is None:
            self._session.say(
                tr("{pipe} is not a drain: its flow is not recorded.").format(pipe=pick.pipe_id)
            )
            return
        self._on_keep(pick.pipe_id, here.other if self._is_other else here.kept)

    def flow_at(self, pick: Pick) -> FlowHere | None:
        """Return the flow of a drain near a place of it, None where the pipe is not a drain."""
        layer = self._session.layer("pipe")
        feature = self._feature(layer, pick.pipe_id) if layer is not None else None
        if feature is None or feature["system"] not in systems("drain") or feature["map_flow"] == NULL:
            return None
        flow = FLOW_OF_SENSE[int(feature["map_flow"])]
        confidence = feature["flow_confidence"]
        source = feature["flow_source"] or ""
        sure = None if confidence == NULL else float(confidence)
        if not source and pick.pipe_id in self._inferred():
            flow, sure, _reasons = self._inferred()[pick.pipe_id]
        angle = self._angle(feature.geometry(), QgsPointXY(pick.x_m, pick.y_m))
        if SENSE_OF_FLOW[flow] == REVERSE:
            angle += 180
        return FlowHere(pick.pipe_id, flow, sure, str(source), angle % 360)

    @staticmethod
    def _feature(layer: QgsVectorLayer, pipe_id: str) -> Any:
        wanted = QgsExpression.createFieldEqualityExpression("pipe_id", pipe_id)
        return next(layer.getFeatures(QgsFeatureRequest(QgsExpression(wanted)).setLimit(1)), None)

    @staticmethod
    def _angle(line: Any, point: QgsPointXY) -> float:
        """Return the angle of a line near a point as drawn, degrees from east to north."""
        _far, _at, after, _side = line.closestSegmentWithContext(point)
        one, two = line.vertexAt(max(after - 1, 0)), line.vertexAt(after)
        return math.degrees(math.atan2(two.y() - one.y(), two.x() - one.x()))

    def _hover(self) -> None:
        super()._hover()
        found = self._find(self._place, 200) if self._place is not None else None
        self.here = self.flow_at(found) if found is not None else None
        layer = self._session.layer("pipe")
        if self.here is None or found is None or layer is None:
            self._sign.clear()
            QToolTip.hideText()
            return
        against = SENSE_OF_FLOW[self.here.flow] == REVERSE
        mark = OverlayMark(
            found.x_m,
            found.y_m,
            AGAINST if against else _KNOWN,
            ARROW,
            self.here.sign(),
            scale=_BIG,
            angle_deg=self.here.angle_deg,
            halo=HALO if against else WHITE,
        )
        self._sign.show([], [mark], layer.crs())
        place = self.toCanvasCoordinates(self._place)
        corner = self._canvas.viewport().mapToGlobal(QPoint(place.x() + 12, place.y() + 16))
        QToolTip.showText(corner, self.here.text(), self._canvas)
