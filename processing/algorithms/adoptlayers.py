"""Adopt a foreign layer into a table of the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.adopt_one_layer import AdoptLayerRequest, AdoptLayerResult


class AdoptLayers(WaterNetAlgorithm):
    """Turn the rows of a foreign layer into pipes, nodes, failures and so on."""

    ID = "adoptlayers"
    GROUP = "network"
    ICON = "adoptlayers"
    WRITES = True
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
            "downstream also give the flow of drains."
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
        self.add_sink(
            "REJECTED",
            tr("Rejected rows"),
            tr(
                "Rows that are not adopted: source_row, source_id, reason_code, reason and their own columns."
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
        )

    def check(self, job: Job) -> None:
        """Refuse a real run without mapping or table before anything is read."""
        with _fields_of_network(job):
            _request(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Read, adopt and write one batch."""
        from waternet_plugin.bridge.layer_frames import file_of, layer_frame
        from waternet_plugin.core.exchange.mapping.adoptable_tables import adopting_into
        from waternet_plugin.operations.adopt_layers import tables_of
        from waternet_plugin.operations.adopt_one_layer import adopt_layer

        network, layer = job.open_network(), job.layer("INPUT")
        with adopting_into(tables_of(network)):
            request = _request(job)
        rows = None
        if layer is not None and not (layer.isValid() and file_of(layer)):
            rows = layer_frame(layer, encoding=request.encoding, progress=job.progress.part(0.01, 0.3))
        outputs: dict[str, Any] = {}

        def write(done: AdoptLayerResult) -> None:
            outputs.update(_written(job, done))

        done = adopt_layer(network, request, job.progress, rows=rows, before_commit=write)
        job.tell(done.summary)
        figures = ("rows_in", "rows_written", "rows_rejected", "assets_written", "turned")
        return {**outputs, **{name.upper(): getattr(done.adoption, name) for name in figures}}


@contextmanager
def _fields_of_network(job: Job) -> Iterator[None]:
    """Know in the block the fields that users added to the network, which a mapping may name."""
    from waternet_plugin import store
    from waternet_plugin.core.exchange.mapping.adoptable_tables import adopting_into
    from waternet_plugin.operations.adopt_layers import tables_of

    tables = {}
    # Why it can't be opened is said when the run begins.
    with suppress(WaterNetError), store.open_network(job.network_path()) as network:
        tables = tables_of(network)
    with adopting_into(tables):
        yield


def _request(job: Job) -> AdoptLayerRequest:
    """Return what was asked for."""
    from waternet_plugin.bridge.layer_frames import file_of
    from waternet_plugin.operations.adopt_one_layer import AdoptLayerRequest

    layer = job.layer("INPUT")
    file = file_of(layer) if layer is not None and layer.isValid() else None
    return AdoptLayerRequest(
        source=file or job.text("INPUT"),
        mapping=job.text("MAPPING"),
        table=job.text("TABLE"),
        dry_run=job.flag("DRY_RUN"),
        name="" if layer is None else str(layer.name()),
    )


def _written(job: Job, done: AdoptLayerResult) -> dict[str, str | None]:
    """Write what was asked for; a guessed mapping also as a file of its own."""
    from waternet_plugin.bridge.rejected import sink_frame
    from waternet_plugin.store.outputs import refuse_network_as_output

    frame, columns, geometry, crs = sink_frame(done.rejected, done.source_rows)
    rejected = job.write_sink("REJECTED", frame, columns, geometry=geometry, crs=crs)
    report = job.write_report("REPORT", done.report)
    mapping = done.guessed_mapping
    if report and mapping is not None:
        path = Path(report).with_suffix(".mapping.json")
        refuse_network_as_output(path)
        mapping.save(path)
        job.info(tr("The guessed mapping is in {path}.").format(path=path))
    return {"REJECTED": rejected, "REPORT": report}
