"""Bot stage: Chinese questions of any wording by their parts: the word of the operation, the things, what is said of all."""

import re

from bot.derive.chinese_lists import things_listed
from bot.derive.plan import MOST_OPERANDS, Operation, Plan, Wanted, cues

_ASKED = re.compile(r"多少|几|多[大高长]")
_ASK = r"(?:[，,]?(?:是|有|为|得|等于|共|一共|总共)*(?:多少|几)[一-鿿]{0,3}|[，,]?(?:=|＝|等于)+)?$"
_YEAR = r"(?:\d{4}|(?<!\d)\d{2}(?=年|[、到至和与跟]\d{2}年))"
_DATE = rf"(?:{_YEAR}年?(?:\d{{1,2}}月)?(?:上半年|下半年)?|上半年|下半年|今年|去年|前年|当年|上个?月|这个月|[春夏秋冬]季?|第[一二三四五六七八九十\d]+(?:期|年|季度|批|届|轮|阶段|个月)|[一二三四]季度)"
_DATES = re.compile(
    rf"(?P<all>{_DATE}(?:度|的)?(?:(?:、|和|与|跟|同|及|以及|还有|到|至|-|—|~|加上?|，|,)+{_DATE})+)(?P<count>[两二三四五六七八九十几]年|这?几年)?(?:度)?(?:这)?"
)
_THROUGH = re.compile(rf"({_YEAR})年?(?:到|至|-|—|~)({_YEAR})年?$")
_GROWN = re.compile(
    r"(?:增长|增加|涨|上涨|提高|上升|减少|下降|降低|降|跌|变化|多|少|增)(?:了|出)?(?=(?:多少|几)(?!倍|番))"
)
_FOLD = re.compile(r"(?:增长|增加|涨|扩大|提高|翻)(?:了|到)?(?:多少|几)倍|(?:多少|几)倍")
# The word of each operation, as it stands in a question whatever else is in it; the first that is found is taken.
_TOLD: tuple[tuple[Operation, re.Pattern[str]], ...] = (
    ("mean", re.compile(r"平均(?:每[年月期季]|一下|数|值|下来|是|有|为|起来)|年均|的平均|求(?:个|一下)?平均|均值|取(?:个)?平均|平均$")),
    ("ratio", re.compile(r"(?:的)?(?:数量)?(?:之比|比例|比值|比率|配比|倍数|几比几|多少比多少|倍数关系)(?:关系)?(?:是|为)?(?:多少|几|怎样|怎么样|什么)?(?:比(?:多少|几))?|(?:差|相差)(?:了)?(?:多少|几)倍")),
    ("difference", re.compile(r"(?:之间)?的?(?:相差|差距|差额|差值|差异|缺口|悬殊|之差|差了?(?=多少|几)|差(?:多少|几))(?:有|是|为|了|在)*(?:多大|多少|几)?(?:[个名人元万亿吨次家所台座])?")),
    ("maximum", re.compile(r"排(?:个|一下|下)?(?:名|序|队|行)|排(?:名|序|行)|从(?:多到少|高到低|大到小)|排一排|孰[多高大]孰?[少低小]?|孰[多高大]|哪(?:一|个)?年?(?=[^，]*(?:居首|榜首|第一(?![期批年季轮次届阶个])|夺冠|领先|最))|谁(?:更|最)?[多高大强]|(?:哪|谁)(?:[个种项边家份座所类方年])?[^，,]{0,6}(?:最|更)[^，,]{1,3}|(?:哪|谁)(?:[个种项边家份座所类方年])?[^，,]{0,4}(?:[多高大]|第一|冠军|领先|占优|胜出|赢)|比(?:一比|一下|较一下|较)|对比(?:一下)?|[多高大]小(?:比较)?|(?:居首|居于首位|排第一|第一(?![期批年季轮次届阶个])|榜首|夺冠|领先)")),
    ("sum", re.compile(r"(?:都|全|全部|一起|一并|统统|通通)?(?:算(?:上|进去|在内|在一起|到一起|一起|进来|到一块)|计算在内|加总|累加|汇总|凑(?:在)?一[起块]|并(?:在)?一[起块]|归(?:到|在)一起|放(?:在)?一[起块](?:算)?|合(?:并|共|到一起|一块儿?)|加(?:到)?一[起块]儿?|[加合]起来|加在一起|合计|总计|共计|总和|之和|和是|拢共|拢总|通共|加和|求和|相加|一共|总共|总数)(?:的话|之后|后|以后)?")),
)  # fmt: skip
# What asks for each figure by itself, or names but examples of one thing.
_APART = re.compile(r"各(?!类|种|项|界|级|族)|分别|(?:这些|那些|之类|等等)")
_VERB = re.compile(r"[种派来招建卖投捐做开去修收花用买引带教培实完]")
_WEAK = re.compile(r"一共|总共|共计|总计|总数|合共|算(?:上|进去|在内)")
_EDGES = re.compile(
    r"^(?:的|是|为|里|把|将|如果|假如|要是|若|，|,|：|:| |全部|都|全)+|(?:，|,|：|:| |都|全|是|为|把|将|的话|里|呢|在)+$"
)


def by_parts(question: str) -> Plan | None:
    """Return how a question is worked out that tells its operation and names its things, in whatever order.

    >>> plan = by_parts("把教师的人数、医生的人数都算进去")
    >>> plan and (plan.operation, [one.name for one in plan.wanted])
    ('sum', ['教师的人数', '医生的人数'])
    """
    for operation, told in _TOLD:
        found = told.search(question)
        if found and not (operation == "sum" and _APART.search(question)):
            if cues("zh")["reports"].search(question):
                return _of_reports(operation, question, found)
            clauses = _clauses(question[: found.start()], question[found.end() :])
            wanted = clauses or _listed(question[: found.start()], question[found.end() :])
            if wanted and (len(wanted) == 2 or operation not in ("difference", "ratio")):
                weak = operation == "sum" and not clauses and bool(_WEAK.search(found[0]))
                compared = operation == "maximum"
                return Plan(operation, wanted, question, compared=compared, weak=weak)
    return None


def _of_reports(operation: Operation, question: str, told: re.Match[str]) -> Plan | None:
    """Return how the figures of both reports are put together."""
    rest = re.sub(_ASK, "", cues("zh")["reports"].sub("", question[: told.start()] + question[told.end() :]))
    rest = re.sub(
        r"^(?:的|里面|里|中|当中|之间|各自|说的|写的|上|对|关于)+|(?:说法|各自|之间)", "", _EDGES.sub("", rest)
    )
    rest = _EDGES.sub("", rest)
    if len(rest) < 2:
        return None
    wanted = Wanted(rest, rest if _ASKED.search(rest) else f"{rest}有多少")
    return Plan(operation, (wanted,), question, of_reports=True, compared=operation == "maximum")


def _listed(before: str, behind: str) -> tuple[Wanted, ...]:
    behind = re.sub(_ASK, "", behind)
    for text in (f"{before}，{behind}" if behind else before, before, behind):
        listed = things_listed(_EDGES.sub("", text)) or _behind_colon(text)
        if listed:
            lead, names, tail = listed
            lead, tail = _EDGES.sub("", lead), _EDGES.sub("", tail)
            if re.search(r"^(?:什么|怎么|哪里|谁|为什么|如何)", tail):
                return ()
            return _wanted(lead, names, tail)
    return ()


def _behind_colon(text: str) -> tuple[str, list[str], str] | None:
    things = re.split(r"[：:]", text)[-1] if re.search(r"[：:]", text) else ""
    names = [one.strip() for one in re.split(r"[，,、；;]|和|与", things) if one.strip()]
    return ("", names, "") if 1 < len(names) <= MOST_OPERANDS and all(1 < len(one) < 16 for one in names) else None


def _wanted(lead: str, names: list[str], tail: str) -> tuple[Wanted, ...]:
    if len(set(names)) < len(names) or len(names) > MOST_OPERANDS:
        return ()
    made = []
    for name in names:
        text = f"{lead}{name}{tail}".strip("，, ")
        made.append(Wanted(name, text if _ASKED.search(text) else f"{text.removesuffix('的')}有多少"))
    return tuple(made)


def _clauses(before: str, behind: str) -> tuple[Wanted, ...]:
    """Return the things that are asked for in a clause each: 书房有几个，礼堂有几个，合起来呢."""
    if _ASKED.search(behind) and re.search(r"[，,、]", behind):
        return ()
    parts = [one.strip() for one in re.split(r"[，,；;、]|(?:和|跟|与)(?=[^，,]*(?:多少|几))", before) if one.strip()]
    asking = [one for one in parts if _ASKED.search(one)]
    if len(asking) < 2 or len(asking) < len(parts):
        return ()
    return tuple(Wanted(re.split(r"有?(?:多少|几)", one)[0] or one, one) for one in parts)


def of_times(question: str) -> Plan | None:
    """Return how the figures of several times are put together: 2016、2017、2018三年的资金加起来."""
    match = _DATES.search(question)
    operation = _told_of_times(question) if match else None
    if not match or operation is None:
        return None
    dates = re.findall(_DATE, match["all"])
    through = _THROUGH.search(match["all"])
    if operation == "sum" and re.search(r"到|至|-|—|~", match["all"]):
        return None
    if through and operation == "mean" and len(dates) == 2:
        low, high = int(through[1]), int(through[2])
        if not 1 < high - low + 1 <= MOST_OPERANDS:
            return None
        dates = [str(year) for year in range(low, high + 1)]
    if operation in ("difference", "ratio") and len(dates) != 2:
        return None
    names = [_year(one) for one in dates]
    lead, tail = question[: match.start()], question[match.end() :]
    lead = re.sub(r"(?:从|把|将|如果|请问|在|对比|比较|和|自)+$", "", lead).removeprefix("把").removeprefix("从")
    for told in (_FOLD, _GROWN, *(one for _, one in _TOLD)):
        tail = told.sub("", tail, count=1)
    tail = re.sub(r"(?:相比|比较|之间|各自|分别|每年|都)", "", tail)
    tail = re.sub(_ASK, "", tail)
    tail = _EDGES.sub("", tail)
    if not f"{lead}{tail}".strip("的，, "):
        return None
    if operation == "ratio":
        names.reverse()
    wanted = _wanted(f"{_EDGES.sub('', lead)}", names, tail if not tail or lead or _VERB.match(tail) else f"的{tail}")
    return Plan(operation, wanted, question, compared=operation == "maximum") if wanted else None


def _told_of_times(question: str) -> Operation | None:
    if _FOLD.search(question):
        return "ratio"
    if _GROWN.search(question) and re.search(r"到|至|比|和|与|跟", question):
        return "difference"
    for operation, told in _TOLD:
        found = told.search(question)
        if found and not (operation == "sum" and _WEAK.search(found[0])):
            return operation
    return None


def _year(written: str) -> str:
    if re.fullmatch(r"\d{4}", written):
        return f"{written}年"
    short = re.match(r"(\d{2})(年.*)?$", written)
    return f"20{short[1]}{short[2] or '年'}" if short else written
