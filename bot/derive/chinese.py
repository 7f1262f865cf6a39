"""Bot stage: what a Chinese question wants worked out, and from which operands."""

import re
from collections.abc import Sequence

from bot.derive.chinese_lists import ATTRIBUTE, in_place_of, last_thing, led_alike, things_listed
from bot.derive.chinese_parts import by_parts, of_times
from bot.derive.chinese_rephrase import rephrased, uncourteous
from bot.derive.plan import Operation, Plan, Wanted, cues
from bot.quantities import Quantity, read
from corpus.places import placed
from corpus.segment import words

_ASKS = re.compile(r"多少|几(?![乎何分种])|多[大高长重]")
_COUNT = r"(?:[两二三四五六七八九十]|十[一二]|\d{1,2})"
_GROUP = re.compile(
    rf"(?<![几数百千万亿\d第])(?:这|那|全部|所有)?(?P<count>{_COUNT})(?P<measure>[个家座所项种类处间笔支边方])(?P<noun>(?!报告|多少|几|年|月)[一-鿿“”、]{{2,14}}?)"
    r"(?=里|中(?!心)|当中|都|总|一共|共|合|加|哪|各|平均|均摊|的|，|建|花|用|投|分|$)"
)
_BESIDES = re.compile(
    r"(?P<before>.+?)比(?!例|较|重|值|率|赛)(?P<other>.+?)(?:[多少高低大小贵长]出?了?(?P<done>[一-鿿]{0,3}?)|超出|超过)(?P<ask>(?:多少|几).*)$"
)
_TIMES = re.compile(r"^(?P<part>.+?)(?:是|为|相当于|等于|达到?了?)(?P<whole>.+?)的?(?:多少|几)倍")
_PERCENT = r"(?:百分之(?:多少|几)|几成|多大(?:的)?(?:比例|比重|份额)|(?:比例|比重|份额|百分比)(?:是|有|为)?(?:多少|多大|几成)?|几分之几|(?:多少|几)个?%|%)"
_SHARES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?P<part>.+?)在(?P<whole>[^在，,]+?)(?:里面|里头?|当中|之中|中(?!心))?[，,]?[约只能]*占(?:了|到|的)?(?:{_PERCENT}|多少(?:比例|$))",
        rf"^(?P<part>.+?)占(?:了|到|据)?(?P<whole>(?:(?![多少几]|百分).)+?)的?(?:{_PERCENT}|多少(?:比例|$))",
        rf"^(?P<whole>.+?)(?:里面|里头?|当中|之中|中(?!心)|，其中|，)[，,]?(?:有)?(?P<part>[^，]+?)(?:占(?:了|到|的)?{_PERCENT}|占比(?:是|有|为)?(?:多少|多大|几成)?)",
        r"^(?P<whole>.+?)(?:里面|里|当中|之中|中(?!心)|，其中|，)?[，,]?有?(?:百分之(?:多少|几)|几成|多大(?:的)?比例)的?(?:是|用于|用在|属于|来自|由|投在|花在|给了?)(?P<part>.+)$",
    )
)
_EACH = re.compile(
    r"^(?P<before>.*?)(?:平均|均摊|摊到|折合|算下来|大约合|摊下来)*(?:到)?(?:每|平均一|(?<=[，,])一)一?"
    r"(?P<measure>人次|平方米|公顷|公斤|[个名位家所座台项户只件本册场间处株套支吨亩斤人次趟场])(?P<behind>.*)$"
)
# What one of so many costs or brings.
_PRICE = re.compile(r"[，,]一(?:吨|亩|公斤|斤|人次|[个名位户家座]).{0,6}(?:多少|几)(?:钱|[万亿]?元)$")
_EACH_VERBS = frozenset(
    "平均 均摊 大概 大约 能 要 可以 可 投资 投入 投 花 花了 花费 用 用了 卖 卖了 销售 产 生产 带 带了 结对 教 培训 提供 解决 有 是 为 合 分到 分得 分 拿到 拿 得 得到 "
    "摊 覆盖 发 发了 安排 对应 负责 多少 几 的 销售额 造价 增收 赚 搞 开 建 做 看 拉 运 载 接 让".split()
)
_OVER = re.compile(r"^(?P<one>[^，,]{2,}?)(?:除以|÷)(?P<other>[^，,]{2,})$")
_WITHOUT = re.compile(
    r"^(?P<whole>.+?)(?:里面|里|当中|中(?!心))?[，,]?(?:扣掉|扣除|除去|除掉|除了|减去|减掉|减|去掉|去除|刨去|刨掉|不算)(?P<part>.+?)[，,]?"
    r"(?:以外|之外|外|后|之后)?[，,]?(?:还|就|是|等于|得|总共|一共|共)*(?:剩下?|余下?|有|是|得)?(?:的)?(?:是|有)?(?:多少|几)"
)
_REST = re.compile(r"扣|除|减|去掉|刨|不算|剩|余下")
_AVERAGES = re.compile(r"平均|均摊|折合|算下来|摊|大约合|分到|分得|分摊")
_SUFFICES = re.compile(r"[一-鿿]{2}")
_UNITS = frozenset("吨亩斤人")
_SIDES = re.compile(r"[两双](?:边|方|地)")
_WHICH = re.compile(r"(?:到底|究竟)?(?:是)?(?:哪(?:一)?(?:个|种|项|边|家|份|座|所|类|笔|方|处|间|样)|谁)(?:的)?")
_MORE = re.compile(r"(?:的)?(?:是)?得?(?:更|最|比较)?(?:多|少|大|小|高|低|贵|长)(?:一些|一点|些|点)?(?:呢|啊|吗)?$")
_BETWEEN = re.compile(r"(?:之间)?(?:的)?(?:相差|差(?:距|额|值|别)?|之差)(?:了|是|有|为)*")


def planned(question: str) -> Plan | None:
    """Return how a question, without the mark at its end, is worked out."""
    cue = cues("zh")
    if cue["everything"].search(question):
        return Plan("sum", (), question, everything=True)
    *first, last = [one for one in re.split(r"[？?。]", question) if one.strip()] or [question]
    if first:
        # Of several sentences one must tell by itself what is to be worked out.
        return planned(last) or (planned("，".join(first)) if len(first) == 1 else None)
    question = rephrased(uncourteous(question))
    for reading in (
        _grouped_mean,
        _compared_by,
        _multiple,
        _divided,
        _without,
        _share,
        _average,
        of_times,
        _largest,
        _gap,
        _total,
        by_parts,
    ):
        plan = reading(question)
        if plan:
            return plan
    return None


def _divided(question: str) -> Plan | None:
    match = _OVER.search(question)
    if not match:
        return None
    return Plan("average", tuple(Wanted(one, _asking(one)) for one in (match["one"], match["other"])), question)


def _grouped_mean(question: str) -> Plan | None:
    """Return how the mean of so many things is worked out: 五个诊所平均接诊多少人."""
    group = _GROUP.search(question) if re.search("平均|均摊", question) else None
    if not group or not (number := _number(group["count"])) > 1:
        return None
    bare = re.sub(r"(?:平均|均摊)(?:下来|一下)?(?:每?一?[个家座所项])?|各自|各", "", question)
    return Plan("mean", (Wanted(group[0], _asking(bare)),), question, group=number)


def _compared_by(question: str) -> Plan | None:
    match = _BESIDES.search(question)
    if not match or len(match["other"]) < 2 or "平均" in question or re.search("哪|谁", match["other"]):
        return None
    before, other, ask = match["before"], match["other"], f"{match['done'] or ''}{match['ask']}"
    kind = before.rpartition("的")[2]
    if other.endswith("的") and 1 < len(kind) < len(before) - 1 and not _ASKS.search(before):
        # 在建的项目比投产的: both are projects.
        both = (before, f"{other}{kind}")
        if not re.match(r"(?:多少|几)(?:倍|个?(?:百分点|%))|百分之", ask):
            return Plan("difference", tuple(Wanted(one, _joined(one, ask)) for one in both), question)
    lead, name = last_thing(before)
    swapped = in_place_of(before, other)
    operation: Operation = "difference"
    if re.match(r"(?:多少|几)倍", ask):
        operation, ask = "ratio", "多少"
    if re.match(r"百分之|(?:多少|几)(?:个)?(?:百分点|%)", ask):
        return None
    second = swapped or _joined(led_alike(lead, name, other), ask)
    first = before if swapped and _ASKS.search(before) else _joined(before, ask)
    second = second if not swapped else _joined(swapped, ask)
    return Plan(operation, (Wanted(name or before, first), Wanted(other, second)), question)


def _multiple(question: str) -> Plan | None:
    match = _TIMES.search(question)
    if not match or "比" in match["part"]:
        return None
    part = match["part"].strip("，, ")
    attribute = ATTRIBUTE.search(part)
    lead, name = last_thing(part.removesuffix(attribute[0]) if attribute else part)
    whole = match["whole"].removesuffix("的")
    second = in_place_of(part, whole) or led_alike(lead, name, whole)
    return Plan("ratio", (Wanted(name, _joined(part, "多少")), Wanted(whole, _joined(second, "多少"))), question)


def _without(question: str) -> Plan | None:
    match = _WITHOUT.search(question) if _REST.search(question) else None
    if not match or not _SUFFICES.search(match["whole"]) or not _SUFFICES.search(match["part"]):
        return None
    whole, part = match["whole"], match["part"]
    wanted = (Wanted(whole, _joined(whole, "多少")), Wanted(part, _joined(f"{whole}，{part}", "多少")))
    return Plan("difference", wanted, question)


def _share(question: str) -> Plan | None:
    for pattern in _SHARES:
        match = pattern.search(question)
        if match and _SUFFICES.search(match["whole"]) and _SUFFICES.search(match["part"]):
            part, whole = match["part"].strip("，, 的"), match["whole"].strip("，, 的")
            part = part.removeprefix("其中的").removeprefix("其中")
            lead, name = last_thing(part)
            about = f"{whole}，{part}" if pattern not in _SHARES[:2] else part
            return Plan(
                "share",
                (
                    Wanted(name, _joined(about, "多少")),
                    Wanted(whole, _joined(_whole_of(part, lead, whole), "多少")),
                ),
                question,
            )
    return None


def _average(question: str) -> Plan | None:
    match = _EACH.search(question)
    if not match or not (_AVERAGES.search(question) or _PRICE.search(question)):
        return None
    before, measure, cut = match["before"].strip("，, "), match["measure"], words(match["behind"])
    end = next((i for i, word in enumerate(cut) if word in _EACH_VERBS), len(cut))
    noun, rest = "".join(cut[:end]).strip("，, "), "".join(cut[end:]).lstrip("，, 的")
    before = re.sub(r"(?:平均|算下来|的话)$", "", before).strip("，, ")
    rest = re.sub(r"平均|大概|大约", "", rest)
    rest = rest if _ASKS.search(rest) else f"{rest}多少"
    if not noun and measure in _UNITS:
        what = re.sub(r"(?:多少|几)[一-鿿]*$", "", rest)
        divisor, name = f"{before}{what}多少{measure}", measure
    elif noun:
        divisor, name = f"{before}有多少{measure}{noun}", noun
    elif before:
        _, noun = last_thing(before)
        divisor, name = f"{before}有多少{measure}", noun
    else:
        return None
    whole = f"{before}{noun if noun not in before else ''}{rest}"
    weak = not _AVERAGES.search(question)
    return Plan("average", (Wanted(whole, whole), Wanted(name, divisor)), re.sub("平均", "", question), weak=weak)


def _largest(question: str) -> Plan | None:
    cue = cues("zh")
    least = cue["least"].search(question)
    most = cue["most"].search(question) or cue["compare"].search(question)
    if not most and not least:
        return None
    question = cue["compare"].sub("", question).strip("，, ")
    operation: Operation = "minimum" if least and not most else "maximum"
    reports = cue["reports"].search(question) or _SIDES.search(question)
    bare = _WHICH.sub("", question)
    bare = _MORE.sub("", bare)
    if reports:
        reports = cue["reports"].search(bare) or _SIDES.search(bare)
        rest = bare[: reports.start()] + bare[reports.end() :] if reports else bare
        there = placed(rest, "zh")
        if len(there) > 1:
            rest = rest[: there[0][0][0]] + rest[there[-1][0][1] :]
        rest = re.sub(r"^(?:的|里面|里|中|当中|相比|比较|之间|各自|各|说的|[，,])+", "", rest).strip("，, ")
        rest = re.sub("数(?:量|目)?$", "", rest)
        return Plan(operation, (Wanted(rest, _joined(rest, "多少")),), question, of_reports=True, compared=True)
    listed = things_listed(question)
    if listed:
        lead, names, tail = listed
        tail = re.sub(r"^(?:各自|各|分别|里|中|之间)+", "", _MORE.sub("", _WHICH.sub("", tail)).strip("，,的 "))
        of = "的" if lead.endswith(("，", ",", "里")) and not tail else ""
        wanted = tuple(Wanted(name, _asking(f"{lead}{name}{of}有" if of else f"{lead}{name}{tail}")) for name in names)
        return Plan(operation, wanted, question, compared=True)
    group = _GROUP.search(question)
    if group and (number := _number(group["count"])) > 1:
        return Plan(operation, (Wanted(group[0], _joined(bare, "多少")),), question, group=number, compared=True)
    return None


def _gap(question: str) -> Plan | None:
    for operation in ("difference", "ratio"):
        found = cues("zh")[operation].search(question)
        listed = things_listed(question[: found.start()] + "，" + question[found.end() :]) if found else None
        if found and listed:
            lead, names, tail = listed
            tail = _BETWEEN.sub("", tail).strip("，,的是 ")
            wanted = tuple(Wanted(name, _asking(f"{lead}{name}{tail}")) for name in names)
            return (
                Plan("difference" if operation == "difference" else "ratio", wanted, question)
                if len(names) == 2
                else None
            )
    return None


def _total(question: str) -> Plan | None:
    cue = cues("zh")["sum"]
    added = re.search(r"(?:再)?加上?(?!起|在|到|总)|[+＋]", question)
    if not cue.search(question) and not added:
        return None
    weak = not cues("zh")["strong"].search(question) and not added
    if re.search(r"各|分别", question):
        return None
    plain = cue.sub("", question)
    listed = things_listed(
        re.sub(
            r"[，,]?(?:再|还)?加上(?!起|在|到|总)|[，,]?再加(?!起|在|到|总)|[+＋]",
            "、",
            cue.sub("总共", question, count=1),
        )
    )
    reports = cues("zh")["reports"].search(question)
    group = _GROUP.search(question)
    if group and re.search("[、和与及]", group["noun"]) and (number := _number(group["count"])) > 1:
        return Plan("sum", (Wanted(group[0], _asking(plain)),), plain, group=number)
    if listed:
        lead, names, tail = listed
        if weak and re.search(r"(?:这些|那些|之类|等等)", names[-1] + tail):
            return None  # the things are but examples of one
        lead, tail = (re.sub("总共", "", cue.sub("", part)) for part in (lead, tail))
        tail = re.sub("^(?:的)?(?:总数|总和|总共|一共|数量)", "", tail.lstrip("，,"))
        of = "的" if lead.endswith(("，", ",", "里")) else ""
        wanted = tuple(Wanted(name, _asking(f"{lead}{name}{of}{tail}")) for name in names)
        if len({one.question for one in wanted}) < len(wanted):
            return None
        return Plan("sum", wanted, plain, weak=weak)
    if reports:
        rest = re.sub(r"^(?:的)?(?:里面|里|中|当中)?[，,]?", "", plain.replace(reports[0], ""))
        return Plan("sum", (Wanted(rest, _asking(rest)),), plain, of_reports=True, weak=weak)
    if group and (number := _number(group["count"])) > 1:
        return Plan("sum", (Wanted(group[0], _asking(plain)),), plain, group=number)
    return None


def _whole_of(part: str, lead: str, whole: str) -> str:
    """Return how the whole of a share is asked for: 金华派的医生 of 浙江 is of 浙江派的医生."""
    return whole if whole in part else in_place_of(part, whole) or _context(lead, whole)


def _context(lead: str, whole: str) -> str:
    """Return a whole with what leads up to its part where that names a place or a programme, not a verb."""
    told = lead.endswith("的") and len(lead) > 2 and not re.match("全部|所有|总|整个|全体", whole)
    return f"{lead}{whole}" if told else whole


# Figures that a question states are no part of what it asks for.
_STATED = re.compile(
    r"(?<![第\d.])(?<!\d[年月])\d[\d.,]*(?:余|多)?[十百千万亿]*(?:余|多)?(?:人次|[个名位家所座项件支只套吨元亩台册户人株])?(?![年月日\d.])"
)


def _joined(text: str, ask: str) -> str:
    text = _STATED.sub("", text).strip("，, ").removesuffix("的")
    if _ASKS.search(text):
        return text
    # A verb of its own stands before what it asks for: 派了多少.
    there = text.endswith(("有", "是", "了")) or (_ASKS.search(ask) and not _ASKS.match(ask))
    return f"{text}{'' if there else '有'}{ask}"


def _asking(text: str) -> str:
    return _joined(text, "多少")


def _number(written: str) -> int:
    found: Sequence[object] = read(f"{written.replace('两', '二')}个人", "zh")
    return next((int(one.number) for one in found if isinstance(one, Quantity)), 0)
