"""Lists of what was done at assets: whether a list is one, the day of its rows, the kind of their work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.guessing import column_fits
from waternet_plugin.core.exchange.guessing.column_choice import ColumnCandidate
from waternet_plugin.core.exchange.guessing.column_names import WITHIN
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.tables import Field, Table

# Work at assets that lists record, and what only a list of the assets themselves tells.
_WORK = "(?:清掏|清淤|清疏|疏通|清洗|冲洗|养护|巡检|巡查)"
_RECORDED = re.compile(f"{_WORK}.{{0,4}}(?:记录|登记|台账|日志|日报|计划|任务)")
# Calls of customers, which are no list of what broke.
_COMPLAINTS = re.compile(
    r"(?:投诉|热线|客服|信访|12345).{0,4}(?:工单|记录|登记|台账|清单|汇总|统计|明细|一览)|投诉"
)
_OF_FAILURE = re.compile(r"爆管|漏|抢修|维修|故障|破损|管径|管材")
_DAY_OF_WORK, _OF_WORK = (
    re.compile(f"^{_WORK}?(?:日期|时间)$"),
    re.compile(f"{_WORK}(?:人|单位|班|结果|情况|内容|方?量)"),
)
_OF_ASSET = re.compile(r"容积|容量|材质|规格|建成|建设|安装|敷设|权属|井深|埋深|周期")
# The day on which what a row tells happened, by table.
_DAY_OF_ROW = {"failure": "date", "inspection": "date", "work_item": "closed_on"}
_DUE, _PLANNED, _DONE = "due_on", re.compile("计划|任务"), re.compile("记录|登记|台账|日志|日报")
_DAY = re.compile(r"(?:日期|时间|年月日)$|^(?:日|date|day|datetime)$")
# Days that lie before or after what a row tells, or are of something else.
_OTHER_DAY = re.compile(
    r"计划|预[约计]|要求|应|下次|上次|截止|到期|限|录入|更新|填[报表写]|审|报送|建|安装|敷设"
)
# A manhole and a team say nothing of what was done.
NOT_WORK = re.compile("检查井|检测井|抢修队|维修队|巡检队")
# What lies in drains is what cleaning takes out.
_CLEANED = re.compile("淤")


def records_work(columns: list[str], name: str) -> bool:
    """Return whether a list tells what was done or asked for, rather than assets: cleanings, complaints."""
    names = [fold(bare_name(column)) for column in columns]
    if _COMPLAINTS.search(name) and not any(_OF_FAILURE.search(one) for one in (name, *names)):
        return True
    if any(_OF_ASSET.search(one) for one in names):
        return False
    is_dated = any(_DAY_OF_WORK.search(one) for one in names)
    return bool(_RECORDED.search(fold(name))) or (is_dated and any(_OF_WORK.search(one) for one in names))


def day_of_rows(
    table: Table, frame: pd.DataFrame, name: str, chosen: Mapping[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the only column of days under the field of each row's day, nothing where another could be.

    The bare headings 日期 and 时间 say as much as any other where a list has no second day.

    Parameters
    ----------
    frame
        Rows of the file.
    name
        Of the file.
    chosen
        The columns chosen so far, by their fields.
    """
    field = _DAY_OF_ROW.get(table.name, "")
    days = {described.name for described in table.fields if described.type in ("date", "datetime")}
    if table.name == "work_item":
        if not records_work([*map(str, frame.columns)], name):
            return {}
        # Beside a day that is planned the other one is that of the work.
        days -= {_DUE}
        field = _DUE if _PLANNED.search(name) and not _DONE.search(name) else field
    if not field or {*days, field} & set(chosen):
        return {}
    used = {candidate.column for candidate in chosen.values()}
    free = (column for column in source_columns(frame) if column not in used)
    dated = [column for column in free if _DAY.search(fold(bare_name(column)))]
    if len(dated) != 1 or _OTHER_DAY.search(dated[0]):
        return {}
    described = table.field(field)
    fits = column_fits.fit(described, frame[dated[0]], is_id=False) >= column_fits.SURE_FIT
    return {field: ColumnCandidate(WITHIN, 1.0, described, dated[0])} if fits else {}


def kind_of_content(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the columns with that of contents as kinds of work where each row names one: 疏通管道."""
    content = chosen.get("note")
    if table.name != "work_item" or content is None or "type" in chosen:
        return chosen
    described = table.field("type")
    # A remark among the values fits no code.
    if not column_fits.fit(described, frame[content.column], is_id=False) >= column_fits.SURE_FIT:
        return chosen
    rest = {field: candidate for field, candidate in chosen.items() if field != "note"}
    return {**rest, "type": ColumnCandidate(WITHIN, 1.0, described, content.column)}


def work_of_columns(described: Field, columns: Sequence[str]) -> str | None:
    """Return the kind of work that headings speak of, such as 疏通长度; None where none or several do."""
    codes = {
        "clean" if _CLEANED.search(column) else column_fits.named_code(described, NOT_WORK.sub("", column))
        for column in columns
    }
    codes.discard(None)
    return codes.pop() if len(codes) == 1 else None
