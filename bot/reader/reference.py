"""Reader: the network in float32 by torch, on a copy of a sentence-transformers encoder."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.reader.adapters import ADAPTED
from bot.reader.spans import Floats
from bot.reader.windows import Window, padded
from index.embed import SentenceEncoder

if TYPE_CHECKING:
    from torch.nn import Module

_BATCH = 32


def reference_network(
    encoder: SentenceEncoder, held: Mapping[str, Floats]
) -> Callable[[Sequence[Window]], list[Floats]]:
    """Return what reads rows with the adapters `held`.

    The vocabulary's vectors are shared, not copied; the encoder itself is never changed.
    """
    import torch
    from torch.nn import Linear

    network: Any = _adapted(encoder.transformer, held).eval()
    head = Linear(encoder.dimensions, 2)
    head.load_state_dict({name: torch.from_numpy(held[f"head.{name}"]) for name in ("weight", "bias")})

    def read(rows: Sequence[Window]) -> list[Floats]:
        made: list[Floats] = []
        for begin in range(0, len(rows), _BATCH):
            ids, mask = padded(rows[begin : begin + _BATCH])
            with torch.inference_mode():
                hidden = network(torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
                made += [np.asarray(one) for one in head(hidden).numpy()]
        return made

    return read


def _adapted(network: Any, held: Mapping[str, Floats]) -> "Module":  # noqa: ANN401 - BertModel has no types
    """Return a copy of the network with the adapters in it, sharing what they leave alone."""
    import torch

    shared = network.embeddings
    copied: Any = copy.deepcopy(network, {id(shared): shared})
    for number, layer in enumerate(copied.encoder.layer):
        for name in ADAPTED:
            linear = layer.get_submodule(name)
            down, up = (torch.from_numpy(held[f"layer.{number}.{name}.{part}"]) for part in ("down", "up"))
            with torch.no_grad():
                linear.weight += up @ down
    return copied  # type: ignore[no-any-return]
