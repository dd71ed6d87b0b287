"""What of a surveyed pipe is verified, in its form, and the buttons that add what is missing."""

from __future__ import annotations

import datetime
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDate, QTimer
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDateEdit,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from waternet_plugin.core.colours import GREY
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.survey.verification import verdict_words
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.status_dot import StatusDot

_NO_STATE = GREY
_LETTERS = dict(zip(("pass", "open", "fail"), "✓?×"))


def open_at_verdict(session: Session, layer: Any, feature: Any) -> None:
    """Open the form of a pipe on the page with its verdict."""
    before = set(_open_boxes())
    session.iface.openFeatureForm(layer, feature, False, False)
    for box in _open_boxes():
        if box not in before and box.pipe in ("", feature["pipe_id"]):
            box.bring_into_view()


def unsaved_edits(session: Session) -> str:
    """Return why nothing is verified now, '' where nothing is unsaved."""
    if any(layer.isEditable() and layer.isModified() for layer in session.layers()):
        return tr("There are unsaved edits. Save or discard them, then verify.")
    return ""


def _open_boxes() -> list[VerificationBox]:
    return [widget for widget in QApplication.allWidgets() if isinstance(widget, VerificationBox)]


class VerificationBox(QWidget):
    """Verdict and reasons of a pipe; hidden for pipes that no survey verified."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_form_verification")
        self.session = session
        self._pipe, self._latest = "", LatestReading(session.run, self)
        self._writes_of, self._is_wanted = "", False
        self.row: dict[str, Any] | None = None
        self.dot = StatusDot(self, "wn_verification_dot")
        self.verdict = plain_label("", self, objectName="wn_verification_verdict")
        self.reasons = plain_label("", self, objectName="wn_verification_reasons", wordWrap=True)
        self._buttons: list[QPushButton] = []
        self.by = QLineEdit(self, objectName="wn_verification_by", placeholderText=tr("who"))
        self.on = QDateEdit(
            self, objectName="wn_verification_on", calendarPopup=True, displayFormat="yyyy-MM-dd"
        )
        today = datetime.date.today()
        self.on.setDate(QDate(today.year, today.month, today.day))
        self.note = Hint("wn_verification_note", self)
        self.note.hide()
        signature_row = horizontal(plain_label(tr("By")), (self.by, 1), plain_label(tr("On")), self.on)
        buttons = horizontal(
            self._button(tr("Material verified"), "material", self._verify_material),
            self._button(tr("Backfilled on"), "backfilled", lambda: self._verify(BACKFILLED_ON=self._day)),
            self._button(tr("Photo…"), "photo", self._photo),
            self._button(tr("Override…"), "override", self._override),
            1,
        )
        head = horizontal(self.dot, (self.verdict, 1))
        vertical(head, self.reasons, signature_row, buttons, self.note, parent=self, spacing=4, margins=0)
        self.hide()

    def _button(self, text: str, name: str, on_click: Any) -> QPushButton:
        button = QPushButton(
            text,
            self,
            objectName=f"wn_verification_{name}",
            autoDefault=False,
            clicked=lambda _checked=False: on_click(),
        )
        self._buttons.append(button)
        return button

    @property
    def pipe(self) -> str:
        """The id of the pipe whose verification is shown, '' for none."""
        return self._pipe

    def bring_into_view(self) -> None:
        """Turn up the page of the form that this stands on, as soon as there is a verdict to see."""
        self._is_wanted = True
        if self.row is not None:
            # The page gets its size first.
            QTimer.singleShot(0, self._scroll_here)

    def _scroll_here(self) -> None:
        if sip.isdeleted(self):
            return
        self._is_wanted = False
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QTabWidget):
                pages = [above.widget(number) for number in range(above.count())]
                above.setCurrentIndex(next(n for n, page in enumerate(pages) if page.isAncestorOf(self)))
            above = above.parentWidget()
        # A page that was just turned up has no size before the events that are due.
        QTimer.singleShot(0, self._scroll)

    def _scroll(self) -> None:
        if sip.isdeleted(self):
            return
        above = self.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(self)
            above = above.parentWidget()

    def show_pipe(self, pipe: str) -> None:
        """Read and show the newest verification of a pipe; '' for none yet."""
        self._pipe = pipe
        self._latest.drop()
        path = self.session.network_path
        if not pipe or not path:
            self.hide()
            return

        def read(network: Any, _progress: Any) -> dict[str, Any] | None:
            from waternet_plugin.operations.checks.known_pipes import newest_verification

            row = newest_verification(network, pipe)
            return None if row is None else dict(row)

        title = tr("Reading the network")
        # Networks of an earlier version have no verifications; nothing is missing then.
        self._latest.begin(
            title, on_network(path, read), self._show, lambda _error: self._show(None), is_quiet=True
        )

    def _show(self, row: dict[str, Any] | None) -> None:
        self.row = row
        self.setVisible(row is not None)
        if row is None:
            return
        code = str(row["verdict"])
        label = verdict_words.label(code)
        self.dot.show_state(verdict_words.colour(code) or _NO_STATE, _LETTERS.get(code, ""), label)
        overridden = row["override_by"] if isinstance(row["override_by"], str) else ""
        if overridden:
            text = tr("Verification: {verdict}, overridden by {name} ({reason})")
            sentence = text.format(verdict=label, name=overridden, reason=row["override_reason"] or "")
        else:
            sentence = tr("Verification: {verdict}").format(verdict=label)
        self.verdict.setText(sentence)
        self.reasons.setText(verdict_words.missing(row["reasons"], row["reason_facts"]))
        self.reasons.setVisible(bool(self.reasons.text()))
        self._say_busy()
        if self._is_wanted:
            self.bring_into_view()
        if not self.by.text():
            from waternet_plugin.store.user import default_user

            self.by.setText(default_user())

    def _say_busy(self) -> None:
        """Say that a verdict is being written, and take no other step meanwhile."""
        is_busy = bool(self._writes_of) and self._writes_of == self._pipe
        for button in self._buttons:
            button.setEnabled(not is_busy)
        if is_busy:
            sentence = tr("The verification is being written …")
            self.verdict.setText(sentence)
            self.dot.show_state(_NO_STATE, "", sentence)
            self.reasons.hide()

    # One step each.

    @property
    def _day(self) -> str:
        return str(self.on.date().toString("yyyy-MM-dd"))

    def _verify_material(self) -> None:
        name = self.by.text().strip()
        if name:
            self._verify(MATERIAL_VERIFIED_BY=name, MATERIAL_VERIFIED_ON=self._day)
        else:
            self._say_who()

    def _photo(self) -> None:
        folder = str(self.session.remembered("survey/photos", "") or "")
        kinds = f"{tr('Photos')} (*.jpg *.jpeg *.png *.heic *.tif *.tiff)"
        files, _ = QFileDialog.getOpenFileNames(self, tr("Photos of the open trench"), folder, kinds)
        if files:
            self.session.remember("survey/photos", files[0].rpartition("/")[0])
            self._verify(PHOTOS=";".join(files))

    def _override(self) -> None:
        name = self.by.text().strip()
        if not name:
            self._say_who()
            return
        reason = ask_text(self, tr("Override"), tr("Why may the pipe be used though it is not verified?"))
        if reason and reason.strip():
            self._verify(OVERRIDE_BY=name, OVERRIDE_REASON=reason.strip())

    def _say_who(self) -> None:
        self.note.say(tr("Say who, in the field above: the name is kept with the verification."))
        self.by.setFocus()

    def _verify(self, **given: str) -> None:
        if refusal := unsaved_edits(self.session):
            self.note.say(refusal)
            return
        parameters = {"NETWORK": self.session.network_path, "PIPE": self._pipe, **given}
        pipe = self._pipe

        def done(results: dict[str, Any]) -> None:
            if sip.isdeleted(self):
                return
            self._writes_of = ""
            if pipe == self._pipe:
                self.note.say("")
                if self.row is not None:
                    # What is missing still is read; the verdict is known.
                    known = {"verdict": results["VERDICT"], "reasons": None, "reason_facts": None}
                    self._show({**self.row, **known, **{name.lower(): text for name, text in given.items()}})
                self.show_pipe(pipe)

        def failed(error: Any) -> None:
            if sip.isdeleted(self):
                return
            self._writes_of = ""
            self._show(self.row)
            self.note.say(error.message)

        self._writes_of = pipe
        self._say_busy()
        self.session.run_algorithm("verifypipe", parameters, done, failed=failed)
