"""Write a network as a SWMM input file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.core.drainage.divided_ground.drained_parts import STORMY, drained_parts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.exchange.swmm.reading.imported_swmm import imported_swmm_of
from waternet_plugin.core.exchange.swmm.writing.swmm_areas import DrainedArea
from waternet_plugin.core.exchange.swmm.writing.swmm_exporting import (
    ExportedSwmm,
    SwmmMapRows,
    export_swmm_model,
)
from waternet_plugin.core.exchange.swmm.writing.swmm_map import SWMM_NODE_COLUMNS, SWMM_PIPE_COLUMNS
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.network import swmm as reports
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.schema.use import in_use, systems
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.checks.check_network import read_drains
from waternet_plugin.operations.hydraulics.model_outputs import ModelExportResult, write_model
from waternet_plugin.store.network import Network
from waternet_plugin.store.outputs import refuse_network_as_output


@dataclass(frozen=True)
class ExportSwmmRequest:
    """What to export, and where to.

    Parameters
    ----------
    output_path
        The file to write (.inp).
    systems
        Codes of the systems to export; empty: all drains of a network that came from SWMM, else storm and
        combined drains. Only pipes in use are written.
    fill_inverts
        Whether nodes without a level get one between those of their neighbours.

    Raises
    ------
    InputError
        For a system that is not one of drains.
    """

    output_path: str
    systems: tuple[str, ...] = ()
    fill_inverts: bool = False

    def __post_init__(self) -> None:
        drains = systems("drain")
        strange = [system for system in self.systems if system not in drains]
        if strange:
            message = tr("{name} is not a system of drains. These are: {names}.")
            raise InputError(message.format(name=strange[0], names=listed(drains)))


def export_swmm(
    network: Network, request: ExportSwmmRequest, progress: Progress = SILENT
) -> ModelExportResult:
    """Write a network as a SWMM file; the network stays as it is.

    Parameters
    ----------
    request
        The systems and the file.

    Raises
    ------
    InputError
        When the network can't be exported, or the file can't be written or is a network.
    """
    output = Path(request.output_path)
    refuse_network_as_output(output, (network.uri,))
    exported = exported_swmm(
        network, request.systems, output.name, fill_inverts=request.fill_inverts, progress=progress
    )
    write_model(network, output, exported.data)
    return ModelExportResult(
        counts=reports.swmm_counts(exported.model),
        report=reports.swmm_export_report(exported, name=output.name, network=network.title),
        summary=reports.swmm_count_line(exported.model),
        notes=tuple(shown(exported.notes)),
    )


def exported_swmm(
    network: Network, systems_wanted: tuple[str, ...], name: str, *, fill_inverts: bool, progress: Progress
) -> ExportedSwmm:
    """Return the file of a network, which is written nowhere; parameters as in the request.

    Raises
    ------
    InputError
        When the network can't be exported.
    """
    progress.at(0.02, tr("Reading the network"))
    imported = imported_swmm_of(network.read(MODEL_TABLE))
    chosen = systems_wanted or (STORMY if imported is None else tuple(systems("drain")))
    where = {"status": list(in_use())}
    pipes = network.read("pipe", list(SWMM_PIPE_COLUMNS), where={**where, "system": list(chosen)})
    if pipes.empty:
        message = tr("There is no drain in use of these systems: {names}. Choose others with SYSTEMS.")
        raise InputError(message.format(names=listed(chosen)))
    nodes = network.read("node", list(SWMM_NODE_COLUMNS), where=where)
    nodes = nodes[nodes["system"].isna() | nodes["system"].isin(chosen)].reset_index(drop=True)
    areas = () if imported is not None else _areas(network, progress.part(0.1, 0.5))
    return export_swmm_model(
        SwmmMapRows(pipes, nodes, areas),
        imported=imported,
        name=name,
        network=network.title,
        crs=network.crs,
        settings=network.settings(),
        fill_inverts=fill_inverts,
        progress=progress.part(0.5, 0.95),
    )


def _areas(network: Network, progress: Progress) -> list[DrainedArea]:
    """Return the parts of the ground that drain into storm and combined drains, with the node of each."""
    subject = NetworkFrame(read_drains(network, progress, columns=WAY_COLUMNS), network.settings())
    parts = drained_parts(subject)
    nodes = subject.vertex_ids(parts.vertex)
    return [DrainedArea(str(name), shape) for name, shape in zip(nodes, parts.shape) if name]
