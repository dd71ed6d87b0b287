"""No view of a whole network asks a layer or rows for their extent: one stray would shrink the town to a dot.

``bridge.extents.network_extent`` (layers) and ``core.network.strays.bulk_box`` (rows) are the ways; whoever
needs the whole box for something else stands in a list here, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from support.sources import Source, shipped

# What has an extent that is no network's.
VIEWS = frozenset({"canvas", "mapCanvas", "mapSettings"})
# Methods of QGIS that zoom to all of something.
ZOOMS = frozenset(
    "fullExtent zoomToFullExtent zoomToProjectExtent zoomToActiveLayer zoomToLayers zoomToLayer "
    "actionZoomToLayer actionZoomToLayers actionZoomFullExtent sourceExtent".split()
)
LAYERS = {
    "waternet_plugin.bridge.extents.network_extent": "the one way",
    "waternet_plugin.bridge.project.field_project.write_field_project": "rows far off are given, too",
}
ROWS = {
    "waternet_plugin.core.exchange.coordinates.locating._bounds": "their box chooses the change of CRS",
    "waternet_plugin.core.exchange.adoption.duplicates.like_lines._pipes_around": "asks for pipes around",
    "waternet_plugin.gui.network.traces.trace_answer": "what a trace found is shown whole",
    "waternet_plugin.gui.network.bursts.burst": "what a burst touches is shown whole",
    "waternet_plugin.core.reports.network.line_map.frame_around": "a burst or a metered area is shown whole",
    "waternet_plugin.gui.dma.boundaries.drawing_marks._box": "what a finding names is shown whole",
    "waternet_plugin.core.dma.drawing.compared_drawings._zone": "a metered area is shown whole",
    "waternet_plugin.gui.dma.comparison.comparison_rows.move_rows": "pipes that change zone are shown whole",
    "waternet_plugin.operations.dma.compare_scenarios._box": "what differs is shown whole",
    "waternet_plugin.operations.survey.export_survey._read": "asks for the nodes around the pipes of an area",
    "waternet_plugin.operations.dma.zone_areas._box": "asks for the rows around pipes that were changed",
    "waternet_plugin.operations.compounds.outfall_list.trace_outfall": "what drains to one is shown whole",
    "waternet_plugin.operations.work.day_sheets._around": "asks for what lies around work orders",
    "waternet_plugin.atlas.sheets.wall_sheet.wall_sheet": "strays are left out, an area is shown whole",
    "waternet_plugin.atlas.sheets.outline.outline_of": "the sheets, for which strays are left out already",
    "waternet_plugin.atlas.page_contents._bounds": "asks for the signs on sheets, without strays",
    "waternet_plugin.operations.utilities.partitions.bounds_of": "asks which utilities may share pipes",
    "waternet_plugin.gui.wizard.adoption_step.Adopting._zoom": "asks whether rows have places at all",
}


def _functions(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                name = getattr(inner, "name", "")
                yield f"{source.module}.{node.name}.{name}", inner
        else:
            yield f"{source.module}.{getattr(node, 'name', '')}", node


def _owner(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_listed(name: str, known: dict[str, str]) -> bool:
    return any(name == each or name.startswith(each + ".") for each in known)


def faults_of(source: Source) -> list[str]:
    """What asks for a whole extent without being listed."""
    found = []
    for name, function in _functions(source):
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and node.attr == "total_bounds" and not _is_listed(name, ROWS):
                found.append(f"{name}:{node.lineno} total_bounds")
            if isinstance(node, ast.Constant) and node.value == "total_bounds" and not _is_listed(name, ROWS):
                found.append(f"{name}:{node.lineno} total_bounds")
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called = node.func.attr
            if called in ZOOMS:
                found.append(f"{name}:{node.lineno} {called}")
            if called == "extent" and _owner(node.func.value) not in VIEWS and not _is_listed(name, LAYERS):
                # `arranging.extent(...)`, which is ours, is called with layers.
                if not node.args:
                    found.append(f"{name}:{node.lineno} extent")
    return found


def test_nothing_shows_a_network_by_its_whole_extent():
    assert [fault for source in shipped() for fault in faults_of(source)] == []


def test_the_rule_finds_what_it_is_for():
    text = (
        "def zoom(iface, layer, frame):\n"
        "    iface.mapCanvas().setExtent(layer.extent())\n"
        "    iface.zoomToActiveLayer()\n"
        "    return frame.total_bounds, iface.mapCanvas().extent()\n"
    )
    source = Source(Path("bad.py"), "waternet_plugin.gui.bad", ast.parse(text))
    assert len(faults_of(source)) == 3


def test_the_lists_hold_nothing_that_is_gone():
    names = {name for source in shipped() for name, _ in _functions(source)}
    modules = {source.module for source in shipped()}
    assert {each for each in (*ROWS, *LAYERS) if each not in names | modules} == set()
