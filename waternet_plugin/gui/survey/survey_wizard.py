"""The survey wizard: rail, four steps, footer; it leads from the files of a survey to verified pipes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from qgis.PyQt.QtCore import QSize

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.panes.steps.wizard_window import WizardWindow
from waternet_plugin.gui.survey.attempt import Attempt
from waternet_plugin.gui.survey.columns_window import ColumnsWindow
from waternet_plugin.gui.survey.common_points_window import CommonPointsWindow
from waternet_plugin.gui.survey.map.question_map import QuestionMap
from waternet_plugin.gui.survey.pages.code_meaning import LEFT_OUT
from waternet_plugin.gui.survey.pages.survey_checks_page import SurveyChecksPage
from waternet_plugin.gui.survey.pages.survey_files_page import SurveyFilesPage
from waternet_plugin.gui.survey.pages.survey_import_page import SurveyImportPage, summary
from waternet_plugin.gui.survey.pages.survey_questions_page import SurveyQuestionsPage
from waternet_plugin.gui.survey.steps import FILES, IMPORT, QUESTIONS, asks, fault_of
from waternet_plugin.gui.survey.survey_choices import OF_FILES, ColumnsChosen, SurveyChoices
from waternet_plugin.gui.survey.verification import verification_sheets

_FOLDER = "survey/folder"
_BESIDE_MAP = QSize(560, 400)


class Importing(Protocol):
    """What tries and runs an import, in a thread."""

    def try_import(self, path: str, choices: SurveyChoices, progress: Progress) -> Attempt:
        """Return what an import would do; nothing is written."""

    def run_import(self, path: str, choices: SurveyChoices, progress: Progress) -> Attempt:
        """Write one batch and return what was done."""

    def has_changed(self, choices: SurveyChoices, attempt: Attempt) -> bool:
        """Return whether files are others on the disk than those that were tried."""


def _headless() -> Importing:
    from waternet_plugin.gui.survey import survey_work

    return survey_work


class SurveyWizard(WizardWindow):
    """Import the files of a survey into the open network.

    Parameters
    ----------
    files
        Files or folders to begin with.
    importing
        What tries and runs the import.
    """

    NAME = "wn_survey_wizard"

    def __init__(self, session: Any, files: Sequence[str] = (), importing: Importing | None = None) -> None:
        super().__init__(session, tr("Import a survey"))
        self.choices, self.attempt = SurveyChoices(), Attempt()
        self._importing, self._path = importing or _headless(), session.network_path
        self._is_stale = False
        self._before_room: Any = None
        self.map = QuestionMap(session, self)
        self._build()
        self._connect()
        self._show_step(FILES)
        self.add(files)

    def _build(self) -> None:
        self.files = SurveyFilesPage(self.choices, str(self.session.remembered(_FOLDER, "") or ""))
        self.questions = SurveyQuestionsPage(self.choices)
        self.checks = SurveyChecksPage(self.choices)
        self.result = SurveyImportPage()
        self.pages = (self.files, self.questions, self.checks, self.result)
        steps = [tr("Files"), tr("Questions"), tr("Checks"), tr("Import")]
        self._lay_out(steps, self.pages, "wn_survey_message")

    def _connect(self) -> None:
        self.files.wanted.connect(self.add)
        self.files.changed.connect(self._try)
        self.files.left_out.connect(self._leave_out)
        for page in (self.files, self.questions, self.checks):
            page.columns_wanted.connect(self._name_columns)
        self.questions.answered.connect(self._answer)
        self.questions.shown.connect(self._show_on_map)
        self.questions.points_wanted.connect(self._pick_points)
        self.map.chosen.connect(self.questions.give)
        self.checks.ticked.connect(self._ticked)
        self.checks.picked.connect(self._show_finding)
        self.checks.prefix_wanted.connect(self._number)
        self.checks.valid_wanted.connect(self._take_valid)
        self.checks.system_wanted.connect(self._take_system)
        self.checks.meaning.chosen.connect(self._take_meaning)
        self.result.undo_wanted.connect(self._undo)
        self.result.sheets_wanted.connect(self._write_sheets)
        self.result.list_wanted.connect(self._list_pipes)
        self.result.map_wanted.connect(self._show_import)
        self.result.picked.connect(self.session.zoom_to)

    # --------------------------------------------------------------------------------------- trying

    @property
    def is_done(self) -> bool:
        """Whether the rows are written."""
        return bool(self.attempt.batch_id)

    def add(self, files: Sequence[str] = ()) -> None:
        """Read files and folders beside the window."""
        if self.is_busy:
            self._say(tr("Files are being read. Add more when that is done."), True)
        elif files:
            self.session.remember(_FOLDER, str(Path(files[0]).parent))
            self.choices.add([str(file) for file in files])
            self._step = FILES
            self._try()

    def _leave_out(self, name: str) -> None:
        self.choices.leave_out(name)
        self._try()

    def _try(self, then: Callable[[], None] | None = None) -> None:
        """Try the import with what was chosen so far, then go on or show the same step."""
        if not self.choices.paths:
            self.attempt = Attempt()
            self._show_step(FILES)
            return
        path, choices = self._path, self.choices

        def work(progress: Progress) -> Attempt:
            return self._importing.try_import(path, choices, progress)

        def done(attempt: Attempt) -> None:
            self.attempt, self._is_stale = attempt, False
            self._furthest = min(self._furthest, self._step)
            if then is not None:
                then()
            else:
                self._show_step(self._step)

        self.worker.run(tr("Trying the import"), work, done)

    def _answer(self, file: str, answers: Mapping[str, Any]) -> None:
        if self.is_busy:
            return
        for key, value in answers.items():
            if key != "again":
                self.choices.answer(file, key, value)
            elif value:
                self.choices.again = True
            else:
                self.choices.leave_out(file)
        self._try(self._answered)

    def _pick_points(self) -> None:
        """Open the window of common points for the question that shows, in place of its ghosts."""
        question = self.questions.question
        if question is None or self.is_busy or self.findChild(CommonPointsWindow) is not None:
            return
        self.map.show_question(None)
        points = next((file.points for file in self.attempt.files if file.name == question.file), None)
        window = CommonPointsWindow(self.session, question.file, points, self)
        window.answered.connect(lambda answers: self._answer(question.file, answers))
        window.rejected.connect(lambda: self.map.show_question(self.questions.question))
        window.show()

    def _answered(self) -> None:
        """Ask the next question; the last answer goes on."""
        if self.attempt.questions or not self.attempt.files:
            self._show_step(QUESTIONS if self.attempt.questions else FILES)
        else:
            self.go_on()

    def _ticked(self) -> None:
        # What is taken of a recheck changes what is written.
        self._is_stale = bool(self.choices.taken)
        self._refresh_footer()

    def _number(self, prefixes: Mapping[str, str]) -> None:
        self.choices.prefixes.update(prefixes)
        self._try(self._go_on_where_nothing_is_left)

    def _take_system(self, system: str) -> None:
        # The page stays: what is chosen in a box is looked at before it is imported.
        self.choices.system = system
        self._try()

    def _take_meaning(self, rule: str, code: str, meaning: str) -> None:
        self.choices.meanings[rule, code] = None if meaning == LEFT_OUT else meaning
        self._try()

    def _name_columns(self, file: str, sheet: str) -> None:
        """Open the window of a sheet's columns, and try again with what is said there."""
        seen = self.attempt.sheet(file, sheet)
        if self.is_busy or seen is None or seen.head is None:
            return
        window = ColumnsWindow(
            file,
            seen,
            self.choices.columns.get((file, sheet)),
            makes_lines=self.choices.lines != OF_FILES,
            parent=self,
        )
        window.chosen.connect(lambda chosen: self._take_columns(file, sheet, chosen))
        window.open()

    def _take_columns(self, file: str, sheet: str, chosen: ColumnsChosen) -> None:
        self.choices.name_columns(file, sheet, chosen)
        self._try(self._answered if self._step == QUESTIONS else None)

    def _take_valid(self) -> None:
        self.choices.valid_only = True
        self._try(self._go_on_where_nothing_is_left)

    def _go_on_where_nothing_is_left(self) -> None:
        self._show_step(self._step)
        if not self._asks(self._step):
            self.go_on()

    def _show_finding(self, line: Any) -> None:
        if line.place is not None:
            self.session.zoom_to((*line.place, *line.place))

    # ----------------------------------------------------------------------------------- going about

    def _asks(self, step: int) -> bool:
        return asks(step, self.attempt, self.choices, is_first=self._furthest < IMPORT)

    def go_on(self) -> None:
        """Go to the next step with something to decide; import; close when the rows are written."""
        if self.is_done:
            self.close()
        elif self._step == IMPORT and self._importing.has_changed(self.choices, self.attempt):
            self._look_again()
        elif self._step == IMPORT:
            self._import()
        else:
            self.go_to(next(step for step in range(self._step + 1, IMPORT + 1) if self._asks(step)))

    def _look_again(self) -> None:
        """Read files that have changed since they were looked at, and import nothing yet."""

        def then() -> None:
            self._step = FILES
            self._go_to(IMPORT)
            if self._step == IMPORT:
                self._say(
                    tr("The files have changed and were read again: look at what is written now."), False
                )

        self._try(then)

    def go_back(self) -> None:
        """Go to the step before, also where nothing is to be decided."""
        self.go_to(self._step - 1)

    def go_to(self, step: int) -> None:
        """Go to a step: back at once, forward as far as everything before it is answered."""
        if self.is_busy or self.is_done or not FILES <= step <= IMPORT:
            self.rail.show_step(self._step, self._furthest)
            return
        if self._importing.has_changed(self.choices, self.attempt):
            self._read_again(step)
        else:
            self._go_to(step)

    def _read_again(self, step: int) -> None:
        """Read files that have changed since they were tried, and go where everything before is answered."""

        def then() -> None:
            # What was answered before may be open now.
            self._step = min(self._step, FILES if step > self._step else step)
            self._go_to(step)

        self._try(then)

    def _go_to(self, step: int) -> None:
        for before in range(self._step, step):
            fault = fault_of(before, self.attempt, self.choices)
            if fault:
                self._show_step(before)
                self._say(fault, True)
                return
        if step == IMPORT and self._is_stale:
            self._try(lambda: self._show_step(IMPORT))
        else:
            self._show_step(step)

    def _show_step(self, step: int) -> None:
        self._step = step
        self._furthest = max(self._furthest, step)
        self.message.say("")
        if step != QUESTIONS:
            self._show_on_map(None)
        self.stack.setCurrentIndex(step)
        self.rail.show_step(step, IMPORT + 1 if self.is_done else self._furthest)
        self.map.show_deviations(self.attempt.deviations if step == IMPORT else None)
        if step == IMPORT:
            self.result.refresh(self.attempt, Path(self._path).name)
        else:
            self.pages[step].refresh(self.attempt)
        self._refresh_footer()

    def _show_on_map(self, request: Any) -> None:
        """Show a question on the map, and leave the map in sight while there is something to click on."""
        self.map.show_question(request)
        has_ghosts = self.map.ghosts is not None
        if has_ghosts and self._before_room is None:
            self._before_room = self.geometry()
            self.resize(_BESIDE_MAP)
            corner = self.parentWidget().geometry().bottomLeft()
            self.move(corner.x(), corner.y() - self.frameGeometry().height())
        elif not has_ghosts and self._before_room is not None:
            self.setGeometry(self._before_room)
            self._before_room = None

    def _refresh_footer(self) -> None:
        free, attempt = not self.is_busy, self.attempt
        sentence = summary(attempt) if attempt.files else ""
        if self.is_done:
            self.footer.show_state("", tr("Close"), "", can_go_back=False, can_go_on=free)
            return
        on = tr("Import", "verb") if self._step == IMPORT else tr("Next")
        can = bool(attempt.files) and (self._step != IMPORT or bool(attempt.counts.ready))
        can = can and not (self._step == IMPORT and attempt.refusal)
        self.footer.show_state(
            tr("Back"), on, sentence, can_go_back=free and self._step > FILES, can_go_on=free and can
        )

    # ------------------------------------------------------------------------------------- importing

    def _import(self) -> None:
        path, choices = self._path, self.choices
        choices.purpose = choices.purpose or self.attempt.purpose

        def done(attempt: Attempt) -> None:
            self.attempt = attempt
            self.session.written()
            self._show_step(IMPORT)
            self.raise_()
            if attempt.extent is not None:
                self.session.zoom_to(attempt.extent)

        self.worker.run(
            tr("Importing"), lambda progress: self._importing.run_import(path, choices, progress), done
        )

    def _show_import(self) -> None:
        """Show on the map what was written, by verdicts where there are any."""
        if self.attempt.verdicts or self.attempt.new_verdicts:
            self.session.show_theme("verified")
        if self.attempt.extent is not None:
            self.session.zoom_to(self.attempt.extent)

    def _undo(self) -> None:
        def done(results: dict[str, Any]) -> None:
            self.attempt = Attempt()
            self._try(lambda: self._show_step(IMPORT))
            self._say(undoing.done_text(results), False)

        undoing.undo(
            self.session, self.attempt.batch_id, done, failed=lambda error: self._say(error.message, True)
        )

    def _write_sheets(self) -> None:
        verification_sheets.write_sheets(self.session, self.attempt.pipes)

    def _list_pipes(self) -> None:
        from waternet_plugin.gui.survey.verification.pipes_to_verify import PipesToVerifyWindow

        self.session.show_window(PipesToVerifyWindow(self.session, self.session.iface.mainWindow()))

    # --------------------------------------------------------------------------------- window things

    def _network_changed(self) -> None:
        if not self.is_busy:
            self.choices.paths.clear()
            self.close()

    def _loss(self) -> str:
        choices = self.choices
        if not (choices.answers or choices.ticked or choices.columns or choices.meanings):
            return ""
        return tr("Close without importing? Your answers would be lost.")

    def _topic(self) -> str:
        return "survey"

    def _leave_map(self) -> None:
        self.map.clear()

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take files until the rows are written."""
        if not self.is_done:
            super().dragEnterEvent(event)
