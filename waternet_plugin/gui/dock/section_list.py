"""The sections of the open network: its state first, then the parts in use, the rest in one line."""

from __future__ import annotations

from functools import partial

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

    def __init__(self, session: Session, foot: QVBoxLayout, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_dock_sections")
        self._session, self._foot = session, foot
        self.sections: list[PanelSection] = []
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

    def begin(self) -> None:
        """Make the sections of the network that is open now, none where there is none."""
        for section in self.sections:
            section.setParent(None)
            section.deleteLater()
        self.sections = []
        self._wanted.clear()
        self._also.hide()
        if not self._session.network_path:
            return
        session = self._session
        self.sections = [each(session, self) for each in section_classes() if each.is_available(session)]
        for section in sorted(self.sections, key=lambda one: (one.IS_PART, -one.last_used)):
            if section.IS_AT_FOOT:
                self._foot.addWidget(section)
            else:
                self._layout.insertWidget(self._layout.count() - 1, section)
            section.setVisible(not section.IS_PART)
            section.told.connect(self._place)
            for form in section.findChildren(Options):
                form.opened.connect(partial(self.unfolded.emit, form))

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
