"""Evaluate stage: the project's own files of questions, a JSON object on each line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import BadQuestionFile
from bot.evaluate.formats.record import BadLine, Line, gold_question, parts, shown, text_or_none, texts
from bot.evaluate.gold import GoldQuestion, RequiredAnswer

LONGEST_LINE = 1_000_000
_QUESTION = ("question", "answers")
_ANSWER = ("accept",)
_WHOLE_QUESTION = ("id", "language", "kind", "question", "answers")
_WHOLE_ANSWER = ("report", "accept", "anchors")


def read_lines(file: Path, *, complete: bool) -> Iterator[Line]:
    """Read one line after the other; blank ones are passed over.

    `complete` asks for every part of a question and of its answers (history apart); else question, answers and
    their accepted forms are enough.

    Raises:
        BadQuestionFile: if the file can't be read.
    """
    try:
        with file.open("rb") as raw:
            for number, line in _lines(raw):
                try:
                    text = _decoded(line)
                    if text.strip():
                        yield number, _question(_parsed(text), complete)
                except BadLine as err:
                    yield number, err
    except OSError as err:
        raise BadQuestionFile(f"{file}: can't be read: {err.strerror or err}") from err


def _lines(raw: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Number the lines; of one that is too long no more is kept than shows that it is."""
    number = 0
    while line := raw.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = raw.readline(LONGEST_LINE + 1)
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _decoded(line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise BadLine(f"longer than {LONGEST_LINE:,} bytes")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise BadLine("not UTF-8") from None


def _parsed(line: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(line)
    except RecursionError:
        raise BadLine("nested too deeply") from None
    except ValueError as err:
        raise BadLine(f"not JSON: {err}") from None


def _question(record: object, complete: bool) -> GoldQuestion:
    asked = parts(record, "a line", _WHOLE_QUESTION if complete else _QUESTION)
    if not isinstance(asked["answers"], list):
        raise BadLine(f"answers must be a list, found {shown(asked['answers'])}")
    named = {name: text_or_none(asked, name) for name in ("id", "language", "kind")}
    return gold_question(
        text_or_none(asked, "question") or "",
        [_answer(answer, complete) for answer in asked["answers"]],
        history=texts(asked["history"], "history") if asked.get("history") is not None else (),
        **named,
    )


def _answer(answer: object, complete: bool) -> RequiredAnswer:
    given = parts(answer, "an answer", _WHOLE_ANSWER if complete else _ANSWER)
    accept = texts(given["accept"], "accept")
    if not accept:
        raise BadLine("accept must name at least one form of the answer")
    anchors = texts(given["anchors"], "anchors") if given.get("anchors") is not None else ()
    return RequiredAnswer(
        report=text_or_none(given, "report"),
        accept=accept,
        anchors=tuple(tuple(anchor.split("|")) for anchor in anchors),
    )
