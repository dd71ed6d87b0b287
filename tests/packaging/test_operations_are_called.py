"""What nobody can reach is no capability: each module of the operations is called from above them."""

from __future__ import annotations

from support.sources import imports, shipped

OPERATIONS = "waternet_plugin.operations"
# Run by its file, in a Python of its own; called by scripts, as docs/python.md says.
ELSEWHERE = {
    f"{OPERATIONS}.hydraulics.engines.epanet_worker",
    f"{OPERATIONS}.hydraulics.engines.swmm_worker",
    f"{OPERATIONS}.network.networkx_graph",
}


def test_each_operation_has_a_caller_above_it() -> None:
    modules = {
        source.module
        for source in shipped()
        if source.module.startswith(f"{OPERATIONS}.") and source.path.name != "__init__.py"
    }
    names: dict[str, set[str]] = {}
    for source in shipped():
        named = {name for name, _line in imports(source)}
        # ``from a.b import c`` yields a.b.c, whether c is a module or stands in one.
        names[source.module] = {
            module for name in named for module in (name, name.rpartition(".")[0]) if module in modules
        }
    reached = {
        module for source, found in names.items() if not source.startswith(OPERATIONS) for module in found
    }
    while True:
        more = {module for name in reached for module in names[name]} - reached
        if not more:
            break
        reached |= more
    assert len(reached) > 50
    assert modules - reached == ELSEWHERE, "give it an algorithm and a place in the panel, or delete it"
