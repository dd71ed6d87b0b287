"""Write a network as an EPANET input file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.epanet.exporting import Exported


class ExportEpanet(WaterNetAlgorithm):
    """Make an EPANET input file of a network."""

    ID = "exportepanet"
    GROUP = "exchange"
    ICON = "exportepanet"
    TAGS = ("inp", "hydraulic model", "模型", "水力模型", "导出")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Export to EPANET")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes the network as an EPANET input file (.inp) that EPANET runs as it is. What was imported "
            "from such a file goes back with its ids, order, units, demands, curves and controls; only what "
            "was changed on the map since is written anew. Other networks get roughness by material, demands "
            "of their customers, and heads from the settings; closed valves close a pipe."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "SYSTEMS",
            tr("Systems"),
            tr("Systems to export, with semicolons between them. Only pipes in use are written."),
            default="potable",
        )
        self.add_file_output(
            "OUTPUT", tr("EPANET file"), tr("The file to write."), tr("EPANET file (*.inp)"), optional=False
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What was written, assumed, changed and left out; figures as .json beside it."),
            "HTML (*.html)",
        )
        for name, label in (
            ("JUNCTIONS", tr("Junctions")),
            ("RESERVOIRS", tr("Reservoirs")),
            ("TANKS", tr("Tanks")),
            ("PIPES", tr("Pipes")),
            ("PUMPS", tr("Pumps")),
            ("VALVES", tr("Valves")),
        ):
            self.add_number_output(name, label)

    def check(self, job: Job) -> None:
        """Refuse systems that there are none."""
        _systems(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Read the network and write the file."""
        from waternet_plugin.core.reports import epanet as reports

        output = Path(job.output_file("OUTPUT"))
        network = job.open_network()
        exported = _exported(job, network, output.name)
        report = reports.export_report(
            exported.model, name=output.name, network=network.name, notes=exported.notes
        )
        try:
            output.write_bytes(exported.data)
        except OSError as error:
            message = tr("{path} can't be written: {reason}. Choose another place.")
            raise InputError(message.format(path=output, reason=error.strerror)) from error
        written = job.write_report("REPORT", report)
        job.info(reports.count_line(exported.model))
        for note in reports.shown(exported.notes):
            job.info(note)
        counts = {name.upper(): count for name, count in reports.counts(exported.model).items()}
        return {"OUTPUT": str(output), "REPORT": written, **counts}


def _systems(job: Job) -> list[str]:
    """Return the codes of the systems to export."""
    from waternet_plugin.core.schema.csvfiles import words
    from waternet_plugin.core.schema.domains import domain

    codes = domain("system")
    systems = list(words(job.text("SYSTEMS").replace(",", ";"))) or ["potable"]
    strange = [system for system in systems if system not in codes]
    if strange:
        message = tr("There is no system {name}. The systems are: {names}.")
        raise InputError(message.format(name=strange[0], names=", ".join(codes)))
    return systems


def _exported(job: Job, network: Any, name: str) -> Exported:
    """Return the file of the network."""
    from waternet_plugin.core.exchange.epanet import exporting
    from waternet_plugin.core.exchange.epanet.keeping import TABLE, kept_of

    systems = _systems(job)
    job.progress.at(0.02, tr("Reading the network"))
    pipes = network.read("pipe", list(exporting.PIPE_COLUMNS), where={"status": "in_use", "system": systems})
    nodes = network.read("node", list(exporting.NODE_COLUMNS), where={"status": "in_use"})
    nodes = nodes[nodes["system"].isna() | nodes["system"].isin(systems)].reset_index(drop=True)
    customers = network.read("customer", ["pipe_id", "demand_m3d"], geometry=False)
    return exporting.export(
        pipes,
        nodes,
        customers,
        kept=kept_of(network.read(TABLE)),
        name=name,
        network=network.name,
        crs=network.crs,
        settings=network.settings(),
        progress=job.progress.part(0.2, 0.95),
    )
