"""Damage clean reports as layout recognition does, seeded, and measure what repair restores."""

import random
import re
from dataclasses import dataclass

from corpus.repair import repair

STRAYS = "时金疆的一年新来■·丶丿口日"
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]|[^.\n]+?\.(?=\s|$)")


@dataclass(frozen=True)
class Restoration:
    """Count what became of one page's sentences and of the joins that repair made."""

    sentences: int
    intact: int
    restored: int
    joins: int
    false_joins: int


def damage(clean: str, seed: int) -> str:
    """Break, litter and interleave a clean report whose paragraphs are its lines."""
    rng = random.Random(seed)
    paragraphs = [line.strip() for line in clean.splitlines() if line.strip()]
    blocks = _columns(paragraphs, rng) if rng.random() < 0.25 else _breaks(paragraphs, rng)
    page: list[str] = []
    for block in blocks:
        page.append(block)
        if rng.random() < 0.08:
            page.append(rng.choice([c for c in STRAYS if c not in "一"]))
    return "\n\n".join(page) + "\n"


def _breaks(paragraphs: list[str], rng: random.Random) -> list[str]:
    blocks: list[str] = []
    for paragraph in paragraphs:
        if len(paragraph) < 40 or rng.random() < 0.5:
            blocks.append(paragraph)
            continue
        for piece in _cut(paragraph, rng.choice([1, 1, 2]), rng):
            doubled = re.search(r"[一-鿿]{2}$", blocks[-1]) if blocks else None
            if (
                doubled
                and rng.random() < 0.1
                and paragraph.find(piece) > 0
                and not re.search("[零一二三四五六七八九十百千万亿两半余多]", doubled[0])
            ):
                piece = doubled[0] + piece
            blocks.append(piece)
    return blocks


def _cut(paragraph: str, times: int, rng: random.Random) -> list[str]:
    # A piece of one character is a stray mark to any reader; those are added on their own.
    places = sorted(rng.sample(range(8, len(paragraph) - 8, 4), times))
    pieces = [paragraph[a:b] for a, b in zip([0, *places], [*places, len(paragraph)], strict=True)]
    return [piece.strip() for piece in pieces if piece.strip()]


def _columns(paragraphs: list[str], rng: random.Random) -> list[str]:
    """Set the page in two columns and read it block by block across them."""
    half = len(paragraphs) // 2
    columns = []
    for column in (paragraphs[:half], paragraphs[half:]):
        pieces: list[str] = []
        for paragraph in column:
            pieces.extend(_cut(paragraph, 1, rng) if len(paragraph) > 60 else [paragraph])
        # A block of a column ends where the recogniser's box ends: between two pieces.
        cuts = sorted(rng.sample(range(1, max(2, len(pieces))), min(3, max(1, len(pieces) - 1))))
        columns.append([pieces[a:b] for a, b in zip([0, *cuts], [*cuts, len(pieces)], strict=True)])
    blocks: list[str] = []
    for i in range(max(map(len, columns))):
        for column in columns:
            blocks.extend(column[i] if i < len(column) else [])
    return blocks


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def measure(clean: str, damaged: str) -> Restoration:
    """Compare a damaged page after repair with the clean page it was made of."""
    result = repair(damaged)
    lines = [squeeze(line) for line in result.text.split("\n")]
    sentences = [squeeze(s) for s in SENTENCE.findall(clean)]
    raw_lines = [squeeze(line) for line in damaged.splitlines()]
    whole = squeeze(clean)
    joins = false = 0
    for a, b in zip(result.stretches, result.stretches[1:], strict=False):
        if "\n" in result.text[a.end : b.start]:
            continue
        if any(h.start <= a.start < h.end for h in result.headings):
            continue
        joins += 1
        joint = squeeze(result.text[max(a.start, a.end - 8) : a.end] + result.text[b.start : min(b.end, b.start + 8)])
        false += joint not in whole
    return Restoration(
        sentences=len(sentences),
        intact=sum(any(s in line for line in raw_lines) for s in sentences),
        restored=sum(any(s in line for line in lines) for s in sentences),
        joins=joins,
        false_joins=false,
    )
