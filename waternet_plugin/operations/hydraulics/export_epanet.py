"""Write a network as an EPANET input file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.imported_file import imported_file_of
from waternet_plugin.core.exchange.epanet.writing import exporting
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.network import epanet as reports
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.hydraulics.model_outputs import ModelExportResult, write_model
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.store.network import Network
from waternet_plugin.store.outputs import refuse_network_as_output


@dataclass(frozen=True)
class ExportEpanetRequest:
    """What to export, and where to.

    Parameters
    ----------
    output_path
        The file to write (.inp).
    systems
        Codes of the systems to export; only pipes in use are written.

    Raises
    ------
    InputError
        For a system that is not in the domain.
    """

    output_path: str
    systems: tuple[str, ...] = ("potable",)

    def __post_init__(self) -> None:
        codes = domain("system")
        strange = [system for system in self.systems if system not in codes]
        if strange:
            message = tr("There is no system {name}. The systems are: {names}.")
            raise InputError(message.format(name=strange[0], names=listed(codes)))


def export_epanet(
    network: Network, request: ExportEpanetRequest, progress: Progress = SILENT
) -> ModelExportResult:
    """Write a network as an EPANET file; the network stays as it is.

    Raises
    ------
    InputError
        When the network can't be exported, or the file can't be written or is a network.
    """
    output = Path(request.output_path)
    refuse_network_as_output(output, (network.uri,))
    exported = exported_model(network, request.systems, output.name, progress)
    write_model(network, output, exported.data)
    return ModelExportResult(
        counts=reports.counts(exported.model),
        report=reports.export_report(
            exported.model, name=output.name, network=network.title, notes=exported.notes
        ),
        summary=reports.count_line(exported.model),
        notes=tuple(shown(exported.notes)),
    )


def exported_model(
    network: Network, systems: tuple[str, ...], name: str, progress: Progress
) -> exporting.ExportedModel:
    """Return the file of a network, which is written nowhere.

    Parameters
    ----------
    systems
        Codes of the systems to export.
    name
        Name of the file.

    Raises
    ------
    InputError
        When the network can't be exported.
    """
    progress.at(0.02, tr("Reading the network"))
    pipes = network.read(
        "pipe", list(exporting.PIPE_COLUMNS), where={"status": list(in_use()), "system": list(systems)}
    )
    nodes = network.read("node", list(exporting.NODE_COLUMNS), where={"status": list(in_use())})
    nodes = nodes[nodes["system"].isna() | nodes["system"].isin(systems)].reset_index(drop=True)
    return exporting.export(
        exporting.MapRows(pipes, nodes, read_supplied(network, ["pipe_id", "demand_m3d"])),
        imported=imported_file_of(network.read(MODEL_TABLE)),
        name=name,
        network=network.title,
        crs=network.crs,
        settings=network.settings(),
        progress=progress.part(0.2, 0.95),
    )
