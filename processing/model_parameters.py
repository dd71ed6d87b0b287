"""Parameters and runs of algorithms that read or write model files, whichever engine these are for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.operations.hydraulics.model_outputs import ModelExportResult
    from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest, ModelImportResult
    from waternet_plugin.processing.base import WaterNetAlgorithm
    from waternet_plugin.processing.job import Job


class ImportOperation(Protocol):
    """An operation that makes a network of a model file."""

    def __call__(
        self,
        request: ModelImportRequest,
        progress: Any,
        *,
        before_commit: Callable[[ModelImportResult], None],
    ) -> ModelImportResult:
        """Import."""


def add_import_parameters(
    algorithm: WaterNetAlgorithm, *, crs_help: str, unit_help: str, units: Mapping[str, str]
) -> None:
    """Add coordinate systems, flow unit, the network to make, and the report.

    Parameters
    ----------
    units
        Labels of the flow units that a file which gives none may be in.
    """
    algorithm.add_crs("CRS", tr("Coordinate system of the file"), crs_help)
    algorithm.add_crs(
        "TARGET_CRS",
        tr("Coordinate system of the network"),
        tr("A projected one in metres. Empty: that of the file."),
    )
    algorithm.add_choice(
        "FLOW_UNIT", tr("Flow unit of a file that gives none"), unit_help, list(units), labels=dict(units)
    )
    algorithm.add_file_output(
        "OUTPUT",
        tr("Network"),
        tr("A new file ending in .gpkg, in a folder on this computer."),
        tr("WaterNet network (*.gpkg)"),
        is_network=True,
        optional=False,
    )
    algorithm.add_file_output(
        "REPORT",
        tr("Report"),
        tr("What was read and what was unusual; figures in a .json file next to it."),
        "HTML (*.html)",
    )


def import_model(job: Job, operation: ImportOperation) -> tuple[dict[str, Any], str]:
    """Make a network of a model file; return the outputs of its algorithm but the batch, and that."""
    from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest

    request = ModelImportRequest(
        source_path=job.file("INPUT"),
        network_path=job.output_file("OUTPUT"),
        source_crs=job.crs_text("CRS") if job.has("CRS") else "",
        network_crs=job.crs_text("TARGET_CRS") if job.has("TARGET_CRS") else "",
        flow_unit=job.choice("FLOW_UNIT") if job.has("FLOW_UNIT") else "",
    )
    outputs: dict[str, Any] = {"OUTPUT": request.network_path}

    def write_report(done: ModelImportResult) -> None:
        outputs["REPORT"] = job.write_report("REPORT", done.report)

    done = operation(request, job.progress, before_commit=write_report)
    job.tell((done.summary, *done.notes), warnings=done.warnings)
    return {**outputs, **_counted(done.counts)}, done.batch_id


def add_export_report(algorithm: WaterNetAlgorithm) -> None:
    """Add the report of an export."""
    algorithm.add_file_output(
        "REPORT",
        tr("Report"),
        tr("What was written, assumed, changed and left out; figures in a .json file next to it."),
        "HTML (*.html)",
    )


def add_counts(algorithm: WaterNetAlgorithm, labels: Mapping[str, str]) -> None:
    """Add how many elements of each kind a file has, by the labels of the kinds."""
    algorithm.add_number_outputs(**{name.upper(): label for name, label in labels.items()})


def exported_model(job: Job, done: ModelExportResult) -> dict[str, Any]:
    """Write the report of an export and return the outputs of its algorithm."""
    written = job.write_report("REPORT", done.report)
    job.tell((done.summary, *done.notes))
    return {"OUTPUT": job.output_file("OUTPUT"), "REPORT": written, **_counted(done.counts)}


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name.upper(): count for name, count in counts.items()}
