"""Stand-ins for tests of what stands beside the real parts."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from index.embed import Vectors
from index.words import tokens


class FakeEncoder:
    """Encode texts by the words they hold, so that texts with shared words are near; no torch."""

    name = "fake"
    dimensions = 64
    fingerprint = "fake-1"

    def encode_passages(self, texts: Sequence[str], *, progress: Callable[[float], None] | None = None) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in tokens(text) or [text]:
                digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
                row[digest[0] % self.dimensions] += 1.0
            row /= np.linalg.norm(row)
        if progress:
            progress(1.0)
        return rows

    encode_queries = encode_passages
