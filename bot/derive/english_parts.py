"""Bot stage: English questions of any wording by their parts: the word of the operation, the things, what is said of all."""

import re

from bot.derive.english_lists import ARTICLE, BE, asked_of, bare_name, plural_of, things_listed
from bot.derive.english_told import DATE, DATES, DID, FOLD, GROW, REACHES, SIDES, THROUGH, TOLD
from bot.derive.plan import MOST_OPERANDS, Operation, Plan, Wanted, cues

_WEAK = re.compile(
    r"\b(?:in (?:all|total)|altogether|total|overall|all told|count\w*|put|tak\w+|cumulativ\w*|most|more)\b", re.I
)
_BOTH = re.compile(
    r"\b(?:what (?:is|was|are|were|do|does|did)|what['’]?s|how (?:many|much)(?: \w+)? (?:is|does|do|did) (?:it|that|they|this) (?:come to|make|give)|come to|makes?|gives?|give me|tell me|please|pls|work out|you get|do you get|if you|taken|and (?:what|how many))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:invest\w*|money|cost\w*|fund\w*|spend\w*|spent|sales|yuan|price|value|revenue|budget|income|payment|loan)\b",
    re.I,
)
# What asks for each figure by itself.
_APART = re.compile(
    r"\b(?:each|respectively|separately|vs\.?|versus|both for|on (?:its|their) own|and so on)\b|\?", re.IGNORECASE
)
_LONE = re.compile(r"(?:the )?(?:19|20)\d\d (?:one|number|figure|total|count)", re.IGNORECASE)
_NO_FIGURE = re.compile(r"^(?:and |so )?(?:where|when|why|whose|how (?:did|do|does|was|were|is|are)\b)", re.IGNORECASE)


def of_sides(question: str) -> Plan | None:
    """Return how a question is worked out that sets one thing against another.

    >>> plan = of_sides("online sales make up what percent of total sales")
    >>> plan and (plan.operation, [one.name for one in plan.wanted])
    ('share', ['online sales', 'total sales'])
    """
    bare = re.sub(r"^(?:please|so|and|ok|well|roughly|about|approximately|whats)\s+", "", question, flags=re.IGNORECASE)
    for operation, pattern in SIDES:
        match = pattern.search(bare)
        if not match or _NO_FIGURE.search(bare):
            continue
        found = match.groupdict()
        one, other = _side(found.get("one") or found.get("divided") or ""), _side(found["other"])
        if re.search(r"\b(?:which|what)$", one):
            continue
        if not one or not other or re.fullmatch(r"(?:the|an?|it|that|they|this|how \w+|what)", one, re.IGNORECASE):
            continue
        shared = found.get("shared") or found.get("rest") or ""
        if operation == "share":
            one = f"{other} {one}" if _said_of(one) else one
        elif found.get("shared"):
            one, other = f"{shared} {one}", f"{shared} {other}"
        elif found.get("does"):
            one, other = f"{one} {found['does']}", f"{other} {found['does']}"
        else:
            one = f"{shared} {one}".strip()
            lone = _LONE.fullmatch(one)
            one, other = (put_for(other, one), other) if lone else (one, put_for(one, other))
        if operation == "average":
            other = plural_of(other)
        costs = operation != "share" and re.search(
            r"\b(?:dearer|costlier|pricier|cheaper|expensive|costly)\b", match[0], re.IGNORECASE
        )
        if costs and re.fullmatch(DATE, other, re.IGNORECASE):
            continue
        wanted = tuple(
            Wanted(_named(side), f"how much did {side} cost" if costs else _asking(side)) for side in (one, other)
        )
        return Plan(operation, wanted, question, compared=operation in ("maximum", "minimum"))
    return None


def by_parts(question: str) -> Plan | None:
    """Return how a question is worked out that tells its operation and names its things, in whatever order.

    >>> plan = by_parts("teachers + doctors, what's the total")
    >>> plan and (plan.operation, [one.question for one in plan.wanted])
    ('sum', ['how many teachers', 'how many doctors'])
    """
    if _NO_FIGURE.search(question) or re.search(r"\bdifference between an?\s", question, re.IGNORECASE):
        return None
    text = re.sub(r"\s*\+\s*", " plus ", question)
    text = re.sub(r"\s*=\s*$", "", text)
    for operation, told in TOLD:
        found = told.search(text)
        if found and operation == "sum" and _APART.search(text):
            continue
        if not found or (operation == "maximum" and re.search(r"\b(?:more|less|fewer) than\b", text)):
            continue
        if cues("en")["reports"].search(text):
            return _of_reports(operation, question, told)
        rest = told.sub(" ", re.sub(r"\bplus\b", "and", text))
        rest = (
            re.sub(r"\b(?:to|with|against)\b", "and", rest, count=1) if re.match(r"(?:add|compar)", found[0]) else rest
        )
        rest = re.sub(r"\b(?:versus|vs\.?|or)\b", "and", rest)
        rest = " ".join(re.sub(r"^\W+|\W+$", "", _BOTH.sub(" ", rest)).split())
        listed = things_listed(rest) or _in_a_row(rest)
        if not listed or (operation in ("difference", "ratio") and len(listed[1]) != 2):
            continue
        lead, names, tail = listed
        tail = re.sub(
            r"^(?:how (?:many|much)(?: \w+)?(?: (?:is|are|was|were))?(?: (?:it|that|there))?|which|who|what|one|by|,|\s|and|of them)+$",
            "",
            tail,
        )
        lead = re.sub(r"(?:^|\s)(?:which|who|what|where|of|by)$", "", lead)
        wanted = tuple(Wanted(bare_name(one), _asking(f"{lead} {one} {tail}")) for one in names)
        if len({one.question for one in wanted}) < len(wanted) or len(wanted) > MOST_OPERANDS:
            continue
        weak = operation == "sum" and bool(_WEAK.search(found[0]))
        return Plan(operation, wanted, question, compared=operation == "maximum", weak=weak)
    return None


def _in_a_row(text: str) -> tuple[str, list[str], str] | None:
    """Return things that nothing but commas stand between: visitors 2021, visitors 2022, visitors 2023."""
    parts = [one.strip() for one in re.split(r"[,;:.]\s|\s[-–]\s", f"{text} ") if one.strip()]
    names = [one for one in parts if not re.match(r"(?:what|which|who|how|where)\b", one, re.IGNORECASE)]
    if any(re.match(r"(?:when|where|why|how (?!many|much))", one, re.IGNORECASE) for one in parts):
        return None
    if len(names) < 2 or any(len(one.split()) > 5 for one in names) or len({one.lower() for one in names}) < len(names):
        return None
    return "", names, ""


def _of_reports(operation: Operation, question: str, told: re.Pattern[str]) -> Plan | None:
    """Return how the figures of both reports are put together."""
    rest = cues("en")["reports"].sub(" ", told.sub(" ", question))
    rest = re.sub(
        r"\b(?:do|does|did|disagree|differ|on|and|if so|by|what|would|be|is|the|how (?:much|many))\b|[:,]",
        " ",
        rest,
        flags=re.IGNORECASE,
    )
    rest = " ".join(rest.split())
    if not re.search(r"[a-z]{3}", rest, re.IGNORECASE):
        return None
    wanted = Wanted(bare_name(rest), _asking(rest))
    return Plan(operation, (wanted,), question, of_reports=True, compared=operation == "maximum")


def of_times(question: str) -> Plan | None:
    """Return how the figures of several times are put together: trainings in 2021, 2022 and 2023, averaged."""
    match = DATES.search(question)
    if not match or _NO_FIGURE.search(question):
        return None
    operation = _told_of_times(question, reach=bool(match["reach"]))
    if operation is None:
        return None
    dates = re.findall(DATE, match["all"], re.IGNORECASE)
    through = THROUGH.search(match["all"])
    if operation == "sum" and REACHES.search(match["all"]):
        return None  # one stretch of time, whose figure a report may state
    if through and operation == "mean":
        low, high = int(through[1]), int(through[2])
        if not 1 < high - low + 1 <= MOST_OPERANDS:
            return None
        dates = [str(year) for year in range(low, high + 1)]
    if operation in ("difference", "ratio") and len(dates) != 2:
        return None
    lead = re.sub(r"\s*\b(?:in|from|between|of|for|during|over|the)?\s*$", "", question[: match.start()].strip(" ,"))
    rest = f"{lead} @ {question[match.end() :]}"
    for _, told in TOLD:
        rest = told.sub(" ", rest)
    rest = re.sub(
        rf"\b(?:{GROW}|how (?:many|much)|by|did|does|do|in yuan|double|apart|or|{FOLD}|and|which year|what year|year|was it|is it)\b",
        " ",
        _BOTH.sub(" ", rest),
        flags=re.IGNORECASE,
    )
    head, _, tail = " ".join(rest.split()).partition("@")
    head, tail = head.strip(" ,:;-"), tail.strip(" ,:;-")
    if not re.search(r"[a-z]{3}", head + tail, re.IGNORECASE):
        return None
    wanted = [Wanted(date, _asking(f"{head} {tail} {_at(date)}")) for date in dates]
    if operation == "ratio":
        wanted.reverse()
    return Plan(operation, tuple(wanted), question, compared=operation == "maximum")


def _at(date: str) -> str:
    return date if re.match(r"in |during |for |this|last|next|the year", date, re.IGNORECASE) else f"in {date}"


def _told_of_times(question: str, *, reach: bool) -> Operation | None:
    if re.search(FOLD, question, re.IGNORECASE):
        return "ratio"
    if re.search(r"percent|per cent|%|share|proportion", question, re.IGNORECASE):
        return None
    if re.search(rf"\bhow (?:much|many)\b.*\b{GROW}\b", question, re.IGNORECASE) and reach:
        return "difference"
    for operation, told in TOLD:
        found = told.search(question)
        if found and not (operation == "sum" and _WEAK.search(found[0])):
            return operation
    return None


def put_for(one: str, other: str) -> str:
    """Return what is asked of one thing asked of another, which may be named by what tells them apart alone."""
    other = re.sub(
        r"^(?:that|those|the (?:one|number|figure|ones)) (?=of|in|from|for|by)", "", other.strip(), flags=re.I
    )
    ordinal = re.fullmatch(r"(?:the )?(first|second|third|fourth|other|last|latter)(?: one)?", other, re.IGNORECASE)
    if ordinal:
        return re.sub(r"\b(?:first|second|third|fourth|last|former)\b", ordinal[1], one, count=1, flags=re.IGNORECASE)
    date = re.fullmatch(
        r"(?:the |in |during |for )*((?:19|20)\d\d|last year|this year|the year before)(?: one| number| figure| total| count)?",
        other,
        re.I,
    )
    own = re.search(r"\b(?:(?:19|20)\d\d|last year|this year)\b", one, re.IGNORECASE)
    if date and own:
        return f"{one[: own.start()]}{date[1]}{one[own.end() :]}"
    return asked_of(one, other)


def _side(text: str) -> str:
    text = re.sub(
        rf"^(?:(?:what|which|and|if|the number of|number of|how (?:many|much)(?: of)?|{DID})\s+)+",
        "",
        text.strip(" ,:"),
        flags=re.IGNORECASE,
    )
    return re.sub(
        r",?\s*(?:on average|per cent|pls|please|in per ?cent|how much|how many)$", "", text, flags=re.IGNORECASE
    ).strip(" ,:")


def _said_of(part: str) -> bool:
    return bool(
        re.match(
            rf"(?:{BE}|{DID}|\w+ed|came|went|go(?:es)?|com(?:es|ing)|for|to|from|in|on|spent|going|sent|put)\b",
            part,
            re.I,
        )
    )


def _named(text: str) -> str:
    return bare_name(text)


def _asking(text: str) -> str:
    text = " ".join(text.split()).strip(" ,:")
    if _ASKS.search(text):
        return text
    text = re.sub(r"^(?:what|which|who) (?:is|was|are|were|do|does|did)\s+", "", text, flags=re.IGNORECASE)
    return f"how much was {text}" if _MONEY.search(text) else f"how many {ARTICLE.sub('', text)}"
