"""Bot stage: which of the ranked passages are read, so that no report asked about goes unread."""

import re
from collections.abc import Sequence

from bot.support import Named
from corpus.document import Document, Language
from corpus.places import mentioned, placed
from index.retrieve import RankedPassage

_WORTH = 0.35
# Which reports are meant, and that each is: no word of what they say.
_EACH: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"(?:在|从)?(?:这|那)?(?:[两俩各每][份个篇家]|两边的?)报告(?:里面?|中)?(?:都|各自?|分别)?|分别|各自|[全本][省市](?!场)"
    ),
    "en": re.compile(
        r"\b(?:(?:in|by|from|of|for|according to|check) )?(?:both|each|all|the two|either)(?: of)?(?: the)?"
        r"(?: \w+)? reports?\b"
        r"|\b(?:separately|respectively)\b"
        r"|\b(?:the |whole |entire )*province(?:[- ]?wide)?\b|\b(?:the |whole |entire )+city\b",
        re.IGNORECASE,
    ),
}


def reports_named(named: Named, documents: Sequence[Document]) -> list[str]:
    """Return the reports whose own regions a question names, if it names those of several, or all if it says so."""
    if named.asked.of_each:
        return [document.id for document in documents]
    found = []
    for document in documents:
        own = mentioned(document.region or "", document.language)
        if any(one in own for group in named.places for one in group):
            found.append(document.id)
    regions = {document.region for document in documents if document.id in found}
    return found if len(regions) > 1 else []


def of_each(named: Named) -> str:
    """Return a question about several reports as it is asked of each: without their own places and "both reports"."""
    question, language = named.asked.question, named.asked.language
    spans = [span for span, group in placed(question, language) if any(one in named.publishers for one in group)]
    spans += [match.span() for match in _EACH[language].finditer(question)]
    for start, end in sorted(spans, reverse=True):
        question = question[:start] + question[end:]
    return " ".join(question.split())


def reading_list(ranked: Sequence[RankedPassage], each: Sequence[str], count: int) -> list[int]:
    """Return which passages to read, `count` at most, best first.

    Of several reports named each has its share; else the last place goes to the best passage of a report
    that has none, if it is worth reading.
    """
    if each:
        share = max(1, count // len(each))
        chosen = [i for one in each for i in [i for i, hit in enumerate(ranked) if hit.document.id == one][:share]]
    else:
        chosen = list(range(min(count, len(ranked))))
        read = {ranked[i].document.id for i in chosen}
        other = next((i for i, hit in enumerate(ranked) if hit.document.id not in read and hit.score >= _WORTH), None)
        if other is not None:
            chosen[-1] = other
    rest = (i for i in range(len(ranked)) if i not in chosen)
    while len(chosen) < min(count, len(ranked)):
        chosen.append(next(rest))
    return sorted(chosen)[:count]
