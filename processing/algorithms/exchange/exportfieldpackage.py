"""Algorithm: give a crew a package for the field."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.package_tables import DEFAULT_TABLES
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import printing
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.fieldwork.export_field_package import FieldPackageRequest


class ExportFieldPackage(WaterNetAlgorithm):
    """Write plain tables, a project for field apps and a folder for photos."""

    ID = "exportfieldpackage"
    GROUP = "exchange"
    ICON = "export"
    WRITES = True
    KIND = "field"
    TAGS = ("field", "qfield", "mergin", "crew", "offline", "mobile", "外业", "现场", "班组", "离线", "手机")
    # The project belongs to the main thread.
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Field package for a crew")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a folder that a crew takes into the field with QField or Mergin Maps: the rows of an "
            "area as plain tables, a project with forms, and a folder for photos. What was given to whom is "
            "kept; when the folder comes back, its changes are taken up on top of what changed here."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        printing.add_area(self)
        self.add_text(
            "CREW",
            tr("Crew"),
            tr("Who gets the package. Of the work items, those of this team are given that are not done."),
        )
        self.add_text(
            "TABLES",
            tr("Tables"),
            tr("Names of tables, separated by semicolons."),
            default=";".join(DEFAULT_TABLES),
        )
        self.add_text(
            "LAYERS",
            tr("Background"),
            tr("Files of layers that are copied along as a base map, separated by semicolons."),
        )
        self.add_text(
            "LANGUAGE",
            tr("Language"),
            tr("Language of forms and lists: en or zh_CN; empty: the language of QGIS."),
        )
        self.add_folder("OUTPUT", tr("Folder"), tr("A new or empty folder, which the crew takes along."))
        self.add_number_outputs(ROWS=tr("Rows written"))
        self.add_text_outputs(PACKAGE=tr("Package"), BATCH_ID=tr("Batch"))

    def check(self, job: Job) -> None:
        """Refuse a request that can't be meant."""
        _request(job, Path())
        if not job.has("OUTPUT"):
            raise InputError(tr("OUTPUT is empty. Choose a new folder for the package."))
        printing.check_language(job)

    def work(self, job: Job) -> dict[str, Any]:
        """Write the folder and keep what was given."""
        from dataclasses import replace

        from waternet_plugin.bridge.project.field_project import write_field_project
        from waternet_plugin.core.fieldwork.package_folder import new_folder
        from waternet_plugin.language import speaking
        from waternet_plugin.operations.fieldwork.export_field_package import (
            FieldPackage,
            export_field_package,
        )

        network = job.open_network()
        language = job.text("LANGUAGE") or texts.language()
        background_paths = [Path(one.strip()) for one in job.text("LAYERS").split(";") if one.strip()]
        with new_folder(Path(job.file("OUTPUT"))) as (folder, put_in_place):
            request = replace(_request(job, folder), area=printing.chosen_area(job, network))

            def complete(done: FieldPackage) -> None:
                with speaking(language):
                    title = f"{network.title} {request.crew}"
                    write_field_project(
                        folder, done.tables, title, language=language, background_paths=background_paths
                    )
                put_in_place()

            done = export_field_package(network, request, job.progress, before_commit=complete)
        job.tell([done.sentence])
        return {
            "OUTPUT": job.file("OUTPUT"),
            "ROWS": sum(done.rows.values()),
            "PACKAGE": done.package_id,
            "BATCH_ID": done.batch_id,
        }


def _request(job: Job, folder: Path) -> FieldPackageRequest:
    """Return what was asked for, but for the area."""
    from waternet_plugin.core.schema.csvfiles import words
    from waternet_plugin.operations.fieldwork.export_field_package import FieldPackageRequest

    tables = tuple(words(job.text("TABLES").replace(",", ";")))
    return FieldPackageRequest(folder, job.text("CREW"), tables)
