"""Bot stage: what a question asks for, from its words alone."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from bot.quantities import Date, Quantity, read, unit_kind
from corpus.document import Language
from corpus.segment import tagged

Wants = Literal["quantity", "date", "name", "list", "explanation", "anything"]
Grain = Literal["year", "month", "day", "minute"]
Names = Literal["person", "place", "title"]

_COUNTED_ZH = re.compile(
    r"(?:多少|几)"
    r"(?P<measure>人次|公里|公顷|平方米|公斤|"
    r"[名位个家所座条台项户只件本册场次间处棵株批期届支门种款套艘辆头部吨亩斤趟例笔起宗幅首篇张片段枚根瓶箱袋双对幢栋层列组])?"
    r"(?:的)?[万千百]?(?P<noun>[一-鿿A-Za-z]{0,12})"
)
_VERBS = "sent|went|came|got|born|taught|brought|hurt|left|there|out|over|found|live|work|won|lost|made|joined"
_BEHIND_NOUN = (
    "did does do has have had was were is are went go got in of from to at by for that who which came can will would "
    "benefit on with under took received"
)
_COUNTED_EN = re.compile(
    rf"(?:how many|number of|count of|how much)\s+(?P<noun>(?:(?!(?:{'|'.join(_BEHIND_NOUN.split())})\b)[\w'’-]+\s?){{1,5}})",
    re.IGNORECASE,
)
_MEASURED_EN = re.compile(
    r"\b(?:tonn?e?s|tons|tonnage|kilos?|kg|kilograms?|weight|mu|hectares|acres|area)\s+of\s+"
    rf"(?P<noun>(?:(?!(?:{'|'.join(_BEHIND_NOUN.split())}|and|or|[a-z]+ed|sold|grown|sent)\b)[\w'’-]+\s?){{1,4}})",
    re.IGNORECASE,
)
_MERE = re.compile("人[（(]?次?[)）]?")
_HEADLINE = re.compile(
    r"(?:(?:the|total|all|overall) )*(?P<noun>(?:[a-z-]+ )?[a-z-]{3,}(?<!s)s)(?= [a-z-]+ed\b| (?:sent|built|held|given|brought|in|at|by|with|who)\b)",
    re.IGNORECASE,
)
# Whom or what a name is asked of: the director, the winner, the colour.
_SOUGHT: dict[Language, tuple[re.Pattern[str], ...]] = {
    "zh": (
        re.compile(r"(?:是谁|由谁|请谁|谁来|谁)([一-鿿]{2,4}?)的?[？?]?$"),
        re.compile(r"(?:是谁|谁是|谁当|谁担任|由谁|请谁|谁)(?!的)([一-鿿]{2,4})"),
        re.compile(r"([一-鿿]{2,12}?)(?:是|叫|姓)(?:谁|哪位|什么|啥|哪个)"),
        re.compile(r"[什]么([一-鿿]{2,3})"),
        re.compile(r"[哪][个家所位座部种支]([一-鿿]{2,4})"),
    ),
    "en": tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            r"\bwho(?:['’]?s| is| was| are| were) (?:the |their |its )?((?:[\w-]+ )?[\w-]+?)(?= of| for| in| at| behind|[?]|$)",
            r"\bwho ([a-z]+ed|wrote|won|led|built|ran|made|gave|drew|sang|taught)\b",
            r"\bnames? of (?:the |that |a )?((?:[\w-]+ ){0,2}?[\w-]+)(?= of| for| in| at| who| that| the|[?]|$)",
            r"\b(?:what|which) (?!(?:is|was|are|were|did|does|do|has|have|about|exactly|else|if)\b)((?:[\w-]+ ){0,2}?[\w-]+)"
            r"(?= (?:is|was|are|were|did|does|do|has|have|had|can|will|of|for|in|at|on|to|from|by|with|got|gets?|came|won|took|"
            r"made|gave|sent|went|who|that|the|[a-z]+ed)\b|[?.,;]|$)",
            r"\b(?:what|which) (?!(?:is|was|are|were|did|does|do|has|have|about|exactly|else|if)\b)([\w-]+)",
            r"^(?:the )?([\w-]+) (?:of|for)\b",
        )
    ),
}
# A total or an area is asked for by itself, but in "which county has the largest area?" another word asks.
_COUNTS = re.compile(
    r"多少|(?<!好)(?<!举)(?<!近)(?<!这)(?<!那)(?<!哪)几(?![乎何分种])|多[大高长重远久]|百分之|how (?:many|much|large|big|long|high|far|heavy|tall|old|often)|"
    r"number of|per ?cent|what (?:share|proportion|percentage|area|amount|weight|tonnage|volume|quantity|count)|in yuan|head ?count",
    re.IGNORECASE,
)
_OTHER_WORD = re.compile(
    r"哪|谁|如何|怎[么样]|为什么|什么(?:名|人|样|原因)|\b(?:(?<!s )who|whom|whose|where|which|why)\b|\bhow (?:do|does|did|can|to)\b",
    re.IGNORECASE,
)
_NOT_COUNTING = re.compile(r"^(?:why|how come|为什么|为何|为啥)|叫什么|什么名[字称]", re.IGNORECASE)
_COUNTING = re.compile(r"how (?:many|much)|多少(?!年)", re.IGNORECASE)


@cache
def _patterns() -> dict[str, Any]:
    """Return the patterns of `asking.toml`, compiled, those of both languages together."""
    lists = tomllib.loads(files("bot").joinpath("asking.toml").read_text(encoding="utf-8"))

    def joined(entry: dict[str, list[str]]) -> re.Pattern[str]:
        return re.compile("|".join([*entry["zh"], *entry["en"]]), re.IGNORECASE)

    for one in (lists["kinds"]["money"], lists["wants"]["quantity"]):
        one["en"] += lists["sums"]["en"]
    return {
        "kinds": [(kinds.split(), joined(entry)) for kinds, entry in lists["kinds"].items()],
        "dates": [(grain, joined(entry)) for grain, entry in lists["dates"].items()],
        "wants": {wants: joined(entry) for wants, entry in lists["wants"].items()},
        "names": [(names, joined(entry)) for names, entry in lists["names"].items()],
        "each": joined(lists["each"]),
        "people": {language: "|".join(words) for language, words in lists["people"].items()},
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what a question asks for.

    `kinds` are the kinds of unit that answer it and how well, from 0 to 1; none where any may. `counted`
    is what is counted, as the question says it. `grain` is how fine a date must be. `years` are those that it names.
    `names` is what a name must be of, None where anything may be named. `of_each` tells that each report's answer
    is asked for. `stated` are the figures that a question for a figure states itself: of 31 students how many?
    """

    question: str
    language: Language
    wants: Wants
    kinds: Mapping[str, float] = field(default_factory=dict)
    counted: str = ""
    grain: Grain = "year"
    years: tuple[int, ...] = ()
    names: Names | None = None
    of_each: bool = False
    stated: frozenset[Decimal] = frozenset()


def asked(question: str, language: Language) -> Asked:
    """Tell what would answer a question.

    >>> one = asked("how many teachers were sent in 2019?", "en")
    >>> one.wants, sorted(one.kinds), one.counted, one.years
    ('quantity', ['count', 'households', 'people', 'visits'], 'teachers', (2019,))
    >>> asked("什么时候开行的？", "zh").wants, asked("why is it sweet?", "en").wants
    ('date', 'explanation')
    """
    patterns = _patterns()
    what = _asked(question, language)
    stated = stated_in(question, language) if what.wants == "quantity" else []
    return replace(
        what,
        stated=frozenset(one.number for one in stated),
        years=tuple(dict.fromkeys(_years(question, language))),
        of_each=bool(patterns["each"].search(question)),
    )


def _asked(question: str, language: Language) -> Asked:
    patterns = _patterns()
    if not _COUNTING.search(question):
        for grain, pattern in patterns["dates"]:
            if pattern.search(question):
                return Asked(question, language, "date", grain=grain)
    counting = _COUNTS.search(question) or not _OTHER_WORD.search(question)
    if counting and patterns["wants"]["quantity"].search(question) and not _NOT_COUNTING.search(question):
        counted, kinds = _counted(question, language)
        return Asked(question, language, "quantity", kinds, counted)
    wants: Wants = next((one for one in _OTHERS if patterns["wants"][one].search(question)), "anything")
    asks_name = ("person", "place", "title") if wants == "name" else ("title",) if wants == "anything" else ()
    names = next((one for one, pattern in patterns["names"] if one in asks_name and pattern.search(question)), None)
    return Asked(question, language, wants, counted=_sought(question, language, wants), names=names)


def _sought(question: str, language: Language, wants: Wants) -> str:
    """Return whom or what a name is asked of."""
    if wants not in ("name", "anything"):
        return ""
    for pattern in _SOUGHT[language]:
        match = pattern.search(question)
        if match:
            # Of 指挥部的指挥长 the latter.
            return match[1].rpartition("的")[2] if language == "zh" else match[1]
    return ""


_OTHERS: tuple[Wants, ...] = ("list", "explanation", "name")


def stated_in(question: str, language: Language) -> list[Quantity]:
    """Return the figures that a question states itself, written in digits."""
    return [
        one
        for one in read(question, language)
        if isinstance(one, Quantity)
        and not one.ordinal
        and one.number > 1
        and unit_kind(one.unit) not in ("time", "fold")
        and re.search(r"\d", question[one.start : one.end])
    ]


def _years(question: str, language: Language) -> list[int]:
    found = []
    for one in read(question, language):
        if isinstance(one, Date):
            found += [date.year for date in (one, one.until) if date and date.year]
    return found


def _counted(question: str, language: Language) -> tuple[str, dict[str, float]]:
    """Return what is counted, and the kinds of unit that may count it."""
    match = (_COUNTED_ZH if language == "zh" else _COUNTED_EN).search(question)
    noun = match["noun"].strip() if match else ""
    measure = match["measure"] if match and language == "zh" else None
    for kinds, pattern in _patterns()["kinds"]:
        if pattern.search(question):
            loosely = {"count": 0.5} if _LOOSE & set(kinds) else {}
            worth = dict.fromkeys(kinds, 1.0) | ({"visits": _SECOND} if kinds[0] == "times" else {})
            measured = _measured(question) if language == "en" else noun if measure else ""
            return measured if _MEASURED & set(kinds) else "", {**worth, **loosely}
    noun = noun or _headline(question)
    if match is None and not noun:
        return "", {}
    who = _patterns()["people"]
    if language == "zh":
        if measure == "户":
            return noun, {"households": 1.0}
        noun = noun or (_noun_before(question[: match.start()]) if match else "")
        people = measure in {"名", "位"} or re.match(rf"[一-鿿]{{0,6}}(?:{who['zh']})", noun)
        if match and _MERE.fullmatch(noun):
            noun = _noun_before(question[: match.start()], rf".{{0,2}}(?:{who['zh']})") or noun
    else:
        noun = _plural_of(noun)
        people = re.match(rf".*?\b(?:{who['en']})(?=$|\s\w+ed\b|\s(?:{_VERBS})\b)", noun, re.IGNORECASE)
        noun = people[0] if people else noun
    if people:
        return noun, {"people": 1.0, "visits": 0.6, "households": 0.3, "count": 0.3}
    return noun, _THINGS


def _headline(question: str) -> str:
    """Return the plural that an English headline begins with: "jobs created by the factories"."""
    match = _HEADLINE.match(question)
    return match["noun"] if match else ""


def _measured(question: str) -> str:
    """Return what an English question measures: tonnes of pears, mu of farmland."""
    match = _MEASURED_EN.search(question)
    return match["noun"].strip() if match else ""


def _plural_of(phrase: str) -> str:
    """Return a phrase up to the plural that is counted: "firms sell over 10 million" counts firms.

    >>> _plural_of("regional agents signed up"), _plural_of("workshops and factory buildings")
    ('regional agents', 'workshops and factory buildings')
    """
    read = phrase.split()
    end = 0
    for at, word in enumerate(read):
        joined = at and (_is_plural(read[at - 1]) or {"and", "or"} & set(read[end:at]))
        if _is_plural(word) and (not end or joined):
            end = at + 1
    return " ".join(read[:end] or read)


def _is_plural(word: str) -> bool:
    small = word.lower()
    return small in _PLURALS or bool(re.search(r"[a-z]{2}(?<![siu])s$", small))


_PLURALS = frozenset(
    [
        "people",
        "men",
        "women",
        "children",
        "kids",
        "staff",
        "personnel",
        "police",
        "folk",
        "youth",
        "cattle",
        "sheep",
        "poultry",
        "businesspeople",
        "feet",
        "teeth",
        "livestock",
        "villagers",
        "equipment",
    ]
)


def _noun_before(text: str, pattern: str = ".*") -> str:
    """Return the last noun of a text, which is what is counted where nothing follows: 体温计捐了多少支?"""
    found = [word for word, tag in tagged(text) if tag in _NOUNS and word[0] != "全" and re.fullmatch(pattern, word)]
    return found[-1] if found else ""


_NOUNS = frozenset({"n", "nz"})  # not those of people, places and bodies


_SECOND = 0.5  # how often is told in times rather than in visits
# What may be counted by a mere classifier as well.
_LOOSE = frozenset({"households", "times", "visits"})
# Of things without a measure word: what reports count them in, the likeliest first.
_THINGS = {
    "count": 1.0, "times": 0.8, "terms": 0.6, "visits": 0.7, "mass": 0.4, "households": 0.3, "area": 0.3, "length": 0.3,
    "energy": 0.3, "power": 0.3, "people": 0.2, "money": 0.1,
}  # fmt: skip
_MEASURED = frozenset({"mass", "area", "length", "times", "visits", "households"})
