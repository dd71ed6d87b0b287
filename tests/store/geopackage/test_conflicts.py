"""A write that rests on what was read never overwrites what others changed since."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from support.quality_frames import node_frame
from support.quality_frames import pipe_frame as faulty_frame
from support.store_helpers import CRS, assessment_frame, pipe_frame, rows, run_frame, statements

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, ConflictError, StoreError
from waternet_plugin.operations.checks import check_network, decide_on_issues, repair_network

ROOT = Path(__file__).parents[3]
X, Y = 500_000.0, 2_500_000.0


def natively(path: str, sql: str) -> None:
    """Change the file as a program does that knows nothing of batches."""
    from waternet_plugin.store.geopackage import connection

    with connection.transaction(Path(path), action="native", by="wang") as database:
        database.execute(sql)


def edit(network, **columns):
    """Write a row of pipes as a colleague's batch."""
    with network.write("edit", by="li") as batch:
        batch.update("pipe", pd.DataFrame({name: [value] for name, value in columns.items()}))


def value_of(network, asset: str, field: str, table: str = "pipe"):
    return network.read(table, [field], ids=[asset], geometry=False)[field].iloc[0]


def note(network, asset: str, text: str, seen: str) -> None:
    with network.write("edit", seen=seen) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [asset], "note": [text]}))


@pytest.mark.slow
def test_a_row_changed_since_stops_the_write_and_is_listed(town):
    seen = town.position()
    edit(town, pipe_id="P00003", diameter_mm=777.0)
    with pytest.raises(ConflictError) as refused, town.write("edit", seen=seen) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00002", "P00003"], "note": ["mine", "mine"]}))
    (conflict,) = refused.value.conflicts
    assert (conflict.table, conflict.asset, conflict.fields) == ("pipe", "P00003", ("diameter_mm",))
    assert (conflict.by, conflict.batch, conflict.action) == ("li", "B0003", "update")
    assert conflict.at == rows(town.uri, "SELECT max(at) FROM change_log")[0][0]
    assert "li changed 1 of the rows" in refused.value.message
    assert refused.value.details == (f"P00003: Changed, Nominal diameter, li, {conflict.at}, B0003",)
    assert value_of(town, "P00003", "diameter_mm") == 777.0
    assert value_of(town, "P00002", "note") is None
    assert town.batches()["batch_id"].tolist() == ["B0003", "B0002", "B0001"]


@pytest.mark.slow
def test_the_rows_of_all_tables_of_the_batch_are_listed(town):
    """Also what comes after the first row in the way, and what misses a row that is not written therefore."""
    nodes = node_frame([{"at": (X, Y)}, {"at": (X + 9, Y)}]).set_crs(CRS, allow_override=True)
    with town.write("adopt") as batch:
        batch.insert("node", nodes)
    seen = town.position()
    natively(town.uri, "UPDATE node SET note = 'theirs' WHERE node_id = 'N2'")
    edit(town, pipe_id="P00003", diameter_mm=777.0)
    natively(town.uri, "DELETE FROM pipe WHERE pipe_id = 'P00004'")
    with town.write("edit", by="li") as batch:
        batch.set_setting("general.currency", "EUR")
        batch.insert("pipe", pipe_frame(1, start=200))

    def write() -> None:
        with town.write("repair", seen=seen) as batch:
            assert batch.update("pipe", pd.DataFrame({"pipe_id": ["P00003"], "note": ["mine"]})) == 0
            assert batch.insert("pipe", pipe_frame(1, start=200)) == 0
            assert batch.delete("pipe", ["P00004", "P00005"]) == 0
            batch.update("node", pd.DataFrame({"node_id": ["N1", "N2"], "note": ["mine", "mine"]}))
            batch.set_setting("general.currency", "USD")
            # Nobody has it, yet that is not what the user must be told.
            batch.delete("pipe", ["P09999"])

    with pytest.raises(ConflictError) as refused:
        write()
    found = [(one.table, one.asset, one.by) for one in refused.value.conflicts]
    assert found == [
        ("node", "N2", "unknown client"),
        ("pipe", "P00003", "li"),
        ("pipe", "P00004", "unknown client"),
        ("setting", "general.currency", "li"),
        ("pipe", pipe_frame(1, start=200)["pipe_id"].iloc[0], "li"),
    ]
    assert len(refused.value.details) == 5
    message = refused.value.message
    assert "Pipes: li, unknown client changed 3 of the rows" in message
    assert "Nodes: unknown client changed 1 of the rows" in message
    assert message.count("Nothing was written") == 1
    assert value_of(town, "P00003", "note") is None and value_of(town, "P00005", "pipe_id") == "P00005"


def test_another_fault_and_a_cancel_stay_what_they_are(town):
    seen = town.position()

    def write(asset: str, error: Exception | None = None) -> None:
        with town.write("edit", seen=seen) as batch:
            batch.delete("pipe", [asset])
            if error is not None:
                raise error

    with pytest.raises(StoreError, match="no longer in the network") as refused:
        write("P09999")
    assert not isinstance(refused.value, ConflictError)
    edit(town, pipe_id="P00003", note="theirs")
    with pytest.raises(CancelledError):
        write("P00003", CancelledError("stopped"))


@pytest.mark.slow
def test_what_is_written_outside_is_not_written_for_a_refused_batch(street):
    """Outputs of a batch that is refused at its end would tell of what is not there."""
    plan = repair_network.plan_repairs(street, "near_miss_end")
    edit(street, pipe_id="P2", note="theirs")
    with pytest.raises(ConflictError):
        repair_network.write_repairs(street, plan, name="repair", within=lambda: pytest.fail("written"))


@pytest.mark.slow
def test_other_rows_and_earlier_changes_stop_nothing(town):
    edit(town, pipe_id="P00003", note="before")
    seen = town.position()
    edit(town, pipe_id="P00004", note="theirs")
    note(town, "P00003", "mine", seen)
    assert value_of(town, "P00003", "note") == "mine"
    assert value_of(town, "P00004", "note") == "theirs"


def test_a_batch_may_write_a_row_twice(town):
    with town.write("edit", seen=town.position()) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": ["first"]}))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": ["second"]}))
        batch.delete("pipe", ["P00002"])
        batch.insert("pipe", pipe_frame(1, start=2))
    assert value_of(town, "P00001", "note") == "second"


@pytest.mark.parametrize(
    ("sql", "action"),
    [
        ("UPDATE pipe SET note = 'typed' WHERE pipe_id = 'P00005'", "update"),
        ("UPDATE pipe SET pipe_id = 'Q5' WHERE pipe_id = 'P00005'", "update"),
        ("DELETE FROM pipe WHERE pipe_id = 'P00005'", "delete"),
    ],
)
@pytest.mark.parametrize(
    "write",
    [
        lambda batch: batch.update("pipe", pd.DataFrame({"pipe_id": ["P00005"], "note": ["mine"]})),
        lambda batch: batch.delete("pipe", ["P00005"]),
    ],
    ids=["update", "delete"],
)
def test_native_edits_count_also_renamed_and_deleted_rows(town, sql, action, write):
    seen = town.position()
    natively(town.uri, sql)
    with pytest.raises(ConflictError) as refused, town.write("edit", seen=seen) as batch:
        write(batch)
    (conflict,) = refused.value.conflicts
    assert (conflict.asset, conflict.action, conflict.batch) == ("P00005", action, "")


def test_an_id_that_somebody_took_meanwhile_counts(town):
    seen = town.position()
    natively(town.uri, "UPDATE pipe SET pipe_id = 'P00100' WHERE pipe_id = 'P00005'")
    with town.write("edit", by="li") as batch:
        batch.insert("pipe", pipe_frame(1, start=101))
    for start in (100, 101):
        with pytest.raises(ConflictError), town.write("adopt", seen=seen) as batch:
            batch.insert("pipe", pipe_frame(1, start=start))


@pytest.mark.slow
def test_an_undo_is_a_change_too(town):
    edit(town, pipe_id="P00003", note="theirs")
    seen = town.position()
    town.undo()
    with pytest.raises(ConflictError):
        note(town, "P00003", "mine", seen)


def test_where_the_log_can_not_tell_the_write_is_refused(town):
    seen = town.position()
    database = sqlite3.connect(town.uri)
    database.execute("DROP TRIGGER wn_pipe_update")
    database.commit()
    database.close()
    again = store.open_network(town.uri)
    assert again.repairs == ("pipe",)
    with pytest.raises(ConflictError) as refused:
        note(again, "P00003", "mine", seen)
    assert refused.value.conflicts == () and "can't tell what it changed" in refused.value.message
    note(again, "P00003", "mine", again.position())


@pytest.mark.slow
def test_a_position_of_another_network_is_none(town, tmp_path):
    """A backup that was put in the place of a network has another log under the same numbers."""
    backup = town.backup()
    for number in range(3):
        edit(town, pipe_id="P00001", note=str(number))
    seen = town.position()
    restored = store.open_network(store.restore_backup(backup, tmp_path / "again.gpkg"))
    for number in range(9):
        edit(restored, pipe_id="P00003", note=str(number))
    with pytest.raises(ConflictError):
        note(restored, "P00003", "mine", seen)


def test_nothing_is_asked_of_the_log_when_nobody_wrote(town, monkeypatch):
    """One look at the newest entry: a large log costs nothing where nothing changed."""
    ran = statements(monkeypatch)
    note(town, "P00003", "mine", town.position())
    with town.write("edit", by="li") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": ["x"]}))
    assert ran and not any("json_extract(after" in sql for sql in ran), "the log was read"
    plan = rows(
        town.uri,
        "EXPLAIN QUERY PLAN SELECT seq, asset FROM change_log WHERE seq > 5 AND seq <= 9 ORDER BY seq",
    )
    assert "INTEGER PRIMARY KEY" in str(plan)


@pytest.mark.slow
def test_ids_are_taken_in_the_batch(town):
    for wanted in ("R0001", "R0002"):
        with town.write("assess") as batch:
            run = batch.next_id("assessment_run", "R")
            batch.name, batch.facts = run, {"run_id": run}
            batch.insert("assessment_run", run_frame(run))
            batch.insert("assessment", assessment_frame(run, ["P00001"]))
        assert run == wanted
    assert town.batches()["name"].tolist()[:2] == ["R0002", "R0001"]
    assert rows(town.uri, "SELECT facts FROM batch ORDER BY fid DESC LIMIT 1") == [('{"run_id": "R0002"}',)]
    with town.write("assess") as batch:
        batch.insert("assessment_run", run_frame("R10000"))
        batch.insert("assessment_run", run_frame("Rx"))
        assert batch.next_id("assessment_run", "R") == "R10001"


# Repairs, checks and decisions.


@pytest.fixture
def street(tmp_path):
    """A near miss at P2, checked; P1 and P3 are as they should be."""
    pipes = [
        {"line": [(X, Y), (X + 100, Y)], "from_node": "N1", "to_node": "N2"},
        {"line": [(X + 100, Y), (X + 199.8, Y)], "from_node": "N2", "note": "as read"},
        {"line": [(X + 200, Y), (X + 300, Y)], "from_node": "N3", "to_node": "N4"},
    ]
    nodes = [{"at": (X + 100 * n, Y), "kind": "source" if n == 0 else "junction"} for n in range(4)]
    network = store.create_network(tmp_path / "street.gpkg", CRS, by="tester")
    with network.write("adopt") as batch:
        batch.insert("pipe", faulty_frame(pipes).set_crs(CRS, allow_override=True))
        batch.insert("node", node_frame(nodes).set_crs(CRS, allow_override=True))
    check_network.write_issues(network, check_network.check_network(network), name="check")
    return network


def issue_of(network, rule: str = "near_miss_end") -> str:
    return str(
        network.read("issue", ["issue_id"], where={"rule_id": rule}, geometry=False)["issue_id"].iloc[0]
    )


@pytest.mark.slow
def test_a_repair_never_takes_back_what_a_colleague_typed(street):
    plan = repair_network.plan_repairs(street, "near_miss_end")
    edit(street, pipe_id="P2", diameter_mm=777.0, note="dug up", to_node="N1")
    with pytest.raises(ConflictError) as refused:
        repair_network.write_repairs(street, plan, name="repair")
    assert {one.asset for one in refused.value.conflicts} == {"P2"}
    assert set(refused.value.conflicts[0].fields) == {"diameter_mm", "note", "to_node"}
    assert value_of(street, "P2", "diameter_mm") == 777.0
    assert value_of(street, "P2", "to_node") == "N1"


@pytest.mark.slow
def test_a_repair_writes_the_cells_it_changes_and_no_others(street, monkeypatch):
    """A value that was not read exactly, or not at all, stays as it is."""
    from waternet_plugin.store.geopackage.writing.batch_writing import SqlBatch

    plan = repair_network.plan_repairs(street, "near_miss_end")
    steps = {(step.asset, step.field) for _issue, step in plan.repaired.steps if step.field}
    written = set()
    update = SqlBatch.update

    def noted(self, table, frame):
        if table != "issue":
            id_field = f"{table}_id"
            written.update((asset, name) for asset in frame[id_field] for name in frame if name != id_field)
        return update(self, table, frame)

    monkeypatch.setattr(SqlBatch, "update", noted)
    repair_network.write_repairs(street, plan, name="repair")
    assert written == steps and len(steps) > 1


@pytest.mark.slow
def test_an_inventory_writes_the_cells_it_fills_and_is_refused_alike(street):
    inventory = pd.DataFrame({"id": ["P1", "P3"], "year": ["1990", None], "dn": [None, "150"]})
    edit(street, pipe_id="P1", diameter_mm=None)
    edit(street, pipe_id="P3", diameter_mm=None)
    mapping = '{"fields": {"pipe_id": "id", "install_year": "year", "diameter_mm": "dn"}}'
    filling = repair_network.plan_inventory(street, inventory, mapping, overwrite=True)
    assert {(step.asset, step.field) for step in filling.joined.steps} >= {("P3", "diameter_mm")}
    edit(street, pipe_id="P3", note="theirs")
    with pytest.raises(ConflictError):
        repair_network.write_inventory(street, filling, name="inventory")
    filling = repair_network.plan_inventory(street, inventory, mapping, overwrite=True)
    repair_network.write_inventory(street, filling, name="inventory")
    assert value_of(street, "P3", "diameter_mm") == 150.0
    assert value_of(street, "P3", "note") == "theirs"


@pytest.mark.slow
def test_an_issue_accepted_while_a_check_runs_stays_accepted(street):
    """Also where its text changed, so that the check has something to write about it."""
    edit(street, pipe_id="P2", street="人民路")
    natively(street.uri, "UPDATE issue SET text = 'as it was called before'")
    issue = issue_of(street)
    checked = check_network.check_network(street)
    assert issue in set(checked.changes.changed["issue_id"])
    decide_on_issues.accept_issues(street, decide_on_issues.DecideRequest([issue], "drawn so on purpose"))
    told = []
    check_network.write_issues(street, checked, name="check", within=told.append)
    assert value_of(street, issue, "state", "issue") == "accepted"
    assert value_of(street, issue, "state_reason", "issue") == "drawn so on purpose"
    frame = told[0].changes.frame.set_index("issue_id")
    assert frame.loc[issue, "state"] == "accepted" and len(told) == 1


@pytest.mark.slow
def test_an_issue_repaired_while_a_check_runs_is_not_opened_again(street):
    issue = issue_of(street)
    checked = check_network.check_network(street)
    assert issue in set(checked.findings.frame["issue_id"])
    natively(street.uri, f"UPDATE issue SET text = 'before' WHERE issue_id = '{issue}'")
    plan = repair_network.plan_repairs(street, "near_miss_end")
    repair_network.write_repairs(street, plan, name="repair")
    check_network.write_issues(street, checked, name="check")
    assert value_of(street, issue, "state", "issue") == "fixed"


@pytest.mark.slow
def test_an_issue_accepted_while_a_check_looks_for_it_in_vain_stays_accepted(street):
    issue = issue_of(street)
    natively(street.uri, "DELETE FROM pipe WHERE pipe_id = 'P2'")
    checked = check_network.check_network(street)
    assert issue in set(checked.changes.changed["issue_id"])
    decide_on_issues.accept_issues(street, decide_on_issues.DecideRequest([issue], "theirs"))
    check_network.write_issues(street, checked, name="check")
    assert value_of(street, issue, "state_reason", "issue") == "theirs"


@pytest.mark.slow
def test_two_checks_at_once_write_each_issue_once(street):
    natively(street.uri, "DELETE FROM issue")
    first, second = check_network.check_network(street), check_network.check_network(street)
    check_network.write_issues(street, first, name="check")
    check_network.write_issues(street, second, name="check")
    assert street.count("issue") == len(first.changes.added) > 0


@pytest.mark.slow
def test_a_decision_rests_on_the_list_it_was_made_by(street):
    issue = issue_of(street)
    seen = street.position()
    decide_on_issues.accept_issues(street, decide_on_issues.DecideRequest([issue], "theirs"))
    with pytest.raises(ConflictError):
        decide_on_issues.accept_issues(street, decide_on_issues.DecideRequest([issue], "mine", seen))
    assert value_of(street, issue, "state_reason", "issue") == "theirs"


# Every write that is there, and those to come.

# Writes that rest on nothing that was read before: file, function, why.
UNSEEN = {
    (
        "waternet_plugin/store/geopackage/sql_network.py",
        "_show",
    ): "a choice of what is shown, whatever was before",
    ("waternet_plugin/store/__init__.py", "create_network"): "the name of a network that it has just made",
    (
        "waternet_plugin/operations/hydraulics/import_epanet.py",
        "_write",
    ): "only adds to a network it has just made",
    (
        "waternet_plugin/operations/hydraulics/import_swmm.py",
        "_write",
    ): "only adds to a network it has just made",
    ("waternet_plugin/operations/adoption/add_code.py", "add_code"): "only adds a code",
    ("waternet_plugin/operations/adoption/add_field.py", "add_field"): "only adds a column",
    (
        "waternet_plugin/store/geopackage/file.py",
        "native_writes_refused",
    ): "only holds the file: it always ends rolled back",
}


def _kinds() -> set[str]:
    from waternet_plugin.core.schema import domains

    return set(domains.domain("batch_kind"))


def _writes(path: Path) -> list[tuple[str, int, bool]]:
    """Return function, line and whether ``seen`` is passed of every call that begins a batch."""
    found: list[tuple[str, int, bool]] = []
    kinds = _kinds()

    def walk(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = child.name if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) else function
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
                first = child.args[0] if child.args else None
                if (
                    child.func.attr == "write"
                    and isinstance(first, ast.Constant)
                    and isinstance(first.value, str)
                    and first.value in kinds
                ):
                    passed = any(word.arg == "seen" for word in child.keywords)
                    found.append((name, child.lineno, passed))
            walk(child, name)

    walk(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


@pytest.mark.slow
def test_every_write_says_what_it_has_seen():
    calls, silent = 0, {}
    for folder in ("waternet_plugin", "processing"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for function, line, passed in _writes(path):
                calls += 1
                place = (path.relative_to(ROOT).as_posix(), function)
                if not passed:
                    silent[place] = line
    assert calls > 10
    assert set(silent) == set(UNSEEN), f"pass seen=, or say why not: {silent}"


# Calls within a batch that write elsewhere: outputs of an algorithm, whatever a caller hands in.
_WITHIN = ("write_as_read", "write_rows", "_write_rows")
_OUTSIDE = re.compile(r"_?write_|within|outputs|before_commit")


def _unguarded(path: Path) -> list[int]:
    """Return the lines within batches with ``seen`` that write outside before ``refuse_changed``."""
    found = []
    for block in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        begins = block.items if isinstance(block, ast.With) else []
        calls = [one.context_expr for one in begins if isinstance(one.context_expr, ast.Call)]
        if not any(word.arg == "seen" for call in calls for word in call.keywords):
            continue
        inside = [one for part in block.body for one in ast.walk(part) if isinstance(one, ast.Call)]
        guarded = 10**9
        for call in sorted(inside, key=lambda one: one.lineno):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == "refuse_changed":
                guarded = min(guarded, call.lineno)
            elif name not in _WITHIN and _OUTSIDE.match(name) and call.lineno < guarded:
                found.append(call.lineno)
    return found


@pytest.mark.slow
def test_no_batch_writes_elsewhere_before_it_knows_of_conflicts(tmp_path):
    for folder in ("waternet_plugin", "processing"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            assert _unguarded(path) == [], f"{path.name}: batch.refuse_changed() goes before that"
    file = tmp_path / "new.py"
    text = "with n.write('plan', seen=s) as batch:\n    batch.insert('p', f)\n{}    job.write_report('R')\n"
    for guard, lines in (("", [3]), ("    batch.refuse_changed()\n", [])):
        file.write_text(text.format(guard))
        assert _unguarded(file) == lines


def test_the_walk_finds_a_silent_write(tmp_path):
    file = tmp_path / "new.py"
    file.write_text(
        "def work(n):\n    with n.write('repair', name='x') as b:\n        b.delete('pipe', [])\n"
    )
    assert _writes(file) == [("work", 2, False)]


def test_a_conflict_is_an_error_of_the_store():
    assert issubclass(ConflictError, StoreError)
