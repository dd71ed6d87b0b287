"""The fields of the print dialog: area, series, scale, paper, page, look and file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QCompleter, QFormLayout, QPushButton, QWidget

from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.file_dialogs import free_path, replaces_text
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.printing.print_choice import PrintChoice
from waternet_plugin.gui.widgets.layouts import horizontal, labelled
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_CONTROL = 24
_SCALES = (200, 500, 1000, 2000, 5000, 10_000, 25_000)
# What people put between the thousands.
_SEPARATORS = " ,'\u00a0\u202f"


class PrintForm(QWidget):
    """The fields; ``changed`` when what is chosen is another book, ``named`` when the file was named.

    Parameters
    ----------
    name, folder
        What books are called after, and where they go at first.
    """

    changed = pyqtSignal()
    named = pyqtSignal()

    def __init__(self, name: str, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._folder = name, Path(folder)
        self._is_named = False
        self._page = choices.OWN
        self.area = self._box("area")
        self.place = self._box("place")
        self.scale = self._box("scale")
        self.paper = self._box("paper")
        self.series = self._box("series")
        self.page = self._box("page")
        self.edit_page = QPushButton(tr("Edit…"), self, objectName="wn_print_edit_page", autoDefault=False)
        self.with_front = QCheckBox(tr("Front pages and index"), self, objectName="wn_print_front")
        self.only_changed = QCheckBox("", self, objectName="wn_print_changed", visible=False)
        self.theme = self._box("theme")
        self.colours = self._box("palette")
        self.language = self._box("language")
        self.with_index = QCheckBox(tr("Add the sheet index to the map"), self, objectName="wn_print_index")
        self.file = QgsFileWidget(self, objectName="wn_print_file")
        self.file.setStorageMode(QgsFileWidget.StorageMode.SaveFile)
        self.file.setFilter(tr("PDF (*.pdf)"))
        self._replaces = Hint("wn_print_replaces", self)
        self._fill()
        self._lay_out()
        self.fill_areas([])
        self.only_changed.toggled.connect(lambda _checked: self._follow())
        self.with_front.toggled.connect(lambda _checked: self.changed.emit())
        for box in (
            *(self.area, self.series, self.paper, self.page),
            *(self.theme, self.colours, self.language, self.place),
        ):
            box.currentIndexChanged.connect(lambda _index: self._follow())
        self.place.editTextChanged.connect(lambda _text: self._follow())
        self.scale.editTextChanged.connect(lambda _text: self._follow())
        self.file.fileChanged.connect(lambda _path: self._file_named())

    def _box(self, name: str) -> QComboBox:
        return QComboBox(self, objectName=f"wn_print_{name}")

    def _fill(self) -> None:
        from waternet_plugin.atlas.pages.page_layout import FRAMES_MM, PAPERS_MM
        from waternet_plugin.atlas.sheets.frames import STANDARD_MM
        from waternet_plugin.processing import choice_labels

        for text, code in (
            (tr("Whole network"), choices.ALL),
            (tr("Map view"), choices.VIEW),
            (tr("Around the selection"), choices.SELECTION),
            (tr("Compound or zone"), choices.NAMED),
        ):
            self.area.addItem(text, code)
        self.area.setToolTip(tr("Only sheets with pipes in this area are printed."))
        for box in (self.place, self.scale):
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.place.lineEdit().setPlaceholderText(tr("Name or id"))
        for scale in _SCALES:
            self.scale.addItem(f"1:{scale}", scale)
        self.scale.setToolTip(tr("Choose a scale or type its denominator."))
        for paper in FRAMES_MM:
            width, height = PAPERS_MM[paper]
            self.paper.addItem(f"{paper}  ({width} × {height} mm)", paper)
        for paper in STANDARD_MM:
            self.paper.addItem(tr("Standard sheet {paper} cm").format(paper=paper.replace("x", " × ")), paper)
        for code, text in choice_labels.series().items():
            self.series.addItem(text, code)
        self.edit_page.setToolTip(
            tr("Edit the page in QGIS's layout window; the shipped one is copied beside the network first.")
        )
        self.with_front.setToolTip(
            tr("Cover, contents and index map before the sheets; streets, valves and sums behind them.")
        )
        self.series.setToolTip(tr("Strips run along the pipes that are selected on the map."))
        for box, named in (
            (self.theme, choice_labels.themes()),
            (self.colours, choice_labels.palettes()),
            (self.language, choice_labels.LANGUAGES),
        ):
            for code, text in named.items():
                box.addItem(text, code)

    def _lay_out(self) -> None:
        self._form = labelled(
            parent=self, margins=0, fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow
        )
        for label, field in (
            (tr("Area"), self.area),
            (tr("Which"), self.place),
            (tr("Series"), self.series),
            (tr("Scale"), self.scale),
            (tr("Paper size"), self.paper),
            (tr("Page", "a template"), self.page),
            (tr("Theme"), self.theme),
            (tr("Colours"), self.colours),
            (tr("Language"), self.language),
            (tr("File"), self.file),
        ):
            caption = plain_label(label, self)
            caption.setBuddy(field)
            field.setFixedHeight(_CONTROL)
            if field is self.page:
                self.edit_page.setFixedHeight(_CONTROL)
                self._form.addRow(caption, horizontal((field, 1), self.edit_page))
            else:
                self._form.addRow(caption, field)
        self._form.addRow("", self._replaces)
        self._form.addRow(self.with_front)
        self._form.addRow(self.only_changed)
        self._form.addRow(self.with_index)

    def fill_areas(self, areas: Sequence[tuple[str, str]]) -> None:
        """List compounds and zones as (id, name); the list is searched by any part of both."""
        self.place.blockSignals(True)
        self.place.clear()
        for identifier, name in areas:
            self.place.addItem(f"{name} ({identifier})" if name else identifier, identifier)
        self.place.setCurrentIndex(-1)
        self.place.setEditText("")
        completer = QCompleter(
            self.place.model(),
            self.place,
            filterMode=Qt.MatchFlag.MatchContains,
            caseSensitivity=Qt.CaseSensitivity.CaseInsensitive,
            completionMode=QCompleter.CompletionMode.PopupCompletion,
        )
        self.place.setCompleter(completer)
        self.place.blockSignals(False)
        self.area.model().item(self.area.findData(choices.NAMED)).setEnabled(bool(areas))

    def show_choice(self, chosen: PrintChoice) -> None:
        """Show a choice."""
        for box, value in (
            (self.area, chosen.area),
            (self.paper, chosen.paper),
            (self.series, chosen.series),
            (self.theme, chosen.theme),
            (self.colours, chosen.palette),
            (self.language, chosen.language),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self._page = chosen.page
        self.with_front.setChecked(chosen.has_front)
        self.scale.setCurrentText(f"1:{chosen.scale}" if chosen.scale else self._fit_text())
        self.only_changed.setChecked(chosen.is_changed_only)
        self.show_area(chosen.named)
        self._follow()

    def show_area(self, identifier: str) -> None:
        """Show a compound or zone, nothing for an id that is none."""
        self.place.setCurrentIndex(self.place.findData(identifier) if identifier else -1)

    def show_page(self, own: Path | None) -> None:
        """Offer the user's own page where there is one, else the shipped one alone."""
        shown = [(tr("Shipped page"), choices.SHIPPED if own is not None else choices.OWN)]
        if own is not None:
            shown.insert(0, (tr("Own page"), choices.OWN))
        if shown == [(self.page.itemText(at), self.page.itemData(at)) for at in range(self.page.count())]:
            return
        chosen = self.page.currentData() or self._page
        self.page.blockSignals(True)
        self.page.clear()
        for text, code in shown:
            self.page.addItem(text, code)
        self.page.setCurrentIndex(max(self.page.findData(chosen), 0))
        self.page.setToolTip(literal(str(own or "")))
        self.page.blockSignals(False)

    @staticmethod
    def _fit_text() -> str:
        return tr("each as it fits")

    def show_edition(self, edition: str, changed: int) -> None:
        """Offer to print only what changed since an edition; '' for none."""
        text = tr("Only the %n sheet(s) changed since edition {edition}", "", changed)
        self.only_changed.setText(text.format(edition=edition))
        self.only_changed.setVisible(bool(edition))
        self.only_changed.setEnabled(changed > 0 or self.only_changed.isChecked())

    def _scale_value(self) -> int:
        """Return the denominator that is typed or chosen, 0 to fit each subject, -1 for none."""
        if self.scale.currentText() == self._fit_text():
            return 0
        typed = self.scale.currentText().replace("：", ":").rsplit(":", maxsplit=1)[-1]
        digits = "".join(sign for sign in typed if sign not in _SEPARATORS)
        return int(digits) if digits.isdecimal() else -1

    def _place_id(self) -> str:
        """Return the id of the place that is chosen, or whose whole name or id is typed."""
        typed = self.place.currentText().strip()
        for index in range(self.place.count()):
            identifier, text = str(self.place.itemData(index)), self.place.itemText(index)
            if typed and typed in (identifier, text, text[: -len(identifier) - 3]):
                return identifier
        return ""

    def choice(self) -> PrintChoice:
        """Return what is chosen."""
        area = str(self.area.currentData())
        return PrintChoice(
            area=area,
            named=self._place_id() if area == choices.NAMED else "",
            scale=self._scale_value(),
            paper=str(self.paper.currentData()),
            series=str(self.series.currentData()),
            is_changed_only=self.only_changed.isChecked() and self.only_changed.isVisibleTo(self),
            theme=str(self.theme.currentData()),
            palette=str(self.colours.currentData()),
            language=str(self.language.currentData()),
            page=str(self.page.currentData() or self._page),
            has_front=self.with_front.isChecked(),
        )

    @property
    def output(self) -> str:
        """The PDF to write, '' for none."""
        path = str(self.file.filePath()).strip()
        return path if not path or path.lower().endswith(".pdf") else f"{path}.pdf"

    def _suggested(self) -> str:
        chosen = self.choice()
        parts = [self._name]
        if chosen.named:
            parts.append(plain_name(chosen.named))
        parts += [] if chosen.series == choices.GRID else [chosen.series]
        parts += [chosen.theme, str(chosen.scale) if chosen.scale > 0 else "", chosen.paper]
        parts += [tr("changed")] if chosen.is_changed_only else []
        return str(free_path(self._folder / ("_".join(filter(None, parts)) + ".pdf")))

    def _say_replaces(self) -> None:
        """Say what would be replaced, and all of a path that is longer than its field."""
        self.file.setToolTip(literal(self.output))
        self._replaces.say(replaces_text(Path(self.output)) if self.output else "")

    def _file_named(self) -> None:
        self._is_named = True
        self._say_replaces()
        self.named.emit()

    def _follow_series(self) -> None:
        """Offer to fit the scale where that is possible."""
        is_grid = self.series.currentData() == choices.GRID
        at = self.scale.findData(0)
        if is_grid == (at >= 0):
            typed = self.scale.currentText()
            self.scale.blockSignals(True)
            if is_grid:
                self.scale.removeItem(at)
                typed = f"1:{PrintChoice().scale}" if typed == self._fit_text() else typed
            else:
                self.scale.insertItem(0, self._fit_text(), 0)
            self.scale.setCurrentText(typed)
            self.scale.blockSignals(False)

    def _follow(self) -> None:
        """Show the fields that matter, call the file after the choice, tell the dialog."""
        self._follow_series()
        is_named = self.area.currentData() == choices.NAMED
        self.place.setVisible(is_named)
        self._form.labelForField(self.place).setVisible(is_named)
        if not self._is_named:
            self.file.blockSignals(True)
            self.file.setFilePath(self._suggested())
            self.file.blockSignals(False)
        self._say_replaces()
        self.changed.emit()
