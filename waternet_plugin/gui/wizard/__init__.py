"""The adoption wizard: from foreign files to rows of the network in five steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def open_wizard(session: Any, files: Sequence[str] | None = None, layers: Sequence[Any] | None = None) -> Any:
    """Open the wizard, or bring files and layers to the one that is open, and return it.

    Parameters
    ----------
    session
        What the parts of the face share.
    files
        Files or folders to begin with.
    layers
        Vector layers of the open project to begin with.
    """
    from waternet_plugin.core.errors import WaterNetError
    from waternet_plugin.gui.tasks import tasks

    try:
        tasks.keep_packages_apart()
    except WaterNetError as error:
        session.say_error(error)
        return None
    from waternet_plugin.gui.wizard.dialog import AdoptionWizard

    parent = session.iface.mainWindow()
    open_one = parent.findChild(AdoptionWizard, "wn_wizard") if parent is not None else None
    if open_one is not None and open_one.isVisible() and not open_one.is_done:
        open_one.add(files or (), layers or ())
        open_one.raise_()
        return open_one
    return session.show_window(AdoptionWizard(session, files or (), layers or ()))
