"""The adoption wizard: from foreign files to rows of the network in five steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def open_wizard(session: Any, files: Sequence[str] | None = None, layers: Sequence[Any] | None = None) -> Any:
    """Open the wizard, or bring files and layers to the one that is open, and return it.

    Parameters
    ----------
    files
        Files or folders to begin with.
    layers
        Vector layers of the open project to begin with.
    """
    from waternet_plugin.gui.panes.steps.wizard_window import opened_wizard

    def load() -> Any:
        from waternet_plugin.gui.wizard.dialog import AdoptionWizard

        return AdoptionWizard

    return opened_wizard(session, load, files or (), layers or ())
