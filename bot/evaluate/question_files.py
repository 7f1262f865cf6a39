"""Evaluate stage: the questions of an evaluator, from JSONL, SQuAD's JSON, CSV or Excel; bad lines are listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadQuestionFile
from bot.evaluate.formats.json_lines import read_lines
from bot.evaluate.formats.record import BadLine, Line, shown
from bot.evaluate.formats.separated import read_separated
from bot.evaluate.formats.squad import Paragraph, read_squad
from bot.evaluate.formats.workbook import read_workbook
from bot.evaluate.gold import GoldQuestion

__all__ = ["Paragraph", "QuestionFile", "Skipped", "read_question_file"]

LARGEST = 300_000_000
MOST_LISTED = 10_000
_EXPECTED = "JSON lines (.jsonl), SQuAD's form (.json), a table (.csv, .tsv) or an Excel workbook (.xlsx)"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Name a line that is no question, or an answer that can't be right, and say why; SQuAD has no lines."""

    file: Path
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """Hold what a file of questions gave; of what was skipped, `unlisted` more are counted and not listed."""

    questions: tuple[GoldQuestion, ...]
    skipped: tuple[Skipped, ...]
    paragraphs: tuple[Paragraph, ...]
    unlisted: int = 0


def read_question_file(path: Path, *, paragraphs_as_corpus: bool = False) -> QuestionFile:
    """Read a file of questions; its suffix names the form.

    With `paragraphs_as_corpus` the answers of a SQuAD file must come from the paragraph that they are on,
    by its id in `paragraphs`; else from any report.

    Raises:
        BadQuestionFile: if the file can't be used at all.
    """
    _require_usable(path)
    lines: Iterable[Line]
    paragraphs: list[Paragraph] = []
    match path.suffix.lower():
        case ".jsonl":
            lines = read_lines(path, complete=False)
        case ".json":
            lines, paragraphs = read_squad(path, paragraphs_as_corpus=paragraphs_as_corpus)
        case ".csv" | ".tsv":
            lines = read_separated(path)
        case ".xlsx":
            lines = read_workbook(path)
        case suffix:
            raise BadQuestionFile(f"{path}: expected {_EXPECTED}, found the suffix {suffix!r}")
    return _gathered(path, lines, paragraphs)


def _require_usable(path: Path) -> None:
    try:
        size = path.stat().st_size
        regular = path.is_file()
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or err
        raise BadQuestionFile(f"{str(path)!r}: expected a file of questions, found none: {reason}") from err
    if not regular:
        raise BadQuestionFile(f"{path}: expected a file of questions, found a folder or a device")
    if not size:
        raise BadQuestionFile(f"{path}: expected questions, found an empty file")
    if size > LARGEST:
        raise BadQuestionFile(f"{path}: expected at most {LARGEST:,} bytes, found {size:,}; split it")


def _gathered(path: Path, lines: Iterable[Line], paragraphs: Iterable[Paragraph]) -> QuestionFile:
    questions: dict[str, GoldQuestion] = {}
    skipped: list[Skipped] = []
    unlisted = 0
    for number, found in lines:
        if isinstance(found, BadLine):
            reason = str(found)
        elif questions.setdefault(found.id, found) is found:
            continue
        else:
            same = found == questions[found.id]
            reason = f"{'the question' if same else f'the id {shown(found.id)}'} stands twice; the first is kept"
        # A large file of which every line is bad must not fill the memory with complaints.
        if len(skipped) < MOST_LISTED:
            skipped.append(Skipped(path, number, reason))
        else:
            unlisted += 1
    if not questions:
        raise BadQuestionFile(f"{path}: expected questions with answers, found none{_first(skipped)}")
    return QuestionFile(tuple(questions.values()), tuple(skipped), tuple(paragraphs), unlisted)


def _first(skipped: list[Skipped]) -> str:
    if not skipped:
        return ""
    place = "" if skipped[0].line is None else f"line {skipped[0].line}: "
    return f"; {place}{skipped[0].reason}"
