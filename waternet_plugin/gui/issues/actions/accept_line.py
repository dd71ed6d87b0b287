"""The line that asks why something is right as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import QCompleter, QLineEdit, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.pressing import leaves_by_key

_REASONS = "issues/reasons"
_MOST_REASONS = 12


class AcceptLine(QWidget):
    """A reason and the button that accepts; Return accepts, Esc goes back.

    Parameters
    ----------
    on_accept
        Called with the reason.
    name
        What the object names of its parts begin with.
    """

    def __init__(
        self, session: Session, on_accept: Callable[[str], Any], parent: QWidget, name: str = "wn_issues"
    ) -> None:
        super().__init__(parent, objectName=f"{name}_accepting")
        self._session = session
        self._on_accept = on_accept
        self.reason = QLineEdit(
            self,
            objectName=f"{name}_reason",
            placeholderText=tr("Why is this right as it is?"),
            returnPressed=self._accept,
        )
        self.reason.setFixedHeight(24)
        self.reason.textChanged.connect(lambda text: self._go.setEnabled(bool(text.strip())))
        self._go = pane.button(tr("Accept"), f"{name}_accept_now", self._accept, self)
        self._back = pane.button(tr("Cancel"), f"{name}_accept_back", self.hide, self)
        self.also = plain_label("", self, objectName=f"{name}_accept_also", wordWrap=True)
        vertical(
            self.also, horizontal((self.reason, 1), self._go, self._back), parent=self, spacing=4, margins=0
        )
        self.hide()

    def _reasons(self) -> list[str]:
        remembered = self._session.remembered(_REASONS, [])
        return (
            [str(issue) for issue in remembered]
            if isinstance(remembered, (list, tuple))
            else [str(remembered)]
        )

    def ask(self, also: str = "") -> None:
        """Ask for a reason, saying what ``also`` happens; the last reason is proposed."""
        self.also.setText(also)
        self.also.setVisible(bool(also))
        reasons = self._reasons()
        completer = QCompleter(
            reasons,
            self.reason,
            caseSensitivity=Qt.CaseSensitivity.CaseInsensitive,
            filterMode=Qt.MatchFlag.MatchContains,
        )
        self.reason.setCompleter(completer)
        self.reason.setText(reasons[0] if reasons else "")
        self._go.setEnabled(bool(self.reason.text().strip()))
        self.show()
        self.reason.selectAll()
        self.reason.setFocus()

    def _accept(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            return
        others = [chosen for chosen in self._reasons() if chosen != reason]
        self._session.remember(_REASONS, [reason, *others][:_MOST_REASONS])
        self.hide()
        self._on_accept(reason)

    def event(self, event: QEvent) -> bool:
        """Take Esc before QGIS does."""
        return leaves_by_key(event, self.hide) or bool(super().event(event))
