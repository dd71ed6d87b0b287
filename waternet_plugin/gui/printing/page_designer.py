"""Edit the page of the map book in QGIS's own layout window; its Save writes the user's own page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction

from waternet_plugin.core import texts
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.widgets.asking import asks_to_go_on

if TYPE_CHECKING:
    from qgis.core import QgsPrintLayout

    from waternet_plugin.gui.session.session import Session

NAME = "wn_page_designer"
# Of QGIS's layout window; it saves the project there, to which the page does not belong.
_SAVE = "mActionSaveProject"


def page_name(choice: choices.PrintChoice) -> str:
    """Return the file name of the page that a choice is printed on."""
    from waternet_plugin.atlas.layouts.page_template import sheet_template_name

    return sheet_template_name(
        choice.paper, choice.scale if choice.scale > 0 else choices.PrintChoice().scale
    )


def own_page_of(session: Session, choice: choices.PrintChoice) -> Path | None:
    """Return the user's own page for a choice, None where the shipped one is used."""
    from waternet_plugin.atlas.layouts.own_page import own_page

    try:
        return own_page(page_name(choice), session.address, QgsProject.instance())
    except WaterNetError:
        # Standard sheets have no page at such a scale; the dialog says so.
        return None


class PageDesigner(QObject):
    """One page in QGIS's layout window.

    Parameters
    ----------
    path
        The user's own page.
    layout
        The page, filled with a sample.
    """

    saved = pyqtSignal()

    def __init__(self, session: Session, path: Path, layout: QgsPrintLayout) -> None:
        super().__init__(session, objectName=NAME)
        self._session, self.layout, self.path = session, layout, path
        layout.setName(path.stem)
        self._designer: Any = session.iface.openLayoutDesigner(layout)
        self.window: Any = self._designer.window()
        self.layout.undoStack().stack().setClean()
        action = self.window.findChild(QAction, _SAVE)
        if action is not None:
            action.triggered.disconnect()
            action.pyqtConfigure(text=tr("Save the page"), toolTip=tr("Save the page for the next map book"))
            action.triggered.connect(lambda _checked=False: self.save())
            bar = self._designer.layoutToolbar()
            following = bar.actions()[bar.actions().index(action) + 1 :][:1]
            printing = QAction(
                tr("Save and print"),
                self,
                objectName="wn_page_print",
                triggered=lambda _checked=False: self.save() and session.open_print_dialog(),
            )
            bar.insertAction(following[0] if following else None, printing)
        self.window.installEventFilter(self)
        # QGIS deletes its window later than it closes it, and the layout must be there until then.
        self.window.destroyed.connect(self.deleteLater)
        session.show_window(self.window)

    @property
    def view(self) -> Any:
        """The view of the page in QGIS's window."""
        return self._designer.view()

    @property
    def is_open(self) -> bool:
        """Whether its window is there."""
        return not sip.isdeleted(self.window) and self.window.isVisible()

    def save(self) -> bool:
        """Save the page, say so, and return whether that went well."""
        from waternet_plugin.atlas.layouts.own_page import save_page
        from waternet_plugin.atlas.layouts.page_sample import FILLED_IDS

        try:
            save_page(self.layout, self.path, FILLED_IDS)
        except WaterNetError as error:
            self._session.say_error(error)
            return False
        self.layout.undoStack().stack().setClean()
        text = tr("The page {name} is saved. The next map book is printed on it.")
        self._session.say(text.format(name=self.path.name), "success")
        self.saved.emit()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Ask before a page that is not saved goes with its window."""
        if event.type() == QEvent.Type.Close:
            if not self.layout.undoStack().stack().isClean() and not self._session.is_closed:
                text = tr("The page {name} has changes that are not saved.").format(name=self.path.name)
                if asks_to_go_on(self.window, tr("Edit the page"), text, tr("Save the page")):
                    if not self.save():
                        return True
            self.setObjectName("")
        return bool(super().eventFilter(watched, event))


def _filled_layout(session: Session, path: Path, choice: choices.PrintChoice) -> QgsPrintLayout:
    from waternet_plugin.atlas.layouts.page_sample import sample_imprint, show_sample
    from waternet_plugin.atlas.layouts.page_template import load_template
    from waternet_plugin.atlas.pages.page_words import PageWords

    layout = load_template(path)
    words = PageWords(choice.language or texts.language())
    with session.network() as network:
        scale = float(choice.scale or choices.PrintChoice().scale)
        imprint = sample_imprint(network, choice.theme, scale, words)
    canvas = session.iface.mapCanvas()
    show_sample(layout, imprint, words, canvas.extent(), canvas.mapSettings().destinationCrs())
    return layout


def edit_page(session: Session, choice: choices.PrintChoice) -> PageDesigner | None:
    """Open the page of a choice in QGIS's layout window; the shipped one is copied beside the network first.

    Where that can't be done, the reason is said and None returned.
    """
    from waternet_plugin.atlas.layouts.own_page import begin_own_page

    already = session.findChild(PageDesigner, NAME)
    if already is not None and already.is_open:
        # One page at a time: two windows would write the same file.
        already.window.raise_()
        already.window.activateWindow()
        return already
    try:
        path = begin_own_page(page_name(choice), session.address, QgsProject.instance())
        layout = _filled_layout(session, path, choice)
    except WaterNetError as error:
        session.say_error(error)
        return None
    return PageDesigner(session, path, layout)


def back_to_shipped_page(session: Session, choice: choices.PrintChoice) -> Path | None:
    """Set the user's own page of a choice aside, and offer to take it back; None where there is none."""
    from waternet_plugin.atlas.layouts.own_page import put_page_back, set_page_aside

    path = own_page_of(session, choice)
    if path is None:
        return None
    designer = session.findChild(PageDesigner, NAME)
    if designer is not None and designer.is_open:
        session.say(tr("Close the layout window first: the page is being edited there."), "warning")
        return None

    def undo() -> None:
        try:
            put_page_back(aside, path)
        except WaterNetError as error:
            session.say_error(error)
        else:
            session.say(tr("The page {name} is used again.").format(name=path.name), "success")

    try:
        aside = set_page_aside(path)
    except WaterNetError as error:
        session.say_error(error)
        return None
    text = tr("Map books are printed on the shipped page again. Yours is kept as {name}.")
    session.say(text.format(name=aside.name), "success", (tr("Undo"), undo))
    return aside
