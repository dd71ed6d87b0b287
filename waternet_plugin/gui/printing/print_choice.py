"""What to print: area, series, scale, paper, look; remembered per network, and as parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
    QgsRectangle,
)

from waternet_plugin.bridge.project.switching import theme_of
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
    from waternet_plugin.gui.session.session import Session

MEMORY = "print"
_BOOK, _SECONDS = "print_book", "print_seconds"
# Seconds a sheet before any was printed on this computer.
_USUAL_SECONDS = 1.5
ALL, VIEW, SELECTION, NAMED = "all", "view", "selection", "named"
# A selected hydrant is shown with its surroundings, in m.
_LEAST_M = 10.0
# Denominators of a map of pipes.
_LARGEST, _SMALLEST = 50, 10_000_000
GRID, STRIP = "grid", "strip"
# The user's own page where there is one, or the plugin's in any case.
OWN, SHIPPED = "own", "shipped"


@dataclass(frozen=True)
class PrintChoice:
    """One choice.

    ``named`` is the id of a compound or zone where ``area`` says so, ``scale`` 0 where each sheet fits its
    subject, ``subject`` the pipes along which strips run, ``is_changed_only`` whether only sheets are printed
    that were changed since the last edition, ``page`` `SHIPPED` where the user's own page is left out,
    ``has_front`` whether cover, contents and index are printed.
    """

    area: str = ALL
    named: str = ""
    scale: int = 1000
    paper: str = "A3"
    series: str = GRID
    subject: tuple[str, ...] = ()
    is_changed_only: bool = False
    theme: str = "system"
    palette: str = "print"
    language: str = ""
    page: str = OWN
    has_front: bool = True


def remembered(session: Session) -> PrintChoice:
    """Return the choice of last time for this network; a view or selection is never last time's."""
    kept = session.remembered(MEMORY, {})
    known = {field.name: type(field.default) for field in fields(PrintChoice)}
    kept = kept if isinstance(kept, dict) else {}
    choice = replace(
        PrintChoice(), **{key: value for key, value in kept.items() if type(value) is known.get(key)}
    )
    if choice.area in (VIEW, SELECTION):
        choice = replace(choice, area=ALL, named="")
    if choice.series == STRIP:
        # The pipes that were selected then.
        choice = replace(choice, series=GRID, scale=choice.scale or PrintChoice().scale)
    choice = replace(choice, is_changed_only=False)
    if not kept:
        choice = replace(choice, theme=theme_of(QgsProject.instance()))
    # Another language that is spoken now speaks against that of the last book.
    is_same = choice.language and kept.get("spoken") == texts.language()
    return choice if is_same else replace(choice, language=texts.language())


def remember(session: Session, choice: PrintChoice) -> None:
    """Keep a choice for next time."""
    session.remember(MEMORY, {**asdict(choice), "spoken": texts.language()})


def last_book(session: Session) -> Path | None:
    """Return the file of the book printed last here, None for none."""
    kept = session.remembered(_BOOK, "")
    return Path(kept) if isinstance(kept, str) and kept else None


def remember_book(session: Session, path: Path) -> None:
    """Keep where the book printed last lies."""
    session.remember(_BOOK, str(path))


def sheet_seconds(session: Session) -> float:
    """Return the seconds that a sheet of the book printed last took."""
    kept = session.remembered(_SECONDS, _USUAL_SECONDS)
    return float(kept) if isinstance(kept, (int, float)) and kept > 0 else _USUAL_SECONDS


def remember_sheet_seconds(session: Session, seconds: float) -> None:
    """Keep how many seconds a sheet took."""
    session.remember(_SECONDS, round(seconds, 2))


def _network_crs(session: Session) -> QgsCoordinateReferenceSystem:
    layer = session.layer("pipe")
    return layer.crs() if layer is not None else QgsProject.instance().crs()


def _as_text(
    extent: QgsRectangle, source: QgsCoordinateReferenceSystem, target: QgsCoordinateReferenceSystem
) -> str:
    """Return an extent as AREA takes it, in the network's system."""
    if source.isValid() and target.isValid() and source != target:
        try:
            transform = QgsCoordinateTransform(source, target, QgsProject.instance())
            extent = transform.transformBoundingBox(extent)
        except QgsCsException:
            raise InputError(
                tr("The map view can't be transformed to the network's coordinate system. Zoom to the pipes.")
            ) from None
    sides = (extent.xMinimum(), extent.xMaximum(), extent.yMinimum(), extent.yMaximum())
    return ",".join(f"{side:.3f}" for side in sides)


def selected_extent(session: Session) -> QgsRectangle:
    """Return the extent of what is selected in our layers, in the network's system; null for nothing."""
    found = QgsRectangle()
    for layer in session.layers():
        if layer.isSpatial() and layer.selectedFeatureCount():
            found.combineExtentWith(layer.boundingBoxOfSelected())
    if not found.isNull() and min(found.width(), found.height()) < _LEAST_M:
        found.grow(_LEAST_M)
    return found


def area_text(session: Session, choice: PrintChoice) -> str:
    """Return the parameter AREA of a choice.

    Raises
    ------
    InputError
        When nothing is selected or named, or the scale is none.
    """
    is_fitted = choice.scale == 0 and choice.series != GRID
    if not is_fitted and not _LARGEST <= choice.scale <= _SMALLEST:
        raise InputError(tr("Type a scale from 1:50 to 1:10000000, for example 1:1000."))
    if choice.area == VIEW:
        canvas = session.iface.mapCanvas()
        return _as_text(canvas.extent(), canvas.mapSettings().destinationCrs(), _network_crs(session))
    if choice.area == SELECTION:
        extent = selected_extent(session)
        if extent.isNull():
            raise InputError(
                tr("Nothing is selected. Select pipes or nodes on the map, or choose another area.")
            )
        return _as_text(extent, QgsCoordinateReferenceSystem(), QgsCoordinateReferenceSystem())
    if choice.area == NAMED:
        if not choice.named:
            raise InputError(tr("Choose a compound or zone from the list."))
        return choice.named
    return ""


def selected_pipes(session: Session) -> tuple[str, ...]:
    """Return the ids of the pipes that are selected, in the order of their rows.

    Raises
    ------
    InputError
        When none is.
    """
    layer = session.layer("pipe")
    features = layer.getSelectedFeatures() if layer is not None else ()
    # One that was drawn and is not saved may have no id yet.
    ids = tuple(str(feature["pipe_id"]) for feature in features if feature["pipe_id"])
    if not ids:
        raise InputError(tr("No pipe is selected. Select the pipes along which the strips run."))
    return ids


def sheet_request(choice: PrintChoice, area: Any, *, since: str = "") -> SheetRequest:
    """Return which sheets a choice means; ``area`` is the polygon of its area, None for all."""
    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

    return SheetRequest(choice.scale, choice.paper, choice.series, choice.subject, area, since)


def parameters(session: Session, choice: PrintChoice, since: str = "") -> dict[str, Any]:
    """Return what chooses the sheets and their look, as the algorithms take it; ``since`` is SINCE."""
    return {
        "NETWORK": session.network_path,
        "SCALE": choice.scale,
        "PAPER": choice.paper,
        "SERIES": choice.series,
        # An id may hold the semicolon that separates them.
        "SUBJECT": json.dumps(choice.subject, ensure_ascii=False) if choice.subject else "",
        "SINCE": since,
        "AREA": area_text(session, choice),
        "THEME": choice.theme,
        "PALETTE": choice.palette,
        "LANGUAGE": choice.language,
    }


def book_parameters(choice: PrintChoice, sheets: Sequence[str] = ()) -> dict[str, Any]:
    """Return what `exportatlas` takes beside `parameters`: page, front, and some sheets of the series."""
    from waternet_plugin.atlas.layouts.page_template import sheet_template_name, shipped_template

    found: dict[str, Any] = {"FRONT": choice.has_front}
    if choice.page == SHIPPED:
        name = sheet_template_name(choice.paper, choice.scale or PrintChoice().scale)
        found["TEMPLATE"] = str(shipped_template(name))
    if sheets:
        found["SHEETS"] = json.dumps(list(sheets), ensure_ascii=False)
    return found
