"""Import inspections of drains from ISYBAU XML or a crew's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.import_inspections import InspectionSource


class ImportInspections(WaterNetAlgorithm):
    """Import inspections with their defects as one batch."""

    ID = "importinspections"
    GROUP = "drainage"
    ICON = "adoptlayers"
    WRITES = True
    KIND = "adopt"
    TAGS = ("CCTV", "ISYBAU", "XML", "inspection", "defect", "sewer", "电视检测", "缺陷", "导入", "排水")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Import inspections of drains")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Reads inspections with their defects from ISYBAU XML (EN 13508-2) or from a table of the crew "
            "(CSV, XLSX) and writes them as one batch. Raw codes are kept; pipes that the network does not "
            "have keep their name. A code that is not in the standard is named and its row rejected; a file "
            "with many of them is refused. Grade the inspections afterwards."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "INPUT",
            tr("Inspection file"),
            tr("ISYBAU XML, or a table as a file or file|layername=name."),
            optional=False,
        )
        self.add_text(
            "MAPPING",
            tr("Mapping"),
            tr(
                "For a table: a JSON file or the JSON text as for adopting a layer, of inspections and "
                "defects together. Empty: what the headings leave no doubt about."
            ),
        )
        self.add_sink(
            "REJECTED",
            tr("Rejected rows"),
            tr(
                "Rows that are not imported: source_row, source_id, reason_code, reason and their own "
                "columns."
            ),
        )
        self.add_number_outputs(
            ROWS_IN=tr("Rows read"),
            ROWS_WRITTEN=tr("Rows written"),
            ROWS_REJECTED=tr("Rows rejected"),
            INSPECTIONS=tr("Inspections"),
            DEFECTS=tr("Defects"),
            ASSETS_WRITTEN=tr("Assets written"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a mapping that can't be read before anything else is."""
        _source(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Read, and write one batch."""
        from waternet_plugin.bridge.rejected import sink_frame
        from waternet_plugin.operations.drainage.import_inspections import (
            ImportedInspections,
            import_inspections,
        )

        def write(done: ImportedInspections) -> None:
            frame, columns, geometry, crs = sink_frame(done.rejected, done.rejected)
            job.write_sink("REJECTED", frame, columns, geometry=geometry, crs=crs)

        done = import_inspections(job.open_network(), _source(job), job.progress, before_commit=write)
        job.tell(done.lines)
        return {
            "ROWS_IN": done.rows_in,
            "ROWS_WRITTEN": done.rows_written,
            "ROWS_REJECTED": done.rows_rejected,
            "INSPECTIONS": len(done.inspections),
            "DEFECTS": len(done.defects),
            "ASSETS_WRITTEN": len(done.inspections) + len(done.defects),
            "BATCH_ID": done.batch_id,
        }


def _source(job: Job) -> InspectionSource:
    from waternet_plugin.bridge.layer_frames import file_of
    from waternet_plugin.operations.drainage.import_inspections import InspectionSource

    layer = job.layer("INPUT")
    file = file_of(layer) if layer is not None and layer.isValid() else None
    return InspectionSource(file or job.text("INPUT"), job.text("MAPPING"))
