"""Bot stage: how a question is to be worked out: the operation, and a plain question for each operand."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from corpus.document import Language

Operation = Literal["sum", "difference", "ratio", "share", "average", "mean", "maximum", "minimum"]
MOST_OPERANDS = 12
_ASKED = re.compile(r"\bhow (?:many|much)\b|几[个座家名所位项户只件条台本册场次间处]|多少", re.IGNORECASE)
_OF_HOW_MANY = re.compile(r"\b(?:over|among|amongst|between|across) how many\b", re.IGNORECASE)
# Behind a question which of two is larger: by how much, what's the gap.
_GAP: Mapping[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"[，,？?；;。\s]*(?:而且|并且|还有|又|到底)?(?:(?:相差|差(?:距|额|值)?)(?:了|是|有|在)*(?:多少|几|多大)|[多少高低贵大小长](?:出来|[出投派建卖花捐])?了?(?:多少|几))(?:[个名人元亩吨家所座位户件次台只支套册本棵头辆艘]|公里|万|亿|钱)*$"
    ),
    "en": re.compile(
        r"[,;?.]?\s*(?:and\s+)?(?:by how (?:much|many)|by what margin|what(?:['’]?s| is| was)? the (?:gap|difference|lead|margin)(?: between them)?|how much (?:larger|bigger|higher|longer|dearer)|how (?:big|large|wide) (?:is|was) the (?:gap|difference|lead|margin)|how (?:many|much) more)$",
        re.IGNORECASE,
    ),
}
_SETS_SIDE_BY_SIDE: Mapping[Language, re.Pattern[str]] = {
    "zh": re.compile("哪|谁|还是|比较|对比"),
    "en": re.compile(
        r"\b(?:which|who|more|most|larger|bigger|higher|greater|longer|dearer|costlier|or)\b", re.IGNORECASE
    ),
}
# What these give is a figure, which a question for things, names or reasons does not want.
FIGURES = frozenset({"sum", "difference", "ratio", "share", "average", "mean"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hold one operand: how the question names it, and the plain question that asks for it."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold what is to be worked out from what.

    A mean is that of several like figures; the first operand of a share or an average is the part or the whole amount, the second what it is divided by. `plain` is
    the question without the words that ask for the operation. `group` tells that the operands are so many things that
    the question names by their number, as "the five centres" (0: not so); then there is one wanted, the group. `of_reports` tells that
    each report's figure is an operand, `compared` that the larger or smaller is asked for, `everything` that all figures are asked for
    at once, `least` that a difference is asked for of the one that is the smaller. `weak` tells that its words also stand in plain questions, so that it is one where an operand is not found.
    """

    operation: Operation
    wanted: tuple[Wanted, ...]
    plain: str
    group: int = 0
    of_reports: bool = False
    compared: bool = False
    everything: bool = False
    weak: bool = False
    least: bool = False


@cache
def cues(language: Language) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of `cues.toml` for a language, compiled."""
    lists = tomllib.loads(files("bot.derive").joinpath("cues.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(entry[language]), re.IGNORECASE) for name, entry in lists.items()}


def planned(question: str, language: Language) -> Plan | None:
    """Return how a question is worked out, None where it asks for what a report may state by itself.

    >>> plan = planned("线下门店和线上网店加起来有多少家？", "zh")
    >>> plan and (plan.operation, [one.question for one in plan.wanted])
    ('sum', ['线下门店有多少家', '线上网店有多少家'])
    >>> planned("一共派了多少教师？", "zh"), planned("how many teachers were sent in total?", "en")
    (None, None)
    """
    bare = question.strip().rstrip("?？。.!！ ").strip()
    plan = _with_gap(bare, language) or _planned(bare, language)
    if plan is None or plan.of_reports:
        return plan
    # What is asked for by its number is no operand: "part of a series of how many events", 一共几座工厂和车间.
    counted = plan.operation in ("sum", "share", "difference") and any(_ASKED.search(one.name) for one in plan.wanted)
    return None if counted or _OF_HOW_MANY.search(bare) else plan


def _with_gap(bare: str, language: Language) -> Plan | None:
    """Return how the difference of two things is worked out where a question asks which is larger, and by how much."""
    gap = _GAP[language].search(bare)
    if gap is None or not _SETS_SIDE_BY_SIDE[language].search(bare[: gap.start()]):
        return None
    plan = _planned(bare[: gap.start()].rstrip("?？。, ，"), language)
    if plan is None or not plan.compared or plan.of_reports or len(plan.wanted) != 2:
        return None
    return replace(plan, operation="difference", least=plan.operation == "minimum")


def _planned(bare: str, language: Language) -> Plan | None:
    # Each language has dozens of patterns, which take a tenth of a second to compile.
    if language == "zh":
        from bot.derive import chinese

        return chinese.planned(bare)
    from bot.derive import english

    return english.planned(bare)
