"""Adopt a foreign layer into a table of the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.exchange.adoption import AdoptionResult
    from waternet_plugin.core.exchange.guessing import Guess
    from waternet_plugin.core.exchange.mapping import Mapping


class AdoptLayers(WaterNetAlgorithm):
    """Turn the rows of a foreign layer into pipes, nodes, failures and so on."""

    ID = "adoptlayers"
    GROUP = "network"
    ICON = "adoptlayers"
    TAGS = ("import", "shapefile", "csv", "excel", "mapping", "导入", "入库", "映射")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Adopt a layer")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Turns the rows of a foreign layer or table into rows of the network, by a mapping of its "
            "columns and codes. A dry run without a mapping guesses one. Rows that can't be adopted are "
            "rejected with the reason; mend them and adopt them again."
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
            tr("A JSON file or the JSON text: fields, values, defaults, units. Without it only a dry run."),
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
            tr("What was adopted, rejected, unknown, and the mapping; figures as .json beside it."),
            "HTML (*.html)",
        )
        self.add_number_output("ROWS_IN", tr("Rows read"))
        self.add_number_output("ROWS_WRITTEN", tr("Rows written"))
        self.add_number_output("ROWS_REJECTED", tr("Rows rejected"))
        self.add_number_output("ASSETS_WRITTEN", tr("Assets written"))

    def check(self, job: Job) -> None:
        """Refuse a real run without mapping or table before anything is read."""
        from waternet_plugin.core.exchange import mapping as mappings

        if not job.has("MAPPING") and not job.flag("DRY_RUN"):
            raise InputError(
                tr(
                    "A MAPPING is needed. Run with DRY_RUN and REPORT first: it guesses one and writes it "
                    "beside the report."
                )
            )
        if job.has("TABLE"):
            mappings.adoptable(job.text("TABLE"))
        elif job.has("MAPPING"):
            raise InputError(
                tr("TABLE is needed. Name one of: {tables}.").format(
                    tables=", ".join(mappings.adoptable_tables())
                )
            )
        if job.has("MAPPING"):
            mappings.for_table(mappings.parse(job.text("MAPPING")), job.text("TABLE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Read, adopt and write one batch."""
        from waternet_plugin.core.exchange import mapping as mappings
        from waternet_plugin.core.exchange.guessing import guess
        from waternet_plugin.core.reports.adoption import nothing_adopted, summary_lines
        from waternet_plugin.store import adopting

        # A run without the check before it must refuse the same.
        self.check(job)
        dry_run = job.flag("DRY_RUN")
        network = job.open_network()
        mapping = mappings.parse(job.text("MAPPING")) if job.has("MAPPING") else None
        source = _source_name(job)
        job.progress.at(0.01, tr("Reading {source}").format(source=source))
        frame, encoding = _read(job, mapping)
        guessed: Guess | None = None
        table = job.text("TABLE")
        if mapping is None:
            guessed = guess(frame, table=table or None, name=source, target_crs=network.crs)
            mapping, table = guessed.mapping, guessed.table
        part = adopting.Part(source, frame, mapping, table)
        target = adopting.Target(network.crs, network)
        result = adopting.examine(target, part, dry_run=dry_run, progress=job.progress.part(0.3, 0.6))
        outputs = _Outputs(job, frame, result, source, network.name, encoding, guessed)
        if dry_run:
            outputs.write()
        elif not result.assets_written:
            raise InputError(nothing_adopted(result))
        else:
            # Within the batch: when an output can't be written, nothing is.
            adopting.write(
                network,
                result,
                name=source,
                seen=target.seen,
                within=outputs.write,
                progress=job.progress.part(0.6, 0.95),
            )
        for line in summary_lines(result, dry_run=dry_run):
            job.info(line)
        return {
            "REJECTED": outputs.rejected,
            "REPORT": outputs.report,
            "ROWS_IN": result.rows_in,
            "ROWS_WRITTEN": result.rows_written,
            "ROWS_REJECTED": result.rows_rejected,
            "ASSETS_WRITTEN": result.assets_written,
        }


def _layer(job: Job) -> Any:
    """Return the layer of the project or context that INPUT names, None when it names a file."""
    name = job.text("INPUT")
    project = job.context.project()
    layer = project.mapLayer(name) if project is not None else None
    return layer or job.context.temporaryLayerStore().mapLayer(name)


def _source_name(job: Job) -> str:
    """Return what people call the input: the layer's name, or the file's and its layer's."""
    layer = _layer(job)
    if layer is not None:
        return str(layer.name())
    path, _, name = job.text("INPUT").partition("|layername=")
    return f"{Path(path).name} {name.split('|')[0]}".strip()


def _read(job: Job, mapping: Mapping | None) -> tuple[pd.DataFrame, str]:
    """Return the input as a frame, and the encoding of its texts where it was found out."""
    from waternet_plugin.bridge.layers import layer_frame
    from waternet_plugin.store import foreign

    encoding = (mapping.encoding if mapping is not None else "") or None
    layer = _layer(job)
    if layer is not None:
        return layer_frame(layer, encoding=encoding, progress=job.progress.part(0.01, 0.3)), ""
    source = job.text("INPUT")
    return foreign.read_foreign(source, encoding=encoding), foreign.encoding_used(source, encoding)


class _Outputs:
    """The report and the rejected rows of one run."""

    def __init__(
        self,
        job: Job,
        frame: pd.DataFrame,
        result: AdoptionResult,
        source: str,
        network: str,
        encoding: str,
        guessed: Guess | None,
    ) -> None:
        from waternet_plugin.core.reports.adoption import adoption_report

        self._job, self._frame, self._result, self._guessed = job, frame, result, guessed
        self._report = adoption_report(
            result,
            source=source,
            network=network,
            encoding=encoding,
            dry_run=job.flag("DRY_RUN"),
            guessed=guessed,
        )
        self.rejected: str | None = None
        self.report = ""

    def write(self) -> None:
        """Write what was asked for; a guessed mapping also as a file of its own."""
        from waternet_plugin.store.outputs import refuse_network_as_output

        self.rejected = self._write_rejected()
        self.report = self._job.write_report("REPORT", self._report)
        if self.report and self._guessed is not None:
            path = Path(self.report).with_suffix(".mapping.json")
            refuse_network_as_output(path)
            self._result.mapping.save(path)
            self._job.info(tr("The guessed mapping is in {path}.").format(path=path))

    def _write_rejected(self) -> str | None:
        from waternet_plugin.bridge.rejected import sink_frame
        from waternet_plugin.core.exchange.adoption import rejected_rows

        rows = rejected_rows(self._frame, self._result)
        frame, columns, geometry, crs = sink_frame(rows, self._frame)
        return self._job.write_sink("REJECTED", frame, columns, geometry=geometry, crs=crs)
