"""Finish the sample town in both languages: ``make_sample.py build/sample_town``.

The plugin comes with networks that are adopted, assessed and planned and with their projects, so that the
town opens on every desk, whatever packages are there. Nothing of this machine stays in them: neither names
nor times nor the random ids that QGIS gives to layers. Nothing is done where the sources are as they were.
Tests read the folder; users get ``build/sample_town.tar.xz``, in which both towns share what is alike.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import itertools
import json
import lzma
import os
import re
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import uuid
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import datetime, timezone
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "zh_CN")
FACTS = "town.json"
# Who made the town and when: the first working day after the day it is assessed as of.
MAKER = "WaterNet"
MOMENT = "2026-01-04T01:00:00.000Z"
_ZIPPED = (2026, 1, 4, 9, 0, 0)
# As far back as the packer looks for what a town has like the other one: further than a network is large.
_PACKER = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 2**24, "pb": 0, "lc": 4}]
# Whatever may change the finished town; the interface and the printed pages do not.
_SOURCES = (
    "sample_data",
    "styles",
    "processing",
    "tools/make_sample.py",
    "tests/support/staging.py",
    "waternet_plugin",
)
_OTHER_ROOMS = ("waternet_plugin/gui", "waternet_plugin/atlas", "waternet_plugin/icons")
_KINDS = {".py", ".csv", ".json", ".geojson", ".svg", ".ts", ".toml"}
_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# Lines whose order says nothing, which QGIS writes as they come.
_UNORDERED = re.compile(r'\s*<layer(-setting [^>]*| id="[^"]*"[^>]* visible="[^>]*)/>')
_LAYER = re.compile(r"^    <maplayer .*?^    </maplayer>\n", re.DOTALL | re.MULTILINE)
_LAYER_ID = re.compile(r"[0-9a-f]{8}(_)[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12}")
_ID = re.compile(r"[0-9a-f]{8}(-)[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def sources_hash() -> str:
    """Return a hash of all the finished town is made of."""
    known = hashlib.sha256()
    for part in _SOURCES:
        place = ROOT / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in _KINDS and not name.startswith(_OTHER_ROOMS):
                known.update(f"{name}\0".encode() + path.read_bytes())
    return known.hexdigest()


def is_current(target: Path) -> bool:
    """Return whether the finished town is that of the sources as they are now."""
    try:
        facts = json.loads((target / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(facts["sources"] == sources_hash()) and archive_of(target).is_file()


def archive_of(target: Path) -> Path:
    """Return the file that holds the finished town for users."""
    return target.with_name(f"{target.name}.tar.xz")


def _settle_network(path: Path, began: str) -> dict[str, int]:
    """Give every entry of this run the same moment, pack the file and return what to tell of it."""
    from waternet_plugin.store.geopackage.packed_network import without_triggers

    def settled(text: object) -> object:
        if not isinstance(text, str):
            return text
        return _TIME.sub(lambda found: MOMENT if found[0] >= began else found[0], text)

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.create_function("settled", 1, settled, deterministic=True)
        database.execute("BEGIN")
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 5) <> 'rtree'"
            " AND substr(name, 1, 7) <> 'sqlite_'"
        ).fetchall()
        # Triggers would write down each of these changes.
        with without_triggers(database):
            for (table,) in tables:
                columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
                for column in [row[1] for row in columns if "BLOB" not in row[2] and row[2] != "INTEGER"]:
                    database.execute(
                        f'UPDATE "{table}" SET "{column}" = settled("{column}") WHERE "{column}" LIKE ?',
                        ("%T%:%Z%",),
                    )
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("VACUUM")
        return {
            "pipes": database.execute("SELECT count(*) FROM pipe").fetchone()[0],
            "failures": database.execute("SELECT count(*) FROM failure").fetchone()[0],
        }


def _ids() -> Callable[[re.Match[str]], str]:
    """Return a replacement of random ids by ids that are the same in every run."""
    known: dict[str, uuid.UUID] = {}

    def steady(found: re.Match[str]) -> str:
        plain = found[0].replace("_", "-")
        known.setdefault(plain, uuid.uuid5(uuid.NAMESPACE_OID, f"WaterNet {len(known)}"))
        return str(known[plain]).replace("-", found[1])

    return steady


def _settled_text(text: str) -> str:
    """Return the text of a project without names, times, random ids and random order."""
    text = re.sub(r'\b(saveUser|saveUserFull)="[^"]*"', r'\1=""', text)
    text = re.sub(r'saveDateTime="[^"]*"', f'saveDateTime="{MOMENT[:19]}"', text)
    text = re.sub(r"<(author|creation)>[^<]*</\1>", r"<\1></\1>", text)
    text = re.sub(r'(<date [^>]*value=")[^"]*', rf"\g<1>{MOMENT[:19]}Z", text)
    steady = _ids()
    # Those of layers stand in the order of the tree; layers stand in the order of their ids.
    text = _LAYER_ID.sub(steady, text)
    layers = _LAYER.findall(text)
    first = text.index(layers[0])
    ordered = "".join(sorted(layers, key=lambda layer: layer[layer.index("<id>") :]))
    text = text[:first] + ordered + text[first + len(ordered) :]
    lines: list[str] = []
    parts = itertools.groupby(
        _ID.sub(steady, text).split("\n"), lambda line: bool(_UNORDERED.fullmatch(line))
    )
    for is_unordered, part in parts:
        lines += sorted(part) if is_unordered else part
    return "\n".join(lines)


def _settle_project(path: Path) -> None:
    """Take out of a project what belongs to one run."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            if name.endswith(".qgs"):
                content = _settled_text(content.decode("utf-8")).encode("utf-8")
            entry = zipfile.ZipInfo(name, _ZIPPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # What the archive is opened with does not count for an entry of one's own.
            archive.writestr(entry, content, compresslevel=9)


def forget_what_rows_tell(path: Path) -> None:
    """Take out of a network what is made of its rows: whoever copies or opens it makes that anew.

    These are the indexes that are only looked up, the boxes in the spatial ones, the envelopes of geometries,
    and what entries of the change log say of rows that are there.
    """
    sys.path.insert(0, str(ROOT))
    from waternet_plugin.store.geopackage.packed_network import (
        HASHED,
        entries_of_rows,
        without_envelope,
        without_triggers,
    )

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN")
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'wn\\_%' ESCAPE '\\'"
            " AND sql NOT LIKE 'CREATE UNIQUE%' ORDER BY name"
        ).fetchall()
        for (name,) in names:
            database.execute(f'DROP INDEX "{name}"')
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%rtree(%' ORDER BY name"
        ).fetchall()
        for (name,) in tables:
            database.execute(f'DELETE FROM "{name}"')
        database.executemany(
            f"UPDATE change_log SET after = CASE WHEN substr(after, 1, {len(HASHED)}) = '{HASHED}'"
            f" THEN '{HASHED}' END WHERE seq = ? AND after = ?",
            list(entries_of_rows(database)),
        )
        database.create_function("without_envelope", 1, without_envelope)
        placed = "SELECT table_name, column_name FROM gpkg_extensions WHERE column_name IS NOT NULL"
        with without_triggers(database):
            for table, column in database.execute(placed).fetchall():
                short = f'UPDATE "{table}" SET "{column}" = without_envelope("{column}")'
                database.execute(f'{short} WHERE "{column}" IS NOT NULL')
        database.execute("COMMIT")
        database.execute("VACUUM")


def _unpacked(path: Path) -> bytes:
    """Return a file as the packer makes most of it: without what is made anew, and not compressed itself."""
    if path.suffix == ".gpkg":
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(shutil.copy(path, scratch))
            forget_what_rows_tell(copy)
            return copy.read_bytes()
    content = path.read_bytes()
    if path.suffix != ".qgz":
        return content
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(plain, "w") as project:
        for name in sorted(packed.namelist()):
            project.writestr(zipfile.ZipInfo(name, _ZIPPED), packed.read(name))
    return plain.getvalue()


def _pack(folder: Path, target: Path) -> None:
    """Write all files of a folder to a .tar.xz, files of one kind side by side."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    with lzma.open(target, "wb", filters=_PACKER) as packed, tarfile.open(fileobj=packed, mode="w") as town:
        for path in sorted(files, key=lambda path: (path.suffix, path)):
            content = _unpacked(path)
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size = len(content)
            town.addfile(entry, io.BytesIO(content))


def _make_one(code: str, made: Path, plugins: Path, began: str) -> tuple[dict[str, int], Path]:
    """Make the town in one language, in a process of its own; return facts of it and where its ground is."""
    # Before QGIS is loaded: where it writes, the order in which it writes.
    os.environ.update(
        QT_QPA_PLATFORM="offscreen",
        QT_HASH_SEED="0",
        WATERNET_USER=MAKER,
        QGIS_CUSTOM_CONFIG_PATH=str(plugins.with_name(f"profile-{code}")),
    )
    sys.path.insert(0, str(plugins))
    from qgis.core import QgsApplication

    from waternet_plugin import language, wheels

    wheels.keep_apart()
    application = QgsApplication([], False)
    application.initQgis()
    from waternet_plugin.bridge.sample import BACKGROUND, NETWORK_NAME
    from waternet_plugin.sample_data.making import make_town

    folder = made / code
    folder.mkdir(parents=True)
    language.install(code)
    make_town(folder, NETWORK_NAME, code)
    facts = _settle_network(folder / NETWORK_NAME, began)
    _settle_project((folder / NETWORK_NAME).with_suffix(".qgz"))
    application.exitQgis()
    return facts, folder / BACKGROUND


def _make(target: Path, scratch: Path) -> None:
    """Make the town in all languages at once below a scratch folder and move it to its place."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.staging import stage

    plugins = stage(scratch / "plugins").parent
    began = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    made = scratch / "made"
    with ProcessPoolExecutor(len(LANGUAGES), get_context("spawn")) as pool:
        towns = [pool.submit(_make_one, code, made, plugins, began) for code in LANGUAGES]
        finished = [town.result() for town in towns]
    for _facts, ground in finished:
        # The ground is the same in every language.
        shutil.rmtree(made / ground.name, ignore_errors=True)
        ground.rename(made / ground.name)
    facts, _ground = finished[-1]
    facts_text = json.dumps({**facts, "sources": sources_hash()}, indent=1) + "\n"
    (made / FACTS).write_text(facts_text, encoding="utf-8")
    _pack(made, scratch / "packed")
    shutil.rmtree(target, ignore_errors=True)
    (scratch / "packed").replace(archive_of(target))
    made.rename(target)


def main(target: Path) -> None:
    """Finish the town unless it is there and current; one process at a time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(target.name + ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_current(target):
            return
        with tempfile.TemporaryDirectory(prefix="sample-", dir=target.parent) as scratch:
            _make(target, Path(scratch))
        print(f"{archive_of(target)}: {archive_of(target).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_sample.py TARGET")
    main(Path(sys.argv[1]).resolve())
