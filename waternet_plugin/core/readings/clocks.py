"""The clocks of a place, by the name of its time zone."""

from __future__ import annotations

import datetime

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# Zones without clock changes since 1992: they need no database, which Windows has not.
_FIXED_HOURS = {
    "Asia/Shanghai": 8, "Asia/Chongqing": 8, "Asia/Harbin": 8, "PRC": 8, "Asia/Hong_Kong": 8, "Asia/Macau": 8,
    "Asia/Taipei": 8, "Asia/Urumqi": 6, "Asia/Singapore": 8, "Asia/Tokyo": 9, "UTC": 0,
}  # fmt: skip


def clock_of(key: str, name: str) -> datetime.tzinfo:
    """Return the clock of a place by the name of its time zone.

    Parameters
    ----------
    key
        The setting that names it, for the sentence.
    name
        A name of the tz database, such as Asia/Shanghai.

    Raises
    ------
    InputError
        When there is no such zone, or this computer does not know its rules.
    """
    if name in _FIXED_HOURS:
        return datetime.timezone(datetime.timedelta(hours=_FIXED_HOURS[name]), name)
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # ZoneInfoNotFoundError is a KeyError; odd names raise the others.
        message = tr("Setting {key}: “{value}” is not a time zone. Write one such as Asia/Shanghai.")
        raise InputError(message.format(key=key, value=name)) from None
