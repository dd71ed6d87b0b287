"""Buttons and entries of menus that a login's role may not use are off, and their tooltips say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtWidgets import QAbstractButton, QAction

from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session

Pressed = Union[QAbstractButton, QAction]


class Permission(QObject):
    """Keeps something to press off while the open network refuses what it does, whoever switches it on.

    Parameters
    ----------
    pressed
        What is pressed; without a refusal it is as on or off as its window wants.
    kind
        What it does: the kind of its batch, or another work that ``store.access.roles`` names; '' for
        nothing that a role is needed for.
    """

    def __init__(self, session: Session, pressed: Pressed, kind: str) -> None:
        super().__init__(pressed)
        self._session, self._pressed, self._kind = session, pressed, kind
        self._is_off = self._is_wanted = False
        self._tip = ""
        if isinstance(pressed, QAction):
            pressed.changed.connect(self._follow)
        else:
            pressed.installEventFilter(self)
        session.role_known.connect(self.update)
        self.update()

    def set_kind(self, kind: str) -> None:
        """Let it do something else from now on."""
        self._kind = kind
        self.update()

    def update(self) -> None:
        """Follow the role."""
        refusal = self._session.refusal(self._kind) if self._kind else ""
        if refusal and not self._is_off:
            self._is_wanted, self._tip = self._pressed.isEnabled(), self._pressed.toolTip()
            self._is_off = True
            self._pressed.setEnabled(False)
        if refusal:
            self._pressed.setToolTip(literal(refusal))
        elif self._is_off:
            self._is_off = False
            self._pressed.setEnabled(self._is_wanted)
            # It was made to be shown as it is when its window gave it.
            self._pressed.setProperty("toolTip", self._tip)

    def _follow(self) -> None:
        """Keep it off and its reason in sight, and remember what its window wants."""
        if not self._is_off:
            return
        if self._pressed.isEnabled():
            self._is_wanted = True
            self._pressed.setEnabled(False)
        refusal = self._session.refusal(self._kind)
        if self._pressed.toolTip() != literal(refusal):
            self._tip = self._pressed.toolTip()
            self._pressed.setToolTip(literal(refusal))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Notice that a button was switched on, or got another tooltip."""
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.ToolTipChange):
            self._follow()
        return False
