"""Give people roles in a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessing

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.contents.grant_roles import GrantRequest

_COLUMNS = [("login", "text"), ("role", "text"), ("districts", "text")]


class GrantRoles(WaterNetAlgorithm):
    """Say who may read, edit and keep a network on a server."""

    ID = "grantroles"
    GROUP = "network"
    ICON = "network"
    TAGS = ("rights", "permissions", "users", "postgis", "权限", "角色", "用户", "授权")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Grant roles")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Gives logins of the server a role in a network, or takes it from them, and lists who has which. "
            "Readers look; editors edit, assess and plan; district editors edit in their districts and where "
            "no district is; keepers also import, repair, change settings, undo what others did and give "
            "roles. The server refuses what a role may not do, whatever program asks. A login has one role. "
            "Without ROLE, the people are listed. Logins themselves are made by the administrator of the "
            "server."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        from waternet_plugin.store.access.roles import ROLES, role_label

        self.add_network()
        self.add_text(
            "LOGINS",
            tr("Logins"),
            tr("Names of logins of the server, separated by semicolons; one with a semicolon in quotes."),
        )
        self.add_choice(
            "ROLE",
            tr("Role"),
            tr("Empty: list the people, or with REVOKE take whatever role the logins have."),
            list(ROLES),
            labels={role: role_label(role) for role in ROLES},
        )
        self.add_text(
            "DISTRICTS",
            tr("Districts"),
            tr("Ids of zones of the kind district, separated by semicolons; for district editors."),
        )
        self.add_flag("REVOKE", tr("Take the role away"), tr("Take the role from the logins."))
        self.add_sink(
            "OUTPUT",
            tr("People"),
            tr("One row per login: its role and districts."),
            kind=QgsProcessing.SourceType.TypeVector,
        )
        self.add_number_outputs(LOGIN_COUNT=tr("Number of logins"))

    def request(self, job: Job) -> GrantRequest:
        """Return the request."""
        from waternet_plugin.operations.contents.grant_roles import GrantRequest

        return GrantRequest(job.text("LOGINS"), job.choice("ROLE"), job.text("DISTRICTS"), job.flag("REVOKE"))

    def work(self, job: Job) -> dict[str, Any]:
        """Give them, and list."""
        from waternet_plugin.operations.contents.grant_roles import GrantResult, grant_roles

        results: dict[str, Any] = {}

        def fill_outputs(found: GrantResult) -> None:
            results["OUTPUT"] = job.write_sink("OUTPUT", found.people, _COLUMNS)

        done = grant_roles(job.open_network(), self.request(job), job.progress, before_commit=fill_outputs)
        job.tell(done.summary)
        return {**results, "LOGIN_COUNT": len(done.people)}
