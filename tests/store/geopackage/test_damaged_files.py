"""Whatever is wrong with a file, opening it works or ends in a sentence, and the sentence is true."""

from __future__ import annotations

import ast
import random
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError, WaterNetError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage.location import advice

VARIANTS = 60
# Of 600 tried, the others that once failed.
FOUND = (87,)
ADVICE = r"(There is no backup of it\.|Restore the backup of \d{4}-\d\d-\d\d \d\d:\d\d\.)$"


def change(path, sql, *values):
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = 1")
        database.execute(sql, values)
        database.commit()


def damage(data: bytearray, chance: random.Random) -> None:
    """Spoil a file in one of the ways in which files get spoiled."""
    size = len(data)
    kind = chance.choice(["byte", "bytes", "header", "first pages", "page", "cut", "zeros"])
    if kind == "byte":
        data[chance.randrange(size)] = chance.randrange(256)
    elif kind == "bytes":
        start = chance.randrange(size - 200)
        data[start : start + 200] = chance.randbytes(200)
    elif kind == "header":
        data[chance.randrange(16, 100)] = chance.randrange(256)
    elif kind == "first pages":
        start = chance.randrange(100, 12 * 4096)
        data[start : start + 40] = chance.randbytes(40)
    elif kind == "page":
        start = chance.randrange(size // 4096) * 4096
        data[start : start + 4096] = chance.randbytes(4096)
    elif kind == "zeros":
        start = chance.randrange(size // 4096) * 4096
        data[start : start + 4096] = bytes(4096)
    else:
        del data[chance.randrange(size) :]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A network with rows, entries of the log and texts of many lengths."""
    path = tmp_path_factory.mktemp("whole") / "town.gpkg"
    with create_network(path, "EPSG:4547") as network:
        with network.write("adopt", name="pipes") as batch:
            batch.insert("pipe", pipe_frame(300, note=["管线 " * (row % 40) or None for row in range(300)]))
        with network.write("edit") as batch:
            batch.delete("pipe", ["P00007", "P00009"])
    return path


def use(path):
    """Open a network and do what people do at once."""
    with open_network(path) as network:
        for name in all_tables():
            network.read(name)
        network.batches(), network.settings(), network.changed(""), network.bad_texts()
        with network.write("edit") as batch:
            batch.update("pipe", pipe_frame(1, diameter_mm=300.0))
        network.undo()


@pytest.mark.parametrize(
    "seed",
    a_few_quick(
        [*range(2), *(pytest.param(one, marks=pytest.mark.slow) for one in (*range(2, VARIANTS), *FOUND))], 1
    ),
)
def test_a_damaged_file_works_or_says_why_not(whole, tmp_path, seed):
    path = tmp_path / "town.gpkg"
    data = bytearray(whole.read_bytes())
    damage(data, random.Random(seed))
    path.write_bytes(bytes(data))
    # Anything but a sentence of ours fails here.
    with suppress(WaterNetError):
        use(path)


@pytest.mark.parametrize("version", a_few_quick(["abc", "", "1.5", "１", None], 1))
def test_a_version_that_is_no_number_is_said(town, version):
    change(town.uri, "UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", version)
    with pytest.raises(StoreError, match=r"does not say which version it is\. There is no backup of it"):
        open_network(town.uri)


@pytest.mark.parametrize("version", ["0", "-1"])
def test_a_version_before_the_first_is_said(town, version):
    change(town.uri, "UPDATE wn_meta SET value = ? WHERE key = 'schema_version'", version)
    with pytest.raises(StoreError, match=f"has version {version}, which this plugin can't upgrade"):
        open_network(town.uri)


@pytest.mark.parametrize(
    "sql",
    a_few_quick(
        [
            "UPDATE sqlite_master SET sql = 'CREATE TABLE nonsense' WHERE name = 'pipe'",
            "UPDATE sqlite_master SET sql = 'CREATE TRIGGER' WHERE name = 'wn_pipe_insert'",
            "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'node'",
            "UPDATE sqlite_master SET sql = CAST(X'FFFE' AS TEXT) WHERE name = 'pipe'",
            "DELETE FROM sqlite_master WHERE name = 'gpkg_geometry_columns'",
        ],
        1,
    ),
)
def test_a_spoiled_list_of_tables_is_said(town, sql):
    change(town.uri, sql)
    with pytest.raises(StoreError, match=rf"town\.gpkg .*{ADVICE}"):
        use(Path(town.uri))


@pytest.mark.slow
def test_a_lost_session_table_is_put_back(town):
    change(town.uri, "DROP TABLE wn_session")
    opened = open_network(town.uri)
    assert opened.repairs == ("wn_session",)
    with opened.write("edit") as batch:
        batch.delete("pipe", ["P00001"])


def test_a_question_mark_in_the_path_is_refused_when_a_network_is_made(tmp_path, town):
    folder = tmp_path / "what?"
    folder.mkdir()
    for path in (folder / "a.gpkg", tmp_path / "a?.gpkg"):
        with pytest.raises(InputError, match="QGIS can't show a network whose path holds a “\\?”"):
            create_network(path, "EPSG:4547")
        with pytest.raises(InputError, match="can't show"):
            store.restore_backup(town.uri, path)
    create_network(tmp_path / "a#b.gpkg", "EPSG:4547")


# Sentences that speak of backups: only where one is looked for, or made.


def test_the_advice_names_the_newest_backup_or_says_there_is_none(town):
    assert advice.about_backups(Path(town.uri)) == "There is no backup of it."
    made = [town.backup() for _number in range(2)]
    found = store.backups(town.uri)
    assert [one.path for one in found] == made[::-1]
    moment = found[0].at.astimezone().strftime("%Y-%m-%d %H:%M")
    assert advice.about_backups(Path(town.uri)) == f"Restore the backup of {moment}."


def cut(path):
    path.write_bytes(path.read_bytes()[:9000])


def no_version(path):
    change(path, "DELETE FROM wn_meta WHERE key = 'schema_version'")


def drop_column(path):
    for name in ("insert", "update", "delete"):
        change(path, f"DROP TRIGGER wn_failure_{name}")
    change(path, "ALTER TABLE failure DROP COLUMN cause")


def no_pipe_layer(path):
    change(path, "DELETE FROM gpkg_geometry_columns WHERE table_name = 'pipe'")


@pytest.mark.parametrize("spoil", a_few_quick([cut, no_version, drop_column, no_pipe_layer], 1))
def test_every_refusal_of_a_damaged_network_has_the_right_advice(town, spoil):
    kept = town.backup()
    path = Path(town.uri)
    spoil(path)
    with pytest.raises(StoreError, match=r"Restore the backup of \d{4}-\d\d-\d\d \d\d:\d\d\.$"):
        use(path)
    kept.unlink()
    with pytest.raises(StoreError, match=r"There is no backup of it\.$"):
        use(path)


@pytest.mark.slow
def test_no_other_sentence_sends_people_to_a_backup(plugin_dir):
    """Walk the texts of the plugin: whoever tells to restore must know that there is something to restore."""
    told = {}
    for folder in ("store", "operations", "bridge", "gui", "processing", "atlas", "core"):
        for path in sorted((plugin_dir / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr" and node.args:
                    text = getattr(node.args[0], "value", "")
                    if isinstance(text, str) and re.search(
                        r"[Rr]estore (a|the) backup\b.|folder “backups”", text
                    ):
                        told.setdefault(path.name, []).append(text)
    assert set(told) == {"advice.py", "restorebackup.py"}, told
    assert told["advice.py"] == ["Restore the backup of {moment}."]
