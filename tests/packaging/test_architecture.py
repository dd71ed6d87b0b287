"""The floors of the house: imports go down or stay in the room, core knows no QGIS."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sources import (
    PACKAGE,
    ROOT,
    Source,
    circles,
    import_graph,
    import_time_nodes,
    imports,
    known_module,
    own_files,
    shipped,
)

# From the ground. Rooms of one line stand side by side and may not import each other.
FLOORS = (
    (
        "core.schema",
        "core.errors",
        "core.texts",
        "core.frames",
        "core.progress",
        "core.units",
        "core.vertices",
        "core.shapes.wkb",
        "core",
    ),
    ("core.network",),
    ("core.places",),
    ("core.dma",),
    ("core.quality", "core.health", "core.exchange", "core.leakage"),
    ("core.renewal", "core.drainage", "core.survey", "core.programmes", "core.pressure"),
    ("core.users",),
    ("core.reports",),
    ("store",),
    ("operations",),
    ("compat", "language", "log", "paths", "settings", "dependencies", "trials", "wheels"),
    ("bridge",),
    ("atlas",),
    ("processing",),
    ("gui",),
    ("plugin",),
    ("",),
)
# The rooms of gui, from the ground: what every window is made of, the network that is open, bases of panes,
# what shows one kind of thing, the dock that opens all of it. Rooms of one line don't import each other.
GUI_FLOORS = (
    ("widgets", "tasks"),
    ("session", "guide"),
    ("panes", "map", "gestures"),
    ("plots", "batches", "conflicts", "health", "issues", "printing", "start"),
    ("network", "plan"),
    ("dma", "editing", "finding", "work"),
    ("drainage", "drawing"),
    ("survey", "compounds", "programmes", "users", "fieldwork"),
    ("forms", "wizard", "pressure"),
    ("dock",),
)
# On these floors the modules are one room: the ground of core, the helpers beside plugin.py.
SHARED = (0, 10)
# Packages that are loaded when they are needed, never when QGIS starts.
HEAVY = {
    *("geopandas", "pandas", "scipy", "matplotlib", "networkx", "shapely", "pyproj", "pyarrow", "pyogrio"),
    *("fiona", "docx", "distributed"),
}
# Methods and helpers by which algorithms say what they are and take: QGIS calls them at the start, too.
DECLARING = re.compile(r"title|summary|declare|add_.*")
OUR_ROOMS = {"core", "store", "operations", "bridge", "atlas", "gui", "styles", "sample_data"}
QGIS_NAMES = {"qgis", "osgeo", "PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}


def _place(module: str) -> tuple[int, str]:
    """Floor and room of one of our modules."""
    inner = module[len(PACKAGE) :].lstrip(".")
    best: tuple[int, str] | None = None
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            inside = inner == room or (room and inner.startswith(room + "."))
            if inside and (best is None or len(room) > len(best[1])):
                best = (floor, room)
    assert best is not None, f"{module} stands on no floor: add its room to FLOORS (DESIGN section 2)"
    return best


@pytest.fixture(scope="module")
def modules() -> dict[str, Source]:
    """Our modules by their dotted names."""
    return {source.module: source for source in shipped()}


def test_every_module_has_a_floor(modules: dict[str, Source]) -> None:
    assert len(modules) > 10
    for module in modules:
        _place(module)


def test_imports_go_down_or_stay_in_the_room(modules: dict[str, Source]) -> None:
    wrong = []
    for source in modules.values():
        floor, room = _place(source.module)
        for name, line in imports(source):
            if name != PACKAGE and not name.startswith(PACKAGE + "."):
                continue
            target = known_module(name, modules)
            if target is None:
                wrong.append(f"{source.label}:{line} imports {name}, which is not there")
                continue
            # Reaching the package itself only runs its __init__, which every import does.
            if target == PACKAGE:
                continue
            other, other_room = _place(target)
            if other < floor or other_room == room or (other == floor and floor in SHARED):
                continue
            wrong.append(f"{source.label}:{line} ({room or 'package'}) imports {name} ({other_room})")
    assert wrong == []


def test_no_circle_of_imports(modules: dict[str, Source]) -> None:
    # Late imports and those for type checkers count: whoever reads one module has to read them all.
    assert circles(import_graph(modules.values())) == []


def _folder_graph(folder: str, graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which children of a folder import which others, whatever the depth of the module that does."""
    depth = folder.count(".") + 1
    inside = f"{folder}."
    children: dict[str, set[str]] = {}
    for module, others in graph.items():
        if module.startswith(inside):
            child = module.split(".")[depth]
            reached = {other.split(".")[depth] for other in others if other.startswith(inside)}
            children.setdefault(child, set()).update(reached - {child})
    return {child: others & set(children) for child, others in children.items()}


def _with_names_in_texts(modules: dict[str, Source]) -> dict[str, set[str]]:
    """Return the graph of imports, texts that are the name of a module of ours counted as imports of it."""
    graph = {module: set(others) for module, others in import_graph(modules.values()).items()}
    for module, source in modules.items():
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in modules:
                graph[module].add(node.value)
    return graph


def test_no_circle_between_the_children_of_any_folder(modules: dict[str, Source]) -> None:
    graph = _with_names_in_texts(modules)
    folders = {module.rpartition(".")[0] for module in modules} - {""}
    folders |= {folder.rpartition(".")[0] for folder in folders} - {""}
    wrong = {folder: circles(_folder_graph(folder, graph)) for folder in sorted(folders)}
    assert len(folders) > 100
    assert {folder: found for folder, found in wrong.items() if found} == {}


def test_a_circle_between_folders_is_seen() -> None:
    graph = {"p.a.x": {"p.b.y"}, "p.b.y": set(), "p.b.z": {"p.a.w"}, "p.a.w": set()}
    assert circles(graph) == [] and circles(_folder_graph("p", graph)) == [["a", "b"]]


def test_rooms_of_gui_import_downwards(modules: dict[str, Source]) -> None:
    floor_of = {room: floor for floor, rooms in enumerate(GUI_FLOORS) for room in rooms}
    wrong = []
    for child, others in _folder_graph(f"{PACKAGE}.gui", _with_names_in_texts(modules)).items():
        wrong += [f"{child} imports {other}" for other in others if floor_of[other] >= floor_of[child]]
    assert wrong == []


def test_no_folder_has_more_than_15_modules(modules: dict[str, Source]) -> None:
    sizes = Counter(source.path.parent for source in modules.values() if source.path.name != "__init__.py")
    assert {folder.relative_to(ROOT).as_posix(): n for folder, n in sizes.items() if n > 15} == {}


def test_store_keeps_storage_only(modules: dict[str, Source]) -> None:
    # Of core it imports the ground alone: what computes with rows stands above it.
    found: dict[str, set[str]] = {}
    for module, source in modules.items():
        if not module.startswith(f"{PACKAGE}.store"):
            continue
        for name, _line in imports(source):
            target = known_module(name, modules)
            if target is not None and target.startswith(f"{PACKAGE}.core") and _place(target)[0] != 0:
                found.setdefault(module, set()).add(target)
    assert found == {}


def test_what_drains_where_does_not_ask_the_rules_of_checks(modules: dict[str, Source]) -> None:
    # Columns of the network are its own (`NetworkFrame`); these six show or weigh what rules found.
    rules = f"{PACKAGE}.core.quality"
    asking = {
        module.removeprefix(f"{PACKAGE}.core.drainage.")
        for module, source in modules.items()
        if module.startswith(f"{PACKAGE}.core.drainage")
        for name, _line in imports(source)
        if name.startswith(rules)
    }
    assert asking == {
        "compounds.facts.belonging",
        "compounds.unsettled_misconnections",
        "manhole_search",
        "misconnection_list",
        "slope_table",
        "zoning.blockers",
    }


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that a module binds, wherever outside of functions and classes."""
    names: set[str] = set()
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        stack.extend(ast.iter_child_nodes(node))
    return names


def test_what_is_imported_of_our_modules_is_there(modules: dict[str, Source]) -> None:
    # Imports within functions fail only when somebody clicks.
    bound = {module: _bound(source.tree) for module, source in modules.items()}
    wrong = []
    for source in modules.values():
        for node in source.nodes:
            if not isinstance(node, ast.ImportFrom) or node.module not in modules:
                continue
            lacking = {
                alias.name
                for alias in node.names
                if alias.name not in bound[node.module] and f"{node.module}.{alias.name}" not in modules
            }
            wrong += [f"{source.label}:{node.lineno} {node.module}.{name}" for name in sorted(lacking)]
    assert wrong == []


def test_our_modules_are_imported_by_their_full_name(modules: dict[str, Source]) -> None:
    # `import processing` is QGIS's package, whichever folder happens to stand on the path.
    wrong = [
        f"{source.label}:{line} {name}"
        for source in modules.values()
        for name, line in imports(source)
        if name.split(".")[0] in OUR_ROOMS
    ]
    assert wrong == []


def test_qgis_processing_is_never_imported_when_a_module_loads(modules: dict[str, Source]) -> None:
    wrong = [
        f"{source.label}:{line} {name}"
        for source in modules.values()
        for name, line in imports(source, import_time_nodes(source.tree))
        if name.split(".")[0] == "processing"
    ]
    assert wrong == []


def test_core_and_operations_name_no_qgis(modules: dict[str, Source]) -> None:
    wrong = [
        f"{source.label}:{line} {name}"
        for module, source in modules.items()
        if module.startswith((f"{PACKAGE}.core", f"{PACKAGE}.operations"))
        for name, line in imports(source)
        if name.split(".")[0] in QGIS_NAMES
    ]
    assert wrong == []


def test_core_is_imported_without_qgis(plugin_dir: Path, modules: dict[str, Source]) -> None:
    names = sorted(name for name in modules if name.startswith(f"{PACKAGE}.core"))
    code = (
        "import importlib, sys\n"
        f"blocked = {sorted(QGIS_NAMES)!r}\n"
        "class Block:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in blocked:\n"
        "            raise ImportError(name + ' is blocked')\n"
        "sys.meta_path.insert(0, Block())\n"
        f"sys.path.insert(0, {str(plugin_dir.parent)!r})\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=plugin_dir)
    assert done.returncode == 0, done.stderr


def _start_nodes(module: str, source: Source) -> Iterator[ast.AST]:
    """Yield what runs when QGIS starts: a module's own statements, of an algorithm what it declares, too."""
    yield from import_time_nodes(source.tree)
    if module.startswith(f"{PACKAGE}.processing"):
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef) and DECLARING.fullmatch(node.name):
                yield from ast.walk(node)


def test_nothing_heavy_is_loaded_when_qgis_starts(modules: dict[str, Source]) -> None:
    # Followed through our own modules, from what QGIS and its Processing load at the start.
    start = [
        name
        for name in modules
        if name in (PACKAGE, f"{PACKAGE}.plugin") or name.startswith(f"{PACKAGE}.processing")
    ]
    came_from: dict[str, str] = dict.fromkeys(start, "")
    queue = list(start)
    wrong = []
    while queue:
        module = queue.pop()
        source = modules[module]
        for name, line in imports(source, _start_nodes(module, source)):
            if name.split(".")[0] in HEAVY:
                wrong.append(
                    f"{source.label}:{line} {name} (reached from {came_from[module] or 'the start'})"
                )
            target = known_module(name, modules)
            while target:
                if target not in came_from:
                    came_from[target] = source.label
                    queue.append(target)
                target = target.rpartition(".")[0]
                target = target if target in modules else ""
    assert wrong == []


def test_sources_are_python_3_9(modules: dict[str, Source]) -> None:
    wrong = []
    for source in modules.values():
        text = source.path.read_text(encoding="utf-8")
        try:
            ast.parse(text, feature_version=(3, 9))
        except SyntaxError as error:
            wrong.append(f"{source.label}:{error.lineno} {error.msg}")
        for node in source.nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "zip":
                if any(keyword.arg == "strict" for keyword in node.keywords):
                    wrong.append(f"{source.label}:{node.lineno} zip(strict=) is newer than Python 3.9")
    assert wrong == []


def test_annotations_are_never_evaluated(modules: dict[str, Source]) -> None:
    # `X | Y` in an annotation breaks Python 3.9 unless annotations stay text.
    wrong = []
    for source in modules.values():
        annotations = [
            annotation
            for node in source.nodes
            for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
            if isinstance(annotation, ast.AST)
        ]
        unions = [a for a in annotations if any(isinstance(n, ast.BitOr) for n in ast.walk(a))]
        if unions and "__future__.annotations" not in [name for name, _ in imports(source)]:
            wrong.append(source.label)
    assert wrong == []


def test_files_of_the_repository_are_listed_without_what_is_built(tmp_path: Path) -> None:
    for name in ("a.py", ".ci/run", "tests/b.py", "build/tree/proc/1/c", ".git/d", "tests/__pycache__/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "build" / "gone").symlink_to(tmp_path / "not_there")
    assert [path.relative_to(tmp_path).as_posix() for path in own_files(tmp_path)] == [
        ".ci/run",
        "a.py",
        "tests/b.py",
    ]


def test_nobody_lists_the_repository_with_what_is_built(repo_root: Path) -> None:
    whole = re.compile(r"\b(?:ROOT|repo_root)\.(?:rglob\(|glob\(\W*\*\*/)")
    listing = [
        path.name
        for path in own_files(repo_root / "tests")
        if path.suffix == ".py" and whole.search(path.read_text(encoding="utf-8"))
    ]
    assert listing == []


def test_no_places_of_one_machine(repo_root: Path) -> None:
    place = re.compile(r"(?<![\w.}$*>~-])/(?:home|root|work|Users|mnt)/\w|\b[A-Z]:\\{1,2}Users\\")
    suffixes = {
        ".py",
        ".sh",
        ".md",
        ".txt",
        ".toml",
        ".csv",
        ".json",
        ".qml",
        ".qpt",
        ".svg",
        ".ts",
        ".cfg",
        "",
    }
    wrong = []
    for path in own_files(repo_root):
        inner = path.relative_to(repo_root)
        if path.suffix not in suffixes or not path.is_file() or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if place.search(line):
                wrong.append(f"{inner.as_posix()}:{number}")
    assert wrong == []
