"""Corpus stage: marks of footnotes, exponents and other raised text, kept apart from the figures that they stand at."""

import re

_UNIT = re.compile(r"(?:(?:^|[^A-Za-z])(?:[kcdm]?m|R)|米)$")
_TEN = re.compile(r"(?<![\d.,])10$")
_MARK = re.compile(r"[\s\d*†‡§#,，、;()（）\[\]［］〔〕【】①-⑳–-]+|(?:注|note)\s*\d*", re.IGNORECASE)
_ENDING = re.compile(r"st|nd|rd|th|[eè]re?|TM|SM|[®™℠°]", re.IGNORECASE)


def raised(before: str, text: str) -> str:
    """Return what is added to a text for raised text behind it; nothing for the mark of a footnote.

    >>> [raised(*one) for one in (("1,569", "2"), ("5 km", "2"), ("10", "4"), ("the 1", "st"), ("", "1"))]
    ['', '2', '^4', 'st', '1 ']
    """
    text = text.strip()
    if not text:
        return ""
    if not before.strip():
        return f"{text} "
    if before[-1].isspace():
        return "" if _MARK.fullmatch(text) else text
    if _ENDING.fullmatch(text) or (_UNIT.search(before) and text in {"2", "3"}):
        return text
    if _TEN.search(before) and re.fullmatch(r"[-−]?\d+", text):
        return f"^{text}"
    return "" if _MARK.fullmatch(text) else f" {text}"


def lowered(before: str, text: str) -> str:
    """Return what is added to a text for lowered text behind it, apart from a figure.

    >>> lowered("H", "2"), lowered("72", "3")
    ('2', ' 3')
    """
    return f" {text}" if before[-1:].isdigit() else text
