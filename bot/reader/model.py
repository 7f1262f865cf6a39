"""Reader: the encoder's network with the adapters merged in, reading passages for a question."""

import copy
import importlib.resources
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bot.errors import ReaderDamaged
from bot.reader.spans import Reading
from bot.reader.windows import Window, padded, windows
from index.embed import BUNDLED, SentenceEncoder

if TYPE_CHECKING:
    from torch.nn import Module

WEIGHTS = "reader.safetensors"
# The layers that the adapters change, as the network names them.
ADAPTED = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
_BATCH = 32


class Reader:
    """Read passages: for each piece, the evidence that an answer starts or ends there.

    The network is a copy of the encoder's layers with the adapters added to their weights; the
    vocabulary's vectors are shared, not copied. The encoder itself is never changed, so questions have the
    same vectors with a reader and without, and several threads may encode and read at once.
    """

    def __init__(self, encoder: SentenceEncoder, network: "Module", head: "Module") -> None:
        self._encoder = encoder
        self._network = network
        self._head = head

    @classmethod
    def load(cls, encoder: SentenceEncoder, weights: Path | None = None) -> Self:
        """Load the reader onto the bundled encoder.

        Args:
            encoder: The bundled encoder, for which the adapters were trained.
            weights: A file of adapters and head; by default the one that comes with the package.

        Raises:
            ReaderDamaged: if the file is missing or does not fit the encoder.
        """
        if encoder.name != BUNDLED:
            raise ReaderDamaged(f"the reader was trained on the bundled encoder, not on '{encoder.name}'")
        from safetensors.torch import load_file
        from torch.nn import Linear

        path = weights or Path(str(importlib.resources.files("bot.reader"))) / WEIGHTS
        try:
            held = load_file(path)
            network = _adapted(encoder.transformer, held)
            head = Linear(encoder.dimensions, 2)
            head.load_state_dict({name: held[f"head.{name}"].float() for name in ("weight", "bias")})
        except Exception as err:
            reason = " ".join(str(err).split())[:200] or type(err).__name__
            raise ReaderDamaged(f"{path}: the reader can't be loaded ({reason}); install citewise again") from err
        return cls(encoder, network.eval(), head.eval())

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
        asked = dict(zip(dict.fromkeys(texts), self._encoder.pieces(list(dict.fromkeys(texts))), strict=True))
        cut = self._encoder.pieces(passages)
        rows = [
            window
            for number, (text, pieces) in enumerate(zip(texts, cut, strict=True))
            for window in windows(asked[text], pieces, number)
        ]
        evidence = self._evidence(rows)
        return [
            Reading.joined(
                pieces.spans, [(one, logits) for one, logits in zip(rows, evidence, strict=True) if one.passage == i]
            )
            for i, pieces in enumerate(cut)
        ]

    def is_common(self, word: str) -> bool:
        """Tell whether a word is so common that the vocabulary has it whole."""
        return len(self._encoder.pieces([word])[0].ids) == 1

    def _evidence(self, rows: list[Window]) -> list[Any]:
        """Return for each row its (pieces, 2) evidence of starts and ends."""
        import torch

        made = []
        for begin in range(0, len(rows), _BATCH):
            ids, mask = padded(rows[begin : begin + _BATCH])
            with torch.inference_mode():
                hidden = self._network(torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
                made += list(self._head(hidden).numpy())
        return made


def _adapted(network: Any, held: dict[str, Any]) -> "Module":  # noqa: ANN401 - BertModel has no types
    """Return a copy of the network with the adapters in it, sharing what they leave alone."""
    import torch

    shared = network.embeddings
    copied: Any = copy.deepcopy(network, {id(shared): shared})
    for number, layer in enumerate(copied.encoder.layer):
        for name in ADAPTED:
            linear = layer.get_submodule(name)
            down, up = (held[f"layer.{number}.{name}.{part}"].float() for part in ("down", "up"))
            with torch.no_grad():
                linear.weight += up @ down
    return copied  # type: ignore[no-any-return]
