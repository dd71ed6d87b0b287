"""One foreign layer on its way into the network: what was read, guessed and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.cells.foreign_values import distinct_texts, texts
from waternet_plugin.core.cells.headings import Header, name_with_titles
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, NONE, SURE
from waternet_plugin.core.exchange.mapping.adoptable_tables import OwnTables, adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.mapping import FieldSource as Taken
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns, long_rows
from waternet_plugin.core.files.drawn_entities import BLOCK_COLUMN, LAYER_COLUMN
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.workbooks.sheet_tables import titles_above
from waternet_plugin.gui.wizard.sources.asking_source import GUESS_ROWS, AskingSource

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.guessing.guessing import FieldGuess, Guess
    from waternet_plugin.core.exchange.guessing.referring import Ids
    from waternet_plugin.core.exchange.mapping.meanings import DistinctTexts
    from waternet_plugin.operations.adoption.adopt_layers import MappedFrame

GUESSED, LAST = "guess", "last"
EVIDENCE, PERSON = "evidence", "person"


# Two sources are never the same one: frames can't be compared as a whole.
@dataclass(eq=False)
class LayerSource(AskingSource):
    """One layer of a file or of the project.

    ``origin`` is what INPUT of ``adoptlayers`` takes; ``name`` is what people call it. ``encoding`` is ''
    as long as nobody chose one.
    """

    origin: str
    name: str
    path: str = ""
    # What the only layer of a file is called, '' where that says no more than the file's name.
    layer_name: str = ""
    encoding: str = ""
    encoding_used: str = ""
    # Where a sheet or text file names its columns, None for its first row; its first rows as they stand
    # there, none for other files; the words of each total or line to sign that was left out.
    header: Any = None
    top: tuple[tuple[str | None, ...], ...] = ()
    left_out: tuple[str, ...] = ()
    # Its columns that are months, days or times of the day, which ``frame`` has as rows; None for none.
    periods: PeriodColumns | None = None
    # The year of these months, or the month of these days, that a person typed; '' for nothing.
    period_within: str = ""
    # Which rows may be something else, '' for none.
    doubtful: str = ""
    error: str = ""
    taken: bool = True
    # Why it was not ticked, '' where nothing speaks against it.
    why_left: str = ""
    frame: Any = None
    # How many rows a file has by its size, while ``frame`` holds some of them; None where it holds all.
    estimated_rows: int | None = None
    guess: Any = None
    table: str = ""
    # The tables with fields or codes of its own of the network that the rows go to, by name.
    own: OwnTables = field(default_factory=dict)
    # Of that network; None for one that is still to be made.
    settings: Settings | None = None
    mapping: Any = None
    # Who said where the rows lie: EVIDENCE, PERSON, '' for nobody yet.
    placed_by: str = ""
    # Where the mapping comes from: GUESSED, LAST or the name of a saved one.
    basis: str = GUESSED
    # Fields that a person decided.
    decided: set[str] = field(default_factory=set)
    # What was typed and can't be taken, by field; it stays where it was typed.
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    # What was taken as suggested: codes as field, value, rows and our code; columns by field.
    accepted_codes: list[tuple[str, str, int, str | None]] = field(default_factory=list)
    accepted_columns: dict[str, str] = field(default_factory=dict)
    # The questions about values that a person answered, by their keys.
    agreed: set[str] = field(default_factory=set)
    # The ids that its rows may name, by table; None as long as nobody looked for them.
    ids: Ids | None = None
    # CAD layers of a drawing that a person chose, None for nobody yet.
    chosen_layers: tuple[str, ...] | None = None
    _words: dict[str, DistinctTexts] = field(default_factory=dict)
    # The columns of east and north that were chosen, also where one of them is missing.
    axes: dict[str, str] | None = None
    # The last answer of ``placing.placed`` with what it was asked; the mapping is held so that its id stays
    # its own.
    last_placed: Any = None
    # The rows on the CAD layers that are taken, with the layers they belong to.
    _wanted: Any = None

    @property
    def ready(self) -> bool:
        """Whether it was read and is wanted."""
        return self.taken and self.frame is not None

    @property
    def is_looked_at(self) -> bool:
        """Whether only some of its rows were read so far."""
        return self.estimated_rows is not None

    @property
    def rows(self) -> int:
        """How many rows are wanted of it, by the size of its file as long as only some were read."""
        if self.estimated_rows is not None:
            return self.estimated_rows
        return 0 if self.frame is None else len(self.wanted_rows)

    @property
    def is_drawn(self) -> bool:
        """Whether it is a layer of a drawing, whose rows lie on CAD layers."""
        from waternet_plugin.store.foreign.foreign_sources import is_drawn

        return bool(self.path) and is_drawn(self.path) and LAYER_COLUMN in self.columns

    @property
    def wanted_rows(self) -> Any:
        """The rows that may be adopted: of a drawing those on the CAD layers that are taken."""
        from waternet_plugin.core.exchange.drawings.cad_layers import on_layers

        if not self.is_drawn or self.mapping is None:
            return self.frame
        key = (id(self.frame), tuple(self.mapping.layers))
        if self._wanted is None or self._wanted[0] != key:
            taken = self.frame[on_layers(self.frame, self.mapping.layers)].reset_index(drop=True)
            self._wanted = (key, taken)
            self._words.clear()
        return self._wanted[1]

    @property
    def columns(self) -> list[str]:
        """Its attribute columns."""
        from waternet_plugin.core.exchange.adoption.adoption import source_columns

        return [] if self.frame is None else source_columns(self.frame)

    @property
    def own_crs(self) -> Any:
        """The CRS the file names, None where it names none."""
        return getattr(self.frame, "crs", None) if self.has_shapes else None

    @property
    def has_shapes(self) -> bool:
        """Whether rows are drawn, not only listed."""
        return self.frame is not None and hasattr(self.frame, "geometry")

    def part(self, choice: UpdateChoice | None = None) -> MappedFrame:
        """Return it as the store adopts it, or updates by it as ``choice`` says."""
        from waternet_plugin.operations.adoption.adopt_layers import MappedFrame

        return MappedFrame(
            self.name,
            self.frame,
            self.mapping,
            self.table,
            self.left_out,
            choice=choice,
            origin=self.origin if self.path else "",
            doubtful=self.doubtful,
        )

    @property
    def share_there(self) -> float:
        """The share of its first rows whose ids the network has."""
        own = self.mapping.fields.get(self.described.id_field) if self.mapping is not None else None
        known = getattr(self.ids, "of_network", None)
        if own is None or known is None or own.column not in self.columns:
            return 0.0
        there = known(self.table)
        words = [one for one in texts(self.frame[own.column].head(GUESS_ROWS)) if one is not None]
        return sum(one in there for one in words) / len(words) if words and there else 0.0

    @property
    def titles(self) -> list[str]:
        """The texts above the table of a sheet or text file."""
        return titles_above(self.top, self.header.row) if self.header is not None else []

    @property
    def heading(self) -> Header:
        """Where the columns of a sheet or text file are named."""
        return Header(1) if self.header is None else self.header

    def field_guess(self, name: str) -> FieldGuess | None:
        """Return what was guessed for a field, None where there is no guess for this table."""
        if self.guess is None or self.guess.table != self.table:
            return None
        return next((one for one in self.guess.fields if one.field == name), None)

    def confidence(self, name: str) -> str:
        """Return how sure a field's column is."""
        given = self.mapping.fields.get(name)
        if given is None:
            # One value for all rows is found in no row.
            return ASSUMED if self.mapping.defaults.get(name) is not None else NONE
        guessed = self.field_guess(name)
        if name in self.decided or self.basis != GUESSED or guessed is None or guessed.column != given.column:
            return SURE
        return str(guessed.confidence)

    def samples(self, column: str, most: int = 5) -> list[str]:
        """Return some of the values of a column."""
        return distinct_texts(self.wanted_rows[column].head(5000))[:most] if column in self.columns else []

    def means_unknown(self, name: str, word: str) -> bool:
        """Return whether a value of a field's column is one of those that mean that it is not known."""
        from waternet_plugin.core.exchange.mapping.filled_fields import means_unknown

        return means_unknown(word, tuple(self.mapping.null.get(name, ())))

    def complete(self) -> None:
        """Read all rows of a file of which some were read so far.

        Raises
        ------
        WaterNetError
            When they can't be read.
        """
        from waternet_plugin.store.foreign import foreign

        if not self.is_looked_at:
            return
        read = foreign.read_rows(self.origin, encoding=self.encoding or None, header=self.header)
        self.frame, self.left_out, self.encoding_used = read.frame, read.left_out, read.encoding
        if self.periods is not None:
            self.frame = long_rows(read.frame, self.periods).frame
        self.estimated_rows = None
        # Rows that were not looked at may hold other codes.
        self._words.clear()

    # ------------------------------------------------------------------------------------- deciding

    def use_table(self, table: str, target_crs: object = None) -> None:
        """Guess anew for a table."""
        from waternet_plugin.core.exchange.guessing.guessing import guess
        from waternet_plugin.core.exchange.mapping.meanings import without_suggestions

        found: Guess
        if self.is_drawn:
            from waternet_plugin.core.exchange.drawings.drawn_guess import guess_drawn

            given = {"table": table, "layers": self.chosen_layers, "name": self.name}
            found = guess_drawn(
                self.frame,
                **given,
                target_crs=target_crs,
                ids=self.ids,
                own=self.own,
                settings=self.settings,
            )
        else:
            found = guess(
                self.frame,
                table=table or None,
                name=name_with_titles(f"{self.name} {self.layer_name}".strip(), self.titles),
                target_crs=target_crs,
                ids=self.ids,
                own=self.own,
                settings=self.settings,
            )
        sure = (
            self.guess.table_confidence if self.guess is not None and found.table == self.guess.table else ""
        )
        self.guess = replace(found, table_confidence=sure or found.table_confidence)
        self.table = found.table
        self.basis, self.decided, self.faults = GUESSED, set(), {}
        self._forget_answers()
        kept = self._drawn_fields(found.mapping)
        self.mapping = self._as_read(without_suggestions(found.mapping, kept=kept))

    def _drawn_fields(self, mapping: Mapping) -> tuple[str, ...]:
        """Return the fields that names of CAD layers and blocks fill: what they say needs no word."""
        drawn = (LAYER_COLUMN, BLOCK_COLUMN) if self.is_drawn else ()
        return tuple(name for name, given in mapping.fields.items() if given.column in drawn)

    def choose_layers(self, layers: Sequence[str], target_crs: object = None) -> None:
        """Take the rows on some CAD layers, and guess anew what they are."""
        self.chosen_layers, self.taken = tuple(layers), bool(layers)
        self.use_table(self.table, target_crs)

    def name_rows(self, ids: Ids, target_crs: object = None) -> None:
        """Guess anew where columns turn out to name rows of other tables; what was decided stays."""
        from waternet_plugin.core.exchange.guessing.referring import candidates

        self.ids = ids
        if self.frame is None or self.basis != GUESSED or self.decided or self.accepted_columns:
            return
        table = self.described
        open_fields = [one for one in adoptable_fields(table) if one.name not in self.mapping.fields]
        read = {given.column for given in self.mapping.fields.values()} | set(self.mapping.geometry.values())
        # The id of the row itself may have been found where that of another is.
        own = self.mapping.fields.get(table.id_field)
        free = [one for one in self.columns if one not in read or (own is not None and one == own.column)]
        if candidates(table, self.frame, free, open_fields, ids):
            self.use_table(self.table, target_crs)

    def use_mapping(self, mapping: Mapping, table: str, basis: str) -> None:
        """Take a mapping that was kept.

        Raises
        ------
        InputError
            When it does not fit table or columns; the mapping stays as it was.
        """
        from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table

        described = adoptable(table, self.own)
        fitting = for_columns(for_table(mapping, described), self.columns)
        if self.is_drawn:
            from waternet_plugin.core.exchange.drawings.cad_layers import with_layers

            fitting = with_layers(fitting, self.frame, described)
            self.chosen_layers = tuple(fitting.layers)
        self.table, self.basis, self.decided, self.faults = table, basis, set(), {}
        self._forget_answers()
        self.mapping = self._as_read(fitting)

    def _forget_answers(self) -> None:
        """Forget what was taken as suggested: it belongs to another mapping."""
        self.accepted_codes, self.accepted_columns, self.agreed, self.axes = [], {}, set(), None

    def _as_read(self, mapping: Mapping) -> Mapping:
        """Return a mapping that reads the file as it was read here."""
        from waternet_plugin.core.exchange.periods.period_headings import with_periods

        read = replace(mapping, encoding=self.encoding or mapping.encoding, header=self.header)
        return with_periods(read, self.table, self.periods)

    def _set(self, part: str, name: str, value: object) -> None:
        entries = dict(getattr(self.mapping, part))
        if value is None:
            entries.pop(name, None)
        else:
            entries[name] = value
        self.mapping = replace(self.mapping, **{part: entries})
        self.decided.add(name)

    def set_column(self, name: str, column: str) -> None:
        """Let a column fill a field, '' for none."""
        from waternet_plugin.core.exchange.guessing.guessing import guess

        if name == "time":
            # The clock stood beside the days of the column before.
            self.mapping = replace(self.mapping, clock_column="")
        if not column:
            self._set("fields", name, None)
            self._set("units", name, None)
            return
        before = self.mapping.fields.get(name)
        guessed = self.field_guess(name)
        take = guessed.take if guessed is not None and guessed.column == column else ""
        if not take and (before is None or before.column != column):
            # A date column fills a year by its year; the guess knows how from the column alone.
            alone = guess(
                self.frame[[column]].head(GUESS_ROWS).rename(columns={column: name}),
                table=self.table,
                own=self.own,
            )
            take = next(one.take for one in alone.fields if one.field == name)
            self._take_words(name, alone.mapping)
        self._set("fields", name, Taken(column, take))

    def _take_words(self, name: str, alone: Mapping) -> None:
        """Take the words of a column that most likely stand for “not known”, as the guess does."""
        if name in alone.null and name not in self.mapping.null:
            self.mapping = replace(self.mapping, null={**self.mapping.null, name: alone.null[name]})

    def set_reading(self, name: str, *, take: str, unit: str) -> None:
        """Say what to take of a field's values and in which unit they are."""
        given = self.mapping.fields.get(name)
        if given is not None:
            self._set("fields", name, replace(given, take=take))
        self._set("units", name, unit or None)

    def set_default(self, name: str, value: object) -> None:
        """Set what fills a field where the file gives nothing, None for nothing."""
        self.faults.pop(name, None)
        self._set("defaults", name, value)

    def set_null(self, name: str, words: Sequence[str]) -> None:
        """Say which values of a field's column mean that it is not known."""
        self._set("null", name, tuple(words) or None)

    def set_prefix(self, prefix: str) -> None:
        """Say with what ids begin that are made, '' for the table's own letters."""
        self.mapping = replace(self.mapping, id_prefix=prefix)

    def set_crs(self, crs: str) -> None:
        """Name the CRS, '' for the file's own."""
        self.mapping = replace(self.mapping, crs=crs)
