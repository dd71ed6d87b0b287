"""The adoption wizard: rail, five steps, footer; it leads from files to rows of the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes.steps.wizard_window import WizardWindow
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.wizard.adoption_step import Adopting
from waternet_plugin.gui.wizard.brought_files import route_others
from waternet_plugin.gui.wizard.incoming import Incoming
from waternet_plugin.gui.wizard.pages.check_page import CheckPage
from waternet_plugin.gui.wizard.pages.codes_page import CodesPage
from waternet_plugin.gui.wizard.pages.fields_page import FieldsPage
from waternet_plugin.gui.wizard.pages.files_page import FilesPage
from waternet_plugin.gui.wizard.pages.places.location_page import LocationPage
from waternet_plugin.gui.wizard.sources.library import Library
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.state import State, crs_text
from waternet_plugin.operations.adoption.file_kinds import NOT_DATA

FILES, FIELDS, CODES, PLACE, CHECK = range(5)
# Where the guide opens from each page.
_TOPICS = ("import_files", "import_fields", "import_codes", "import_place", "import_check")


class AdoptionWizard(WizardWindow):
    """Bring foreign files and layers into a network, which is made on the way where none is open.

    Parameters
    ----------
    files
        Files or folders to begin with; ``path|layername=name`` for one layer of a file.
    layers
        Vector layers of the open project to begin with.
    """

    NAME = "wn_wizard"

    def __init__(self, session: Any, files: Sequence[str] = (), layers: Sequence[Any] = ()) -> None:
        super().__init__(session, tr("Bring in data"))
        self.state = State()
        self.library = Library(Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "mappings")
        self.incoming = Incoming(session, self.state, self.worker, self._sources, self)
        self.adopting = Adopting(session, self.state, self.library, self.worker, self)
        self._build()
        self._connect()
        self._read_network()
        self._show_step(FILES)
        self.add(files, layers)

    # ------------------------------------------------------------------------------------- building

    def _build(self) -> None:
        state = self.state
        self.files = FilesPage(state, self.incoming.folder)
        self.fields = FieldsPage(state, self.library)
        self.codes = CodesPage(state)
        self.place = LocationPage(state)
        self.check = CheckPage(state)
        self.pages = (self.files, self.fields, self.codes, self.place, self.check)
        steps = [tr("Files"), tr("Fields"), tr("Codes"), tr("Place"), tr("Check", "wizard step")]
        self._lay_out(steps, self.pages, "wn_wizard_message")

    def _connect(self) -> None:
        self.files.wanted.connect(self.add)
        self.files.layers_wanted.connect(lambda layers: self.add((), layers))
        self.files.reread.connect(self._read_again)
        self.files.heading.chosen.connect(lambda one, header: self._read_again(one, one.encoding, header))
        self.files.period.chosen.connect(
            lambda one, within: self._read_again(one, one.encoding, one.header, within)
        )
        self.files.cad_layers.chosen.connect(self._choose_layers)
        self.incoming.was_read.connect(self._take)
        self.incoming.looked.connect(self._looked_again)
        self.incoming.elsewhere.connect(self._send_elsewhere)
        self.files.table_changed.connect(self._use_table)
        self.fields.guess_wanted.connect(lambda one: self._use_table(one, one.table))
        self.check.show_rejected.connect(self.adopting.show_rejected)
        self.check.undo.connect(self.adopting.undo)
        self.check.questions.answered.connect(self._answered)
        self.check.changes.answered.connect(self._answered)
        for page in (self.files, self.fields, self.codes, self.place):
            page.changed.connect(self._changed)
        for teller in (self.fields, self.check, self.adopting, self.incoming):
            teller.told.connect(self._say)
        self.adopting.changed.connect(self._show_results)

    # -------------------------------------------------------------------------------------- reading

    @property
    def is_done(self) -> bool:
        """Whether the rows are written."""
        return self.adopting.adopted is not None

    def _read_network(self) -> None:
        """Take the open network as the target."""
        self.state.network_path, self.state.network_crs, self.state.own_tables = "", "", {}
        if not self.session.network_path:
            return
        try:
            from waternet_plugin.operations.adoption.adoption_target import own_tables_of

            with self.session.network() as network:
                self.state.network_path = self.session.network_path
                self.state.network_crs = crs_text(network.crs)
                self.state.own_tables = own_tables_of(network)
        except WaterNetError as error:
            self._say(error.message, True)
        self.state.offer_own_fields()

    def _network_changed(self) -> None:
        """Another project was opened meanwhile: the rows go to its network, or to a new one."""
        if self.is_done:
            # The network that was adopted into is open now, or closed.
            self._refresh_footer()
        if self.is_done or self.is_busy:
            return
        self._read_network()
        self._changed()
        self.incoming.look_again()

    def _looked_again(self) -> None:
        """Show where the rows lie in another network, once that is known."""
        if self._step >= PLACE:
            self.go_to(PLACE)

    def add(self, files: Sequence[str] = (), layers: Sequence[Any] = ()) -> None:
        """Bring files, folders and open layers in; they are read beside the window."""
        self.incoming.add(files, layers)

    def _send_elsewhere(self, kinds: dict[str, list[str]]) -> None:
        """Open the imports that read what is not a layer or table; a window without any file makes room."""
        is_bare = not self.state.sources and not self.is_done
        if is_bare and any(kind not in NOT_DATA for kind in kinds):
            self.close()
        elif not is_bare:
            text = tr("Other imports take: {names}. To read one here as a table, choose it once more.")
            names = listed(Path(one).name for those in kinds.values() for one in those)
            self._say(text.format(names=names), False)
        route_others(self.session, kinds)

    def _sources(self) -> tuple[LayerSource, ...]:
        """Return the sources that what is brought in joins; after an adoption none."""
        return () if self.is_done else tuple(self.state.sources)

    def _take(self, found: list[LayerSource]) -> None:
        """Take what was read; after an adoption that begins the next one."""
        if self.is_done:
            self.adopting.reset()
            self.state.sources.clear()
            self.state.forget_new()
            self.state.forget_answers()
            self._read_network()
        self.state.codes.former = self.library.answers()
        self.state.offer_saved(self.library, found)
        self.state.add(found)
        self._changed()
        self._furthest = FILES
        self._show_step(FILES)
        if self.state.is_known_delivery:
            text = tr("The columns are those of the last time: “Next” shows what is added.")
            if any(map(self.state.is_update, self.state.ready)):
                text = tr("These rows came before: “Next” shows what changes in the network.")
            self._say(text, False)

    def _read_again(self, source: LayerSource, encoding: str, header: Any = None, within: str = "") -> None:
        """Read a file again as a person says: encoding, rows of its heading, year of its months."""
        self.state.touched = True
        self.incoming.read_again(source, encoding, header, within or source.period_within)

    def _use_table(self, source: LayerSource, table: str) -> None:
        """Guess a source anew, for the table that was chosen."""
        source.use_table(table, self.state.pipes_crs() or None)
        self.state.touched = True
        self._changed()
        self.pages[self._step].refresh()

    def _choose_layers(self, source: LayerSource, layers: list[str]) -> None:
        """Take the rows on some CAD layers of a drawing."""
        source.choose_layers(layers, self.state.pipes_crs() or None)
        self.state.touched = True
        self._changed()
        self.files.refresh()

    def _changed(self) -> None:
        self.state.change()
        self.state.offer_own_fields()
        if self._step < CHECK:
            self._furthest = self._step
        self.message.say("")
        self.rail.show_step(self._step, self._furthest)
        self._refresh_footer()

    # ----------------------------------------------------------------------------------- going about

    def go_on(self) -> None:
        """Go to the next step; adopt; assess or close when the rows are written."""
        if self.is_done:
            if self.adopting.can_assess:
                self.adopting.assess()
            self.close()
        elif self._step == CHECK:
            if self.adopting.is_nothing_left:
                # No answer could bring anything more.
                self.state.touched = False
                self.close()
            else:
                self._adopt()
        elif self._step == FILES and self.state.is_known_delivery:
            # What was answered last time is not asked again; a page with an open question shows itself.
            self.go_to(CHECK)
        else:
            self.go_to(self._asking(self._step, 1))

    def go_back(self) -> None:
        """Go to the step before; close when the rows are written."""
        if self.is_done:
            self.close()
        else:
            self.go_to(self._asking(self._step, -1))

    def _asking(self, step: int, by: int) -> int:
        """Return the next step, or the one before, that asks something; the list of steps leads to any."""
        step += by
        while (step == CODES and not self.state.asks_codes()) or (
            step == PLACE and not self.state.asks_place()
        ):
            step += by
        return step

    def go_to(self, step: int) -> None:
        """Go to a step: back at once, forward as far as everything before it is answered."""
        if self.is_busy or self.is_done or not FILES <= step <= CHECK:
            self.rail.show_step(self._step, self._furthest)
            return
        # What is being typed counts.
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        for before in range(self._step, step):
            if self._stays_at(before):
                return
            if before + 1 == PLACE:
                self.state.fill_locations()
        self._show_step(step)

    def _stays_at(self, step: int) -> bool:
        """Show a step that can't be left, with the reason at its place."""
        state = self.state
        fault = (state.files_fault, state.fields_fault, state.codes_fault, state.location_fault)[step]()
        if fault is None:
            return False
        self._show_step(step)
        self.pages[step].show_fault(fault)
        self._say(fault.text, True)
        return True

    def _show_step(self, step: int) -> None:
        self._step = step
        self._furthest = max(self._furthest, step)
        self.message.say("")
        self.stack.setCurrentIndex(step)
        self.rail.show_step(step, self._furthest)
        self.pages[step].refresh()
        if step == CHECK:
            self.adopting.try_all()
        self._refresh_footer()

    def _answered(self) -> None:
        """Try again with an answer of the last step."""
        self._changed()
        self.adopting.try_all()

    def _adopt(self) -> None:
        waiting = self.check.questions.open_question()
        if waiting:
            self._say(waiting, True)
        # Rows that were read last may hold other codes, and the disk may have changed since it was chosen.
        elif not any(self._stays_at(one) for one in (CODES, PLACE)):
            self.adopting.adopt()

    def _show_results(self) -> None:
        """Show the dry run, or what was written, or the dry run again after an undo."""
        adopted = self.adopting.adopted
        if adopted is None and not self.adopting.results:
            self._show_step(CHECK)
            return
        self.check.refresh(self.adopting.results, adopted)
        self.rail.show_step(CHECK, CHECK + 1 if adopted is not None else CHECK)
        self._refresh_footer()
        if adopted is not None:
            self.raise_()

    def _refresh_footer(self) -> None:
        ready, free = self.state.ready, not self.is_busy
        if self.is_done:
            back, on = (tr("Close"), tr("Assess health")) if self.adopting.can_assess else ("", tr("Close"))
            self.footer.show_state(back, on, self.adopting.counts(), can_go_back=free, can_go_on=free)
            return
        if self._step == CHECK:
            on, summary = tr("Adopt"), self.adopting.counts()
            can_go_on = self.adopting.can_adopt
            if self.adopting.is_nothing_left:
                on, can_go_on = tr("Close"), True
            elif self.adopting.is_update:
                on = tr("Update", "button")
        else:
            is_estimated = any(source.is_looked_at for source in ready)
            rows = amounts.rows(sum(source.rows for source in ready), is_estimated=is_estimated)
            on = tr("Next")
            summary = tr("{rows} rows in %n layer(s)", "", len(ready)).format(rows=rows) if ready else ""
            can_go_on = bool(self.state.sources)
        self.footer.show_state(
            tr("Back"), on, summary, can_go_back=free and self._step > FILES, can_go_on=free and can_go_on
        )

    # --------------------------------------------------------------------------------- window things

    def _loss(self) -> str:
        if not self.state.touched:
            return ""
        return tr("Close without adopting? The mapping you set up here would be lost.")

    def _topic(self) -> str:
        return _TOPICS[self._step]

    def _leave_map(self) -> None:
        self.place.map.let_go()
