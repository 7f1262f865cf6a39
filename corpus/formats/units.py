"""Corpus stage: units that stand in a table's heading or above it, and the figures that they belong to."""

import re
from collections.abc import Sequence

_SCALE_ZH = "(?:百亿|十亿|亿|千万|百万|十万|万|千|百)"
_UNIT_ZH = (
    "(?:人民币|美元|欧元|日元|港元|元|人次|人天|人|名|位|户|个|家|所|座|亩|公顷|平方公里|平方千米|平方米|立方米|公里|千米|米|厘米|"
    "公斤|千克|克|斤|吨|公担|件|套|台|辆|次|项|册|株|棵|头|只|羽|场|期|份|笔|栋|幢|条|张|门|天|日|个月|月|小时|学时|分钟|岁|"
    "千瓦时|千瓦|度|升|批|种|类|篇|部|处|支|队|班|间|床|对|吨标准煤)"
)
_SCALE_EN = r"(?:hundred|thousand|million|billion|trillion|ten thousand|100 million|hundred million)"
_UNIT_EN = (
    r"(?:yuan|RMB|CNY|USD|US\$|EUR|GBP|HKD|euros?|dollars?|pounds?|people|persons?|households?|families|tonnes?|tons?|kg|"
    r"kilograms?|g|km2|km²|sq\.? ?km|square kilomet(?:re|er)s?|m2|m²|square met(?:re|er)s?|km|kilomet(?:re|er)s?|met(?:re|er)s?|m|"
    r"ha|hectares?|mu|days?|months?|years?|hours?|items?|projects?|schools?|students?|teachers?|doctors?|visits?|times|"
    r"kWh|MWh|GWh|kW|MW|GW|litres?|liters?)"
)
_SIGN = "[%％‰℃]"
_UNIT = re.compile(
    rf"{_SCALE_ZH}?{_UNIT_ZH}|{_SCALE_ZH}|{_SIGN}|(?:{_SCALE_EN} )?{_UNIT_EN}|{_SCALE_EN}|(?P<currency>RMB|CNY|USD|yuan) "
    rf"(?P<scale>{_SCALE_EN})|(?:10,?000|ten thousand) (?P<wan>{_UNIT_EN})|per ?cent",
    re.IGNORECASE,
)
_IN_HEADING = re.compile(
    r"([^/／]*?)\s*[（(\[【]\s*(?:单位|unit|in)?\s*[:：]?\s*([^（）()\[\]【】]+?)\s*[）)\]】]",
    re.IGNORECASE | re.DOTALL,
)
# What stands behind a stroke is a unit only if it can't be what is divided by.
_BEHIND_STROKE = re.compile(
    r"([^/／（(\[【]*?)\s*[/／]\s*("
    rf"(?:{_SCALE_ZH}?(?:人民币|美元|欧元|日元|港元|元))|[%％‰℃])"
    r"|([^/／（(\[【]*(?:长度?|里程|距离|length|distance))\s*[/／]\s*(公里|千米|米|km|m)"
    rf"|([^/／（(\[【]*(?:面积|area))\s*[/／]\s*({_SCALE_ZH}?(?:亩|公顷|平方公里|平方千米|平方米)|km2|km²|m2|m²|ha)"
    rf"|([^/／（(\[【]*(?:产量|重量|output|weight))\s*[/／]\s*({_SCALE_ZH}?(?:公斤|千克|吨)|kg|t)",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?:计量)?单位\s*[:：]\s*([^\s，,、；;）)]+)|\bunits?\s*[:：]\s*([^;,()]+)|[（(]\s*in\s+([^()（）]+)[）)]",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[-+−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_COUNTED_OTHERWISE = re.compile(
    r"年|月|日期|序号|编号|代码|号|率|比|占|数$|数量|人次|户|名次|排名|电话|year|month|date|no\.?$|number|rank|code|share|rate|ratio|id$|phone",
    re.IGNORECASE,
)
_WAN = "ten thousand"
_MONEY_UNIT = re.compile(r"元|RMB|CNY|USD|US\$|EUR|GBP|HKD|yuan|euro|dollar|pound", re.IGNORECASE)
_PEOPLE_UNIT = re.compile(r"人|名|位|people|persons?", re.IGNORECASE)
_MONEY = re.compile(
    r"金额|资金|投资|投入|收入|支出|产值|经费|总额|预算|拨款|利润|成本|费用?$|税|贷款|捐款|营业额|销售额|增加值|余额|GDP|funds?\b|funding|"
    r"amount|cost|revenue|income|expenditure|expenses|spending|spent|budget|investment|invested|value|sales|profits?|"
    r"grants|taxes|loans|donations|payments|price|wages|money|turnover",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"[人员师生者]|医护|干部|职工|people|persons|staff|teachers|students|doctors|nurses|workers|men\b|children|officials|pupils",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"[校院所园厂店站座台辆套件村县镇乡市州组队班期次届场]|项目|企业|家庭|公司|机构|面积|里程|长度|产量|重量|时间|温度|床位|\b[a-z]{3,}s\b|\b(?:length|"
    r"area|population|weight|distance|output|height|time|temperature)\b",
    re.IGNORECASE,
)
_OWN_UNIT = re.compile(
    r"[/／]|[（(\[【](?!(?:含|不含|其中|截至|incl|excl|\d{4})[^）)\]】]*[）)\]】])|\bper\b|每|[a-z]\s+%|人均",
    re.IGNORECASE,
)


def is_figure(text: str) -> bool:
    """Tell whether a cell holds a bare figure, to which a unit can be added.

    >>> [is_figure(text) for text in ("1,569", "-3.5", "72人", "2020年", "2020-2021")]
    [True, True, False, False, False]
    """
    return bool(_FIGURE.fullmatch(text.strip()))


def split_heading(heading: str) -> tuple[str, str]:
    """Return a heading without its unit, and that unit; empty where it has none.

    >>> split_heading("金额（万元）"), split_heading("Funds (RMB million)"), split_heading("人数（含家属）")
    (('金额', '万元'), ('Funds', 'million RMB'), ('人数（含家属）', ''))
    """
    found = _IN_HEADING.fullmatch(heading) or _BEHIND_STROKE.fullmatch(heading)
    if not found:
        return heading, ""
    label, written = [part for part in found.groups() if part is not None][:2]
    unit = _as_unit(written.strip())
    return (label or heading, unit) if unit else (heading, "")


def unit_above(text: str) -> str:
    """Return the unit that a line above a table states for it; empty where it states none.

    >>> unit_above("单位：万元"), unit_above("Table 1: Funds (in million yuan)"), unit_above("表1 资金")
    ('万元', 'million yuan', '')
    """
    found = _ABOVE.search(text)
    return _as_unit(next(part for part in found.groups() if part).strip()) if found else ""


def take_unit_above(headings: Sequence[str], unit: str) -> list[bool]:
    """Tell of which columns the figures are in the unit of the whole table; a doubtful one takes none.

    Money is what a heading says it is, or all that stands in a table where nothing else is counted.

    >>> take_unit_above(["补助标准（元/人）", "学校", "金额"], "万元"), take_unit_above(["教育", "医疗"], "万元")
    ([False, False, True], [True, True])
    """
    money = bool(_MONEY_UNIT.search(unit))
    people = bool(_PEOPLE_UNIT.search(unit))

    def other(heading: str) -> bool:
        """Tell whether a heading says something that the unit does not measure."""
        if _MONEY.search(heading):
            return not money
        if _PEOPLE.search(heading):
            return not people
        return bool(_COUNTED.search(heading))

    doubtful = [bool(_OWN_UNIT.search(heading)) or other(heading) for heading in headings]
    alone = not any(doubtful)
    said = _MONEY if money else _PEOPLE if people else None
    return [
        bool(heading)
        and not doubt
        and not _COUNTED_OTHERWISE.search(heading)
        and (alone or bool(said and said.search(heading)))
        for heading, doubt in zip(headings, doubtful, strict=True)
    ]


def with_unit(figure: str, unit: str) -> str:
    """Return a figure followed by its unit as its language writes it.

    >>> with_unit("26.4", "万元"), with_unit("26.4", "million yuan"), with_unit("12", "%")
    ('26.4万元', '26.4 million yuan', '12%')
    """
    return figure + (" " if unit[:1].isascii() and unit[:1].isalpha() else "") + unit


def _as_unit(text: str) -> str:
    text = " ".join(text.split())
    found = _UNIT.fullmatch(text)
    if not found:
        return ""
    if found["currency"]:
        return f"{found['scale']} {found['currency']}"
    return f"{_WAN} {found['wan']}" if found["wan"] else text
