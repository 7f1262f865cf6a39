"""Corpus stage: the blocks of a file to a report's text, its map and its headings."""

from collections.abc import Iterable

from corpus.document import Heading, Stretch
from corpus.formats.blocks import NOWHERE, Block, joints
from corpus.lines import Repaired


def to_report(blocks: Iterable[Block]) -> Repaired:
    """Return blocks as a report's text, a block a line, with its map and its headings.

    The map leads into the extracted text: the pieces of the blocks, one a line.
    """
    parts: list[str] = []
    stretches: list[Stretch] = []
    headings: list[Heading] = []
    length = source = 0
    number = 1
    for one in blocks:
        if parts:
            parts.append("\n")
            length += 1
        begin = length
        for joint, piece in zip(joints(one.pieces), one.pieces, strict=True):
            parts += [joint, piece.text]
            length += len(joint)
            end = length + len(piece.text)
            place = None if piece.place == NOWHERE else piece.place
            stretches.append(Stretch(length, end, source, piece.line or number, place))
            source += len(piece.text) + 1
            number += 1
            length = end
        if one.level:
            headings.append(Heading(begin, length, one.level))
    return Repaired("".join(parts), tuple(stretches), tuple(headings))
