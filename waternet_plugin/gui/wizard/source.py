"""One foreign layer on its way into the network: what was read, guessed and decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.exchange.guessing import FieldGuess, Guess
    from waternet_plugin.core.exchange.mapping import Mapping
    from waternet_plugin.core.exchange.meanings import Meaning, Words
    from waternet_plugin.store.adopting import Part

# Files that belong to another one of the same name.
_COMPANIONS = frozenset(
    {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".qpj", ".csvt", ".idx"}
)
# What a dropped folder is searched for.
_DATA = frozenset(
    {".shp", ".gpkg", ".csv", ".txt", ".tsv", ".xlsx", ".ods", ".geojson", ".json", ".fgb", ".gml", ".kml"}
    | {".dxf", ".tab", ".mif", ".sqlite", ".gdb"}
)
_TEXT = frozenset({".csv", ".txt", ".tsv"})

GUESSED, LAST = "guess", "last"
PREVIEW_ROWS = 50
_PLACED_ROWS = 15_000
_GUESS_ROWS = 5000


# Two sources are never the same one: frames can't be compared as a whole.
@dataclass(eq=False)
class Source:
    """One layer of a file or of the project.

    ``origin`` is what INPUT of ``adoptlayers`` takes; ``name`` is what people call it. ``encoding`` is ''
    as long as nobody chose one.
    """

    origin: str
    name: str
    path: str = ""
    encoding: str = ""
    encoding_used: str = ""
    error: str = ""
    taken: bool = True
    frame: Any = None
    guess: Any = None
    table: str = ""
    mapping: Any = None
    # Where the mapping comes from: GUESSED, LAST or the name of a saved one.
    basis: str = GUESSED
    # Fields that a person decided.
    decided: set[str] = field(default_factory=set)
    # What was typed and can't be taken, by field; it stays where it was typed.
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    _words: dict[str, Words] = field(default_factory=dict)
    # The last answer of ``placed`` with what it was asked; the mapping is held so that its id stays its own.
    _placed: Any = None

    @property
    def ready(self) -> bool:
        """Whether it was read and is wanted."""
        return self.taken and self.frame is not None

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return 0 if self.frame is None else len(self.frame)

    @property
    def columns(self) -> list[str]:
        """Its attribute columns."""
        from waternet_plugin.core.exchange.adoption import source_columns

        return [] if self.frame is None else source_columns(self.frame)

    @property
    def own_crs(self) -> Any:
        """The CRS the file names, None where it names none."""
        return getattr(self.frame, "crs", None) if self.has_shapes else None

    @property
    def has_shapes(self) -> bool:
        """Whether rows are drawn, not only listed."""
        return self.frame is not None and hasattr(self.frame, "geometry")

    @property
    def needs_place(self) -> bool:
        """Whether the rows come with a place that must be brought to the network's CRS."""
        from waternet_plugin.core.exchange.mapping import adoptable

        if self.frame is None or not adoptable(self.table).has_geometry:
            return False
        if self.has_shapes and not self.frame.geometry.isna().all():
            return True
        return bool(self._coordinates())

    def _coordinates(self) -> bool:
        from waternet_plugin.core.exchange.places import coordinate_columns

        return "x" in self.mapping.geometry or coordinate_columns(self.columns) is not None

    def part(self) -> Part:
        """Return it as the store adopts it."""
        from waternet_plugin.store.adopting import Part

        return Part(self.name, self.frame, self.mapping, self.table)

    def field_guess(self, name: str) -> FieldGuess | None:
        """Return what was guessed for a field, None where there is no guess for this table."""
        if self.guess is None or self.guess.table != self.table:
            return None
        return next((one for one in self.guess.fields if one.field == name), None)

    def confidence(self, name: str) -> str:
        """Return how sure a field's column is."""
        from waternet_plugin.core.exchange.guessing import NONE, SURE

        given = self.mapping.fields.get(name)
        if given is None:
            # One value for all rows is as sure as it gets.
            return SURE if self.mapping.defaults.get(name) is not None else NONE
        guessed = self.field_guess(name)
        if name in self.decided or self.basis != GUESSED or guessed is None or guessed.column != given.column:
            return SURE
        return str(guessed.confidence)

    def samples(self, column: str, most: int = 5) -> list[str]:
        """Return some of the values of a column."""
        import pandas as pd

        from waternet_plugin.core.exchange.values import texts

        if column not in self.columns:
            return []
        found = pd.unique(texts(self.frame[column].head(5000)))
        return [str(word) for word in found if word is not None][:most]

    def means_unknown(self, name: str, word: str) -> bool:
        """Return whether a value of a field's column is one of those that mean that it is not known."""
        import pandas as pd

        from waternet_plugin.core.exchange.columns import without_null_words

        words = tuple(self.mapping.null.get(name, ()))
        return bool(without_null_words(pd.Series([word], dtype=object), words).isna().iloc[0])

    # ------------------------------------------------------------------------------------- deciding

    def use_table(self, table: str, target_crs: object = None) -> None:
        """Guess anew for a table."""
        from waternet_plugin.core.exchange.guessing import guess
        from waternet_plugin.core.exchange.meanings import without_suggestions

        found: Guess = guess(self.frame, table=table or None, name=self.name, target_crs=target_crs)
        sure = (
            self.guess.table_confidence if self.guess is not None and found.table == self.guess.table else ""
        )
        self.guess = replace(found, table_confidence=sure or found.table_confidence)
        self.table = found.table
        self.basis, self.decided, self.faults = GUESSED, set(), {}
        self.mapping = replace(without_suggestions(found.mapping), encoding=self.encoding)

    def use_mapping(self, mapping: Mapping, table: str, basis: str) -> None:
        """Take a mapping that was kept.

        Raises
        ------
        InputError
            When it does not fit table or columns; the mapping stays as it was.
        """
        from waternet_plugin.core.exchange.mapping import for_columns, for_table

        fitting = for_columns(for_table(mapping, table), self.columns)
        self.table, self.basis, self.decided, self.faults = table, basis, set(), {}
        self.mapping = replace(fitting, encoding=self.encoding or fitting.encoding)

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
        from waternet_plugin.core.exchange.guessing import guess
        from waternet_plugin.core.exchange.mapping import Source as Taken

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
                self.frame[[column]].head(_GUESS_ROWS).rename(columns={column: name}), table=self.table
            )
            take = next(one.take for one in alone.fields if one.field == name)
        self._set("fields", name, Taken(column, take))

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

    # --------------------------------------------------------------------------------------- asking

    def meanings(self) -> tuple[Meaning, ...]:
        """Return what the file's codes mean so far."""
        from waternet_plugin.core.exchange.columns import Reader
        from waternet_plugin.core.exchange.meanings import coded_fields, meanings, words_of
        from waternet_plugin.core.schema.settings import Settings

        # Counted once a column: files are long, their codes are few.
        for name in coded_fields(self.mapping, self.table):
            column = self.mapping.fields[name].column
            if column not in self._words:
                self._words[column] = words_of(self.frame[column])
        return meanings(self._words, self.mapping, self.table, Reader(datetime.date.today(), Settings()))

    def missing_fields(self) -> list[str]:
        """Return the fields that must be known and that nothing fills."""
        from waternet_plugin.core.exchange.mapping import adoptable, adoptable_fields

        table = adoptable(self.table)
        return [
            one.name
            for one in adoptable_fields(table)
            # Ids are made and rows are in use where nothing is said.
            if one.required
            and one.name not in (table.id_field, "status")
            and one.name not in self.mapping.fields
            and self.mapping.defaults.get(one.name) is None
        ]

    def placed(self, target_crs: object) -> tuple[Any, list[str]]:
        """Return the place of some rows in the network's CRS as it would be written, and what to know of it.

        Raises
        ------
        InputError
            When the CRS is not known or does not lead to the network's.
        """
        import numpy as np
        import shapely

        from waternet_plugin.core.exchange.locating import locate
        from waternet_plugin.core.exchange.mapping import adoptable
        from waternet_plugin.core.exchange.places import read_crs
        from waternet_plugin.core.schema.settings import Settings

        key = (id(self.mapping), self.table, str(target_crs))
        if self._placed is not None and self._placed[0] == key:
            return self._placed[1]
        step = max(1, -(-self.rows // _PLACED_ROWS))
        some = self.frame.iloc[::step].reset_index(drop=True)
        found = locate(some, self.mapping, adoptable(self.table), None, read_crs(target_crs), Settings())
        shapes = found.geometry[np.asarray(~shapely.is_missing(found.geometry))]
        answer = (shapes, [*found.notes, *([found.transform] if found.transform else [])])
        self._placed = (key, answer, self.mapping)
        return answer


# ------------------------------------------------------------------------------------------- reading


def files_of(paths: Iterable[str]) -> list[str]:
    """Return the files worth reading among those that were dropped or chosen, folders looked into."""
    found: list[str] = []
    for text in paths:
        path = Path(text)
        if path.is_dir() and path.suffix.lower() != ".gdb":
            inside = sorted(one for one in path.iterdir() if one.suffix.lower() in _DATA)
            found += files_of(str(one) for one in inside)
            continue
        if path.suffix.lower() in _COMPANIONS:
            main = next(
                (path.with_suffix(end) for end in (".shp", ".SHP", ".csv") if path.with_suffix(end).exists()),
                None,
            )
            # A .dbf of its own is a table like any other.
            if main is None and path.suffix.lower() != ".dbf":
                continue
            path = main or path
        if str(path) not in found:
            found.append(str(path))
    return found


def unread(paths: Iterable[str]) -> list[Source]:
    """Return sources for files, not read yet; ``path|layername=name`` takes one layer."""
    return [Source(text, source_name(text), path=text.partition("|")[0]) for text in paths]


def source_name(origin: str) -> str:
    """Return what people call a file, or a layer of one."""
    path, _, layer = origin.partition("|layername=")
    return f"{Path(path).name} {layer.split('|')[0]}".strip()


def read_file(
    origin: str, *, encoding: str = "", target_crs: object = None, progress: Progress = SILENT
) -> list[Source]:
    """Read every layer of a file; what can't be read comes back with the sentence that says why."""
    from waternet_plugin.store import foreign

    path, layer = foreign.split_source(origin)
    names: Sequence[str | None] = [layer]
    try:
        if layer is None and Path(path).suffix.lower() not in _TEXT:
            found = [one.name for one in foreign.read_layers(path, encoding=encoding or None)]
            names = [None] if len(found) == 1 else found
    except WaterNetError as error:
        return [Source(origin, source_name(origin), path=path, encoding=encoding, error=error.message)]
    sources = []
    for number, name in enumerate(names):
        step = progress.part(number / len(names), (number + 1) / len(names))
        step.at(0.0, tr("Reading {source}").format(source=source_name(origin)))
        inner = f"{path}|layername={name}" if name else path
        source = Source(inner, source_name(inner), path=path, encoding=encoding)
        try:
            frame = foreign.read_foreign(inner, encoding=encoding or None)
            source.encoding_used = foreign.encoding_used(inner, encoding or None)
            step.at(0.6)
            take_frame(source, frame, target_crs)
        except WaterNetError as error:
            source.error = error.message
        sources.append(source)
    return sources


def take_frame(source: Source, frame: pd.DataFrame, target_crs: object = None) -> None:
    """Give a source its rows and guess what they are."""
    source.frame, source.error = frame, ""
    if not len(frame):
        source.frame = None
        source.error = tr("The layer has no rows. Choose another file or layer.")
        return
    source.use_table("", target_crs)
    # Counts the codes here, where reading has a thread of its own.
    source.meanings()
