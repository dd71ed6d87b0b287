"""Whoever writes into a network's file does it under the locks of a batch, today and to come."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from support.sources import Source, shipped

# Who may open a file for writing or begin a transaction, each with the reason.
EXEMPT = {
    "waternet_plugin.store.geopackage.connection.connect": "makes every connection",
    "waternet_plugin.store.geopackage.connection._writing": "has the locks",
    "waternet_plugin.store.geopackage.sharing.write_lock.WriteLock": "is the locks",
    "waternet_plugin.store.geopackage.sharing.file_locks._tidy": "changes the mode of a file nobody has open",
    "waternet_plugin.store.geopackage.file._one_state": "only reads",
    "waternet_plugin.store.geopackage.backup.copy_open": "makes a copy that nobody knows yet",
    "waternet_plugin.store.geopackage.opening.creating._lay_tables": "makes a file that nobody knows yet",
    "waternet_plugin.store.geopackage.opening.creating._complete": "makes a file that nobody knows yet",
    "waternet_plugin.store.geopackage.opening.restoring.put_back": "prepares a copy in a folder of its own",
    "waternet_plugin.store.geopackage.reading.gdal.index_triggers": "in memory",
    "waternet_plugin.store.geopackage.packed_network.fill": "fills a copy that is new",
    "waternet_plugin.store.fieldwork.package_file.write_package": "makes a package that nobody knows yet",
    "waternet_plugin.store.fieldwork.package_file._lay_tables": "makes a package that nobody knows yet",
    "waternet_plugin.store.fieldwork.package_file.opened_package": "only reads",
    "waternet_plugin.store.geopackage.writing.constraint_checks.broken_rules": "in memory",
    "waternet_plugin.store.unsaved_edits._connected": "in the profile, for one process alone",
    "waternet_plugin.store.unsaved_edits.UnsavedEdits": "in the profile, for one process alone",
}


def _whole_names(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Functions and classes of a module by their whole names, and what lies outside of them."""
    for node in source.tree.body:
        named = isinstance(node, (ast.FunctionDef, ast.ClassDef))
        yield f"{source.module}.{node.name}" if named else source.module, node


def _opens_for_writing(node: ast.AST) -> bool:
    """Return whether this is a connection that writes, a transaction, or GDAL's opening for update."""
    if isinstance(node, ast.Attribute) and node.attr == "OF_UPDATE":
        return True
    if not isinstance(node, ast.Call):
        return False
    if any(word.arg == "write" and getattr(word.value, "value", None) is True for word in node.keywords):
        return True
    if not isinstance(node.func, ast.Attribute):
        return False
    of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if node.func.attr in ("execute", "executescript") and node.args:
        words = str(getattr(node.args[0], "value", "")).split()
        return words[:1] in (["BEGIN"], ["VACUUM"], ["ATTACH"])
    if node.func.attr == "connect" and of == "sqlite3":
        return True
    is_update = [getattr(one, "value", None) in (1, True) for one in node.args[1:2]]
    return (node.func.attr == "Create" and "GPKG" in ast.dump(node)) or (
        of in ("ogr", "gdal") and node.func.attr in ("Open", "OpenShared") and any(is_update)
    )


@cache
def _writers() -> dict[str, Source]:
    found = {}
    for source in shipped():
        for name, node in _whole_names(source):
            # VACUUM is one transaction of SQLite's own: its lock has a name for it.
            locked = {
                inner
                for block in ast.walk(node)
                if isinstance(block, ast.With) and "rewriting" in ast.dump(block.items[0])
                for inner in ast.walk(block)
            }
            if any(_opens_for_writing(inner) for inner in ast.walk(node) if inner not in locked):
                found[name] = source
    return found


def test_every_writer_has_the_locks():
    strange = sorted(set(_writers()) - set(EXEMPT))
    assert not strange, f"write through connection.transaction or connection.alone: {strange}"


def test_the_list_names_nobody_who_is_gone():
    assert sorted(EXEMPT) == sorted(_writers())


def test_the_rule_finds_what_it_is_for():
    for code in (
        "sqlite3.connect(path)",
        "connection.connect(path, write=True)",
        "gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE)",
        "ogr.Open(path, 1)",
        "gdal.OpenShared(path, True)",
        "database.execute('BEGIN IMMEDIATE')",
        "database.execute('VACUUM')",
    ):
        assert any(_opens_for_writing(node) for node in ast.walk(ast.parse(code))), code
