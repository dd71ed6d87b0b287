"""Drawings as DXF of release 12, which every CAD program reads: lines and texts in layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.drawings.dxf_groups import CODE_PAGE, ENCODING, escaped, groups
from waternet_plugin.core.texts import tr

LEFT, CENTRE, RIGHT = "left", "centre", "right"
_ALIGNED = {LEFT: 0, CENTRE: 1, RIGHT: 2}
_MIDDLE = 2
# A font of strokes, with the Chinese one that CAD programs bring along.
_FONT, _BIG_FONT = "txt", "gbcbig.shx"


@dataclass(frozen=True)
class DxfLine:
    """A line through points, in mm; closed ones end where they began."""

    layer: str
    points: tuple[tuple[float, float], ...]
    is_closed: bool = False


@dataclass(frozen=True)
class Text:
    """A text at a point, its middle line there; height in mm, angle in degrees."""

    layer: str
    x: float
    y: float
    height: float
    text: str
    angle: float = 0.0
    align: str = LEFT


@dataclass(frozen=True)
class Drawing:
    """Lines and texts on a sheet, mm from its lower left corner.

    Parameters
    ----------
    width, height
        Size of the sheet, mm.
    lines, texts
        What is drawn.
    colours
        Number of the colour (1 to 255 of CAD's index) of each layer.
    """

    width: float
    height: float
    lines: tuple[DxfLine, ...]
    texts: tuple[Text, ...]
    colours: Mapping[str, int] = field(default_factory=dict)


def _tables(drawing: Drawing) -> str:
    layers = sorted({line.layer for line in drawing.lines} | {text.layer for text in drawing.texts})
    parts = [groups((0, "SECTION"), (2, "TABLES"))]
    parts.append(
        groups((0, "TABLE"), (2, "LTYPE"), (70, 1), (0, "LTYPE"), (2, "CONTINUOUS"), (70, 0))
        + groups((3, "Solid line"), (72, 65), (73, 0), (40, 0.0), (0, "ENDTAB"))
    )
    parts.append(groups((0, "TABLE"), (2, "LAYER"), (70, len(layers))))
    for layer in layers:
        colour = drawing.colours.get(layer, 7)
        parts.append(groups((0, "LAYER"), (2, layer), (70, 0), (62, colour), (6, "CONTINUOUS")))
    parts.append(groups((0, "ENDTAB")))
    parts.append(
        groups((0, "TABLE"), (2, "STYLE"), (70, 1), (0, "STYLE"), (2, "STANDARD"), (70, 0), (40, 0.0))
        + groups((41, 0.8), (50, 0.0), (71, 0), (42, 2.5), (3, _FONT), (4, _BIG_FONT), (0, "ENDTAB"))
    )
    parts.append(groups((0, "ENDSEC")))
    return "".join(parts)


def _line(line: DxfLine) -> str:
    head = groups((0, "POLYLINE"), (8, line.layer), (66, 1), (10, 0.0), (20, 0.0), (30, 0.0))
    head += groups((70, int(line.is_closed)))
    vertices = "".join(
        groups((0, "VERTEX"), (8, line.layer), (10, float(x)), (20, float(y)), (30, 0.0))
        for x, y in line.points
    )
    return head + vertices + groups((0, "SEQEND"), (8, line.layer))


def _text(text: Text) -> str:
    x, y = float(text.x), float(text.y)
    return groups(
        (0, "TEXT"), (8, text.layer), (10, x), (20, y), (30, 0.0), (40, float(text.height)),
        (1, escaped(text.text)), (50, float(text.angle)), (7, "STANDARD"), (72, _ALIGNED[text.align]),
        (11, x), (21, y), (31, 0.0), (73, _MIDDLE),
    )  # fmt: skip


def _whole(drawing: Drawing) -> Iterable[str]:
    yield groups((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"))
    yield groups((9, "$DWGCODEPAGE"), (3, CODE_PAGE))
    yield groups((9, "$EXTMIN"), (10, 0.0), (20, 0.0), (30, 0.0))
    yield groups((9, "$EXTMAX"), (10, float(drawing.width)), (20, float(drawing.height)), (30, 0.0))
    yield groups((0, "ENDSEC"))
    yield _tables(drawing)
    yield groups((0, "SECTION"), (2, "ENTITIES"))
    yield from (_line(line) for line in drawing.lines if len(line.points) > 1)
    yield from (_text(text) for text in drawing.texts if text.text)
    yield groups((0, "ENDSEC"), (0, "EOF"))


def write_dxf(path: Path, drawing: Drawing) -> None:
    """Write a drawing; one unit is 1 mm on the sheet.

    Raises
    ------
    InputError
        When the place can't be written.
    """
    try:
        with path.open("w", encoding=ENCODING, newline="\r\n") as file:
            file.writelines(_whole(drawing))
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=path, reason=error.strerror)) from None
