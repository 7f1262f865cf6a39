"""Bot stage: lines of question records to lines of answer records."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.answer import Answer
from bot.assistant import Assistant
from bot.messages import say
from corpus.document import Language

_LONGEST_LINE = 1_000_000


def answer_lines(
    assistant: Assistant, lines: Iterable[str], *, language: Language | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the answer record of each line that is not blank; a bad line yields an error record."""
    for line in lines:
        if line.strip():
            yield _answer(assistant, line, language)


def _answer(assistant: Assistant, line: str, language: Language | None) -> dict[str, Any]:
    id = None  # noqa: A001 - the record's own word
    try:
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"over {_LONGEST_LINE} characters")
        record = json.loads(line)
        if not isinstance(record, dict):
            raise TypeError("expected an object")
        id = _text_or_none(record.get("id"))  # noqa: A001
        question, history = record.get("question"), record.get("history") or []
        if not isinstance(question, str):
            raise TypeError("`question` must be a text")
        if not isinstance(history, list) or not all(isinstance(one, str) for one in history):
            raise TypeError("`history` must be a list of texts")
    except (ValueError, TypeError, RecursionError) as err:
        reason = f"not JSON ({err})" if isinstance(err, json.JSONDecodeError) else str(err)
        spoken: Language = language or "en"
        return Answer("", "error", spoken, say("bad_record", spoken, reason=reason)).record(id)
    return assistant.ask(question, history=history, language=language).record(id)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)
