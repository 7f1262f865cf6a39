"""Reader: reads passages for a question."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

from bot.errors import ReaderDamaged
from bot.reader.adapters import Adapters, shipped_adapters
from bot.reader.spans import Floats, Reading
from bot.reader.windows import Window, windows
from index.bundled_encoder import BundledEncoder
from index.embed import BUNDLED, Progress, SentenceEncoder
from index.errors import IndexStageError
from index.tokenizer import Pieces

Network = Callable[[Sequence[Window]], list[Floats]]


class CutsTexts(Protocol):
    """Cut texts into pieces, as the encoders do."""

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text."""
        ...


class Reader:
    """Read passages: for each piece, the evidence that an answer starts or ends there.

    The network is the bundled encoder's with adapters added to its weights, and a head that gives each row's
    (pieces, 2) evidence. The encoder itself is never changed, so questions have the same vectors with a reader and
    without, and several threads may encode and read at once.
    """

    def __init__(self, cuts: CutsTexts, network: Network) -> None:
        self._cuts = cuts
        self._network = network

    @classmethod
    def load(
        cls,
        encoder: SentenceEncoder | BundledEncoder,
        weights: Path | None = None,
        *,
        progress: Progress | None = None,
    ) -> Self:
        """Load the reader onto the bundled encoder: in 8 bits where the encoder is, else in float32.

        Args:
            encoder: The bundled encoder, for which the adapters were trained.
            weights: A file of adapters and head; by default the one that comes with the package.
            progress: Called with the share done while the network in 8 bits is written, once.

        Raises:
            ReaderDamaged: if the file is missing or does not fit the encoder.
            ModelUnwritable: if the network in 8 bits can't be stored.
        """
        if encoder.name != BUNDLED:
            raise ReaderDamaged(f"the reader was trained on the bundled encoder, not on '{encoder.name}'")
        path = weights or shipped_adapters()
        try:
            adapters = Adapters.load(path)
            return cls(encoder, _network(encoder, adapters, progress))
        except IndexStageError:
            raise
        except Exception as err:
            reason = " ".join(str(err).split())[:200] or type(err).__name__
            raise ReaderDamaged(f"{path}: the reader can't be loaded ({reason}); install citewise again") from err

    def read(self, question: str, passages: Sequence[str], glosses: Sequence[str] = ()) -> list[Reading]:
        """Read passages for a question, all in one batch.

        Args:
            question: The question, in Chinese or English.
            passages: Texts of any length; long ones are read in overlapping windows.
            glosses: For each passage the question's words in its language, "" where it is the question's own.
        """
        if not passages:
            return []
        texts = [f"{question} {gloss}".strip() for gloss in glosses] or [question] * len(passages)
        asked = dict(zip(dict.fromkeys(texts), self._cuts.pieces(list(dict.fromkeys(texts))), strict=True))
        cut = self._cuts.pieces(passages)
        rows = [
            window
            for number, (text, pieces) in enumerate(zip(texts, cut, strict=True))
            for window in windows(asked[text], pieces, number)
        ]
        evidence = self._network(rows)
        return [
            Reading.joined(
                pieces.spans, [(one, logits) for one, logits in zip(rows, evidence, strict=True) if one.passage == i]
            )
            for i, pieces in enumerate(cut)
        ]

    def is_common(self, word: str) -> bool:
        """Tell whether a word is so common that the vocabulary has it whole."""
        return len(self._cuts.pieces([word])[0].ids) == 1


def _network(encoder: SentenceEncoder | BundledEncoder, adapters: Adapters, progress: Progress | None) -> Network:
    if isinstance(encoder, BundledEncoder):
        from bot.reader.served import served_network

        return served_network(encoder, adapters, progress)
    from bot.reader.reference import reference_network

    return reference_network(encoder, adapters.held)
