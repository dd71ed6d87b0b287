"""What a layer on its way into the network asks: columns to accept, codes, fields that nothing fills."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.exchange.guessing.confidences import GUESS
from waternet_plugin.core.exchange.mapping import usefulness
from waternet_plugin.core.exchange.mapping.adoptable_tables import OwnTables, adoptable, adoptable_fields
from waternet_plugin.core.exchange.mapping.usefulness import NEEDED
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.guessing.value_hints import Told
    from waternet_plugin.core.exchange.mapping.meanings import DistinctTexts, Meaning

GUESS_ROWS = 5000


class AskingSource:
    """The questions of a layer with its guess and its mapping, which the layer itself holds."""

    guess: Any
    table: str
    own: OwnTables
    mapping: Any
    frame: Any
    columns: list[str]
    wanted_rows: Any
    decided: set[str]
    accepted_columns: dict[str, str]
    _words: dict[str, DistinctTexts]

    @property
    def described(self) -> Table:
        """The table that it becomes rows of, as the network has it that they go to."""
        return adoptable(self.table, self.own)

    def suggestions(self) -> list[Told]:
        """Return columns that nothing reads whose values fit a field that nothing fills, best first."""
        from waternet_plugin.core.exchange.guessing.value_hints import Told

        if self.guess is None or self.guess.table != self.table:
            return []
        needed = NEEDED.get(self.table, ())
        # What nobody can do without is offered again when its column was taken away.
        found = [Told(field.field, field.column, 1.0) for field in self.guess.fields if field.field in needed]
        read = {given.column for given in self.mapping.fields.values()} | set(self.mapping.geometry.values())
        return [
            one
            for one in [*found, *self.guess.suggestions]
            if one.column and one.field not in self.mapping.fields and one.column not in read
        ]

    def accept_columns(self) -> int:
        """Take the best suggested column of each field that nothing fills; return how many were taken."""
        taken = 0
        while self.suggestions():
            one = self.suggestions()[0]
            self.set_column(one.field, one.column)
            self.accepted_columns[one.field] = one.column
            taken += 1
        return taken

    def remarks(self, columns: Sequence[str]) -> list[str]:
        """Return why columns that a field is called after are left out, of those that nothing reads."""
        if self.guess is None or self.guess.table != self.table:
            return []
        table = self.described
        return [remark.text(table) for remark in self.guess.remarks if remark.column in columns]

    def useless(self) -> list[str]:
        """Return what makes the rows useless: a field nobody can do without that nothing fills."""
        from waternet_plugin.core.exchange.guessing import column_fits

        bare = list(usefulness.unfilled(self.table, self.mapping))
        for name in usefulness.NEEDED.get(self.table, ()):
            given = self.mapping.fields.get(name)
            if given is None or given.column not in self.columns:
                continue
            values = self.wanted_rows[given.column].head(GUESS_ROWS)
            described = self.described.field(name)
            fits = 1.0 if described.domain else column_fits.fit(described, values, is_id=False)
            if values.isna().all() or fits == 0:
                bare.append(name)
        return [usefulness.sentence(self.table, name) for name in bare]

    def meanings(self) -> tuple[Meaning, ...]:
        """Return what the file's codes mean so far."""
        from waternet_plugin.core.exchange.mapping.filled_fields import Reader
        from waternet_plugin.core.exchange.mapping.meanings import coded_fields, meanings, words_of

        # Counted once a column: files are long, their codes are few.
        for name in coded_fields(self.mapping, self.described):
            column, rows = self.mapping.fields[name].column, self.wanted_rows
            if column not in self._words:
                self._words[column] = words_of(rows[column])
        return meanings(self._words, self.mapping, self.described, Reader(datetime.date.today(), Settings()))

    @property
    def is_settled(self) -> bool:
        """Whether all of its columns are found: nothing is missing, a guess or a suggestion."""
        guesses = any(self.confidence(name) == GUESS for name in self.mapping.fields)
        return not guesses and not self.suggestions() and not self.missing_fields() and not self.useless()

    def accept_file(self) -> int:
        """Take the suggested columns, and agree to those that were guessed; return how many that were."""
        taken = self.accept_columns()
        guessed = {name for name in self.mapping.fields if self.confidence(name) == GUESS}
        self.decided |= guessed
        return taken + len(guessed)

    def missing_fields(self) -> list[str]:
        """Return the fields that must be known and that nothing fills."""
        table = self.described
        # Where columns are meters, they name them and hold the values.
        told = ("node_id", "value") if self.mapping.meters else ()
        return [
            field.name
            for field in adoptable_fields(table)
            # Ids are made and rows are in use where nothing is said.
            if field.required
            and field.name not in (table.id_field, "status", *told)
            and field.name not in self.mapping.fields
            and self.mapping.defaults.get(field.name) is None
        ]
