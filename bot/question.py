"""Bot stage: what a person typed, made fit for searching; its language and its parts."""

import re
import unicodedata

from bot.errors import BadQuestion
from corpus.document import Language
from index.words import tokens

LONGEST = 2000
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_LETTER = re.compile(r"[^\W\d_]")
_ENDS = re.compile(
    r"(?<=[?？；;])|,? and (?=how (?:many|much)\b|when\b|who\b|where\b|why\b|what\b|which\b)|"
    r"[，,](?=[^，,]{0,12}(?:多少|几[个名位家所座条项]|谁|什么时候))",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"多少|几|谁|哪|什么|啥|何时|何处|怎么|怎样|如何|为何|多[大长远久]|\b(?:how|who|whom|whose|what|when|where|which|why)\b",
    re.IGNORECASE,
)
_FEWEST = 2
_MOST_PARTS = 6  # questions of one message that are answered one by one; each takes its time


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


def parts(question: str) -> list[str]:
    """Return the questions that a message holds, each of which can stand alone; the message itself where they are many.

    >>> parts("派了多少教师？建了几所学校？"), parts("how many teachers and how many doctors were sent?")
    (['派了多少教师？', '建了几所学校？'], ['how many teachers and how many doctors were sent?'])
    """
    found = [part.strip() for part in _ENDS.split(question) if part.strip()]
    whole = 1 < len(found) <= _MOST_PARTS and all(_ASKS.search(part) and len(tokens(part)) >= _FEWEST for part in found)
    return found if whole else [question]
