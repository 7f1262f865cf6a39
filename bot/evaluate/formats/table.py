"""Evaluate stage: rows of cells, whatever file they come from, to questions."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluate.formats.record import BadLine, Line, gold_question, shown
from bot.evaluate.gold import GoldQuestion, RequiredAnswer

# A row's number in its file, and its cells.
Row = tuple[int, Sequence[str] | BadLine]
Columns = Mapping[str, int]
EXPECTED = "a header with question (问题, 提问) and answer (answers, 答案, 回答)"
# One long text may fill every cell of a workbook at no cost to its file, but not to the memory.
LONGEST_CELL = 5_000
_NAMES = {
    "question": ("question", "questions", "问题", "問題", "提问", "提問"),
    "answer": ("answer", "answers", "答案", "回答"),
    "id": ("id", "编号", "編號"),
    "language": ("language", "语言", "語言"),
    "kind": ("kind", "type", "类型", "類型"),
    "report": ("report", "报告", "報告"),
}
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names}
_BETWEEN_FORMS = re.compile(r"[|｜;；\r\n]")
_SPREADSHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def columns_of(header: Sequence[str]) -> Columns | None:
    """Return where each known column stands, or None if question or answer is not among them.

    Raises:
        BadLine: if two columns claim to be one.

    >>> columns_of(["编号", "问题：", "答案", "备注"])
    {'id': 0, 'question': 1, 'answer': 2}
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = unicodedata.normalize("NFKC", cell).strip(": \t\n").lower()
        column = _COLUMN_OF.get(name)
        if column is None:
            continue
        if column in found:
            raise BadLine(f"two columns for the {column}: {shown(header[found[column]])} and {shown(cell)}")
        found[column] = place
    return found if {"question", "answer"} <= found.keys() else None


def header_of(rows: Iterator[Row]) -> Sequence[str]:
    """Take the first row that is not blank; it is empty where there is none, or none that can be read."""
    for _, cells in rows:
        if isinstance(cells, BadLine):
            break
        if not is_blank(cells):
            return cells
    return ()


def questions_of(rows: Iterable[Row], columns: Columns) -> Iterator[Line]:
    """Turn rows to questions; blank rows are passed over."""
    for number, cells in rows:
        if isinstance(cells, BadLine):
            yield number, cells
        elif not is_blank(cells):
            try:
                yield number, _question(cells, columns)
            except BadLine as err:
                yield number, err


def is_blank(cells: Sequence[str]) -> bool:
    """Tell whether nothing stands in a row."""
    return not any(cell.strip() for cell in cells)


def _question(cells: Sequence[str], columns: Columns) -> GoldQuestion:
    parts = {column: cells[place].strip() if place < len(cells) else "" for column, place in columns.items()}
    for column, text in parts.items():
        if len(text) > LONGEST_CELL:
            raise BadLine(f"its {column} is longer than {LONGEST_CELL:,} characters")
        if text in _SPREADSHEET_ERRORS:
            raise BadLine(f"its {column} is the error {text} of a spreadsheet")
    answer = parts["answer"]
    forms = tuple(dict.fromkeys(filter(None, map(str.strip, _BETWEEN_FORMS.split(answer)))))
    if answer and not forms:
        raise BadLine(f"its answer holds nothing but separators: {shown(answer)}")
    return gold_question(
        parts["question"],
        [RequiredAnswer(parts.get("report") or None, forms)] if forms else [],
        id=parts.get("id") or None,
        language=parts.get("language") or None,
        kind=parts.get("kind") or None,
    )
