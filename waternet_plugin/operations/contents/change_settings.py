"""The settings of a network: those in force, and values of its own written as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import listed
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

# Numbers nearer to each other than this are the same value written in two ways.
_SAME = 1e-9


@dataclass(frozen=True)
class SettingsInForce:
    """The settings of a network, and its position before they were read."""

    settings: Settings
    seen: str


def settings_in_force(network: Network) -> SettingsInForce:
    """Return the settings of a network: its own values, the shipped ones where it has none."""
    seen = network.position()
    return SettingsInForce(network.settings(), seen)


@dataclass(frozen=True)
class ChangeSettingsRequest:
    """Values to write.

    Parameters
    ----------
    values
        Texts by key.
    seen
        The network's position before the settings were read that the person saw; now if None.
    """

    values: Mapping[str, str]
    seen: Optional[str] = None


@dataclass(frozen=True)
class ChangedSettings(Written):
    """The settings that were written: their keys, none where all values were in force already."""

    keys: tuple[str, ...] = ()


def change_settings(
    network: Network,
    request: ChangeSettingsRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ChangedSettings], Any] = no_outputs,
) -> ChangedSettings:
    """Write the values that are not in force yet, as one batch.

    Raises
    ------
    InputError
        For a value that is not of its setting's type.
    ConflictError
        When somebody else changed one of these settings since they were seen.
    """
    now = settings_in_force(network)
    wanted = now.settings.replaced(request.values)
    wanted.check(request.values)
    keys = tuple(key for key in request.values if _differ(now.settings.text(key), wanted.text(key)))
    if not keys:
        return ChangedSettings("")
    with network.write(
        "setting", name=listed(keys), seen=request.seen or now.seen, progress=progress
    ) as batch:
        for key in keys:
            batch.set_setting(key, wanted.text(key), unit=defaults()[key].unit)
        return finish(batch, ChangedSettings("", keys), before_commit)


def _differ(before: str, after: str) -> bool:
    """Return whether two texts are different values: numbers may be written in two ways."""
    try:
        return abs(float(before) - float(after)) > _SAME
    except ValueError:
        return before != after
