"""Bot stage: what a person typed, made fit for searching; its language and what it asks for."""

import re
import unicodedata
from typing import Literal

from bot.errors import BadQuestion
from corpus.document import Language

LONGEST = 2000
Asks = Literal["quantity", "date", "other"]
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")
_QUANTITY = re.compile(
    r"多少|几[^乎何分]|多[大高长重远久]|百分之|[占比]例|how (?:many|much|large|big|long|high|far)|number of|"
    r"per ?cent|share of|amount|total",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"[什啥]么?时候?|何时|哪[一]?[年月天日]|几[月号日]|when\b|"
    r"what (?:date|day|year|month|time)|which (?:year|month|day)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    r"""Return a question on one line, without control and invisible characters.

    Raises:
        BadQuestion: if nothing is left to ask, or more than 2,000 characters are.

    >>> clean("  派了多少\u200b教师？\n")
    '派了多少教师？'
    """
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    question = " ".join(kept.split())
    if not re.search(r"\w", question):
        raise BadQuestion("empty")
    if len(question) > LONGEST:
        raise BadQuestion("long")
    return question


def language_of(question: str) -> Language:
    """Return the language to answer in: Chinese where a fifth of the letters is.

    >>> language_of("GDP多少？"), language_of("Who built the 陈列馆 hall?")
    ('zh', 'en')
    """
    letters = _LETTER.findall(question)
    return "zh" if letters and len(_HAN.findall(question)) >= 0.2 * len(letters) else "en"


def asks_for(question: str) -> Asks:
    """Tell what would answer the question.

    >>> asks_for("how many teachers?"), asks_for("什么时候开行的？"), asks_for("why?")
    ('quantity', 'date', 'other')
    """
    if _DATE.search(question):
        return "date"
    return "quantity" if _QUANTITY.search(question) else "other"
