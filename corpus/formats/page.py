"""Corpus stage: the text of a PDF's page as runs of characters with their boxes (the only import of pypdfium2)."""

import ctypes
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.formats.blocks import AMBIGUOUS, NotExtracted, clean, is_wide
from corpus.formats.raised import raised
from corpus.formats.tables import Cell

HYPHEN = "\x02"  # PDFium's sign for one that breaks a word at a line's end
_GAP = 0.6
_CHINESE_SHARE = 0.25
_BOLD = 600
_BOLD_NAMES = ("bold", "heavy", "black", "simhei", "heiti", "黑体")
_FEW = 8
_OBJECT_DEPTH = 3
_BELOW, _ABOVE = 0.2, 0.8  # of a letter's size, about its base line
_SMALLER, _RAISED, _HIGHEST = 0.8, 0.15, 0.8  # of raised letters, to those that they stand at


@dataclass(slots=True)
class Line:
    """Hold a run of text, or a line; x grows to the right, y down the page. `rows` is a table in its place.

    `column` numbers the columns of all pages; `left` and `right` are its bounds. `marks` are its characters
    with where they begin.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    page: int
    rows: list[list[Cell]] | None = None
    column: int = 0
    left: float = 0.0
    right: float = 0.0
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(slots=True)
class Page:
    """Hold a page: what stands on it, and whether it is but a picture."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    ruled: bool = False
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    index: int
    generated: bool = False
    unseen: bool = False


_Placed = tuple[_Glyph, tuple[float, float], float]  # with its origin on the base line, and its angle


class Pdf:
    """Open a PDF and give its pages; close it."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2 as pdfium

        self._c = pdfium.raw
        try:
            self._document = pdfium.PdfDocument(io.BytesIO(data))
        except pdfium.PdfiumError as err:
            encrypted = "password" in str(err).lower()
            reason = "is encrypted; save it without a password" if encrypted else "is damaged, or no PDF"
            raise NotExtracted(reason) from err

    def __len__(self) -> int:
        return len(self._document)

    def page(self, number: int) -> Page:
        """Return a page by its number from 1.

        Raises:
            NotExtracted: if it can't be read.
        """
        try:
            page = self._document[number - 1]
            textpage = page.get_textpage()
        except Exception as err:
            raise NotExtracted(f"is damaged: page {number} can't be read") from err
        kinds = Counter(one.type for one in page.get_objects(max_depth=_OBJECT_DEPTH))
        placed = list(self._glyphs(textpage.raw))
        unseen = sum(glyph.unseen for glyph, *_ in placed)
        # The text of a scanned page lies unseen under its picture; other unseen text is not the page's.
        if not (kinds[self._c.FPDF_PAGEOBJ_IMAGE] and 2 * unseen > len(placed)):
            placed = [one for one in placed if not one[0].unseen]
        glyphs, height = _upright(placed, page.get_height())
        found = Page(number, page.get_width(), height, ruled=kinds[self._c.FPDF_PAGEOBJ_PATH] >= 4)
        found.lines = list(self._runs(textpage.raw, glyphs, number, height))
        letters = sum(len(line.text) for line in found.lines)
        found.scanned = letters < _FEW and kinds[self._c.FPDF_PAGEOBJ_IMAGE] > 0
        textpage.close()
        page.close()
        return found

    def picture(self, number: int, scale: float) -> Any:
        """Return a page as an array of its points."""
        return self._document[number - 1].render(scale=scale).to_numpy()

    def _glyphs(self, textpage: Any) -> Iterator[_Placed]:
        c = self._c
        x, y = ctypes.c_double(), ctypes.c_double()
        matrix = c.FS_MATRIX()
        surrogate = 0
        for i in range(c.FPDFText_CountChars(textpage)):
            code = c.FPDFText_GetUnicode(textpage, i)
            if 0xD800 <= code < 0xDC00:
                surrogate = code
                continue
            if 0xDC00 <= code < 0xE000 and surrogate:
                code = 0x10000 + ((surrogate - 0xD800) << 10) + code - 0xDC00
            surrogate = 0
            text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
            if not text or text in "\r\n":
                continue
            # The loose box is as wide as the character with its white space, so that marks leave no gaps.
            box = c.FS_RECTF()
            if not c.FPDFText_GetLooseCharBox(textpage, i, box) or not c.FPDFText_GetCharOrigin(textpage, i, x, y):
                continue
            size = c.FPDFText_GetFontSize(textpage, i)
            if c.FPDFText_GetMatrix(textpage, i, matrix):
                size *= math.hypot(matrix.c, matrix.d) or 1.0
            generated = c.FPDFText_IsGenerated(textpage, i) == 1
            unseen = not generated and self._is_unseen(textpage, i)
            glyph = _Glyph(text, box.left, box.right, box.bottom, box.top, size, i, generated, unseen)
            yield glyph, (x.value, y.value), c.FPDFText_GetCharAngle(textpage, i)

    def _is_unseen(self, textpage: Any, index: int) -> bool:
        shown = self._c.FPDFText_GetTextObject(textpage, index)
        return bool(shown) and self._c.FPDFTextObj_GetTextRenderMode(shown) == self._c.FPDF_TEXTRENDERMODE_INVISIBLE

    def _runs(self, textpage: Any, glyphs: list[_Glyph], number: int, height: float) -> Iterator[Line]:
        """Yield stretches of characters that follow each other on a line without a wide gap."""
        run: list[_Glyph] = []
        space: _Glyph | None = None
        chinese = sum(is_wide(glyph.text) for glyph in glyphs) > _CHINESE_SHARE * len(glyphs)
        for glyph in glyphs:
            if glyph.text.isspace():
                space = glyph
                continue
            if run and _is_raised(run[-1], glyph):
                text = raised("".join(one.text for one in run), glyph.text)
                if text.strip() == "":
                    run[-1] = replace(run[-1], x1=max(run[-1].x1, glyph.x1))
                    continue
                glyph = replace(glyph, text=text)
            elif run and all(_is_raised(glyph, one) for one in run):
                yield self._line(textpage, run, number, height)
                run = []
            if run and not _adjoins(run[-1], glyph):
                yield self._line(textpage, run, number, height)
                run = []
            elif run and space and not _needless(space, run[-1].text, glyph.text, chinese=chinese):
                run.append(replace(run[-1], x0=run[-1].x1, text=" "))
            run.append(glyph)
            space = None
        if run:
            yield self._line(textpage, run, number, height)

    def _line(self, textpage: Any, run: list[_Glyph], number: int, height: float) -> Line:
        seen = [glyph for glyph in run if not glyph.text.isspace()]
        size = Counter(round(glyph.size, 1) for glyph in seen).most_common(1)[0][0]
        return Line(
            clean("".join(glyph.text for glyph in run).replace(HYPHEN, "-")),
            min(glyph.x0 for glyph in seen),
            max(glyph.x1 for glyph in seen),
            height - max(glyph.y1 for glyph in seen),
            height - min(glyph.y0 for glyph in seen),
            size,
            self._bold(textpage, seen[len(seen) // 2].index),
            number,
            marks=tuple((glyph.x0, glyph.text) for glyph in run),
        )

    def _bold(self, textpage: Any, index: int) -> bool:
        if self._c.FPDFText_GetFontWeight(textpage, index) >= _BOLD:
            return True
        name = ctypes.create_string_buffer(128)
        self._c.FPDFText_GetFontInfo(textpage, index, name, len(name), ctypes.c_int())
        return any(word in name.value.decode("utf-8", "ignore").lower() for word in _BOLD_NAMES)


def _adjoins(last: _Glyph, glyph: _Glyph) -> bool:
    size = max(last.size, glyph.size, 1.0)
    # The two letters of a ligature have the same box.
    level = abs(glyph.y0 - last.y0) < 0.5 * size and glyph.unseen == last.unseen
    return level and -1.5 * size < glyph.x0 - last.x1 < _GAP * size


def _is_raised(last: _Glyph, glyph: _Glyph) -> bool:
    """Tell whether a character is a raised one, smaller, at the other, as marks of footnotes are."""
    rise = (glyph.y0 + _BELOW * glyph.size) - (last.y0 + _BELOW * last.size)
    return (
        glyph.size < _SMALLER * last.size
        and _RAISED * last.size < rise < _HIGHEST * last.size
        and -1.5 * last.size < glyph.x0 - last.x1 < _GAP * last.size
    )


def _upright(glyphs: list[_Placed], height: float) -> tuple[list[_Glyph], float]:
    """Return the characters that are written in the page's main direction, turned so that it leads to the right.

    Their boxes stand on the base line and are as high as their size. What is written in another direction, as
    water marks are, is left out.
    """
    turns = Counter(turn for *_, angle in glyphs if (turn := _quarter(angle)) is not None)
    if not turns:
        return [], height
    main = turns.most_common(1)[0][0]
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[main]
    turned = []
    for one, (x, y), angle in glyphs:
        if _quarter(angle) != main:
            continue
        xs = sorted((one.x0 * cos + one.y0 * sin, one.x1 * cos + one.y1 * sin))
        base = y * cos - x * sin
        turned.append(replace(one, x0=xs[0], x1=xs[1], y0=base - _BELOW * one.size, y1=base + _ABOVE * one.size))
    return turned, height if main == 0 else max(one.y1 for one in turned)


def _quarter(angle: float) -> int | None:
    """Return an angle in quarters of a turn; None if it is oblique."""
    quarters = angle / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.05 else None


def _needless(space: _Glyph, before: str, behind: str, *, chinese: bool) -> bool:
    """Tell whether a space was but read into the gap that is set between Chinese characters and others."""
    beside_chinese = is_wide(before) or is_wide(behind) or (chinese and (before in AMBIGUOUS or behind in AMBIGUOUS))
    return space.generated and beside_chinese
