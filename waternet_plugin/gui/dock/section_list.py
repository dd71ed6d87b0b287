"""The sections of the open network: its state first, then the parts in use, the rest in one line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.dock.sections import section_classes
from waternet_plugin.gui.panes.options import Options
from waternet_plugin.gui.panes.section import NOTE_PT, PanelSection, sized
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label


class SectionList(QWidget):
    """Makes the sections anew for each network, so that none shows a figure of another one.

    Those of a part of the work (`PanelSection.IS_PART`) stand in the order in which they were used last, and
    fold into one line as long as they have no data. Their order is that of the opening: nothing moves under
    the pointer later.

    Parameters
    ----------
    foot
        Where the section stands that is always in sight.
    """

    # A form of a section unfolded.
    unfolded = pyqtSignal(object)
    # The sections of the open network are there.
    made = pyqtSignal()

    def __init__(self, session: Session, foot: QVBoxLayout, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_dock_sections")
        self._session, self._foot = session, foot
        self._sections: list[PanelSection] = []
        # What is still to be made of them.
        self._waiting: Iterator[type[PanelSection]] | None = None
        # Keys of parts that somebody asked for; they stay without data too.
        self._wanted: set[str] = set()
        self._also = plain_label(
            "",
            self,
            objectName="wn_dock_also",
            wordWrap=True,
            textFormat=Qt.TextFormat.RichText,
            font=sized(self.font(), NOTE_PT),
            linkActivated=self.show_section,
        )
        self._also.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._layout = vertical(self._also, parent=self, margins=0)

    @property
    def sections(self) -> list[PanelSection]:
        """The sections of the open network; made now where some wait for their turns."""
        while self._waiting is not None:
            self._make_next()
        return self._sections

    def begin(self) -> None:
        """Make the sections of the network that is open now, none where there is none.

        That waits until QGIS has ended the reading of its project, which stops it long enough, and then goes
        on section by section.
        """
        for section in self._sections:
            section.setParent(None)
            section.deleteLater()
        self._sections = []
        self._wanted.clear()
        self._also.hide()
        self._waiting = section_classes() if self._session.network_path else None
        self._make_in_turns()

    def _make_in_turns(self) -> None:
        if self._waiting is not None:
            self._session.turns.add(partial(self._take_turn, self._session.opening))

    def _take_turn(self, opening: int) -> None:
        if self._waiting is not None and opening == self._session.opening and not sip.isdeleted(self):
            self._make_next()
            self._make_in_turns()

    def _make_next(self) -> None:
        """Make one section more; show all of them after the last one."""
        waiting, session = self._waiting, self._session
        if waiting is None:
            return
        for each in waiting:
            if each.is_available(session):
                self._sections.append(each(session, self))
                return
        self._waiting = None
        for section in sorted(self._sections, key=lambda one: (one.IS_PART, -one.last_used)):
            if section.IS_AT_FOOT:
                self._foot.addWidget(section)
            else:
                self._layout.insertWidget(self._layout.count() - 1, section)
            section.setVisible(not section.IS_PART)
            section.told.connect(self._place)
            for form in section.findChildren(Options):
                form.opened.connect(partial(self.unfolded.emit, form))
        self.made.emit()

    def _place(self) -> None:
        """Show the parts that have data, and name the others in the last line."""
        rest = []
        for section in self.sections:
            if section.IS_PART and section.has_data is not None:
                is_shown = section.has_data or section.KEY in self._wanted
                section.setVisible(is_shown)
                if not is_shown:
                    rest.append(section)
        names = (f'<a href="{one.KEY}">{literal(one.title())}</a>' for one in rest)
        self._also.setText(tr("also: {sections}").format(sections=listed(names)))
        self._also.setVisible(bool(rest))

    def show_section(self, key: str) -> None:
        """Show a section that has no data yet: it says what would fill it."""
        self._wanted.add(key)
        for section in self.sections:
            if key == section.KEY:
                section.show()
                section.set_folded(False)
        self._place()
