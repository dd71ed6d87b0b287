"""The papers that a manager signs: what each needs, when it was last made; pick one, and save it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QDialogButtonBox, QFormLayout, QWidget

from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.texts import joined, tr, with_name
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.tasks.tasks import keep_packages_apart, on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.processing import choice_labels

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.papers.paper_needs import PaperNeeds

_ID = "exportpaper"
_MEMORY = "papers"
_BOOK, _MONTHLY, _WALL_MAP = "compound_book", "monthly_report", "wall_map"
# The day of a month on which the report of the month before is due.
_DUE_DAY = 10
_MONTHS = 24
# Of maps; a wall map is on one of the large ones.
_THEME, _TEXT_PAPER = "system", "A4"
_LARGE_PAPERS = ("A3", "A2", "A1", "A0")
_SCALES = (200, 250, 500, 1000, 2000, 5000, 10_000)
_PDF = ".pdf"
_FORMATS = ((_PDF, "PDF"), (".docx", "Word"), (".xlsx", "Excel"), (".html", "HTML"))


def remembered_papers(session: Session) -> dict[str, dict[str, str]]:
    """Return the day, month and path of each kind of paper that was made last from this network."""
    kept = session.remembered(_MEMORY, {})
    return kept if isinstance(kept, dict) else {}


def is_report_due(made: dict[str, str], today: datetime.date) -> bool:
    """Return whether the monthly report of the month before is due and was not made."""
    return made.get("month") != month_of(today).plus(-1).text and today.day >= _DUE_DAY


def last_made_text(kind: str, made: dict[str, str], today: datetime.date) -> str:
    """Return when a paper was last made; of the monthly report what is missing once it is due."""
    day = str(made.get("on") or "")
    if kind == _MONTHLY and is_report_due(made, today):
        return tr("due on the {day}th: {month} is missing").format(
            day=_DUE_DAY, month=month_of(today).plus(-1).text
        )
    return day or tr("not made yet")


class PapersWindow(ListWindow):
    """Lists the papers; the one that is picked is saved for a subject, a month and as a format."""

    TOPIC = "print"
    NAME = "wn_papers"
    SIZE = (840, 520)

    def __init__(self, session: Session, parent: QWidget | None) -> None:
        columns = (
            TableColumn("label", tr("Paper", "a document"), width=290),
            TableColumn("needs", tr("Needs"), width=190),
            TableColumn("made", tr("Last made"), width=250, fills=True),
        )
        super().__init__(session, tr("Papers"), columns, parent)
        self._needs: dict[str, PaperNeeds] = {}
        # The paper whose format is offered.
        self._offered = ""
        self.subject = ChoiceBox("wn_papers_subject")
        self.month = ChoiceBox("wn_papers_month", _months(datetime.date.today()), None)
        self.month.setCurrentIndex(0)
        self.format = ChoiceBox("wn_papers_format", _FORMATS, _PDF)
        self.theme = ChoiceBox("wn_papers_theme", tuple(choice_labels.themes().items()), _THEME)
        self.paper = ChoiceBox("wn_papers_paper")
        self.scale = ChoiceBox("wn_papers_scale", _scales(), 0)
        form = QFormLayout(spacing=8, fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, box in (
            (tr("Subject"), self.subject),
            (tr("Month"), self.month),
            (tr("Format"), self.format),
            (tr("Theme"), self.theme),
            (tr("Paper size"), self.paper),
            (tr("Scale"), self.scale),
        ):
            caption = plain_label(label, self)
            caption.setBuddy(box)
            box.setAccessibleName(label)
            form.addRow(caption, box)
        self.layout().insertLayout(self.layout().count() - 2, form)
        self.save_button = self._button(tr("Save…"), "save", self.save)
        self.bring_button = self._button(tr("Bring in data…"), "bring_in", self.bring_in)
        for button in (self._buttons.button(QDialogButtonBox.StandardButton.Close), self.bring_button):
            button.setAutoDefault(False)
        self.save_button.setDefault(True)
        session.data_changed.connect(self._data_changed)
        self._update()
        self.fill()

    @property
    def kind(self) -> str:
        """The code of the paper that is picked, '' for none."""
        rows = self.table.chosen
        return str(rows[0]["kind"]) if rows else ""

    def fill(self) -> None:
        """Read what each paper needs."""
        from waternet_plugin.operations.papers.paper_needs import paper_needs

        self.session.run(
            tr("Reading the network"),
            on_network(self.session.network_path, lambda network, _progress: paper_needs(network)),
            self.show_needs,
            failed=lambda error: self.answer.setText(error.message),
            is_quiet=True,
        )

    def show_needs(self, needs: tuple[PaperNeeds, ...]) -> None:
        """List the papers."""
        from waternet_plugin.operations.papers.paper_kinds import kind_label

        self._needs = {one.kind: one for one in needs}
        made, today = remembered_papers(self.session), datetime.date.today()
        kept = self.kind
        self.table.set_rows(
            [
                {
                    "kind": one.kind,
                    "label": kind_label(one.kind),
                    "needs": _needs_text(one),
                    "made": last_made_text(one.kind, made.get(one.kind, {}), today),
                }
                for one in needs
            ]
        )
        kinds = [one.kind for one in needs]
        # Who opens the window while the report of the month is due comes for that.
        first = _MONTHLY if is_report_due(made.get(_MONTHLY, {}), today) else ""
        wanted = next((one for one in (kept, first) if one in kinds), kinds[0] if kinds else "")
        if wanted:
            self.table.selectRow(kinds.index(wanted))

    def _update(self) -> None:
        """Offer the subjects of the paper that is picked; say what is missing."""
        needs = self._needs.get(self.kind)
        subjects = needs.subjects if needs is not None else ()
        self.subject.fill([("", tr("all")), *((key, with_name(key, name)) for key, name in subjects)], "")
        self.subject.setEnabled(bool(subjects))
        self.month.setEnabled(self.kind == _MONTHLY)
        self.format.setEnabled(self.kind != _WALL_MAP)
        if self.kind != self._offered:
            self._offered = self.kind
            # As the paper was made last.
            last = Path(str(remembered_papers(self.session).get(self.kind, {}).get("path") or "")).suffix
            self.format.choose(last if last in dict(_FORMATS) and self.kind != _WALL_MAP else _PDF)
        self._offer_maps()
        has_data = needs is not None and needs.count > 0
        self.save_button.setEnabled(has_data)
        missing = needs is not None and not has_data
        self.bring_button.setVisible(missing)
        text = tr("Missing: {table}. Draw them or bring them in with the wizard.")
        self.answer.setText(text.format(table=needs.label) if missing and needs is not None else "")

    def _offer_maps(self) -> None:
        """Offer theme, paper and scale of the maps that the paper has."""
        from waternet_plugin.operations.papers.paper_kinds import KINDS

        has_map = self.kind in KINDS and KINDS[self.kind].has_map
        usual = ("", tr("A1 or A0")) if self.kind == _WALL_MAP else (_TEXT_PAPER, _TEXT_PAPER)
        self.paper.fill([usual, *((one, one) for one in _LARGE_PAPERS)], usual[0])
        for box in (self.theme, self.paper, self.scale):
            box.setEnabled(has_map)

    @property
    def map_choice(self) -> dict[str, Any]:
        """Theme, paper and scale as parameters, a usual paper left out; nothing for a paper without a map."""
        if not self.theme.isEnabled():
            return {}
        paper = {"PAPER": self.paper.key()} if self.paper.key() else {}
        return {"THEME": self.theme.key(), **paper, "SCALE": self.scale.key()}

    def bring_in(self) -> None:
        """Open the wizard that brings in what the paper is about."""
        self.session.open_wizard()

    def save(self) -> None:
        """Ask where to, and write the paper."""
        kind, subject = self.kind, str(self.subject.key() or "")
        month = str(self.month.key()) if kind == _MONTHLY else ""
        maps = self.map_choice
        save_paper(self.session, kind, subject, str(self.format.key()), month=month, maps=maps, parent=self)


def save_paper(
    session: Session,
    kind: str,
    subject: str,
    ending: str,
    *,
    month: str = "",
    maps: Mapping[str, Any] = MappingProxyType({}),
    parent: QWidget | None = None,
) -> None:
    """Ask where a paper is saved, write it in a task, and open it.

    Parameters
    ----------
    kind
        Its code.
    subject
        Id of what it is about, '' for all.
    ending
        Of the file.
    month
        As YYYY-MM; '' for that of today.
    maps
        THEME, PAPER and SCALE of maps; what is left out is as usual.
    """
    keep_packages_apart()
    from waternet_plugin.core.files.file_names import allowed_name
    from waternet_plugin.operations.papers.paper_kinds import kind_label

    stem = allowed_name(" ".join(part for part in (kind_label(kind), subject, month) if part))
    proposed = Path(session.paper_folder) / f"{stem}{ending}"
    name = dict(_FORMATS)[ending]
    path = file_dialogs.ask_where_to_save(
        parent or session.iface.mainWindow(),
        kind_label(kind),
        proposed.as_posix(),
        f"{name} (*{ending})",
        session.say_error,
    )
    if path is not None:
        write_paper_file(session, kind, subject, path, month=month, maps=maps)


def write_paper_file(
    session: Session,
    kind: str,
    subject: str,
    path: Path,
    *,
    month: str = "",
    maps: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write a paper to a file in a task, and open it; the rest as for `save_paper`."""
    parameters = {
        **maps,
        "NETWORK": session.network_path,
        "KIND": kind,
        "SUBJECT": subject,
        "MONTH": month,
        "OUTPUT": str(path),
    }

    def done(results: dict[str, Any]) -> None:
        made = Path(str(results["OUTPUT"]))
        day = datetime.date.today()
        entry = {"on": day.isoformat(), "month": month or month_of(day).plus(-1).text, "path": str(made)}
        session.remember(_MEMORY, {**remembered_papers(session), kind: entry})
        text = joined([tr("{name} is written.").format(name=made.name), *_failures(results)])
        text = joined(filter(None, [text, str(results.get("NOTE") or "")]))
        session.say(text, "success", (tr("Open folder"), lambda: file_dialogs.open_folder(made)))
        file_dialogs.open_file(made)
        window = session.window(PapersWindow.NAME)
        if window is not None:
            window.fill()

    session.run_algorithm(_ID, parameters, done)


def book_of_compound(session: Session, identifier: str) -> None:
    """Write the book of a compound beside the network, and open it."""
    from waternet_plugin.gui.panes.report_files import report_path

    path = report_path(session.network_path, f"book_{identifier}").with_suffix(_PDF)
    write_paper_file(session, _BOOK, identifier, path)


def open_papers_window(session: Session) -> PapersWindow | None:
    """Open the window, or say that there is no network."""
    if not session.network_path:
        session.say(tr("No network is open. Open one, or create one."), "warning")
        return None
    window: PapersWindow = session.show_window(PapersWindow(session, session.iface.mainWindow()))
    return window


def _failures(results: dict[str, Any]) -> list[str]:
    failed = int(results.get("FAILED") or 0)
    return [tr("%n subject(s) without a paper.", "", failed)] if failed else []


def _needs_text(needs: PaperNeeds) -> str:
    return tr("{table}: {count}").format(table=needs.label, count=amounts.number(needs.count))


def _scales() -> list[tuple[int, str]]:
    """Return the scales of maps, the one that follows from what is shown first."""
    return [(0, tr("the first that fits")), *((one, f"1:{one:,}") for one in _SCALES)]


def _months(today: datetime.date) -> list[tuple[str, str]]:
    """Return the months that may be told of, the newest that is over first."""
    last: Month = month_of(today).plus(-1)
    months = [last.plus(1), *(last.plus(-back) for back in range(_MONTHS))]
    return [(month.text, month.text) for month in [months[1], months[0], *months[2:]]]
