"""The people of a network on a server: who has which role, given and taken by its keepers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.store.access.roles import DISTRICT_EDITOR, ROLES, Granting, RoleOfLogin, role_label
from waternet_plugin.store.network import Network


def names_of_list(text: str) -> tuple[str, ...]:
    """Return the names of a list with semicolons, each once; one that has a semicolon stands in quotes.

    ``a; "b; c"`` has two. A quotation mark within quotes is written twice.
    """
    (row,) = csv.reader([text.replace("\n", " ")], delimiter=";", skipinitialspace=True)
    return tuple(dict.fromkeys(name.strip() for name in row if name.strip()))


@dataclass(frozen=True)
class GrantRequest:
    """Whom to give which role.

    Parameters
    ----------
    logins
        Names of logins of the server, with semicolons between them.
    role
        One of ``store.access.roles.ROLES``; '' to list, or to take whichever role the logins have.
    districts
        Ids of zones of the kind district, with semicolons between them, for editors of districts alone.
    is_revoked
        Whether the role is taken away.

    Raises
    ------
    InputError
        For values that don't go together.
    """

    logins: str = ""
    role: str = ""
    districts: str = ""
    is_revoked: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if self.role and self.role not in ROLES:
            text = tr("There is no role {role}. Choose one of: {roles}.")
            raise InputError(text.format(role=self.role, roles=listed(ROLES)))
        logins, districts = names_of_list(self.logins), names_of_list(self.districts)
        if (self.role or self.is_revoked) and not logins:
            raise InputError(tr("LOGINS is empty: name the logins, with semicolons between them."))
        if logins and not self.role and not self.is_revoked:
            raise InputError(tr("ROLE is empty: choose the role of these logins, or REVOKE to take theirs."))
        is_of_districts = self.role == DISTRICT_EDITOR and not self.is_revoked
        if is_of_districts and not districts:
            raise InputError(tr("DISTRICTS is empty: name the districts that these logins may edit in."))
        if districts and not is_of_districts:
            raise InputError(tr("DISTRICTS is for district editors alone. Leave it empty."))


@dataclass(frozen=True)
class GrantResult(PlainFrames):
    """Who has a role in a network.

    Parameters
    ----------
    people
        A row a login: login, role, districts (ids with semicolons between them).
    summary
        The answer in sentences.
    """

    people: pd.DataFrame
    summary: tuple[str, ...]


def grant_roles(
    network: Network,
    request: GrantRequest,
    _progress: Progress = SILENT,
    *,
    before_commit: Callable[[GrantResult], Any] = no_outputs,
) -> GrantResult:
    """List the people of a network; before that give logins a role, or take it.

    Raises
    ------
    InputError, StoreError
        For a file; for a login or district that is not there; where this login may not. Nothing is changed.
    """
    if not request.role and not request.is_revoked:
        text = tr("{name} is a file: whoever can write it may do everything.")
        is_file = network.own_role is None
        first = text.format(name=network.title) if is_file else tr("Nothing was changed.")
        result = _result(network.roles(), first)
        return finish_without_batch(result, before_commit)
    wanted = Granting(
        names_of_list(request.logins), request.role, names_of_list(request.districts), request.is_revoked
    )
    with network.granting(wanted) as people:
        result = _result(people, _change(wanted))
        before_commit(result)
    return result


def _change(wanted: Granting) -> str:
    if wanted.is_revoked and not wanted.role:
        return tr("No role any more: {logins}.").format(logins=listed(wanted.logins))
    text = tr("Not {role} any more: {logins}.") if wanted.is_revoked else tr("Now {role}: {logins}.")
    return text.format(logins=listed(wanted.logins), role=role_label(wanted.role))


def _result(people: tuple[RoleOfLogin, ...], change: str) -> GrantResult:
    frame = pd.DataFrame(
        [(one.login, one.role, "; ".join(one.districts) or None) for one in people],
        columns=["login", "role", "districts"],
        dtype=object,
    )
    lines = [
        tr("{login}: {role}").format(
            login=one.login,
            role=" – ".join(filter(None, [role_label(one.role), listed(one.districts)])),
        )
        for one in people
    ]
    return GrantResult(frame, (change, *lines))
