"""Read an EPANET input file into a new network."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingParameterCrs

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pyproj

    from waternet_plugin.core.exchange.epanet.adopting import Adopted
    from waternet_plugin.core.exchange.epanet.elements import Model
    from waternet_plugin.core.exchange.epanet.placing import Plane


class ImportEpanet(WaterNetAlgorithm):
    """Make a network of an EPANET input file."""

    ID = "importepanet"
    GROUP = "exchange"
    ICON = "importepanet"
    TAGS = ("inp", "hydraulic model", "模型", "水力模型", "导入")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Import from EPANET")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Makes a new network of an EPANET input file (.inp) in any flow unit. A pump or valve becomes a "
            "node with a connector on each side; reservoirs become sources. Demands, patterns, curves, "
            "controls and whatever else the map has no column for are kept with the network, and exported "
            "again."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_file(
            "INPUT", tr("EPANET file"), tr("An EPANET input file."), file_filter="EPANET (*.inp *.INP *.txt)"
        )
        self._add(
            QgsProcessingParameterCrs("CRS", tr("Coordinate system of the file"), optional=True),
            tr(
                "An EPANET file does not say it; one in feet is taken too. Empty: a plane of its own, "
                "without a place on Earth."
            ),
        )
        self._add(
            QgsProcessingParameterCrs("TARGET_CRS", tr("Coordinate system of the network"), optional=True),
            tr("A projected one in metres. Empty: that of the file."),
        )
        self.add_file_output(
            "OUTPUT",
            tr("Network"),
            tr("A new file that ends in .gpkg, in a folder of this computer."),
            tr("WaterNet network (*.gpkg)"),
            optional=False,
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What was read and what was odd; figures as .json beside it."),
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

    def work(self, job: Job) -> dict[str, Any]:
        """Read and convert everything, then write it in one batch."""
        from waternet_plugin.core.exchange.epanet import adopting, elements, placing, text
        from waternet_plugin.core.reports import epanet as reports

        path = Path(job.file("INPUT"))
        job.progress.at(0.01, tr("Reading {source}").format(source=path.name))
        document = text.read_document(_bytes(path), path.name)
        model = elements.model_of(document, path.name)
        plane = placing.plane_of(document, *_systems(job))
        job.progress.at(0.2)
        adopted = adopting.adopt(model, plane)
        job.progress.at(0.4)
        missing = adopted.placed.made_up
        note = _note(plane)
        output = job.output_file("OUTPUT")
        crs_name = adopted.pipes.crs.name
        report = reports.import_report(
            model, name=path.name, network=Path(output).stem, crs=crs_name, missing=missing, note=note
        )
        written = _write(job, output, path.name, model, plane, adopted, report)
        job.info(reports.count_line(model))
        job.info(note)
        for warning in [reports.made_up_line(missing), *reports.shown(model.warnings)]:
            if warning:
                job.warn(warning)
        counts = {name.upper(): count for name, count in reports.counts(model).items()}
        return {"OUTPUT": output, "REPORT": written, **counts}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = tr("{path} can't be read: {reason}. Choose another file.")
        raise InputError(message.format(path=path, reason=error.strerror)) from error


def _systems(job: Job) -> tuple[pyproj.CRS | None, pyproj.CRS | None]:
    """Return the CRS of the file and of the network; the latter measures in metres."""
    from waternet_plugin.core.exchange.places import read_crs
    from waternet_plugin.store.metric import metric_crs

    source = read_crs(job.crs_text("CRS")) if job.has("CRS") else None
    if job.has("TARGET_CRS"):
        return source, metric_crs(job.crs_text("TARGET_CRS"))
    return source, metric_crs(job.crs_text("CRS")) if job.has("CRS") else None


def _note(plane: Plane) -> str:
    if not plane.source:
        return tr(
            "No CRS was given: the network lies on a plane of its own, without a place on Earth. Import "
            "again with CRS to see it on a map."
        )
    return ""


def _write(
    job: Job, output: str, name: str, model: Model, plane: Plane, adopted: Adopted, report: Any
) -> str:
    """Write the network; nothing of it is left when anything fails."""
    from waternet_plugin import store
    from waternet_plugin.core.exchange.epanet.keeping import TABLE, Kept, kept_frame

    kept = kept_frame(Kept(name, model.document, plane, adopted.links))
    network = store.create_network(output, plane.target)
    try:
        with network, network.write("adopt", name=name, progress=job.progress.part(0.5, 0.95)) as batch:
            batch.insert("node", adopted.nodes)
            batch.insert("pipe", adopted.pipes)
            batch.insert(TABLE, kept)
            return job.write_report("REPORT", report)
    except BaseException:
        network.close()
        for left in (output, f"{output}-wal", f"{output}-shm", f"{output}-journal"):
            # What can't be removed must not hide why the work failed.
            with suppress(OSError):
                Path(left).unlink()
        raise
