"""Switch theme, palette and language of a project that is open; what people edited stays as it is."""

from __future__ import annotations

from qgis.core import QgsProject

from waternet_plugin.bridge.project import layer_tree, previewing
from waternet_plugin.bridge.project import project as projects
from waternet_plugin.bridge.project.project_basis import project_basis_at
from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.store import Place


def theme_of(project: QgsProject) -> str:
    """Return the theme a project was last told to show."""
    theme = project.readEntry(projects.SCOPE, "theme", "system")[0]
    return theme if theme in look.themes() else "system"


def look_of(project: QgsProject) -> Look:
    """Return palette and language of a project; what there is none of counts as not chosen."""
    palette = project.readEntry(projects.SCOPE, "palette", "")[0]
    language = project.readEntry(projects.SCOPE, "language", "")[0]
    return Look(
        palette if palette in projects.palettes() else "screen",
        language if language in look.LANGUAGES else texts.language(),
    )


def switch(
    project: QgsProject,
    place: Place,
    *,
    theme: str | None = None,
    palette: str | None = None,
    language: str | None = None,
) -> tuple[str, ...]:
    """Switch what is given; what is not given stays.

    Only in the main thread. Layers of others, the view, the CRS, snapping and every style that somebody
    edited stay.

    Parameters
    ----------
    project
        The open project.
    theme, palette, language
        As ``buildproject`` has them.

    Returns
    -------
    The edited styles that were left as they are (layer: style).

    Raises
    ------
    WaterNetError
        With one sentence; nothing is changed then.
    """
    previewing.end_all()
    before = look_of(project)
    chosen = projects.checked(
        theme or theme_of(project), palette or before.palette, language or before.language
    )
    if chosen == before and theme is not None:
        show_theme(project, theme)
        return ()
    return projects.furnish(
        project,
        project_basis_at(place),
        theme=theme or theme_of(project),
        palette=chosen.palette,
        language=chosen.language,
    )


def show_theme(project: QgsProject, theme: str) -> None:
    """Show a theme: our layers change, those of others stay as visible as they are."""
    projects.checked(theme, "screen", "en")
    layers = layer_tree.our_layers(project)
    layer_tree.show(project, layers, projects.read_generated_styles(project), theme)
    project.writeEntry(projects.SCOPE, "theme", theme)
