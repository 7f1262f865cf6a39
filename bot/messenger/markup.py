"""Messenger: pages as pieces of text with a style, and their Telegram HTML, well formed by construction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from bot.messenger.cutting import split, units

Style = Literal["", "b", "i", "u"]

LONGEST = 4096
MOST_ENTITIES = 100


@dataclass(frozen=True, slots=True)
class Button:
    """Hold a button's label and what it carries."""

    text: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one message: Telegram HTML within all limits, the same without markup, and the buttons under it."""

    html: str
    plain: str
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a run of text, cleaned but not escaped, in one style."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Hold pieces that stand together, in a line or a quotation; `apart` puts an empty line before it."""

    pieces: tuple[Piece, ...]
    kind: Literal["line", "quote", "long_quote"] = "line"
    apart: bool = False

    @property
    def plain(self) -> str:
        """Return its text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def html(self) -> str:
        """Return its text as Telegram HTML."""
        inner = "".join(_tagged(piece.style, escape(piece.text, quote=False)) for piece in self.pieces if piece.text)
        return _tagged({"line": "", "quote": "blockquote", "long_quote": "blockquote expandable"}[self.kind], inner)

    @property
    def entities(self) -> int:
        """Return how many entities Telegram makes of it."""
        return (self.kind != "line") + sum(1 for piece in self.pieces if piece.style and piece.text)


def line(*texts: str | Piece, apart: bool = False) -> Block:
    """Return a line of pieces; a string is a piece without style."""
    return Block(tuple(Piece(one) if isinstance(one, str) else one for one in texts), apart=apart)


def pages(blocks: Sequence[Block], buttons: Rows = ()) -> list[Page]:
    """Return blocks as pages, the buttons under the last; a block goes to the next page where it does not fit."""
    packed: list[list[Block]] = [[]]
    for block in blocks:
        for part in _parts(block):
            if packed[-1] and not _fits([*packed[-1], part]):
                packed.append([])
            packed[-1].append(part)
    made = [Page(_joined(one, "html"), _joined(one, "plain")) for one in packed]
    return [*made[:-1], replace(made[-1], buttons=buttons)]


def page(blocks: Sequence[Block], buttons: Rows = ()) -> Page:
    """Return blocks as the one page that they fit into."""
    made = pages(blocks)
    return replace(made[0], buttons=buttons)


def _joined(blocks: Sequence[Block], form: Literal["html", "plain"]) -> str:
    text = ""
    for at, block in enumerate(blocks):
        text += ("\n\n" if block.apart else "\n") if at else ""
        text += block.html if form == "html" else block.plain
    return text


def _fits(blocks: Sequence[Block]) -> bool:
    entities = sum(block.entities for block in blocks)
    return entities <= MOST_ENTITIES and units(_joined(blocks, "plain")) <= LONGEST


def _parts(block: Block) -> Iterator[Block]:
    """Yield a block in parts that each fit into a page."""
    held: list[Piece] = []
    for piece in block.pieces:
        for text in split(piece.text, LONGEST):
            part = replace(piece, text=text)
            if held and not _fits([replace(block, pieces=(*held, part))]):
                yield replace(block, pieces=tuple(held))
                held = []
            held.append(part)
    if "".join(piece.text for piece in held).strip():
        yield replace(block, pieces=tuple(held))


def _tagged(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag.split()[0]}>" if tag and inner else inner
