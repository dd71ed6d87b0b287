"""What the plugin adds to the forms of our layers while it is loaded.

Projects name two parts of a form, history and reasons, as lists of rows of a type that only the plugin
knows; QGIS shows the plain rows where it is not loaded. These parts also find the form they stand in and
make its boxes searchable. So no form runs code of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session


class Forms:
    """The parts of forms and the help with editing, as long as the plugin is loaded.

    Parameters
    ----------
    session
        What the parts read, undo and open windows with.
    """

    def __init__(self, session: Session) -> None:
        from qgis.gui import QgsGui

        from waternet_plugin.gui.editing.native_editing import Editing
        from waternet_plugin.gui.forms.factories import factories

        self.editing = Editing(session, session)
        self._registry: Any = QgsGui.relationWidgetRegistry()
        self._types = []
        for factory in factories(session, self.editing):
            self._registry.addRelationWidget(factory)
            self._types.append(factory.type())

    def remove(self) -> None:
        """Take the parts away; forms opened from now on are QGIS's own."""
        for name in self._types:
            self._registry.removeRelationWidget(name)
        self._types = []
        self.editing.remove()
