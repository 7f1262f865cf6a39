"""Corpus stage: tables to sentences, a row a sentence, each figure with its headings and its unit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.document import Place
from corpus.formats.blocks import NOWHERE, Block, Piece, clean
from corpus.formats.units import is_figure, split_heading, take_unit_above, unit_above, with_unit
from corpus.language import detect_language

_HAN = re.compile("[一-鿿]")
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?(?:度)?")
_ENDS = re.compile(r"[。！？；;!?.：:]$")
_PROSE = re.compile(r"[。！？!?]|[a-z)”’\"]\.(?:\s|$)")
_COUNT = re.compile(r"[-+−约近超逾¥￥$]?\s*\d(?!\d{3}\s*年|\d{3}[-./]\d|\d?月|\d?-\d)")
_LONGEST_LABEL = 60
_LONGEST_CAPTION = 80
_MOST_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold a table's cell; `across` and `down` mark copies of one that spans columns or rows.

    A `unitless` figure takes no unit of its column: it is not shown in it.
    """

    text: str
    place: Place = NOWHERE
    line: int | None = None
    across: bool = False
    down: bool = False
    unitless: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    unit: str


def table_blocks(rows: Sequence[Sequence[Cell]], *, unit: str = "") -> list[Block]:
    """Return the rows of a table as sentences that carry their headings.

    Args:
        rows: The cells, as many in each row as there are columns.
        unit: The unit that a line above the table states, if one does.
    """
    rows = [[replace(cell, text=clean(cell.text)) for cell in row] for row in rows]
    rows = [row for row in rows if any(cell.text for cell in row)]
    blocks: list[Block] = []
    while len(rows) > 1 and _single(rows[0]) and len(rows[0]) > 1:
        caption = _single(rows.pop(0))
        unit = unit_above(caption.text) or unit if caption else unit
        blocks += _caption(caption) if caption else []
    if not rows:
        return blocks
    depth = _header_depth(rows)
    columns = _columns(rows, depth, unit)
    chinese = detect_language(" ".join(cell.text for row in rows[:50] for cell in row)) == "zh"
    group = ""
    shared: dict[int, list[int]] = {}
    for number, row in enumerate(rows[depth:], start=depth):
        cells = _own(columns, rows, number)
        for at in _spanning(rows, number):
            shared.setdefault(at, []).append(number)
        told = [pair for pair in cells if not _is_prose(pair[1].text)]
        prose = [cell for _, cell in cells if _is_prose(cell.text)]
        name = " ".join(cell.text for _, cell in told)
        if prose and told and not any(c.isdigit() for c in name) and len(name) <= _LONGEST_CAPTION:
            if name != group:
                blocks.append(Block(tuple(Piece(cell.text, cell.place, cell.line) for _, cell in told), level=3))
            group = name
        elif told:
            blocks.append(_sentence(told, chinese=chinese, keyed=depth == 0 and len(row) == 2))
        blocks += [Block((Piece(cell.text, cell.place, cell.line),)) for cell in prose]
        ended = [at for at in shared if not _goes_on(rows, number, at)]
        blocks += [_of_several([rows[of] for of in shared.pop(at)], at, columns, chinese=chinese) for at in ended]
    return blocks


def is_count(text: str) -> bool:
    """Tell whether a cell says how much: a figure, with or without a unit, and no year or date.

    >>> [is_count(text) for text in ("72人", "1,569", "2019", "2019年", "2020-01-03", "温宿")]
    [True, True, False, False, False, False]
    """
    return bool(_COUNT.match(text)) and not _YEAR.fullmatch(text)


def _goes_on(rows: Sequence[Sequence[Cell]], number: int, at: int) -> bool:
    below = rows[number + 1] if number + 1 < len(rows) else ()
    return at < len(below) and below[at].down


def _own(columns: Sequence[_Column], rows: Sequence[Sequence[Cell]], number: int) -> list[tuple[_Column, Cell]]:
    """Return the filled cells of a row that are its own."""
    apart = set(_spanning(rows, number))
    pairs = enumerate(zip(columns, rows[number], strict=False))
    return [pair for at, pair in pairs if pair[1].text and not pair[1].across and at not in apart]


def _spanning(rows: Sequence[Sequence[Cell]], number: int) -> list[int]:
    return [at for at, cell in enumerate(rows[number]) if not cell.across and _shared(rows, number, at)]


def _shared(rows: Sequence[Sequence[Cell]], number: int, at: int) -> bool:
    """Tell whether a cell is a figure of several rows together, which none of them has for itself."""
    cell = rows[number][at]
    return is_count(cell.text) and (cell.down or _goes_on(rows, number, at))


def _of_several(rows: Sequence[Sequence[Cell]], at: int, columns: Sequence[_Column], *, chinese: bool) -> Block:
    """Return a figure that spans rows as a sentence of its own, with what names these rows."""
    first = next((place for place, cell in enumerate(rows[0]) if cell.text and not is_count(cell.text)), at)
    names: dict[str, Cell] = {}
    for row in rows:
        if first != at and row[first].text:
            names.setdefault(row[first].text, row[first])
    listed = list(names.values())
    mark = "、" if chinese else ","
    labels = [(columns[first] if cell is listed[0] else _Column("", ""), cell) for cell in listed]
    marked = [(column, replace(cell, text=cell.text + mark)) for column, cell in labels[:-1]]
    return _sentence([*marked, *labels[-1:], (columns[at], rows[0][at])], chinese=chinese, keyed=False)


def _single(row: Sequence[Cell]) -> Cell | None:
    """Return the cell of a row that has but one, which may span others."""
    filled = [cell for cell in row if cell.text]
    alone = len(filled) == 1 or (len(filled) > 1 and all(cell.across for cell in filled[1:]))
    return filled[0] if alone and not filled[0].down and not is_figure(filled[0].text) else None


def _caption(cell: Cell) -> Iterator[Block]:
    heading = len(cell.text) <= _LONGEST_CAPTION and not _ENDS.search(cell.text) and not unit_above(cell.text)
    yield Block((Piece(cell.text, cell.place, cell.line),), level=3 if heading else 0)


def _header_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows at the top are headings: those above the first figures, and below them where cells span."""
    if len(rows) < 2 or any(_is_prose(cell.text) for cell in rows[0]):
        return 0
    first = [cell.text for cell in rows[0] if cell.text]
    if any(is_figure(text) and not _YEAR.fullmatch(text) for text in first):
        return 0
    if len(rows[0]) == 2 and not _headed_pair(rows):
        return 0
    depth = 1
    while depth < min(_MOST_HEADER_ROWS, len(rows) - 1):
        spans = any(cell.across for cell in rows[depth - 1]) or any(cell.down for cell in rows[depth])
        if not spans or any(is_figure(cell.text) for cell in rows[depth]):
            break
        depth += 1
    return depth


def _headed_pair(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a table of two columns has headings: its second column changes from words to figures."""
    below = [row[1].text for row in rows[1:] if row[1].text]
    figures = sum(any(c.isdigit() for c in text) for text in below)
    has_digit = any(c.isdigit() for c in rows[0][1].text)
    prose = any(_is_prose(text) for text in below)
    return (not has_digit and figures * 2 >= len(below)) or (prose and not _is_prose(rows[0][1].text))


def _columns(rows: Sequence[Sequence[Cell]], depth: int, unit: str) -> list[_Column]:
    columns = []
    for at in range(len(rows[-1])):
        parts = [row[at].text for row in rows[:depth] if at < len(row)]
        parts = [text for text in dict.fromkeys(parts) if text]
        split = [split_heading(part) for part in parts]
        own = next((found for _, found in reversed(split) if found), "")
        texts = [text for text, _ in split]
        label = ("" if any(_HAN.search(text) for text in texts) else " ").join(texts)[:_LONGEST_LABEL]
        columns.append(_Column(label, own))
    if not unit:
        return columns
    # What names the rows is no figure, and says nothing of those that are.
    figured = [
        at
        for at, column in enumerate(columns)
        if not column.unit and any(at < len(row) and is_figure(row[at].text) for row in rows[depth:])
    ]
    taking = take_unit_above([columns[at].label for at in figured], unit)
    for at, takes in zip(figured, taking, strict=True):
        if takes:
            columns[at] = replace(columns[at], unit=unit)
    return columns


def _is_prose(text: str) -> bool:
    return bool(_PROSE.search(text)) and len(text) > 20


def _sentence(cells: Sequence[tuple[_Column, Cell]], *, chinese: bool, keyed: bool) -> Block:
    colon, stop, end = ("：", "；", "。") if chinese else (": ", "; ", ".")
    if keyed and len(cells) == 2:
        (_, key), (column, value) = cells
        cells = [(_Column("", ""), replace(key, text=key.text.rstrip("：: ") + colon.strip())), (column, value)]
    pieces = []
    for number, (column, cell) in enumerate(cells):
        text = cell.text
        if column.unit and not cell.unitless and is_figure(text):
            text = with_unit(text, column.unit)
        if column.label and column.label != text:
            text = f"{column.label}{colon}{text}"
        last = number + 1 == len(cells)
        if not _ENDS.search(text) and not text.endswith(("、", ",")):
            text += end if last else stop.strip()
        pieces.append(Piece(text, cell.place, cell.line))
    return Block(tuple(pieces))
