"""The rows that papers are about, in the order of the request."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, shortened, tr


@texts.in_interface()
def subject_rows(rows: pd.DataFrame, name: str, subjects: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of a table that papers are about: those of the request, else all, by id.

    Parameters
    ----------
    rows
        All rows of the table.
    name
        Of the table.
    subjects
        Ids; empty: all.

    Raises
    ------
    InputError
        When there is no such row, or none at all.
    """
    id_field = table(name).id_field
    if not len(rows):
        message = tr("The network has no rows in the table {table}. Draw them or bring them in first.")
        raise InputError(message.format(table=table(name).label))
    if not subjects:
        return rows.sort_values(id_field, kind="stable").reset_index(drop=True)
    wanted = list(dict.fromkeys(subjects))
    known = set(rows[id_field])
    missing = [each for each in wanted if each not in known]
    if missing:
        raise InputError(
            tr("SUBJECT: {ids} is not in the table {table}. Known are: {known}.").format(
                ids=listed(missing), table=table(name).label, known=shortened(sorted(known))
            )
        )
    return rows.drop_duplicates(id_field).set_index(id_field, drop=False).loc[wanted].reset_index(drop=True)
