"""What a code means that no list has: chosen for all its rows, or its points are left out."""

from __future__ import annotations

import re

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.widgets import GAP, ChoiceBox
from waternet_plugin.gui.survey.attempt import CheckLine
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label

# The value lists that a code of each rule may mean.
_DOMAINS = {
    "unknown_code": ("node_kind", "system", "function"),
    "unknown_material": ("material",),
    "unknown_burial": ("burial",),
}
# Stands for points that are left out, and for nothing chosen yet.
LEFT_OUT, _OPEN = "\x00left_out", ""
_QUOTED = re.compile("“(.+?)”")


class CodeMeaning(QWidget):
    """A box of codes and a box of what the chosen one means, hidden for findings of other kinds."""

    # The rule, the code, and what it means: one of ours, or `LEFT_OUT`.
    chosen = pyqtSignal(str, str, str)

    def __init__(self) -> None:
        super().__init__(objectName="wn_survey_meaning")
        self._rule = ""
        self.code = ChoiceBox("wn_survey_meaning_code")
        self.meaning = ChoiceBox("wn_survey_meaning_of", chosen=self._choose)
        horizontal(
            plain_label(tr("The code")),
            (self.code, 1),
            plain_label(tr("means", "a code means")),
            (self.meaning, 2),
            parent=self,
            spacing=GAP,
            margins=0,
        )
        self.hide()

    def show_lines(self, lines: list[CheckLine]) -> None:
        """Offer the codes of findings of one kind."""
        self._rule = lines[0].rule_id if lines and lines[0].rule_id in _DOMAINS else ""
        quoted_codes = [code.group(1) for line in lines if (code := _QUOTED.search(line.text)) is not None]
        codes = list(dict.fromkeys(quoted_codes)) if self._rule else []
        self.setVisible(bool(codes))
        if not codes:
            return
        before = self.code.key()
        self.code.fill(
            [(known_code, known_code) for known_code in codes], before if before in codes else codes[0]
        )
        choices = [(_OPEN, tr("choose"))]
        if self._rule == "unknown_code":
            choices.append((LEFT_OUT, tr("no point of a pipe: leave out")))
        for name in _DOMAINS[self._rule]:
            choices += [(entry.code, entry.label) for entry in domain(name).values()]
        self.meaning.fill(choices, _OPEN)

    def _choose(self, meaning: str) -> None:
        if meaning != _OPEN:
            self.chosen.emit(self._rule, str(self.code.key()), meaning)
