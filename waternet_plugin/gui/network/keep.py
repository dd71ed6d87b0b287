"""An answer kept: its pipes, nodes and customers in a file beside the network, shown under Results."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject

from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.session.session import Session

# The outputs of each algorithm that become layers, from the lowest up.
_OUTPUTS = {
    "isolateburst": (
        ("OUTPUT_PIPES", "burst_pipes"),
        ("OUTPUT_CUSTOMERS", "burst_customers"),
        ("OUTPUT_VALVES", "burst_valves"),
    ),
    "plansearch": (("OUTPUT_PIPES", "search_pipes"),),
    "tracenetwork": (("OUTPUT_PIPES", "trace_pipes"), ("OUTPUT_NODES", "trace_nodes")),
    "findmisconnections": (("OUTPUT", "misconnections"),),
    "outfallcatchments": (("OUTPUT", "catchments"), ("OUTPUT_PARTS", "overflow_parts")),
}
FOLDER = "results"


def keep(session: Session, algorithm: str, parameters: dict[str, Any], name: str, section: Any) -> None:
    """Let the algorithm write the answer to a new file beside the network, and show its layers.

    Parameters
    ----------
    algorithm, parameters
        What is asked.
    name
        Stem of the file, and what the group is called.
    section
        Shows the progress.
    """
    folder = session.address.beside(f"{session.address.display_name}_{FOLDER}")
    path = file_dialogs.free_path(folder / f"{plain_name(name)}.gpkg")
    outputs = _OUTPUTS[algorithm]

    def done(_results: dict[str, Any]) -> None:
        from waternet_plugin.bridge import traces

        if traces.add(QgsProject.instance(), path, path.stem, [layer for _output, layer in outputs]):
            session.say(
                tr("The layers are at {path}, but QGIS can't open them.").format(path=path), "warning"
            )
            return
        text = tr("Kept as layers under Results, in {name}.").format(name=path.name)
        session.say(text, "success", (tr("Show the folder"), lambda: file_dialogs.open_folder(path)))

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        session.say(message.format(path=folder, reason=error.strerror), "error")
        return
    sinks = {output: f"ogr:dbname='{path.as_posix()}' table=\"{layer}\" (geom)" for output, layer in outputs}
    session.run_algorithm(algorithm, {**parameters, **sinks}, done, section=section)
