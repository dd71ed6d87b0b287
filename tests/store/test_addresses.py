"""Where a network is: paths and addresses of servers, each with one text form that never has a password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.store import addresses, servers
from waternet_plugin.store.addresses import ServerConnection, is_server, parse

TOWN = "postgresql:///water?service=gis&schema=town"


@pytest.mark.parametrize(
    "text",
    [
        r"C:\数据\town.gpkg",
        "C:/数据/town.gpkg",
        r"\\server\share\x.gpkg",
        "//server/share/x.gpkg",
        "/data/a town.gpkg",
        "town.gpkg",
        "../q&a?.gpkg",
        "postgresql.gpkg",
        "/postgresql:/x.gpkg",
        "./qgis:town",
    ],
)
def test_paths_are_files(text: str) -> None:
    address = parse(text)
    assert address.is_file and not is_server(text)
    assert address.path == Path(text) and Path(str(address)) == Path(text)
    assert parse(str(address)) == address


def test_a_path_object_is_always_a_file() -> None:
    address = parse(Path("qgis:town"))
    assert address.is_file and not is_server(Path("qgis:town"))
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (TOWN, TOWN),
        ("  PostgreSQL:///water?schema=town&service=gis ", TOWN),
        ("POSTGRES:///water?SERVICE=gis&Schema=town", TOWN),
        ("postgresql:///?service=gis&schema=town", "postgresql:///?service=gis&schema=town"),
        (
            "postgresql://anna@db.example:5433/water?schema=town",
            "postgresql:///water?host=db.example&port=5433&user=anna&schema=town",
        ),
        (
            "postgresql://[::1]:5433/water?schema=town",
            "postgresql:///water?host=%3A%3A1&port=5433&schema=town",
        ),
        (
            "postgresql:///water?host=/tmp/sockets&schema=town",
            "postgresql:///water?host=%2Ftmp%2Fsockets&schema=town",
        ),
        ("qgis:水司 1?schema=城东", "qgis:水司%201?schema=城东"),
        ("QGIS:%E6%B0%B4%E5%8F%B8%201?schema=%E5%9F%8E%E4%B8%9C", "qgis:水司%201?schema=城东"),
        ("qgis:a%26b%3Fc?schema=x%3B%22y'z%22", "qgis:a%26b%3Fc?schema=x%3B%22y%27z%22"),
    ],
)
def test_addresses_of_servers_have_one_form(text: str, form: str) -> None:
    address = parse(text)
    assert is_server(text) and not address.is_file
    assert str(address) == form
    assert parse(form) == address and parse(form).identity == address.identity


def test_parts_of_an_address_are_read() -> None:
    address = parse("qgis:a%26b%3Fc?schema=x%3B%22y'z%22")
    assert (address.connection, address.schema) == ("a&b?c", 'x;"y\'z"')
    assert parse(TOWN).server() == ServerConnection(*[{"dbname": "water", "service": "gis"}] * 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postgresql:///water?service=gis", "names no schema"),
        ("postgresql:///water?service=gis&schema=", "names no schema"),
        ("postgresql://?schema=town", "neither a database nor a service"),
        ("postgresql:water?schema=town", "Two slashes"),
        ("qgis:?schema=town", "names no connection"),
        ("qgis:x?schema=town&host=h", "“host” does not belong"),
        ("postgresql:///water?schema=town&options=-c", "“options” does not belong"),
        ("postgresql:///water?schema=a&schema=b", "“schema” twice"),
        ("postgresql://h/water?schema=a&host=b", "“host” twice"),
        ("postgresql://h:many/water?schema=a", "can't be a port"),
        ("postgresql://@h/water?schema=a", "names no user"),
        ("postgresql:///water?schema=pg_catalog", "belongs to the server"),
        ("postgresql:///water?schema=" + "城" * 22, "too long"),
    ],
)
def test_a_fault_in_an_address_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert words in caught.value.message and "postgresql:///DATABASE?service=NAME" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://anna:geheim@h/water?schema=town",
        "postgresql:///water?schema=town&password=geheim",
        "postgresql:///water?schema=town&PASSFILE=x&passwd=geheim",
    ],
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert "geheim" not in str(caught.value)


def test_two_spellings_of_a_file_are_one(tmp_path: Path) -> None:
    (tmp_path / "town.gpkg").touch()
    (tmp_path / "link.gpkg").symlink_to(tmp_path / "town.gpkg")
    texts = [tmp_path / "town.gpkg", f"{tmp_path}//./town.gpkg", tmp_path / "link.gpkg"]
    texts.append(os.path.relpath(tmp_path / "town.gpkg"))
    assert len({parse(text).identity for text in texts}) == 1


def test_names_of_outputs_are_those_of_file_and_schema(tmp_path: Path) -> None:
    file, schema = parse(tmp_path / "a town.gpkg"), parse("qgis:x?schema=城%2F东%3F")
    assert (file.name, file.display_name) == ("a town.gpkg", "a town")
    assert (schema.name, schema.display_name) == ("城/东?", "城 东")
    assert file.outputs_folder == tmp_path and file.project_path == tmp_path / "a town.qgz"
    assert schema.project_path == schema.outputs_folder / "城 东.qgz"


def test_outputs_of_a_schema_go_to_the_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(addresses, "_documents", [])
    addresses.keep_documents_in(lambda: tmp_path)
    assert parse(TOWN).outputs_folder == tmp_path / "WaterNet" / "gis water" / "town"


def test_connections_are_looked_up_by_qgis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_resolvers", {})
    address = parse("qgis:水司?schema=town")
    with pytest.raises(InputError, match="only known within QGIS"):
        address.server()
    known = ServerConnection({"host": "h", "password": "geheim"}, {"host": "h", "authcfg": "a1"})
    addresses.resolve_connections_by({"水司": known}.__getitem__)
    assert address.server() is known and "geheim" not in repr(known)


def test_what_only_one_kind_has_is_refused_to_the_other(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a file"):
        _ = parse(TOWN).path
    with pytest.raises(StoreError, match="not on a server"):
        parse(tmp_path / "town.gpkg").server()


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_DRIVER", "nothing_of_that_name")
    for ask in (
        lambda: store.open_network(TOWN),
        lambda: store.create_network(TOWN, "EPSG:4547"),
        lambda: store.backups(TOWN),
        lambda: store.restore_backup("x.gpkg", TOWN),
        lambda: store.put_backup_back(TOWN, "x.gpkg"),
    ):
        with pytest.raises(StoreError, match="Python package"):
            ask()
    assert not store.look_at(parse(TOWN)).is_there
    assert store.with_backup_advice("Damaged.", TOWN) == "Damaged."


@pytest.mark.slow
def test_a_file_is_seen_and_its_stamp_follows_writes(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    assert not store.look_at(parse(path)).is_there
    with store.create_network(path, "EPSG:4547") as network:
        before = store.look_at(network.address)
        assert before.is_there and before.stamp == network.stamp()
        with network.write("setting", name="x") as batch:
            batch.set_setting("general.name", "x")
        assert network.stamp() != before.stamp and not network.is_replaced()
        path.replace(tmp_path / "moved.gpkg")
        assert network.is_replaced()
