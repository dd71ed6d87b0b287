"""Every file that is written where a user says goes past the guard of the networks, today's and to come."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from support.sources import Source, shipped

ROOMS = (
    "waternet_plugin.gui",
    "waternet_plugin.bridge",
    "waternet_plugin.atlas",
    "waternet_plugin.processing",
    "waternet_plugin.operations",
)
GUARD = "refuse_network_as_output"
# `Job.output_file` asks it for every algorithm.
GUARDS = (GUARD, "output_file")
# Methods that make or replace a file, and our functions of the ground that do.
WRITERS = frozenset(
    "write_text write_bytes savefig replace_set write_dxf writeAsVectorFormatV3 writeAsVectorFormatV2 "
    "writeAsVectorFormat rename_path copyfile copy2 copytree QPdfWriter QSvgGenerator CreateDataSource "
    "exportToPdf exportToImage exportToSvg".split()
)
# `x.write(...)` of these is no file: batches, streams, sinks, edits of what is kept in memory.
NO_FILES = frozenset(
    "network stream file sinks adopt_layers batch _customers module self super sheet writer outputs".split()
)
ENGINES = "waternet_plugin.operations.hydraulics.engines"
# Functions whose place is not a user's choice, or that only a guarded function calls, each with the reason.
EXEMPT = {
    "waternet_plugin.bridge.printing.pdf._written": "a part beside the output of guarded `pdf_file`",
    "waternet_plugin.bridge.export.csv_tables.write_csv": "in the folder of export_tables",
    "waternet_plugin.bridge.export.formats._write_shp": "in the folder of export_tables",
    "waternet_plugin.bridge.export.layer_files.open_source": "in the folder of export_tables",
    f"{ENGINES}.epanet_engine.WntrEngine.run": "in a scratch folder of its own",
    f"{ENGINES}.epanet_worker._put": "in the scratch folder it is called with",
    f"{ENGINES}.swmm_engine.swmm_results": "in a scratch folder of its own",
    f"{ENGINES}.swmm_worker.main": "in the scratch folder it is called with",
    "waternet_plugin.bridge.project.project._save": "build_project has asked the guard",
    "waternet_plugin.bridge.project.field_project.write_field_project": "in a new folder, placed as a whole",
    "waternet_plugin.bridge.project.field_project._background": "in a new folder, placed as a whole",
    "waternet_plugin.atlas.verification.verification_sheets._pages": (
        "sketches and pages in the scratch folder of guarded `print_verification_sheets`"
    ),
    "waternet_plugin.atlas.layouts.layout_export.export_page": (
        "a part beside the output of guarded `export_book`"
    ),
    "waternet_plugin.atlas.layouts.sheet_layout.SheetLayout.fill": "a picture in a scratch folder of its own",
    "waternet_plugin.atlas.front.front_pages.FrontPages._index_map": (
        "a picture in the scratch folder of the book"
    ),
    "waternet_plugin.atlas.assembly.page_parts.PageParts._write": (
        "beside the output of guarded `export_book`"
    ),
    "waternet_plugin.atlas.assembly.page_parts.PageParts.finish": (
        "beside the output of guarded `export_book`"
    ),
    "waternet_plugin.atlas.assembly.joined_pdf.write_pdf": "in a scratch folder of guarded `export_book`",
    "waternet_plugin.atlas.assembly.joined_pdf.join_pdf": "the output of guarded `export_book`",
    "waternet_plugin.atlas.assembly.sheet_files.place_sheets": "the output of guarded `export_book`",
    "waternet_plugin.atlas.book_report.write_book_report": (
        "the place of `Job.output_file`, which asks the guard"
    ),
    "waternet_plugin.atlas.papers.map_pages.MapPages.picture": "into memory",
    "waternet_plugin.atlas.projects.project_page.ProjectPage.fill": (
        "in a scratch folder of guarded `print_projects`"
    ),
    "waternet_plugin.atlas.papers.word_file._picture": "into memory",
    "waternet_plugin.bridge.sample._unpack": "in the folder made for the town",
    "waternet_plugin.bridge.sample._put_in_place": "into the empty folder of copy_town",
    "waternet_plugin.processing.job.Job.publish": "the places of write_report, which asked the guard",
    "waternet_plugin.gui.panes.report_files.write_report": "an .html in the folder of the network's reports",
    "waternet_plugin.gui.plots.plot_fonts.save_face": "in the profile",
    "waternet_plugin.gui.plots.plot.render": "into memory",
    "waternet_plugin.gui.wizard.sources.library.Library._write": "in the folder of mappings, in the profile",
    "waternet_plugin.gui.wizard.sources.rejected_layer._kept": "in the folder of rejected rows",
}
# Whatever makes a PDF, by its name in Qt, QGIS or matplotlib.
PDF_MAKERS = frozenset("QPdfWriter QPrinter PdfPages exportToPdf QgsAbstractGeoPdfExporter FPDF".split())
# Pages of text, and pages of QGIS's layouts.
LAYOUT_PAGE = "waternet_plugin.atlas.layouts.layout_export.export_page"
PDF_PLACES = {
    LAYOUT_PAGE: LAYOUT_PAGE,
    "waternet_plugin.bridge.printing.pdf._written": "waternet_plugin.bridge.printing.pdf.pdf_file",
    # Pages of our own, in a file of `pdf_file`.
    "waternet_plugin.atlas.pages.pdf_pages.pdf_pages": "waternet_plugin.bridge.printing.pdf.pdf_file",
}
# The one place that asks for a file to save.
ASKING = "waternet_plugin.gui.panes.file_dialogs.ask_where_to_save"
# Windows with a field for a file: an algorithm, or the making of a network, gets what is typed there.
FIELDS = {
    "waternet_plugin.gui.dock.dialogs.export_dialog",
    "waternet_plugin.gui.printing.form",
    "waternet_plugin.gui.start.new_network",
}


def _functions(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Functions and methods by their whole names; what is defined inside one belongs to it."""
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef):
            yield f"{source.module}.{node.name}", node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{source.module}.{node.name}.{inner.name}", inner


def _name(node: ast.AST) -> str:
    """The last name of what is called, or of what a method is called on."""
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _writes(call: ast.Call) -> bool:
    """Whether a call makes or replaces a file."""
    name = _name(call.func)
    values = [
        value.value
        for value in [*call.args, *(word.value for word in call.keywords)]
        if isinstance(value, ast.Constant)
    ]
    if name == "open":
        return any(
            isinstance(value, str) and set(value) <= set("wxab+t") and set(value) & set("wxa")
            for value in values
        ) or any(
            _name(argument) == "WriteOnly"
            for argument in ast.walk(call)
            if isinstance(argument, ast.Attribute)
        )
    if name == "ZipFile":
        return "w" in values
    if isinstance(call.func, ast.Attribute):
        owner = _name(call.func.value)
        if name in ("replace", "rename"):
            return owner in ("os", "part", "partial", "path", "temporary")
        if name == "write":
            return bool(call.args) and owner not in NO_FILES
        if name == "save":
            return bool(call.args) and owner in ("mapping", "face", "picture", "image", "pixmap", "book")
        if name in ("copy", "move"):
            return owner == "shutil"
    return name in WRITERS


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def _writing() -> dict[str, bool]:
    """Every function of the upper rooms that writes files, and whether it asks the guard."""
    found = {}
    for source in shipped():
        if source.module.startswith(ROOMS):
            for name, function in _functions(source):
                if any(_writes(call) for call in _calls(function)):
                    found[name] = any(_name(call.func) in GUARDS for call in _calls(function))
    return found


def test_whoever_writes_asks_the_guard() -> None:
    writing = _writing()
    assert len(writing) > 15
    open_ones = {name for name, guarded in writing.items() if not guarded}
    assert open_ones == set(EXEMPT), "ask refuse_network_as_output, or say here why not"


def test_every_pdf_is_made_where_its_words_become_searchable() -> None:
    makers, plots, searchable = set(), [], set()
    for source in shipped():
        for name, function in _functions(source):
            for call in _calls(function):
                if _name(call.func) in PDF_MAKERS:
                    makers.add(name)
                if _name(call.func) == "make_searchable":
                    searchable.add(name)
                # A plot's own way to a PDF.
                if _name(call.func) in ("savefig", "print_figure"):
                    plots += [each.value for each in ast.walk(call) if isinstance(each, ast.Constant)]
    assert makers == set(PDF_PLACES)
    assert set(PDF_PLACES.values()) <= searchable
    assert not [word for word in plots if "pdf" in str(word).lower()]


def test_one_place_asks_for_a_file_to_save() -> None:
    asking = set()
    for source in shipped():
        for name, function in _functions(source):
            if any(_name(call.func) in ("getSaveFileName", "getSaveFileUrl") for call in _calls(function)):
                asking.add(name)
                assert any(_name(call.func) == GUARD for call in _calls(function)), name
    assert asking == {ASKING}


def test_fields_for_a_file_hand_it_on() -> None:
    fields = {
        source.module
        for source in shipped()
        if any(isinstance(node, ast.Attribute) and node.attr == "SaveFile" for node in source.nodes)
    }
    assert fields == FIELDS
    assert not [name for name in _writing() if name.rpartition(".")[0].startswith(tuple(FIELDS))]


def test_the_rule_sees_what_it_should() -> None:
    code = """
def saved(path): path.write_text("x", encoding="utf-8")
def opened(path): open(path, "w", encoding="utf-8")
def also(path): path.open("wb")
def read(path): path.open(encoding="utf-8"); path.open("rb"); open(path)
def report(path): make_report().write(path)
def moved(part, path): os.replace(part, path)
"""
    functions = {node.name: node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
    seen = {name for name, node in functions.items() if any(_writes(call) for call in _calls(node))}
    assert seen == {"saved", "opened", "also", "report", "moved"}
