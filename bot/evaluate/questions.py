"""Evaluate stage: the project's own questions, of which every line must be right, and their halves."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.errors import BadQuestionFile
from bot.evaluate.formats.json_lines import read_lines
from bot.evaluate.formats.record import BadLine
from bot.evaluate.gold import GoldQuestion, RequiredAnswer, proves

__all__ = ["GoldQuestion", "RequiredAnswer", "proves", "read_gold"]

_SEED = 20
_HALVES = ("dev", "test", "all")


def read_gold(files: Iterable[Path], *, half: str = "all") -> list[GoldQuestion]:
    """Read question files; of each, `dev` and `test` are the halves that a fixed seed makes.

    Raises:
        BadQuestionFile: if a file can't be read, or a line lacks a part; the line is named.
    """
    return joined(((file, _read(file)) for file in files), half=half)


def joined(read: Iterable[tuple[Path, Sequence[GoldQuestion]]], *, half: str = "all") -> list[GoldQuestion]:
    """Return the questions of several files, or of each the half that a fixed seed makes.

    Raises:
        BadQuestionFile: if two files share an id, there are no questions or no such half.
    """
    if half not in _HALVES:
        raise BadQuestionFile(f"--half must be one of {', '.join(_HALVES)}, found {half!r}")
    chosen: list[GoldQuestion] = []
    known: set[str] = set()
    files = []
    for file, questions in read:
        files.append(file)
        twice = known & {question.id for question in questions}
        if twice:
            raise BadQuestionFile(f"{file}: the id {min(twice)!r} stands in another file too")
        known |= {question.id for question in questions}
        ids = sorted(question.id for question in questions)
        random.Random(_SEED).shuffle(ids)  # noqa: S311 - no secret, the same halves each time
        dev = set(ids[: len(ids) // 2])
        chosen += [q for q in questions if half == "all" or (q.id in dev) == (half == "dev")]
    if not chosen:
        raise BadQuestionFile("no questions in " + ", ".join(map(str, files)))
    return chosen


def _read(file: Path) -> list[GoldQuestion]:
    questions: dict[str, GoldQuestion] = {}
    for number, found in read_lines(file, complete=True):
        if isinstance(found, BadLine):
            raise BadQuestionFile(f"{file}, line {number}: not a question with answers: {found}") from found
        if found.id in questions:
            raise BadQuestionFile(f"{file}, line {number}: the id {found.id!r} stands twice")
        questions[found.id] = found
    return list(questions.values())
