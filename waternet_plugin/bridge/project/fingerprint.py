"""Tell whether somebody changed a style since we generated it.

A fingerprint holds what a person sees and chooses (classes, labels, colours, widths, symbols, texts) and
leaves out what QGIS writes differently from version to version.
"""

from __future__ import annotations

import hashlib
from functools import partial
from xml.etree import ElementTree

from waternet_plugin.bridge.styling.pipes import CASING
from waternet_plugin.bridge.styling.points import ONLY_WHILE_EDITING

_PARTS = ("renderer-v2", "labeling")
# Attributes that matter, by element.
_ATTRIBUTES = {
    "renderer-v2": ("type", "attr"),
    "category": ("label", "render"),
    "rule": ("filter", "label", "scalemindenom", "scalemaxdenom", "checkstate"),
    "symbol": ("type", "alpha"),
    "layer": ("class", "pass"),
    "text-style": ("fieldName", "textColor", "fontSize", "textOpacity"),
    "text-buffer": ("bufferDraw", "bufferSize", "bufferColor"),
    "placement": ("placement", "dist", "priority"),
}
_OPTIONS = frozenset(
    "color line_color line_width outline_color outline_width outline_style size name customdash line_style "
    "style offset angle interval rotate distance expression".split()
)


def _plain(value: str) -> str:
    """Reduce a value to one spelling: numbers as numbers, colours as their four parts."""
    parts = value.split(",")
    if len(parts) > 4 and all(part.isdecimal() for part in parts[:4]):
        value = ",".join(parts[:4])
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def _seen(element: ElementTree.Element) -> list[str]:
    lines = []
    for item in element.iter():
        if item.tag == "Option":
            if item.get("name") in _OPTIONS and item.get("value"):
                lines.append(f"{item.get('name')}={_plain(item.get('value', ''))}")
        elif item.tag == "rule" and item.get("key", "").startswith(CASING):
            # Switched on and off by what is behind the pipes, not by people.
            continue
        elif item.tag in _ATTRIBUTES:
            names = _ATTRIBUTES[item.tag]
            values = [_plain(item.get(name, "")) for name in names]
            if item.tag == "rule" and item.get("key") == ONLY_WHILE_EDITING:
                # Switched on and off by editing: as it was generated.
                values[names.index("checkstate")] = "0"
            lines.append(f"{item.tag}:{'|'.join(values)}")
    # The order in which QGIS writes the options of a map changes from run to run.
    return sorted(lines)


def _part(xml: str, name: str) -> str:
    """Return the text of one part of a style, '' where it lacks that: forms and the rest are most of it."""
    begin, end = xml.find(f"<{name} "), xml.rfind(f"</{name}>")
    return "" if begin < 0 or end < begin else xml[begin:end] + f"</{name}>"


def of_style(xml: str) -> str:
    """Return the fingerprint of a layer style, '' for what is not a style."""
    if not xml.lstrip().startswith("<"):
        return ""
    try:
        # What QGIS itself wrote and read before, without entities.
        elements = [ElementTree.fromstring(text) for text in map(partial(_part, xml), _PARTS) if text]  # noqa: S314
    except ElementTree.ParseError:
        return ""
    lines = [line for element in elements for line in _seen(element)]
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()[:16]
