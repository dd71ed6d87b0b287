"""Parts of the issues' pane by themselves: order, filters, words of a fix, places, the tree."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pytest
import shapely
from qgis.core import QgsApplication

from waternet_plugin.core.quality.catalogue import SEVERITIES, catalogue, order
from waternet_plugin.core.quality.repairs.repair_draft import RepairStep
from waternet_plugin.core.reports.changes import change_words
from waternet_plugin.core.schema.tables import table
from waternet_plugin.gui.issues import filtering, issue_counts
from waternet_plugin.gui.issues.chosen import explaining
from waternet_plugin.gui.issues.listing.issue_tree import IssueTree
from waternet_plugin.operations.checks.issue_location import Asset, IssueLocation, extent_to_show
from waternet_plugin.operations.checks.issue_rows import Issue, IssueTable
from waternet_plugin.operations.checks.recorded_issues import LOUD, RecordedIssues


def _issue(issue_id: str, rule: str, severity: str = "error", **more: Any) -> Issue:
    values: dict[str, Any] = {
        "assets": ("P1",),
        "text": f"{issue_id} is wrong",
        "fix": "",
        "state": "open",
        "reason": "",
        "root": "",
        "xy": (10.0, 20.0),
        **more,
    }
    return Issue(issue_id=issue_id, rule_id=rule, severity=severity, **values)


def recorded(issues: Iterable[Issue], **facts: Any) -> RecordedIssues:
    """Return issues as a network has them."""
    names = ["issue_id", "rule_id", "severity", "assets", "text", "fix", "state", "state_reason", "root"]
    rows = [(*one[:3], ";".join(one.assets), *one[4:9], *(one.xy or (None, None))) for one in issues]
    return RecordedIssues(IssueTable(pd.DataFrame(rows, columns=[*names, "x", "y"])), **facts)


@pytest.fixture
def found() -> RecordedIssues:
    """A near miss with a loose part behind it, an unknown material, a piece of advice, one of no rule."""
    return recorded(
        [
            _issue("w", "missing_material", "warning", xy=None),
            _issue("i", "missing_street", "info"),
            _issue("e", "near_miss_end", assets=("P1", "N2")),
            _issue("f", "loose_part", root="e", assets=("P7",)),
            _issue("x", "rule_of_tomorrow", "warning", state="accepted", reason="seen"),
        ],
        is_checked=True,
    )


def test_errors_come_first_and_followers_hang_below(found: RecordedIssues) -> None:
    assert [issue.issue_id for issue in found.issues] == ["e", "f", "w", "x", "i"]
    assert [issue.issue_id for issue in found.open_roots] == ["e", "w"]
    assert [issue.issue_id for issue in found.followers("e")] == ["f"]
    assert found.advice == 1


def test_what_follows_goes_the_way_of_its_root() -> None:
    both = recorded([_issue("e", "near_miss_end", state="fixed"), _issue("f", "loose_part", root="e")])
    assert both.state_of(both.issue("f")) == "fixed"
    assert not both.open_roots


def test_an_issue_whose_root_is_not_listed_stands_alone() -> None:
    alone = recorded([_issue("f", "loose_part", root="gone")])
    assert [issue.issue_id for issue in alone.open_roots] == ["f"]


def test_a_filter_finds_words_of_what_follows(found: RecordedIssues) -> None:
    listed = filtering.shown(found, filtering.Filter(text="p7"), filtering.BY_RULE)
    assert [issue.issue_id for issue in listed.issues] == ["e"]


def test_columns_say_the_same_as_going_through_issue_by_issue() -> None:
    chance = random.Random(3)
    rules = [*list(catalogue())[::7], "rule_of_tomorrow"]
    names = [f"{chance.choice('abÄ井')}{number}" for number in range(300)]
    made = [
        _issue(
            name,
            chance.choice(rules),
            chance.choice([*SEVERITIES, "odd"]),
            state=chance.choice(["open", "accepted", "fixed"]),
            root=chance.choice(["", "", name, "gone", *names]),
            assets=tuple(chance.sample(["P1", "N2", "V3"], 2)),
            xy=chance.choice([None, (1.0, 2.0), (50.0, 60.0)]),
        )
        for name in names
    ]
    ranks = [*SEVERITIES, "odd"]
    ordered = sorted(
        made,
        key=lambda one: (ranks.index(one.severity), order().get(one.rule_id, len(order())), one.issue_id),
    )
    found, by_id = recorded(made), {one.issue_id: one for one in made}
    assert list(found.issues) == ordered
    roots = [one for one in ordered if one.root not in by_id]
    assert list(found.roots) == roots and 0 < len(roots) < len(made)
    for one in made:
        below = [each for each in ordered if each.root == one.issue_id]
        assert list(found.followers(one.issue_id)) == below and found.issue(one.issue_id) == one
    assert found.advice == sum(one.state == "open" and one.severity not in LOUD for one in roots)

    def has(one: Issue, word: str) -> bool:
        return word in f"{one.title} {one.text} {' '.join(one.assets)}".casefold()

    for word, box in (("", None), ("p1", None), ("井", (0.0, 0.0, 9.0, 9.0)), (names[5], None)):
        wanted = filtering.Filter(severity="", state="open", text=word, box=box)
        kept = [
            one
            for one in roots
            if one.state == "open"
            and (has(one, word) or any(has(each, word) for each in found.followers(one.issue_id)))
            and (box is None or one.xy == (1.0, 2.0))
        ]
        assert list(wanted.of(found)) == kept
        listed = filtering.shown(found, wanted, filtering.BY_RULE)
        assert sorted(listed.issues) == sorted(kept)
        assert [one for group in listed.groups for one in group.issues] == list(listed.issues)


def test_words_may_stand_in_the_title_of_the_rule() -> None:
    many = recorded(_issue(f"e{number}", "near_miss_end") for number in range(9))
    assert many.roots is many.roots and many.open_roots is many.open_roots
    word = many.roots[0].title.split()[-1].upper()
    assert list(filtering.Filter(text=f"{word} e7").of(many)) == [many.issue("e7")]
    assert list(filtering.Filter(text=word).of(many)) == list(many.roots)


def test_issues_are_listed_and_searched_without_making_objects_of_them(
    qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = recorded(
        _issue(f"e{number}", "near_miss_end", root="e0" * (number > 500)) for number in range(600)
    )
    make, made = IssueTable.issue, []
    monkeypatch.setattr(IssueTable, "issue", lambda table, row: (made.append(row), make(table, row))[1])
    tree = IssueTree("wn_test_many")
    for grouping in (filtering.BY_RULE, filtering.BY_ROOT):
        wanted = filtering.Filter(text="wrong", box=(0.0, 0.0, 50.0, 50.0))
        listed = filtering.shown(many, wanted, grouping)
        tree.show_issues(listed, many)
        assert len(listed.issues) == 501 and many.advice == 0
    assert len(made) <= 2
    # Laying the rows out asks each of them whether others lie below it; those that show say what they are.
    tree.show_issues(filtering.shown(many, filtering.Filter(), filtering.BY_RULE), many)
    tree.expandAll()
    tree.doItemsLayout()
    assert len(made) < 60
    tree.deleteLater()


def test_an_area_leaves_out_what_has_no_place(found: RecordedIssues) -> None:
    everywhere = filtering.Filter(box=(0.0, 0.0, 100.0, 100.0))
    assert [one.issue_id for one in filtering.shown(found, everywhere, filtering.BY_ROOT).issues] == ["e"]


def test_next_goes_round(found: RecordedIssues) -> None:
    listed = filtering.shown(found, filtering.Filter(), filtering.BY_RULE)
    first, second = listed.issues
    assert listed.after("") == first and listed.after(first.issue_id) == second
    assert listed.after(second.issue_id) == first and listed.after("not listed") == first
    assert listed.after(first.issue_id, {second.issue_id}) is None
    assert listed.after("", {first.issue_id}) == second
    none = filtering.shown(found, filtering.Filter(text="nowhere"), filtering.BY_RULE)
    assert none.after("e") is None and none.groups == ()


def test_a_rule_that_is_not_known_is_shown_by_its_id(found: RecordedIssues, qgis_app: QgsApplication) -> None:
    text = explaining.explanation(found.issue("x"), found)
    assert "rule_of_tomorrow" in text and "Accepted: seen" in text


def test_links_stand_for_assets_only() -> None:
    places = IssueLocation(
        (Asset("pipe", "P-1", True), Asset("pipe", "P-10", True), Asset("node", "N9", False))
    )
    text = explaining.linked("P-1 and P-10 <near> P-100, N9.", places)
    assert text.count("<a ") == 2
    assert 'href="asset:pipe/P-10">P-10</a>' in text and "&lt;near&gt; P-100, N9." in text


def test_changes_are_told_in_words() -> None:
    line = shapely.LineString([(0, 0), (10, 0)])
    moved = change_words.worded(
        "e", RepairStep("pipe", "P1", "geom", line, shapely.LineString([(0, 0), (10.3, 0)]))
    )
    assert (moved.field, moved.before, moved.after) == ("Course", "", "moved 0.30 m")
    gone = change_words.worded("e", RepairStep("pipe", "P1", "", "P1", None))
    assert gone.after == "deleted"
    named = change_words.worded("e", RepairStep("pipe", "P1", "material", None, "ductile_iron"))
    assert (named.before, named.after) == ("–", "Ductile iron")
    marked = change_words.worded("e", RepairStep("pipe", "P1", "estimated", None, "material;install_year"))
    fields = table("pipe")
    assert marked.after == f"{fields.field('material').label}, {fields.field('install_year').label}"


def test_large_assets_do_not_take_the_view_from_the_place() -> None:
    issue = _issue("e", "near_miss_end")
    short, long = shapely.LineString([(0, 20), (50, 20)]), shapely.LineString([(0, 20), (5000, 20)])
    assert extent_to_show(issue, [short]) == (-20.0, -10.0, 50.0, 50.0)
    assert extent_to_show(issue, [long]) == (-20.0, -10.0, 40.0, 50.0)
    assert extent_to_show(_issue("n", "near_miss_end", xy=None), [long]) == (0.0, 20.0, 5000.0, 20.0)
    assert extent_to_show(_issue("n", "near_miss_end", xy=None), []) is None


def test_counts_tell_one_from_several() -> None:
    assert issue_counts.errors(1) == "1 error" and issue_counts.errors(1200) == "1,200 errors"
    assert issue_counts.changed(-1) == "Many changes since the check"


def test_the_tree_keeps_what_is_open_and_says_what_is_chosen(
    found: RecordedIssues, qgis_app: QgsApplication
) -> None:
    tree = IssueTree("wn_test_tree")
    picked: list[str] = []
    tree.picked.connect(picked.append)
    listed = filtering.shown(found, filtering.Filter(), filtering.BY_RULE)
    tree.show_issues(listed, found)
    model = tree.model()
    assert model.rowCount() == 2 and tree.isExpanded(model.index(0, 0))
    near = model.index(0, 0, model.index(0, 0))
    assert model.rowCount(near) == 1
    tree.setCurrentIndex(near)
    assert picked == ["e"] and [one.issue_id for one in tree.chosen()] == ["e"]
    tree.collapse(model.index(0, 0))
    tree.show_issues(listed, found, "w")
    assert not tree.isExpanded(model.index(0, 0))
    assert picked == ["e"] and [one.issue_id for one in tree.chosen()] == ["w"]
    # A place from before the list changed is asked for without harm.
    tree.show_issues(filtering.shown(found, filtering.Filter(text="nowhere"), filtering.BY_RULE), found)
    assert model.issue_at(near) is None and not model.hasChildren(near)
    tree.deleteLater()


def test_what_follows_lies_below_its_root(found: RecordedIssues, qgis_app: QgsApplication) -> None:
    tree = IssueTree("wn_test_followers")
    model = tree.model()
    listed = filtering.shown(found, filtering.Filter(), filtering.BY_ROOT)
    tree.show_issues(listed, found)
    near = model.index_of("e")
    assert model.hasChildren(near) and not model.hasChildren(model.index_of("w"))
    tree.choose("f")
    assert [issue.issue_id for issue in tree.chosen()] == ["f"]
    follower = model.index(0, 0, near)
    assert follower == model.index_of("f") and model.parent(follower) == near
    assert follower.data() == "f is wrong" and model.rowCount(near) == 1 and model.rowCount(follower) == 0
    # An issue that the filter leaves out, and one that is not there.
    assert not model.index_of("i").isValid() and not model.index_of("gone").isValid()
    tree.deleteLater()


def test_headings_and_what_follows_from_issues_below_them(qgis_app: QgsApplication) -> None:
    rules = ("near_miss_end", "missing_material", "missing_year")
    many = recorded(
        [
            *(_issue(f"{rule} {number}", rule) for rule in rules for number in range(150)),
            _issue("f", "loose_part", root="near_miss_end 7"),
        ]
    )
    tree = IssueTree("wn_test_headings")
    model = tree.model()
    tree.show_issues(filtering.shown(many, filtering.Filter(), filtering.BY_RULE), many)
    headings = [model.index(row, 0) for row in range(model.rowCount())]
    assert [model.rowCount(heading) for heading in headings] == [150] * 3
    assert all(map(model.hasChildren, headings))
    # What follows from an issue below a heading is found.
    follower = model.index_of("f")
    leading = model.index_of("near_miss_end 7")
    assert model.parent(follower) == leading
    assert [model.hasChildren(place) for place in (leading, follower)] == [True, False]
    assert not model.hasChildren(model.index_of("near_miss_end 8"))
    assert model.group_at(model.parent(model.parent(follower))).rule_id == "near_miss_end"
    # A heading stands for all of its own.
    tree.setCurrentIndex(headings[-1])
    assert len(tree.chosen()) == 150
    tree.deleteLater()
