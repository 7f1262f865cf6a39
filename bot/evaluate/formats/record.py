"""Evaluate stage: the parts of a question, as any format gives them, checked and made one."""

import hashlib
import re
import reprlib
from collections.abc import Sequence
from typing import Any

from bot.evaluate.gold import GoldQuestion, RequiredAnswer
from bot.question import LONGEST, language_of

KIND = "own"
_MOST_SHOWN = 120
_BRIEF = reprlib.Repr()
_BRIEF.maxlist = _BRIEF.maxdict = _BRIEF.maxlevel = 3
_BRIEF.maxstring = 60
_WORD = re.compile(r"\w")
_HALF = re.compile(r"[\ud800-\udfff]")
_LANGUAGES = {
    **dict.fromkeys(("zh", "cn", "chinese", "中文", "汉语", "漢語", "简体中文", "繁體中文"), "zh"),
    **dict.fromkeys(("en", "english", "英文", "英语", "英語"), "en"),
}


class BadLine(ValueError):
    """A line is no question; its text says why, to follow the place of the line."""


# A line's number, where the format has lines, and what stands there.
Line = tuple[int | None, GoldQuestion | BadLine]


def gold_question(
    question: str,
    answers: Sequence[RequiredAnswer],
    *,
    id: str | None = None,
    language: str | None = None,
    kind: str | None = None,
    history: Sequence[str] = (),
) -> GoldQuestion:
    """Make a question of its parts; what is not given is told from the others.

    Raises:
        BadLine: if it can't be asked, or its language is not known.
    """
    _require_askable(question)
    return GoldQuestion(
        id=id or _id_of(question, tuple(answers), tuple(history)),
        language=_language(language) if language else language_of(question),
        kind=kind or KIND,
        question=question,
        history=tuple(history),
        answers=tuple(answers),
    )


def _require_askable(question: str) -> None:
    # As `clean` judges it, which looks at each character: too slow for a hundred thousand questions.
    if len(question) > LONGEST:
        raise BadLine(f"its question is longer than {LONGEST:,} characters")
    if not _WORD.search(question):
        raise BadLine("its question is empty")


def _id_of(*content: object) -> str:
    # Of what is asked, not of the line's number: questions put into another order keep their ids.
    return "q" + hashlib.blake2b(repr(content).encode(), digest_size=8).hexdigest()


def _language(name: str) -> str:
    known = _LANGUAGES.get(name.strip().lower().replace("_", "-").split("-")[0])
    if known is None:
        raise BadLine(f"its language must be zh or en, found {shown(name)}")
    return known


def is_whole(text: str) -> bool:
    r"""Tell whether a text holds no half of a character, which JSON can write and nothing can print or save.

    >>> is_whole("\U0001f600"), is_whole("\ud83d")
    (True, False)
    """
    return text.isascii() or not _HALF.search(text)


def parts(record: object, name: str, required: Sequence[str]) -> dict[str, Any]:
    """Return an object of JSON that has the required parts.

    Raises:
        BadLine: if it is anything else, or lacks one.
    """
    if not isinstance(record, dict):
        raise BadLine(f"{name} must be an object with {', '.join(required)}, found {shown(record)}")
    missing = [part for part in required if record.get(part) is None]
    if missing:
        raise BadLine(f"{name} lacks {', '.join(missing)}")
    return record


def texts(value: object, name: str) -> tuple[str, ...]:
    """Return a list of texts, none of them blank.

    Raises:
        BadLine: if it is anything else.
    """
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise BadLine(f"{name} must be a list of texts, found {shown(value)}")
    for text in value:
        _require_whole(text)
    return tuple(value)


def text_or_none(record: dict[str, Any], name: str) -> str | None:
    """Return a part that is a text which is not blank, or None where it is not given; a whole number may be an id.

    Raises:
        BadLine: if it is anything else.
    """
    value = record.get(name)
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise BadLine(f"{name} must be a text, found {shown(value)}")
    _require_whole(value or "")
    return value


def _require_whole(text: str) -> None:
    if not is_whole(text):
        raise BadLine(f"half of a character stands in {shown(text)}")


def shown(value: object) -> str:
    """Return a value as an error shows it, cut where it is long.

    >>> shown("1569人"), shown({"a": [1] * 9})
    ("'1569人'", "{'a': [1, 1, 1, ...]}")
    """
    # All of a large file may be the value, so it is cut before it is written out.
    text = _BRIEF.repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
