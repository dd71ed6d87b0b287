"""What the buttons do: fix, fix all, accept, reopen, order work, undo; then on to the next issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN, goes_with
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.issues import issue_counts
from waternet_plugin.gui.panes import work_orders

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.model import Issues
    from waternet_plugin.operations.checks.issue_rows import Issue


class Commands:
    """Acts on the chosen issue, or on the selected ones.

    Parameters
    ----------
    issues
        Among which they are.
    """

    def __init__(self, issues: Issues) -> None:
        self._issues = issues

    def fix(self) -> None:
        """Fix the chosen issue, once it shows what that does; then go on to the next one."""
        issue = self._issues.chosen.issue
        if issue is None or self._issues.shows_grades or not self._may_fix():
            return
        if self._issues.chosen.preview is None:
            self._issues.chosen.work_out(section=self._issues)
            return
        if self._issues.chosen.preview.done:
            self.repair([issue.issue_id], issue.title)

    def _may_fix(self) -> bool:
        chosen = self._issues.chosen
        return chosen.can_be_fixed and not chosen.is_waiting and not self._issues.actor.is_busy

    def repair(self, ids: list[str], name: str) -> None:
        """Repair issues as one batch and go on behind them."""
        following = self._behind(set(ids))

        def done(results: dict[str, Any]) -> None:
            if not int(results["ISSUES_REPAIRED"]):
                self._issues.session.say(
                    tr("Nothing was repaired; the reasons are with each issue."), "warning"
                )
            self._issues.read_on(following)

        self._issues.actor.repair(ids, tr("Fixed: {what}").format(what=name), done)

    def _behind(self, ids: set[str]) -> Issue | None:
        """Return the first issue of the list behind the chosen one that is none of some."""
        current = self._issues.chosen.issue.issue_id if self._issues.chosen.issue else ""
        return self._issues.listed.after(current, ids) if self._issues.listed is not None else None

    def accept(self) -> None:
        """Ask why the chosen issues are right; those that are not open any more are opened again."""
        chosen = self._issues.selected
        if not chosen or self._issues.actor.is_busy:
            return
        if all(issue.state != OPEN for issue in chosen):
            self._decide(chosen, None)
        else:
            self._issues.reason_wanted.emit(self._also(chosen))

    def _also(self, chosen: Sequence[Issue]) -> str:
        """Return what else accepting issues closes, and what it leaves open; '' for nothing of both."""
        if self._issues.found is None:
            return ""
        names = {issue.issue_id for issue in chosen}
        closed = stays = 0
        for issue in chosen:
            for below in self._issues.found.followers(issue.issue_id):
                if below.state == OPEN and below.issue_id not in names:
                    goes = goes_with(below.rule_id, issue.rule_id)
                    closed, stays = closed + goes, stays + (not goes)
        parts = []
        if closed:
            parts.append(tr("Also closes {count} that follow from it.").format(count=closed))
        if stays:
            parts.append(tr("Still open: {count} with another cause.").format(count=stays))
        return joined(parts)

    def accept_for(self, reason: str) -> None:
        """Accept the chosen issues for a reason."""
        self._decide([issue for issue in self._issues.selected if issue.state == OPEN], reason)

    def _decide(self, chosen: Sequence[Issue], reason: str | None) -> None:
        """Accept issues for a reason, or open them again without one, and go on."""
        from waternet_plugin.operations.checks.decide_on_issues import (
            DecideRequest,
            accept_issues,
            reopen_issues,
        )

        ids = [issue.issue_id for issue in chosen]
        if not ids:
            return
        following = self._behind(set(ids)) if reason is not None else None
        what = chosen[0].title if len(ids) == 1 else issue_counts.issues(len(ids))
        # The first try rests on the list that is shown; a second one on what its refusal showed.
        read = [self._issues.found.seen] if self._issues.found is not None else []

        def work(network: Any) -> str:
            request = DecideRequest(ids, reason or "", read.pop() if read else None)
            decide = reopen_issues if reason is None else accept_issues
            return decide(network, request).batch_id

        name = tr("Reopened: {what}") if reason is None else tr("Accepted: {what}", "a name")
        self._issues.actor.decide(name.format(what=what), work, lambda: self._issues.read_on(following))

    def order(self) -> None:
        """Write work orders for the selected issues, which stay open until they are mended."""
        chosen = [issue.issue_id for issue in self._issues.selected if issue.state == OPEN]
        if chosen and not self._issues.actor.is_busy:
            work_orders.order_issues(self._issues.session, self._issues, chosen)

    def fix_rule(self) -> None:
        """Show what fixing every open issue of this rule does, then fix them all."""
        issue = self._issues.chosen.issue
        if issue is None or self._issues.found is None or self._issues.actor.is_busy:
            return
        from waternet_plugin.gui.issues.actions.repair_dialog import RepairDialog

        of_rule = self._issues.found.roots.of_rules([issue.rule_id]).in_state(OPEN)
        window = self._issues.session.iface.mainWindow()
        title = issue.title
        self._issues.session.show_window(
            RepairDialog(self._issues.session, title, of_rule, lambda ids: self.repair(ids, title), window)
        )

    def undo(self) -> None:
        """Undo the last fix or decision."""
        self._issues.actor.undo(self._issues.refresh)
