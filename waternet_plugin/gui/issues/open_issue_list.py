"""Ways to the list of issues, without loading it before somebody wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.gui.panel import pane
from waternet_plugin.gui.tasks import tasks

if TYPE_CHECKING:
    from waternet_plugin.gui.session import Session


def open_issues(session: Session, **wanted: Any) -> Any:
    """Show the list; ``next=True`` goes to the next issue, ``issue`` to one. None where that can't be."""
    try:
        tasks.keep_packages_apart()
    except WaterNetError as error:
        session.say_error(error)
        return None
    from waternet_plugin.gui.issues.panel import IssuePane

    return pane.open_pane(session, IssuePane, **wanted)
