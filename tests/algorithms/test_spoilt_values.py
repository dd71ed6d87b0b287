"""Values that another program wrote stop no algorithm, and no report says them in words of the machine."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

from waternet_plugin.core.schema.tables import FID_COLUMN, Table, all_tables

NO_JSON = ("[1, 2", "[]", '"x"', "null", '{"pipes": NaN}', "", "{}", "7")
DAYS = ("9999-12-31", "0001-01-01", "nonsense", "", 20250101, "2025-13-45", "2999-01-01T00:00:00Z")
NUMBERS = ("9e999", "-9e999", "1e300", "-1e300")
# As text, as an attribute and as a number of a drawing.
MACHINE = re.compile(r"(?<![\w.-])-?(nan|NaN|NaT|inf|Infinity)(?![\w-])|>None<")
QUICK = ("listbatches", "listchanges", "compareruns")


def _columns(types: Iterable[str]) -> list[tuple[str, str]]:
    """Return table and column of every column of some types that holds people's or runs' values."""
    return [
        (table.name, field.name)
        for table in all_tables().values()
        for field in table.fields
        if field.type in types and table.name not in ("setting", "change_log")
    ]


def no_json(database: sqlite3.Connection) -> None:
    for (table, column), text in zip(_columns(["json"]), itertools.cycle(NO_JSON)):
        database.execute(f'UPDATE "{table}" SET "{column}" = ?', (text,))


def no_json_in_the_log(database: sqlite3.Connection) -> None:
    for text in NO_JSON:
        database.execute(
            "UPDATE change_log SET before = ?, after = ? WHERE rowid % 5 = ?",
            (text, text, NO_JSON.index(text)),
        )


def codes_beyond_the_list(database: sqlite3.Connection) -> None:
    for table in all_tables().values():
        for field in table.fields:
            if field.domain and table.name != "setting":
                for value, rest in (("later", 1), (None, 2)):
                    sql = f'UPDATE "{table.name}" SET "{field.name}" = ? WHERE rowid % 7 = ?'
                    database.execute(sql, (value, rest))


def endless_numbers(database: sqlite3.Connection) -> None:
    for (table, column), number in zip(_columns(["real", "integer"]), itertools.cycle(NUMBERS)):
        if column not in (FID_COLUMN, "row_version"):
            database.execute(f'UPDATE "{table}" SET "{column}" = {number} WHERE rowid % 9 = 1')


def a_pipe_twice_in_a_run(database: sqlite3.Connection) -> None:
    columns = ", ".join(f'"{field.name}"' for field in all_tables()["assessment"].fields)
    database.execute(
        f"INSERT INTO assessment ({columns}) SELECT {columns} FROM assessment WHERE rowid % 9 = 1"
    )


def no_pipes(database: sqlite3.Connection) -> None:
    database.execute("DELETE FROM pipe")


def compounds_under_other_ids(database: sqlite3.Connection) -> None:
    database.execute("UPDATE compound SET compound_id = compound_id || 'x', name = NULL")


def _written(database: sqlite3.Connection, sql: str, *values: object) -> None:
    """Write what the file takes: some columns have to be known, and some tables have no geometry."""
    with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
        database.execute(sql, values)


def _tables() -> list[Table]:
    return [table for table in all_tables().values() if table.name not in ("setting", "change_log", "batch")]


def nothing_known(database: sqlite3.Connection) -> None:
    for table in _tables():
        for field in table.fields:
            if field.name not in (FID_COLUMN, "row_version", table.id_field):
                _written(database, f'UPDATE "{table.name}" SET "{field.name}" = NULL')


def no_places(database: sqlite3.Connection) -> None:
    for table in _tables():
        _written(database, f'UPDATE "{table.name}" SET geom = NULL WHERE rowid % 4 = 1')


def odd_days(database: sqlite3.Connection) -> None:
    for (table, column), day in zip(_columns(["date", "datetime"]), itertools.cycle(DAYS)):
        _written(database, f'UPDATE "{table}" SET "{column}" = ? WHERE rowid % 3 = 1', day)


def circles(database: sqlite3.Connection) -> None:
    database.execute("UPDATE zone SET parent_id = zone_id")
    database.execute("UPDATE node SET meter_out = meter_in")
    database.execute("UPDATE pipe SET to_node = from_node WHERE rowid % 5 = 1")


def negative_numbers(database: sqlite3.Connection) -> None:
    for table, column in _columns(["real", "integer"]):
        if column not in (FID_COLUMN, "row_version"):
            _written(database, f'UPDATE "{table}" SET "{column}" = -abs("{column}") - 1 WHERE rowid % 2 = 1')


def all_planned(database: sqlite3.Connection) -> None:
    for table in _tables():
        if any(field.name == "status" for field in table.fields):
            _written(database, f'UPDATE "{table.name}" SET status = ?', "planned")


def empty_tables(database: sqlite3.Connection) -> None:
    for table in _tables():
        database.execute(f'DELETE FROM "{table.name}"')


def pipes_alone(database: sqlite3.Connection) -> None:
    for table in _tables():
        if table.name != "pipe":
            database.execute(f'DELETE FROM "{table.name}"')


SPOILINGS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    no_json, no_json_in_the_log, codes_beyond_the_list, endless_numbers, a_pipe_twice_in_a_run, no_pipes,
    compounds_under_other_ids, nothing_known, no_places, odd_days, circles,
    negative_numbers, all_planned, empty_tables, pipes_alone,
)  # fmt: skip


def spoil(path: Path, spoiling: Callable[[sqlite3.Connection], None]) -> None:
    """Write to a network as a program does that knows nothing of it."""
    with closing(sqlite3.connect(path)) as database:
        kept = list(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, _sql in kept:
            database.execute(f'DROP TRIGGER "{name}"')
        spoiling(database)
        for _name, sql in kept:
            database.execute(sql)
        database.commit()


def machine_words(folder: Path) -> list[str]:
    """Return the words of the machine in reports, each with what stands around it."""
    return [
        f"{path.name}: {text[max(0, found.start() - 60) : found.end() + 20]!r}"
        for path in folder.rglob("*.html")
        for text in [path.read_text(encoding="utf-8")]
        for found in itertools.islice(MACHINE.finditer(text), 3)
    ]


def _walk(
    provider: QgsProcessingProvider,
    inputs: Path,
    tmp_path: Path,
    spoiling: Callable[[sqlite3.Connection], None],
    names: Iterable[str],
) -> None:
    spoilt = tmp_path / "spoilt.gpkg"
    shutil.copy(inputs / "town.gpkg", spoilt)
    spoil(spoilt, spoiling)
    broken = []
    for name in names:
        algorithm = provider.algorithm(name)
        own, made = tmp_path / "inputs", tmp_path / "made"
        shutil.copytree(inputs, own)
        made.mkdir()
        shutil.copy(spoilt, own / "town.gpkg")
        _succeeded, said = sensible_runs.run(algorithm, sensible_runs.parameters(algorithm, own, made))
        broken += [f"{name}: {line}" for line in said.splitlines() if "Unexpected" in line]
        broken += [
            f"{name}: {line}" for line in [*said.splitlines(), *machine_words(made)] if MACHINE.search(line)
        ]
        for folder in (own, made):
            shutil.rmtree(folder)
    assert not broken, "\n".join(broken)


@pytest.mark.slow
@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_no_algorithm_stops(
    provider: QgsProcessingProvider,
    sensible_inputs: Path,
    tmp_path: Path,
    spoiling: Callable[[sqlite3.Connection], None],
) -> None:
    _walk(provider, sensible_inputs, tmp_path, spoiling, sensible_runs.RUNS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoiling", "names"),
    [(compounds_under_other_ids, ("waterbalance",)), (endless_numbers, ("checknetwork", "narrowleak"))],
)
def test_a28_reports_where_the_words_of_the_machine_were_seen(
    provider: QgsProcessingProvider,
    sensible_inputs: Path,
    tmp_path: Path,
    spoiling: Callable[[sqlite3.Connection], None],
    names: tuple[str, ...],
) -> None:
    _walk(provider, sensible_inputs, tmp_path, spoiling, names)


@pytest.mark.slow
def test_the_quickest_do_not(provider: QgsProcessingProvider, sensible_inputs: Path, tmp_path: Path) -> None:
    for spoiling in (codes_beyond_the_list, a_pipe_twice_in_a_run):
        (tmp_path / spoiling.__name__).mkdir()
        _walk(provider, sensible_inputs, tmp_path / spoiling.__name__, spoiling, QUICK)
