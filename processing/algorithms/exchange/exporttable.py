"""Algorithm: export tables of a network to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from waternet_plugin.bridge.export import content
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.supply_parameters import ids_of


class ExportTableAlgorithm(WaterNetAlgorithm):
    """Write a table, what a theme shows, or chosen rows to GPKG, SHP, CSV, XLSX or Parquet."""

    ID = "exporttable"
    GROUP = "exchange"
    ICON = "exporttable"
    TAGS = ("export", "shapefile", "excel", "xlsx", "csv", "gpkg", "gbk", "导出", "输出", "表格")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Export tables")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a table, everything that a theme shows, or selected rows to a GeoPackage, shapefile, "
            "CSV or XLSX, with our field names or with English or Chinese headers, and with codes or their "
            "labels. Ids stay text; what the format can't store is counted and reported."
        )

    def declare(self) -> None:
        """Add the parameters."""
        self.add_network()
        self.add_text(
            "TABLE",
            tr("Table"),
            joined(
                [
                    tr(
                        "Name of a table (pipe, node, failure, ...), or a view: pipe_health, pipe_plan, "
                        "pipe_verified, zone_leakage."
                    ),
                    tr("Separate several with semicolons."),
                ]
            ),
        )
        self.add_text(
            "THEME",
            tr("Theme"),
            tr(
                "Instead of TABLE: everything that a theme shows (system, material, age, status, health, "
                "...)."
            ),
        )
        self.add_text(
            "IDS",
            tr("Ids"),
            tr(
                "Only the rows with these ids, separated by semicolons or as a JSON list; for one table. "
                "Empty: all rows."
            ),
        )
        self.add_choice(
            "HEADERS",
            tr("Headers"),
            tr("names for field names, en or zh_CN for labels."),
            ["names", "en", "zh_CN"],
            labels=choice_labels.headings(),
            default="names",
        )
        self.add_choice(
            "VALUES",
            tr("Values"),
            tr("codes as they are stored, or their labels in English (en) or Chinese (zh_CN)."),
            ["codes", "en", "zh_CN"],
            labels=choice_labels.values(),
            default="codes",
        )
        self.add_choice(
            "ENCODING",
            tr("Encoding"),
            tr("For shapefiles and CSV: utf-8, or gbk for programs that read nothing else."),
            ["utf-8", "gbk"],
            labels={"utf-8": "UTF-8", "gbk": "GBK"},
            default="utf-8",
        )
        self.add_flag(
            "PERSONAL",
            tr("With personal data"),
            tr(
                "Whether fields about people are exported too: names of users, and fields of your own that "
                "were marked as personal. Without it they are left out, and the notes say which."
            ),
        )
        self.add_file_output(
            "OUTPUT",
            tr("File"),
            tr(
                "Must end in .gpkg, .shp, .csv, .xlsx or .parquet. Several tables become layers or sheets of "
                "one file; shapefiles and CSV get one file per table. A .parquet is for the assessment of "
                "many utilities: TABLE=pipe;failure gives NAME.pipe.parquet and NAME.failure.parquet; all "
                "tables that checks look at give the folder NAME.check, too."
            ),
            "GeoPackage (*.gpkg);;ESRI Shapefile (*.shp);;CSV (*.csv);;XLSX (*.xlsx);;Parquet (*.parquet)",
            optional=False,
        )
        self.add_number_outputs(
            ROWS_WRITTEN=tr("Rows written"),
            FILES=tr("Number of files"),
        )
        self.add_text_outputs(
            NOTES=tr("What the format could not store"),
        )

    def check(self, job: Job) -> None:
        """Refuse what can't be exported before anything is read."""
        from waternet_plugin.bridge.export import export_files

        tables = self._tables(job)
        unknown = [name for name in tables if name not in content.known_tables()]
        if unknown:
            message = tr("There is no table {name}. Choose one of: {known}.")
            raise InputError(message.format(name=unknown[0], known=listed(content.known_tables())))
        if job.has("IDS") and len(tables) > 1:
            raise InputError(tr("IDS selects rows of one table. Give one TABLE, or leave IDS empty."))
        if isinstance(job.parameters.get("OUTPUT"), str) and job.parameters["OUTPUT"] != "TEMPORARY_OUTPUT":
            export_files.check_target(Path(job.output_file("OUTPUT")))

    def _tables(self, job: Job) -> tuple[str, ...]:
        """Return the tables that are meant."""
        if job.has("TABLE") == job.has("THEME"):
            raise InputError(tr("Choose what to export: either TABLE or THEME."))
        if job.has("THEME"):
            return content.tables_of_theme(job.text("THEME"))
        return tuple(name.strip() for name in job.text("TABLE").split(";") if name.strip())

    def work(self, job: Job) -> dict[str, Any]:
        """Read and write."""
        from waternet_plugin.bridge.export import export_files

        ids = ids_of(job.text("IDS")) if job.has("IDS") else None
        choice = export_files.FormatOptions(
            job.choice("HEADERS"), job.choice("VALUES"), job.choice("ENCODING")
        )
        with job.open_network() as network:
            exported = export_files.export_tables(
                network,
                self._tables(job),
                Path(job.output_file("OUTPUT")),
                ids=ids,
                personal=job.flag("PERSONAL"),
                choice=choice,
                progress=job.progress,
            )
        job.tell([tr("%n row(s) written.", "", exported.total)], warnings=exported.notes)
        return {
            "OUTPUT": str(exported.paths[0]),
            "ROWS_WRITTEN": exported.total,
            "FILES": exported.files,
            "NOTES": joined(exported.notes),
        }
