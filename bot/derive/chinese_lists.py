"""Bot stage: the things that a Chinese question names side by side, and what is said of all of them."""

import re

from corpus.places import placed
from corpus.segment import tagged, words

# A time, in whose place another may stand.
_WHEN = re.compile(
    r"\d{2,4}年(?:\d{1,2}月)?(?:上半年|下半年)?|今年|去年|前年|上半年|下半年|第[一二三四五六七八九十]+(?:期|批|季度|届)"
)
# Between the things of a list.
_JOINS = frozenset("和 与 及 以及 跟 同 加 加上 还有 还是 、 或 或者 + ＋ 再加上 连同 外加 并上".split())


# What stands before the first thing of a list, or behind the last one.
_LEADS = frozenset(
    "的 了 里 中 内 把 将 给 对 在 有 是 为 于 到 从 由 建 建成 建立 建设 建起 建了 援建 捐 捐赠 捐献 投 投入 投资 花 用 用于 卖 销售 派 选派 "
    "招 招引 培训 培养 开 开设 开展 多少 几 个 家 座 名 位 只 支 套 项 件 册 所 次 用在 花在 就 按照 据 ， , ： : 请问 那么 算 计算 比较 对比 "
    "哪个 哪些 谁 三年来 总共 一共 合计 包括 当中 里面 其中".split()
)


_TAILS = frozenset(
    "， , ： : 多少 几 一共 总共 共 合计 总计 加 加起来 合 各 哪 哪个 谁 哪边 分别 相加 相差 差 差距 是 了 有 占 比 花 用 投 卖 之 之和 总和 "
    "两者 两项 都 全 被 由 在 总 这 三者 平均 到底 究竟 达 算 得 捐 建 派 值 贵 更 最 之间".split()
)


# 甲建书房的钱和乙建礼堂的钱: both things end alike.
_ALIKE = re.compile(
    r"^(?:把|将)?(?P<one>[^，,、和]{2,}的(?P<what>[^的，,、和]{1,3}))(?:和|与|跟|加上?)(?P<other>[^，,、]{2,}的(?P=what))(?=[，,]|$|一共|总共|加|合|相|差|谁|哪|之)"
)
# 省里派的医生和市里派的: the last thing goes without the noun of the first.
_ELLIPTIC = re.compile(
    r"^(?:把|将)?(?P<one>[^，,、和]{2,}的(?P<what>[^的，,、和\d]{1,6}))(?:和|与|跟|、)(?P<other>[^，,、]{2,}的)(?=[，,]|$|一共|总共|加|合|相|差|谁|哪|之)"
)
# 把甲的钱跟乙的钱算到一块儿: whatever stands between is one thing.
_PUT = re.compile(
    r"^(?:把|将)(?P<one>[^，,、和与跟同]+的[^，,、和与跟同]+)(?:和|与|跟|同|加上?)(?P<other>[^，,、和与跟同]+的[^，,、和与跟同]+?)(?=(?:都|全)?(?:总共|一共|加|合|算))"
)
_TITLE = re.compile(r"(《[^》]*》|“[^”]*”)")
ATTRIBUTE = re.compile(
    r"的(?:钱|投资额?|投入|资金|援疆资金|经费|面积|人数|数量|数目|数|个数|销量|销售额|总数|总额|总投资|造价|费用|花费|金额|规模|产量|次数|吨数|户数|亩数|项目数)$"
)


def things_listed(question: str) -> tuple[str, list[str], str] | None:
    """Return what stands before a list of things, the things, and what stands behind them."""
    for pattern in (_ELLIPTIC, _ALIKE):
        both = pattern.search(question)
        if both:
            noun = both["what"] if pattern is _ELLIPTIC else ""
            return "", [both["one"], both["other"] + noun], question[both.end() :]
    cut = [word for part in _TITLE.split(question) for word in ([part] if _TITLE.fullmatch(part) else words(part))]
    joints = [i for i, word in enumerate(cut) if word in _JOINS and 0 < i < len(cut) - 1]
    if not joints:
        return None
    begin = joints[0] - 1
    while begin > 0 and cut[begin - 1] not in _LEADS:
        begin -= 1
    end = joints[-1] + 1
    while end < len(cut) and cut[end] not in _TAILS:
        end += 1
    things, last = [], begin
    for joint in [*joints, end]:
        things.append("".join(cut[last:joint]))
        last = joint + 1
    things = [one.strip("，, ") for one in things if one.strip("，, ")]
    things = [one.removesuffix("的") for one in things]
    lead, tail = "".join(cut[:begin]), "".join(cut[end:])
    if things and lead.endswith("的") and things[0] in things[-1] and f"的{things[0]}" in things[-1]:
        # 甲的投入和乙的投入: the first thing goes on before 的.
        before = last_thing(lead.removesuffix("的"))
        lead, things[0] = before[0], f"{before[1]}的{things[0]}"
    attribute = ATTRIBUTE.search(things[-1]) if things else None
    if attribute:
        things = [one if attribute[0] in one else one + attribute[0] for one in things]
    if len(things) < 2 or any(len(one) < 2 for one in things):
        put = _PUT.search(question)
        return ("", [put["one"], put["other"]], question[put.end() :]) if put else None
    return lead, _of_places(things) if lead.endswith(("，", ",", "：", "里")) else _with_noun(_of_places(things)), tail


def _of_places(things: list[str]) -> list[str]:
    """Give places that stand alone what the last one is asked for: 浙江和金华的项目."""
    last = placed(things[-1], "zh")
    own = things[-1][last[0][0][1] :] if last and last[0][0][0] == 0 else ""
    if not own:
        return _of_whole(things)
    alone = [bool(there) and there[0][0] == (0, len(one)) for one in things[:-1] for there in [placed(one, "zh")]]
    return [one + own if bare else one for one, bare in zip(things, [*alone, False], strict=True)]


def _of_whole(things: list[str]) -> list[str]:
    """Give things named like the last one's owner what it is asked for: 东港、西港、南港的货运量."""
    owner, of, what = things[-1].partition("的")
    if not of or any("的" in one for one in things[:-1]):
        return things
    if not all(one[-1] == owner[-1:] for one in things[:-1]):
        return things
    return [*(f"{one}的{what}" for one in things[:-1]), things[-1]]


def _with_noun(things: list[str]) -> list[str]:
    """Give things that are no nouns the noun of the last one: 投产、在建的项目."""
    behind = re.search(r"的[^的]+$", things[-1])
    cut = words(things[-1])
    noun = behind[0] if behind else cut[-1] if len(cut) > 1 else ""
    if not noun:
        return things
    bare = [not re.search(r"\d", one) and not any(tag[0] in "nj" for _, tag in tagged(one)) for one in things[:-1]]
    return [one + noun if alone else one for one, alone in zip(things, [*bare, False], strict=True)]


def last_thing(text: str) -> tuple[str, str]:
    """Cut a text into what leads up to its last thing, and the thing."""
    cut = words(text)
    begin = len(cut)
    while begin > 0 and (cut[begin - 1] not in _LEADS or begin == len(cut)):
        begin -= 1
    return "".join(cut[:begin]), "".join(cut[begin:])


def led_alike(lead: str, name: str, other: str) -> str:
    """Return what a text led up to said of another thing: 金华的口罩 and 温度计 give 金华的温度计.

    A thing with a description of its own takes over no more than the place.
    """
    attribute, described = ATTRIBUTE.search(f"的{name}" if lead.endswith("的") else name), "的" in other
    of_thing = attribute is not None and len(attribute[0]) > len(name)  # what has the attribute stands in the lead
    if attribute and not described:
        other += attribute[0]
    if described or of_thing or placed(other, "zh"):
        there = [] if placed(other, "zh") else placed(lead, "zh")
        return f"{lead[slice(*there[0][0])]}{other}" if there else other
    return other if lead and lead in other else f"{lead}{other}"


def in_place_of(text: str, other: str) -> str:
    """Return a text with another place where its own stands, "" if `other` is no place alone."""
    if _WHEN.fullmatch(other.removesuffix("的")) and _WHEN.search(text):
        return _WHEN.sub(other.removesuffix("的"), text, count=1)
    there = placed(other, "zh")
    own = placed(text, "zh")
    last = words(other)[-1] if there else ""
    at = text.find(last) + len(last) if last else 0
    if there and there[0][0][0] == 0 and len(last) > 1 and len(last) <= at < len(text):
        return other + text[at:]
    if not there or there[0][0][1] - there[0][0][0] < len(other.rstrip("市省县的")):
        return ""
    return text[: own[0][0][0]] + other + text[own[0][0][1] :] if own else ""
