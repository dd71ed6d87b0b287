"""An EPANET model with the pipes closed that a proposal closes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from waternet_plugin.core.dma.hydraulics import EngineError, HydraulicModel
from waternet_plugin.core.exchange.epanet.reading.elements import Model, model_of
from waternet_plugin.core.exchange.epanet.reading.imported_file import ImportedFile
from waternet_plugin.core.exchange.epanet.reading.text import read_document
from waternet_plugin.core.exchange.epanet.writing.input_file import write
from waternet_plugin.core.exchange.epanet.writing.map_changes import EpanetChanges
from waternet_plugin.core.texts import tr

_AGE = {"OPTIONS": [" Quality Age"]}


@dataclass(frozen=True)
class ClosedModel:
    """A model without the links that are closed.

    Parameters
    ----------
    model
        What is computed; its junctions lack those that no link reaches any more.
    dead_ends
        Junctions where just one link is left of those that were there.
    stubs
        Closed pipes with their length in m: shut at one end they hang on the other, and water stands still.
    """

    model: HydraulicModel
    dead_ends: tuple[str, ...]
    stubs: tuple[tuple[str, float], ...] = ()


def links_of_pipes(pipes: list[str], model: Model, imported: ImportedFile) -> set[str]:
    """Return the links of a model that stand for pipes of the map.

    Raises
    ------
    EngineError
        When a pipe is no link of the model; names it.
    """
    of_connector = {
        end: id_ for id_, rows in imported.links.items() for end in (rows.first, rows.second) if id_
    }
    found = set()
    for pipe in pipes:
        link = pipe if pipe in model.links else of_connector.get(pipe, "")
        if link not in model.links:
            raise EngineError(tr("Pipe {id} is not in the model.").format(id=pipe))
        found.add(link)
    return found


def closed_model(model: Model, closed: set[str], name: str) -> ClosedModel:
    """Return a model with links closed for good: they are left out, and so are the controls that open them.

    Parameters
    ----------
    model
        The model as it is.
    closed
        Ids of the links to close.
    name
        Of the file.
    """
    ends = Counter(end for link in model.links.values() for end in (link.start, link.end))
    gone = Counter(end for id_ in closed for end in (model.links[id_].start, model.links[id_].end))
    left = {end: ends[end] - count for end, count in gone.items()}
    # EPANET refuses a node without a link.
    changes = EpanetChanges(
        gone_links=set(closed), gone_nodes={end for end, count in left.items() if not count}
    )
    data = write(model.document, changes, xy={}, vertices={}, new_lines={}).data
    again = model_of(read_document(data, name), name)
    dead = sorted(end for end, count in left.items() if count == 1 and model.nodes[end].kind == "junction")
    pipes = [model.links[id_] for id_ in sorted(closed) if model.links[id_].type == "PIPE"]
    # A pipe whose ends both lost their last link is no longer filled from anywhere.
    stubs = tuple((pipe.id, pipe.length_m) for pipe in pipes if left[pipe.start] or left[pipe.end])
    return ClosedModel(_computed(data, again), tuple(dead), stubs)


def asking_ages(
    model: HydraulicModel, nodes: tuple[str, ...], name: str, *, duration_h: float, step_min: float
) -> HydraulicModel:
    """Return a model that computes the water age at some of its nodes.

    Parameters
    ----------
    nodes
        Ids of its junctions.
    name
        Of the file.
    duration_h, step_min
        How long it runs, and its step.
    """
    document = read_document(model.data, name)
    data = write(document, EpanetChanges(), xy={}, vertices={}, new_lines=_AGE).data
    return HydraulicModel(data, model.nodes, model.metres, nodes, duration_h, step_min)


def _computed(data: bytes, model: Model) -> HydraulicModel:
    # Engines number junctions in the order of the file.
    junctions = tuple(node.id for node in model.nodes.values() if node.kind == "junction")
    return HydraulicModel(data, junctions, model.units.metres)
