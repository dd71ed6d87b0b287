"""The question where files lie that several readings fit: the places as buttons, lettered as on the map."""

from __future__ import annotations

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from waternet_plugin.core.texts import labelled, listed, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import INSIDE, ChoiceBox
from waternet_plugin.gui.survey.attempt import LETTERS
from waternet_plugin.gui.survey.map import candidate_ghosts
from waternet_plugin.gui.survey.question_words import candidate_words
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.pressing import press_once
from waternet_plugin.gui.wizard.sources.source_places import OpenPlace

# More places are chosen in a list: a zone for each meridian, where no network is there to compare with.
_MOST_BUTTONS = 3


class PlaceQuestion(QWidget):
    """Show one question, hidden where nothing is asked."""

    # The question, and the place of the candidate that was chosen.
    chosen = pyqtSignal(object, int)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_place_question")
        self.asked: OpenPlace | None = None
        self.heading = widgets.heading("", wordWrap=True)
        self._answers = QVBoxLayout(spacing=INSIDE)
        vertical(self.heading, self._answers, parent=self, spacing=INSIDE, margins=0)
        self.hide()

    def ask(self, asked: OpenPlace | None) -> None:
        """Show a question, None for none."""
        self.asked = asked
        self.setVisible(asked is not None)
        while self._answers.count():
            gone = self._answers.takeAt(0).widget()
            gone.setParent(None)
            gone.deleteLater()
        if asked is None:
            return
        names = listed(source.name for source in asked.sources)
        self.heading.setText(tr("Where do the rows lie? {names}").format(names=names))
        if len(asked.candidates) > _MOST_BUTTONS:
            self._answers.addWidget(self._list(asked))
            return
        for place in range(len(asked.candidates)):
            self._answers.addWidget(self._button(asked, place))

    def give(self, place: int) -> None:
        """Choose one of the places."""
        if self.asked is not None and place < len(self.asked.candidates):
            self.chosen.emit(self.asked, place)

    def _button(self, asked: OpenPlace, place: int) -> QWidget:
        words, more = candidate_words("crs", asked.candidates[place])
        button = QPushButton(
            words,
            objectName=f"wn_wizard_place_{LETTERS[place]}",
            accessibleName=labelled(LETTERS[place], words),
            autoDefault=False,
            clicked=lambda _checked=False: self.give(place),
            # Not the letter alone: its colour on the map too.
            icon=candidate_ghosts.letter_icon(place),
            styleSheet="text-align: left; padding: 4px 8px;",
        )
        # The next question has its places at the same place.
        press_once(button)
        widget = QWidget()
        vertical(button, widgets.note(more), parent=widget, spacing=2, margins=0)
        return widget

    def _list(self, asked: OpenPlace) -> QWidget:
        choices: list[tuple[object, str]] = [(-1, tr("Choose the coordinate system"))]
        for place, candidate in enumerate(asked.candidates):
            choices.append((place, ": ".join((candidate.letter, candidate_words("crs", candidate)[0]))))
        return ChoiceBox(
            "wn_wizard_place_list",
            choices,
            -1,
            chosen=lambda key: self.give(int(key)) if int(key) >= 0 else None,
        )
