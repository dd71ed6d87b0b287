"""Who may do what in a network on a server: the four roles of its people, and what each of them may.

A file has no roles: whoever can write it may do everything.
"""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.texts import listed, tr

READER, EDITOR, DISTRICT_EDITOR, KEEPER = "reader", "editor", "district_editor", "keeper"
ROLES = (READER, EDITOR, DISTRICT_EDITOR, KEEPER)
# Kinds of batches that a keeper alone writes: they write much at once, or what everybody relies on.
KEEPERS_KINDS = ("adopt", "update", "survey", "repair", "own", "mend", "migrate", "restore")
# What a keeper alone does beside them.
THRESHOLDS, GRANT, UNDO_OF_OTHERS = "thresholds", "grant", "undo of others"
_KEEPERS_WORK = frozenset({*KEEPERS_KINDS, THRESHOLDS, GRANT, UNDO_OF_OTHERS})


def role_label(role: str) -> str:
    """Return what people call a role."""
    labels = {
        READER: tr("Reader"),
        EDITOR: tr("Editor"),
        DISTRICT_EDITOR: tr("District editor"),
        KEEPER: tr("Keeper"),
    }
    return labels[role]


@dataclass(frozen=True)
class RoleOfLogin:
    """What somebody is in a network.

    Parameters
    ----------
    login
        The name by which they come to the server.
    role
        One of `ROLES`.
    districts
        Ids of the zones that a district editor may edit in.
    """

    login: str
    role: str
    districts: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return in a few words what this login may do."""
        if self.role == READER:
            return tr("You can look at it, not edit it.")
        if self.role == EDITOR:
            return tr("You can edit it.")
        if self.role == DISTRICT_EDITOR:
            return tr("You can edit: {districts}.").format(districts=listed(self.districts))
        return tr("You are its keeper.")

    def refusal(self, kind: str) -> str:
        """Return in a sentence why this role may not do something, '' where it may.

        Parameters
        ----------
        kind
            Of a batch; or `THRESHOLDS`, `GRANT` or `UNDO_OF_OTHERS`.
        """
        if self.role == KEEPER:
            return ""
        if self.role == READER:
            text = tr(
                "The login {login} may only look at this network. Ask its keeper for the role of an editor."
            )
            return text.format(login=self.login)
        if kind in _KEEPERS_WORK:
            text = tr(
                "The login {login} may edit this network, but this is done by its keeper: imports, repairs, "
                "settings, own fields, and undoing what others did."
            )
            return text.format(login=self.login)
        return ""


@dataclass(frozen=True)
class Granting:
    """Whom to give a role, or to take one from.

    Parameters
    ----------
    logins
        Their names; the server knows them already.
    role
        One of `ROLES`; to take roles away also '' for whichever they have.
    districts
        Ids of the zones that a district editor may edit in.
    is_revoked
        Whether the role is taken away.
    """

    logins: tuple[str, ...]
    role: str
    districts: tuple[str, ...] = ()
    is_revoked: bool = False
