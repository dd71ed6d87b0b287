"""What the buttons of the pane do: fix, fix all, accept, open again, take back; then on to the next issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.quality.states import OPEN, goes_with
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.issues import words

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.panel import IssuePane
    from waternet_plugin.gui.issues.recorded import Issue


class Deeds:
    """Acts on the issue in hand or the chosen ones of a pane.

    Parameters
    ----------
    pane
        Whose issues they are.
    """

    def __init__(self, pane: IssuePane) -> None:
        self._pane = pane

    def fix(self) -> None:
        """Fix the issue in hand, once it shows what that does; then go on to the next one."""
        issue = self._pane.hand.issue
        if issue is None or self._pane.shows_grades or not self._may_fix():
            return
        if self._pane.hand.preview is None:
            self._pane.hand.work_out(section=self._pane)
            return
        if self._pane.hand.preview.done:
            self.repair([issue.issue_id], issue.title)

    def _may_fix(self) -> bool:
        return (
            self._pane.hand.can_be_fixed and not self._pane.actor.is_busy and not self._pane.hand.is_waiting
        )

    def repair(self, ids: list[str], name: str) -> None:
        """Repair issues as one batch and go on behind them."""
        following = self._behind(set(ids))

        def done(results: dict[str, Any]) -> None:
            if not int(results["ISSUES_REPAIRED"]):
                self._pane.session.say(
                    tr("Nothing was repaired; the reasons are with each issue."), "warning"
                )
            self._pane.read_on(following)

        self._pane.actor.repair(ids, tr("Fixed: {what}").format(what=name), done)

    def _behind(self, ids: set[str]) -> Issue | None:
        """Return the first issue of the list behind the one in hand that is none of some."""
        current = self._pane.hand.issue.issue_id if self._pane.hand.issue else ""
        for step in range(1, len(self._pane.listed.issues) + 1):
            found = self._pane.listed.after(current, step)
            if found is not None and found.issue_id not in ids:
                return found
        return None

    def _chosen(self) -> list[Issue]:
        """Return the issues that several rows are chosen of, else the one in hand."""
        chosen = self._pane.list.tree.chosen()
        if len(chosen) > 1:
            return chosen
        return [self._pane.hand.issue] if self._pane.hand.issue is not None else []

    def accept(self) -> None:
        """Ask why the chosen issues are right; those that are not open any more are opened again."""
        chosen = self._chosen()
        if not chosen or self._pane.actor.is_busy:
            return
        if all(issue.state != OPEN for issue in chosen):
            self._decide(chosen, None)
        else:
            self._pane.accepting.ask(self._also(chosen))

    def _also(self, chosen: list[Issue]) -> str:
        """Return what else accepting issues closes, and what it leaves open; '' for nothing of both."""
        if self._pane.found is None:
            return ""
        names = {issue.issue_id for issue in chosen}
        closed = stays = 0
        for issue in chosen:
            for below in self._pane.found.followers.get(issue.issue_id, ()):
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
        self._decide([issue for issue in self._chosen() if issue.state == OPEN], reason)

    def _decide(self, chosen: list[Issue], reason: str | None) -> None:
        """Accept issues for a reason, or open them again without one, and go on."""
        from waternet_plugin.operations.decide_on_issues import accept_issues, reopen_issues

        ids = [issue.issue_id for issue in chosen]
        if not ids:
            return
        following = self._behind(set(ids)) if reason is not None else None
        what = chosen[0].title if len(ids) == 1 else words.issues(len(ids))
        # The first try rests on the list that is shown; a second one on what its refusal showed.
        read = [self._pane.found.seen] if self._pane.found is not None else []

        def work(network: Any) -> str:
            seen = read.pop() if read else None
            if reason is None:
                return reopen_issues(network, ids, seen=seen)
            return accept_issues(network, ids, reason, seen=seen)

        def done() -> None:
            self._pane.read_on(following)

        name = tr("Reopened: {what}") if reason is None else tr("Accepted: {what}", "a name")
        self._pane.actor.decide(name.format(what=what), work, done)

    def fix_rule(self) -> None:
        """Show what fixing every open issue of this rule does, then fix them all."""
        issue = self._pane.hand.issue
        if issue is None or self._pane.found is None or self._pane.actor.is_busy:
            return
        from waternet_plugin.gui.issues.repair_dialog import RepairDialog

        mine = [one for one in self._pane.found.roots if one.rule_id == issue.rule_id and one.state == OPEN]
        window = self._pane.session.iface.mainWindow()
        title = issue.title
        dialog = RepairDialog(self._pane.session, title, mine, lambda ids: self.repair(ids, title), window)
        self._pane.session.show_window(dialog)

    def undo(self) -> None:
        """Take the last fix or decision of this pane back."""
        self._pane.actor.undo(self._pane.refresh)
