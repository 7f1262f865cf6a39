"""Corpus stage: the lines of a PDF to paragraphs and headings, words and sentences across line ends made whole."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.document import Place
from corpus.formats.blocks import Block, Piece, clean, joint
from corpus.formats.page import Line
from corpus.formats.tables import Cell, is_count, table_blocks
from corpus.formats.units import unit_above

_HAN = re.compile("[一-鿿㐀-䶿]")
_TERMINAL = re.compile(r"[。！？!?…；;：:][”’」』）)》\]\"']*$|(?<!\d)\.[”’)\]\"']*$|\d\.$")
_NO_HEADING = re.compile(r"[。；，、,;]$|^[，。、；：！？）”’》]|^[\W\d_]+$")
_LIST = re.compile(r"(?:[-*•·●◆■▪○–]\s+|[•●◆■▪]|\(?\d{1,3}[.)、]\s*(?!\d)|（\d{1,2}）|[①-⑳])\S")
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百\d]+[章节部分条]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+(?:\.\d+){1,3}\s+\S|"
    r"(?:Chapter|Section|Part)\s+(?:\d+|[IVXLC]+)\b"
)
_FIRST_WORD = re.compile(r"[!-~À-ɏ“”‘’–—]+|.")
_BROKEN = re.compile(r"[A-Za-zÀ-ɏ]{2,}-$")
_LARGER = 1.12
_LONGEST_ZH, _LONGEST_EN = 60, 120
_MOST_LEVELS = 4


class _Shape:
    """Know a PDF's body: the size of its text, the sizes of its headings, the words that it writes with hyphens."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[_rounded(line.size)] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0
        bold = sum(len(line.text) for line in lines if line.bold)
        self.bold_is_rare = bold < 0.4 * sum(len(line.text) for line in lines)
        larger = {_rounded(line.size) for line in lines if line.size >= _LARGER * self.body and _may_head(line.text)}
        self.levels = {size: min(level, _MOST_LEVELS) for level, size in enumerate(sorted(larger, reverse=True), 1)}
        inner = " ".join(line.text[: line.text.rfind(" ") + 1] for line in lines)
        self.hyphened = {word.lower() for word in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)+", inner)}
        self.words = Counter(word.lower() for word in re.findall(r"[A-Za-z]{2,}", inner))

    def level(self, line: Line) -> int:
        """Return the level of a heading; 0 for other lines."""
        if line.rows is not None:
            return 0
        size = self.levels.get(_rounded(line.size))
        if size or not _may_head(line.text):
            return size or 0
        below = min(len(self.levels) + 1, _MOST_LEVELS)
        numbered = _NUMBERED.match(line.text)
        short = line.x1 < line.right - 2 * line.size or line.right - line.left < 12 * line.size
        if line.bold and self.bold_is_rare and short and not _TERMINAL.search(line.text):
            return below
        if (
            numbered
            and short
            and line.x1 - line.left < 0.75 * (line.right - line.left)
            and not _TERMINAL.search(line.text)
        ):
            return below + line.text.startswith("（")
        return 0

    def glued(self, tail: str, head: str) -> tuple[str, str]:
        """Return the end of a line, its hyphen taken off where it only broke a word, and what stands behind it."""
        if tail.endswith("-") and _BROKEN.search(tail) and head[:1].islower():
            left = re.findall(r"[A-Za-z-]+", tail)[-1].rstrip("-").lower()
            right = (re.match(r"[A-Za-z]+", head) or [""])[0].lower()
            kept = f"{left}-{right}" in self.hyphened or self._is_compound(left, right)
            return (tail, "") if kept else (tail[:-1], "")
        if tail.endswith("-") and re.search(r"[A-Za-z0-9]-$", tail) and re.match(r"[A-Za-z0-9]", head):
            return tail, ""
        return tail, joint(tail, head)

    def _is_compound(self, left: str, right: str) -> bool:
        """Tell whether two words are joined by a hyphen, and not one broken in two."""
        if self.words[left + right]:
            return False
        if self.words[left] and self.words[right]:
            return True
        # Half a second to load, and seldom needed.
        from corpus.dictionary import written_english

        known = written_english()
        return left in known and right in known and not {left + right, (left + right).removesuffix("s")} & known


def to_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return lines in reading order as blocks."""
    shape = _Shape([line for line in lines if line.rows is None])
    leading = _leading(lines)
    blocks: list[Block] = []
    paragraph: list[Line] = []
    levels = {id(line): shape.level(line) for line in lines}
    unit = ""

    def end() -> None:
        nonlocal unit
        if paragraph:
            made = _paragraph(paragraph, shape, levels[id(paragraph[0])])
            blocks.append(made if _may_head(made.text) else replace(made, level=0))
            unit = unit_above(blocks[-1].text)
            paragraph.clear()

    for line in _tables_joined(lines):
        if line.rows is not None:
            end()
            blocks += table_blocks(line.rows, unit=unit)
            unit = ""
            continue
        levels.setdefault(id(line), 0)
        if paragraph and not _goes_on(paragraph[-1], line, levels, leading):
            end()
        paragraph.append(line)
    end()
    return [one for one in blocks if one.pieces]


def _paragraph(lines: Sequence[Line], shape: _Shape, level: int) -> Block:
    pieces: list[Piece] = []
    text = ""
    for number, line in enumerate(lines):
        head = clean(line.text)
        tail, between = shape.glued(text, head) if number else ("", "")
        if number and lines[number - 1].page != line.page:
            if tail != text:
                # A word that two pages share stands on the second.
                tail, _, begun = tail.rpartition(" ")
                head = begun + head
            pieces.append(Piece(tail, Place(page=lines[number - 1].page)))
            text = head
        else:
            text = tail + between + head
    pieces.append(Piece(text, Place(page=lines[-1].page)))
    return Block(tuple(piece for piece in pieces if piece.text), level)


def _goes_on(a: Line, b: Line, levels: dict[int, int], leading: dict[float, float]) -> bool:
    """Tell whether a line goes on in the next one."""
    size = max(a.size, b.size)
    if abs(a.size - b.size) > 0.1 * size or levels[id(a)] != levels[id(b)]:
        return False
    gap, beside = b.top - a.bottom, a.column == b.column
    if levels[id(a)]:
        return beside and -size < gap < 0.9 * size and not _NUMBERED.match(b.text)
    if _LIST.match(b.text) or (_NUMBERED.match(b.text) and _TERMINAL.search(a.text)):
        return False
    indented = b.x0 - b.left > 0.8 * size
    ended = bool(_TERMINAL.search(a.text))
    if not beside:
        return not ended and not indented and (_full(a, b) or b.text[:1].islower() or b.text[:1] in "，、。；")
    if gap > leading.get(_rounded(a.size), 0.5 * size) + 0.3 * size or gap < -size:
        return False
    if indented and (abs(a.x0 - b.x0) > 0.5 * size or ended):
        return False
    return _full(a, b)


def _full(a: Line, b: Line) -> bool:
    """Tell whether the first word of the next line had no room behind a line."""
    first = _FIRST_WORD.match(b.text)
    word = first[0] if first else ""
    need = a.size * (2.2 if _HAN.match(word) else min(0.6 * len(word), 12) + 0.6)
    return a.right - a.x1 < need


def _leading(lines: Sequence[Line]) -> dict[float, float]:
    """Return the usual gap between lines for each size."""
    gaps: dict[float, list[float]] = {}
    for a, b in pairwise(lines):
        gap = b.top - a.bottom
        if (
            a.column == b.column
            and a.rows is b.rows is None
            and abs(a.size - b.size) < 0.6
            and -a.size < gap < 2 * a.size
        ):
            gaps.setdefault(_rounded(a.size), []).append(gap)
    return {size: sorted(found)[len(found) // 3] for size, found in gaps.items()}


def _tables_joined(lines: Sequence[Line]) -> list[Line]:
    """Return lines with tables that go on over a page's end made one, their repeated headings left out."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1].rows if joined else None
        if line.rows and above and line.page == joined[-1].page + 1 and _continues(above, line.rows):
            repeated = 0
            while repeated < min(len(above), len(line.rows)) and _texts(above[repeated]) == _texts(line.rows[repeated]):
                repeated += 1
            above += line.rows[repeated:]
            joined[-1].page = line.page
        else:
            joined.append(line)
    return joined


def _continues(above: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a table at a page's top has the headings of the one above, or none and goes on with its figures."""
    head, first = _texts(above[0]), _texts(rows[0])
    if head == first:
        return True
    if len(head) != len(first) or head[0] == first[0]:
        return False
    return any(map(is_count, first)) or not any(is_count(text) for row in above for text in _texts(row))


def _texts(row: Sequence[Cell]) -> list[str]:
    return [clean(cell.text) for cell in row]


def _may_head(text: str) -> bool:
    longest = _LONGEST_ZH if _HAN.search(text) else _LONGEST_EN
    return len(text) <= longest and not _NO_HEADING.search(text) and any(c.isalpha() for c in text)


def _rounded(size: float) -> float:
    return round(size * 2) / 2
