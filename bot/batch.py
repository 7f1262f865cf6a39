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
    assistant: Assistant, lines: Iterable[bytes | str], *, language: Language | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the answer record of each line that is not blank; a bad line yields an error record."""
    for line in lines:
        if line.strip():
            yield _answer(assistant, line, language)


def _answer(assistant: Assistant, line: bytes | str, language: Language | None) -> dict[str, Any]:
    name = None
    try:
        record = _parsed(line)
        name = record.get("id")
        question, history = _checked(record)
    except (ValueError, TypeError, RecursionError) as err:
        reason = f"not JSON ({err})" if isinstance(err, json.JSONDecodeError) else str(err)
        spoken: Language = language or "en"
        return Answer("", "error", spoken, say("bad_record", spoken, reason=reason)).record(name)
    return assistant.ask(question, history=history, language=language).record(name)


def _parsed(line: bytes | str) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        raise ValueError(f"over {_LONGEST_LINE} characters")
    record = json.loads(line.decode("utf-8") if isinstance(line, bytes) else line)
    if not isinstance(record, dict):
        raise TypeError("expected an object")
    return record


def _checked(record: dict[str, Any]) -> tuple[str, list[str]]:
    question, history = record.get("question"), record.get("history") or []
    if not isinstance(question, str):
        raise TypeError("`question` must be a text")
    if not isinstance(history, list) or not all(isinstance(one, str) for one in history):
        raise TypeError("`history` must be a list of texts")
    return question, history
