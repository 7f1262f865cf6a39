"""Index stage: cuts texts into the bundled encoder's pieces, without loading what few texts need."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.common_pieces import CommonPieces, save
from index.e5_file import Source
from index.e5_folder import write_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WHOLE, COMMON, COMMON_IDS, COMMON_SCORES = "tokenizer.json", "common.json", "common-ids.npy", "common-scores.npy"
FILES = (WHOLE, COMMON, COMMON_IDS, COMMON_SCORES)
BEGIN, END = 0, 2  # the special pieces around a text
LONGEST = 512  # pieces that the network reads at once
_REMEMBERED = 256  # texts: the best passages of one question are often those of another
# ASCII, Chinese characters, their punctuation, spaces and a few signs: what nearly all texts here consist of.
_COMMON = (
    r"\t\n\r -~\u00a0\u2002-\u200a\u3000\u4e00-\u9fff\u3001\u3002\u3008-\u3011\u3014\u3015\uff01-\uff5e"
    r"\u00b0\u00b2\u00b7\u00d7\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2103\u2192\u2460-\u2473\u33a1\uffe5"
)
_IS_COMMON = re.compile(f"[{_COMMON}]*")
_SPACE = "\u2581"


@dataclass(frozen=True, slots=True)
class Pieces:
    """Hold a text as a model's vocabulary cuts it: ids, and the characters `text[start:end]` of each."""

    ids: list[int]
    spans: list[tuple[int, int]]


class PieceTokenizer:
    """Cut texts as the whole vocabulary does.

    A text of common characters can hold only pieces of common characters, so a vocabulary of these cuts it alike;
    it is loaded in a few milliseconds. The whole one is loaded when a text needs it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._common = CommonPieces.load(folder / COMMON, folder / COMMON_SCORES)
        self._ids = np.load(folder / COMMON_IDS, allow_pickle=False)
        self._remembered = lru_cache(_REMEMBERED)(self._cut)
        self._whole: Tokenizer | None = None
        self._lock = Lock()

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text, whole however long, without special ones."""
        return [self._remembered(well_formed(text)) for text in texts]

    def _cut(self, text: str) -> Pieces:
        if _IS_COMMON.fullmatch(text):
            numbers, spans = self._common.cut(text)
            return Pieces(self._ids[numbers].tolist(), spans)
        found = self._all().encode(text, add_special_tokens=False)
        return Pieces(found.ids, found.offsets)

    def _all(self) -> "Tokenizer":
        with self._lock:
            if self._whole is None:
                self._whole = _load(self._folder / WHOLE)
            return self._whole


def write_tokenizers(folder: Path, source: Source) -> None:
    """Write the whole tokenizer, the one of common pieces, and the ids that its pieces have in the whole one."""
    write_tokenizer(folder / WHOLE, source)
    common = [chr(number) for number in range(0x10000) if _IS_COMMON.fullmatch(chr(number))]
    normal = {one: source.normal[one.encode()].decode() for one in common if one.encode() in source.normal}
    letters = {_SPACE, *common, *"".join(normal.values())}
    # What is unknown costs as much as the rarest piece and more, so that one stays.
    rarest = min(range(len(source.pieces)), key=lambda i: source.pieces[i][1])
    kept = [i for i, (piece, _) in enumerate(source.pieces) if i < _FIRST or i == rarest or letters.issuperset(piece)]
    save(folder / COMMON, folder / COMMON_SCORES, [source.pieces[i] for i in kept], normal)
    np.save(folder / COMMON_IDS, np.array(kept, dtype=np.int64), allow_pickle=False)


_FIRST = 4  # special pieces, which every vocabulary begins with


def well_formed(text: str) -> str:
    """Replace lone surrogates, which JSON can hold and a tokenizer refuses."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _load(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path))
