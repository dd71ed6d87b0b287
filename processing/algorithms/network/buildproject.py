"""Write the styled project of a network."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.processing import choice_labels
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

THEMES = [
    "system", "material", "age", "status", "health", "verified", "plan", "dma", "leakage", "double_criterion",
    "programme", "users", "meters", "pressure",
]  # fmt: skip
PALETTES = ["screen", "print", "cjj61"]
LANGUAGES = ["en", "zh_CN"]


class BuildProject(WaterNetAlgorithm):
    """Write the .qgz of a network: layers, styles, themes, forms."""

    ID = "buildproject"
    GROUP = "network"
    ICON = "buildproject"
    TAGS = ("project", "style", "theme", "qgz", "工程", "样式", "主题")
    # Projects, trees and styles belong to the main thread.
    MAIN_THREAD_ONLY = True

    def title(self) -> str:
        """Return the name people see."""
        return tr("Build project")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Writes a QGIS project next to the network, with the layer tree, the styles, the map themes and "
            "the forms. An existing project is updated; styles that somebody edited are kept."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_choice(
            "THEME",
            tr("Theme"),
            tr("What the pipes are coloured by when the project opens."),
            THEMES,
            labels=choice_labels.themes(),
            default="system",
        )
        self.add_choice(
            "PALETTE",
            tr("Palette"),
            tr("Colours for the screen, for paper, or those of the standard CJJ 61."),
            PALETTES,
            labels=choice_labels.palettes(),
            default="screen",
        )
        self.add_choice(
            "LANGUAGE",
            tr("Language"),
            tr("Language of names, labels and forms in the project; empty: the language of QGIS."),
            LANGUAGES,
            labels=choice_labels.LANGUAGES,
        )
        self.add_file_output(
            "OUTPUT",
            tr("Project"),
            tr("The .qgz file to write; empty: next to the network, with the same name."),
            tr("QGIS project (*.qgz)"),
        )

    def work(self, job: Job) -> dict[str, Any]:
        """Build and write the project."""
        from waternet_plugin.bridge.project.project import build_project

        language = job.choice("LANGUAGE") if job.has("LANGUAGE") else texts.language()
        built = build_project(
            job.network_address(),
            job.output_file("OUTPUT") or None,
            theme=job.choice("THEME"),
            palette=job.choice("PALETTE"),
            language=language,
            progress=job.progress,
        )
        unchanged = tr("{style} was edited and is left unchanged.")
        job.tell(
            [tr("Project: {path}").format(path=built.path)],
            warnings=(unchanged.format(style=style) for style in built.unchanged_styles),
        )
        return {"OUTPUT": str(built.path)}
