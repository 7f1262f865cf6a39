"""Corpus stage: HTML pages to blocks, what frames the text left out (the only import of lxml.html)."""

import re
from collections.abc import Iterator
from typing import Any

from corpus.decode import decode
from corpus.errors import NotText
from corpus.formats.blocks import Block, NotExtracted, block
from corpus.formats.raised import lowered, raised
from corpus.formats.tables import Cell, table_blocks
from corpus.formats.units import unit_above

_DROPPED = {
    "script", "style", "nav", "footer", "aside", "form", "button", "noscript", "template", "svg", "iframe", "select",
    "textarea", "input", "head", "object", "video", "audio", "canvas", "dialog", "menu", "rt", "rp",
    "del", "s", "strike",
}  # fmt: skip
_BREAKS = {
    "p", "div", "li", "section", "article", "main", "blockquote", "dd", "dt", "figcaption", "pre", "ul", "ol", "dl",
    "header", "address", "figure", "hr", "body", "table", "center", "details", "summary",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,30})""", re.IGNORECASE)
_FRAME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|sidebar|footer|breadcrumbs?|crumbs?|cookie|comments?|share|sharing|social|related|"
    r"recommend\w*|advert\w*|ads?|pagination|pager|copyright|toolbar|login|search)(?:$|[-_\s])",
    re.IGNORECASE,
)
_LINKS_SHARE, _LONGEST_LINKS = 0.7, 200
_MAIN_SHARE = 0.4
_MOST_SPAN = 100


def read_html(data: bytes) -> list[Block]:
    """Return headings, paragraphs and rows of tables of a page's main text.

    Raises:
        NotExtracted: if it is no page.
    """
    return html_blocks(_decoded(data))


def html_blocks(text: str) -> list[Block]:
    """Return the blocks of a page.

    Raises:
        NotExtracted: if it is no page.
    """
    from lxml import etree
    from lxml import html as parser

    # A declaration of an encoding is refused in decoded text.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = parser.document_fromstring(
            text, parser=parser.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        )
    except (etree.LxmlError, ValueError, AssertionError) as err:
        raise NotExtracted(f"can't be read as a page: {err}") from err
    return list(_Walk().blocks(_main(page)))


def _decoded(data: bytes) -> str:
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = named[1].decode("ascii").lower()
        try:
            # Pages that say gb2312 hold what its successor has.
            return data.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return decode(data, name="")
    except NotText as err:
        raise NotExtracted(str(err).removeprefix(": ")) from err


def _main(page: Any) -> Any:
    """Return the element of a page that says it is the main one, if it holds much of the text."""
    whole = _length(page)
    for path in ("//main", "//*[@role='main']", "//article"):
        found = page.xpath(path)
        if len(found) == 1 and _length(found[0]) >= _MAIN_SHARE * whole:
            return found[0]
    return page


def _length(element: Any) -> int:
    return sum(len(part.strip()) for part in element.itertext())


class _Walk:
    """Go through a page from element to element, however deep it is nested."""

    def __init__(self, *, drops_menus: bool = True) -> None:
        self._drops_menus = drops_menus
        self._parts: list[str] = []
        self._linked = 0
        self._level = 0
        self._unit = ""

    def blocks(self, root: Any) -> Iterator[Block]:  # noqa: C901 - one pass over what an element may be
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        links = 0
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            skipped = element is not root and (tag in _DROPPED or not tag or _frames(element))
            if event == "start":
                if skipped or tag == "table":
                    walk.skip_subtree()
                if tag in _BREAKS or tag in _HEADINGS:
                    yield from self._ended()
                    self._level = _HEADINGS.get(tag, 0)
                if skipped:
                    continue
                if tag == "table":
                    yield from self._table(element)
                    continue
                if self._is_set_off(element, root, links):
                    walk.skip_subtree()
                    continue
                links += tag == "a"
                self._add(" " if tag == "br" else "", links)
                self._add(element.text, links)
            else:
                if not skipped and tag != "table":
                    links -= tag == "a"
                    if tag in _BREAKS or tag in _HEADINGS:
                        yield from self._ended()
                if element is not root:
                    self._add(element.tail, links)
        yield from self._ended()

    def _add(self, text: str | None, links: int) -> None:
        if text:
            self._parts.append(text)
            self._linked += len(text.strip()) if links else 0

    def _is_set_off(self, element: Any, root: Any, links: int) -> bool:
        """Tell whether an element is raised or lowered, and if so add its text apart from the figures before it."""
        if element is root or element.tag not in {"sup", "sub"}:
            return False
        self._add(self._set_off(element), links)
        return True

    def _set_off(self, element: Any) -> str:
        before, text = "".join(self._parts[-3:]), _inline(element)
        if element.tag == "sub":
            return lowered(before, text)
        # The upper half of a fraction is no mark.
        fraction = (element.tail or "").lstrip()[:1] in {"/", "⁄"} and text.isdigit()
        return f" {text}" if fraction else raised(before, text)

    def _ended(self) -> Iterator[Block]:
        text = "".join(self._parts)
        made = block(text, level=self._level)
        length = len(text.strip())
        menu = (
            self._drops_menus and length < _LONGEST_LINKS and self._linked > _LINKS_SHARE * length and not self._level
        )
        self._parts, self._linked, self._level = [], 0, 0
        if made and not menu:
            self._unit = unit_above(made.text)
            yield made

    def _table(self, table: Any) -> Iterator[Block]:
        rows = list(_rows(table))
        nested = next(table.iterdescendants("table"), None) is not None
        if nested or max(map(len, rows), default=0) < 2:
            # A table of one column, or of tables, lays out a page.
            for cell in table.iter("td", "th"):
                if next(cell.iterdescendants("table"), None) is None:
                    yield from _Walk().blocks(cell)
            return
        caption = table.find("caption")
        if caption is not None:
            made = block(_inline(caption), level=3)
            if made:
                self._unit = unit_above(made.text) or self._unit
                yield made
        yield from table_blocks(rows, unit=self._unit)
        self._unit = ""


def _inline(element: Any) -> str:
    """Return what is shown of an element in one line; what stands in several is set apart."""
    return " ".join(one.text for one in _Walk(drops_menus=False).blocks(element))


def _frames(element: Any) -> bool:
    """Tell whether an element says that it is hidden or frames the text."""
    if element.tag in {"html", "body", "main", "article"}:
        return False
    if element.get("hidden") is not None or element.get("aria-hidden") == "true" or element.get("role") == "navigation":
        return True
    style = (element.get("style") or "").replace(" ", "")
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return (
        "display:none" in style
        or "visibility:hidden" in style
        or (element.tag in {"div", "ul", "ol", "section"} and bool(_FRAME.search(names)))
    )


def _rows(table: Any) -> Iterator[list[Cell]]:
    """Yield the rows of a table, cells that span several copied."""
    below: dict[int, tuple[int, Cell]] = {}
    found: list[list[Cell]] = []
    for row in _shown_rows(table):
        cells: list[Cell] = []

        def fill() -> None:
            while len(cells) in below:  # noqa: B023 - used within its turn
                rows, above = below.pop(len(cells))  # noqa: B023
                if rows > 1:
                    below[len(cells)] = rows - 1, above  # noqa: B023
                cells.append(above)  # noqa: B023

        for cell in (one for one in row.iterchildren("td", "th") if not _frames(one)):
            fill()
            text = _inline(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for number in range(across):
                if down > 1:
                    below[len(cells)] = down - 1, Cell(text, across=number > 0, down=True)
                cells.append(Cell(text, across=number > 0))
        fill()
        found.append(cells)
    width = max(map(len, found), default=0)
    for cells in found:
        yield [*cells, *[Cell("")] * (width - len(cells))]


def _shown_rows(table: Any) -> Iterator[Any]:
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table and not _frames(row) and not _frames(row.getparent()):
            yield row


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _MOST_SPAN) if value.isascii() and value.isdigit() else 1
