"""Files that were dropped or chosen, each led to the import that reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.survey import open_survey_wizard

_MOST_NAMED = 4


def bring_in(session: Session, files: Sequence[str]) -> None:
    """Look what files and folders are, beside the window, and open the import of each.

    Parameters
    ----------
    files
        Paths as they were dropped.
    """
    title = tr("Looking at %n file(s)", "", len(files))
    session.run(title, lambda progress: looked_at(files, progress), lambda kinds: route(session, kinds))


def looked_at(files: Sequence[str], progress: Progress) -> dict[str, list[str]]:
    """Return files by kind, folders looked into; of these only what some import reads."""
    from waternet_plugin.gui.wizard.sources.file_reading import files_of
    from waternet_plugin.operations.adoption.file_kinds import OTHER, TABLES, kinds_of

    found: dict[str, list[str]] = {}
    paths = files_of(files)
    for number, path in enumerate(paths):
        progress.at(number / len(paths))
        for kind, those in kinds_of([path]).items():
            found.setdefault(kind, []).extend(those)
    # What was named itself is tried, whatever it is.
    named = set(files)
    tried = [one for one in found.pop(OTHER, []) if one in named]
    if tried:
        found.setdefault(TABLES, []).extend(tried)
    return found


def route(session: Session, kinds: Mapping[str, Sequence[str]]) -> None:
    """Open the import of each kind of files, and say what is left out.

    Parameters
    ----------
    kinds
        Files by kind, as `kinds_of` returns them.
    """
    from waternet_plugin.operations.adoption import file_kinds

    networks = list(kinds.get(file_kinds.NETWORK, ()))
    if len(networks) == 1 and len(kinds) == 1:
        session.open_network(networks[0])
        return
    packages = list(kinds.get(file_kinds.PACKAGE, ()))
    if packages:
        _open_package(session, packages[0])
        # What lies beside it came with it.
        return
    tables = list(kinds.get(file_kinds.TABLES, ()))
    if tables:
        session.open_wizard(tables)
    route_others(session, kinds)


def _open_package(session: Session, path: str) -> None:
    """Open the window for a package of a crew, where its network is open."""
    if not session.network_path:
        message = tr("{files} comes back from the field. Open the network that it was given out of first.")
        session.say(message.format(files=_named([Path(path).parent])), "warning")
        return
    from waternet_plugin.gui.fieldwork.return_window import open_returned

    open_returned(session, path)


def route_others(session: Session, kinds: Mapping[str, Sequence[str]]) -> None:
    """Open the imports of what is not a layer or table; parameters as for `route`."""
    from waternet_plugin.operations.adoption import file_kinds

    surveys = list(kinds.get(file_kinds.SURVEY, ()))
    inspections = list(kinds.get(file_kinds.INSPECTIONS, ()))
    if not session.network_path and (surveys or inspections):
        message = tr("{files}: measured points and inspections go into a network. Open or create one first.")
        session.say(message.format(files=_named([*surveys, *inspections])), "warning")
    elif surveys:
        open_survey_wizard(session, surveys)
    if inspections and session.network_path:
        from waternet_plugin.gui.drainage.inspection_import import InspectionImport

        InspectionImport(session).take(inspections)
    models = [(path, kind) for kind in (file_kinds.EPANET, file_kinds.SWMM) for path in kinds.get(kind, ())]
    if models:
        from waternet_plugin.gui.start.model_import import open_model_import

        open_model_import(session, *models[0])
    more = [path for path, _kind in models[1:]]
    left_out = [*kinds.get(file_kinds.RESULT, ()), *kinds.get(file_kinds.NETWORK, ()), *more]
    if left_out:
        message = tr("Left out: {files}. Results and networks of WaterNet are not data to bring in.")
        if more:
            message = tr("Left out: {files}. Bring in one model at a time; results are not data to bring in.")
        session.say(message.format(files=_named(left_out)))


def _named(files: Sequence[Any]) -> str:
    names = [Path(str(file)).name for file in files]
    more = len(names) - _MOST_NAMED
    return listed([*names[:_MOST_NAMED], *([tr("and %n more", "", more)] if more > 0 else [])])
