"""Adopt a foreign layer into a table of the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.exchange.update_modes import BOTH, INSERT, MODES, UPDATE
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, AdoptLayerResult

KEEP, TAKE = "keep", "take"
CONFLICTS = (KEEP, TAKE)


class AdoptLayers(WaterNetAlgorithm):
    """Turn the rows of a foreign layer into pipes, nodes, failures and so on."""

    ID = "adoptlayers"
    GROUP = "network"
    ICON = "adoptlayers"
    WRITES = True
    KIND = "adopt"
    TAGS = ("import", "shapefile", "csv", "excel", "mapping", "导入", "入库", "映射")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Adopt a layer")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Turns the rows of a layer or table from another source into rows of the network, by a mapping "
            "of its columns and codes. A dry run without a mapping guesses one. Rows that can't be adopted "
            "are rejected with the reason; correct them and adopt them again. Columns of start and end stay "
            "with the ids of the nodes: a line drawn against them is turned. Columns headed upstream and "
            "downstream also give the flow of drains. MODE update compares rows whose ids are there and "
            "writes what differs; nothing is deleted, and what people set since the last delivery stays."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "INPUT",
            tr("Layer or file"),
            tr("A file, file|layername=name, or the id of a layer of the project."),
            optional=False,
        )
        self.add_text(
            "TABLE",
            tr("Table"),
            tr("Name of the table: pipe, node, failure and so on. A dry run without a mapping guesses it."),
        )
        self.add_text(
            "MAPPING",
            tr("Mapping"),
            tr(
                "A JSON file or the JSON text: fields, values, defaults, units. Without it, only a dry run "
                "is possible."
            ),
        )
        self.add_flag("DRY_RUN", tr("Dry run"), tr("Only report what would be adopted."))
        self.add_choice(
            "MODE",
            tr("Rows whose ids are there already"),
            tr(
                "insert: rejected; update: changed where they differ, new rows rejected; both: changed, new "
                "rows added."
            ),
            list(MODES),
            labels={
                INSERT: tr("Reject them, add new rows"),
                UPDATE: tr("Update them, reject new rows"),
                BOTH: tr("Update them, add new rows"),
            },
            default=INSERT,
        )
        self.add_choice(
            "CONFLICTS",
            tr("Values that people set since"),
            tr("Of an update: keep them as they are, or take those of the file."),
            list(CONFLICTS),
            labels={KEEP: tr("Keep them"), TAKE: tr("Take those of the file")},
            default=KEEP,
        )
        self.add_flag(
            "CLEAR", tr("Empty cells empty fields"), tr("Of an update; otherwise they change nothing.")
        )
        self.add_flag("GEOMETRY", tr("Take moved geometry"), tr("Of an update; otherwise it is only listed."))
        self.add_flag(
            "PERSONAL",
            tr("With personal data"),
            tr(
                "Of an update: whether OUTPUT_CHANGES lists changes of fields about people too, such as "
                "names of users. Without it they are left out and counted."
            ),
        )
        self.add_sink(
            "REJECTED",
            tr("Rejected rows"),
            tr(
                "Rows that are not adopted: source_row, source_id, reason_code, reason and their own columns."
            ),
        )
        self.add_sink(
            "OUTPUT_CHANGES",
            tr("Changes"),
            tr(
                "Of an update: asset, field, before, after, state (changed, cleared, moved, conflict, new, "
                "gone)."
            ),
        )
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("What was adopted, rejected or unknown, and the mapping; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_number_outputs(
            ROWS_IN=tr("Rows read"),
            ROWS_WRITTEN=tr("Rows written"),
            ROWS_REJECTED=tr("Rows rejected"),
            ASSETS_WRITTEN=tr("Assets written"),
            TURNED=tr("Lines turned towards the ids of their ends"),
            ROWS_CHANGED=tr("Rows that change the network"),
            ROWS_SAME=tr("Rows that are the same in the network"),
            ROWS_NEW=tr("New rows"),
            ROWS_CONFLICT=tr("Rows that stay as people set them"),
            ROWS_GONE=tr("Assets that the file lacks"),
        )
        self.add_text_outputs(BATCH_ID=tr("Batch"))

    def request(self, job: Job) -> AdoptLayerRequest:
        """Return the request."""
        from waternet_plugin.bridge.layer_frames import file_of
        from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest
        from waternet_plugin.operations.adoption.adoption_target import own_tables_at

        layer = job.layer("INPUT")
        file = file_of(layer) if layer is not None and layer.isValid() else None
        return AdoptLayerRequest(
            source=file or job.text("INPUT"),
            mapping=job.text("MAPPING"),
            table=job.text("TABLE"),
            dry_run=job.flag("DRY_RUN"),
            name="" if layer is None else str(layer.name()),
            mode=job.choice("MODE"),
            take_conflicts=job.choice("CONFLICTS") == TAKE,
            clear=job.flag("CLEAR"),
            take_geometry=job.flag("GEOMETRY"),
            personal=job.flag("PERSONAL"),
            own=own_tables_at(job.network_address),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Read, adopt and write one batch."""
        from waternet_plugin.bridge.layer_frames import file_of, layer_frame
        from waternet_plugin.operations.adoption.adopt_one_layer import adopt_layer

        network, layer = job.open_network(), job.layer("INPUT")
        request, rows = self.request(job), None
        if layer is not None and not (layer.isValid() and file_of(layer)):
            rows = layer_frame(layer, encoding=request.encoding, progress=job.progress.part(0.01, 0.3))

        def write(done: AdoptLayerResult) -> None:
            _write(job, done)

        done = adopt_layer(network, request, job.progress, rows=rows, before_commit=write)
        job.tell(done.summary)
        figures = {name.upper(): count for name, count in done.adoption.figures().items()}
        return {**figures, "BATCH_ID": done.batch_id}


def _write(job: Job, done: AdoptLayerResult) -> None:
    """Write what was asked for; a guessed mapping also as a file of its own."""
    from waternet_plugin.bridge.rejected import sink_frame
    from waternet_plugin.store.outputs import refuse_network_as_output

    frame, columns, geometry, crs = sink_frame(done.rejected, done.source_rows)
    job.write_sink("REJECTED", frame, columns, geometry=geometry, crs=crs)
    texts = [(name, "text") for name in done.changes.columns]
    job.write_sink("OUTPUT_CHANGES", done.changes, texts)
    report = job.write_report("REPORT", done.report)
    if report and done.guessed_mapping is not None:
        path = Path(report).with_suffix(".mapping.json")
        refuse_network_as_output(path)
        done.guessed_mapping.save(path)
        job.info(tr("The guessed mapping is in {path}.").format(path=path))
