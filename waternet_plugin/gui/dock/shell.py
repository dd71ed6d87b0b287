"""What opens from everywhere in the plugin; larger windows are loaded when somebody wants them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from waternet_plugin.gui.batches.conflict_window import show_conflicts
from waternet_plugin.gui.dock.dialogs.unexpected import show_details
from waternet_plugin.gui.dock.sections import ORDER, section_class
from waternet_plugin.gui.forms.factories import PART_CLASSES, part_class
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start import open_networks
from waternet_plugin.gui.start.start_page import open_start_page
from waternet_plugin.gui.wizard import open_wizard


def _open_network(session: Session, path: str) -> bool:
    # Loaded piece by piece while the network is looked through: the dock needs all sections at once, and a
    # form its parts.
    for name in ORDER:
        session.turns.add(partial(section_class, name))
    for kind in PART_CLASSES:
        session.turns.add(partial(part_class, kind))
    return open_networks.open_network(session, path)


def _open_print_dialog(session: Session) -> Any:
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    return open_print_dialog(session)


def _open_export_dialog(session: Session) -> Any:
    from waternet_plugin.gui.dock.dialogs.export_dialog import open_export_dialog

    return open_export_dialog(session)


def _open_guide(session: Session, topic: str) -> None:
    from waternet_plugin.gui.guide.guide_window import open_guide

    open_guide(session, topic)


def _open_tool(session: Session, key: str) -> None:
    from waternet_plugin.gui.dock.tools import open_pane_of

    open_pane_of(session, key)


def _check_all(session: Session) -> None:
    from waternet_plugin.gui.dock.sections.issues import check_all

    check_all(session)


def _show_edit_conflicts(session: Session, conflicts: Any, save: Any, label: str) -> None:
    from waternet_plugin.gui.conflicts.conflict_pane import show_edit_conflicts

    show_edit_conflicts(session, conflicts, save, label)


# The keys are those that the methods of the session ask for.
PARTS: dict[str, Callable[..., Any]] = {
    "network": _open_network,
    "added network": open_networks.add_to_project,
    "start page": open_start_page,
    "wizard": open_wizard,
    "print": _open_print_dialog,
    "export": _open_export_dialog,
    "guide": _open_guide,
    "tool": _open_tool,
    "check": _check_all,
    "error": show_details,
    "conflicts": show_conflicts,
    "edit conflicts": _show_edit_conflicts,
}
