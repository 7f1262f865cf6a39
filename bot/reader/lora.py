"""Reader training: low-rank adapters on the encoder's layers (the only import of peft)."""

import re
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora.layer import Linear as Adapted
from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface, eager_mask

from bot.reader.adapters import ADAPTED

_ATTENTION = "matmul"


class SpanModel(nn.Module):
    """Read rows: (rows, pieces, 2) evidence that an answer starts or ends at a piece.

    Adapters of rank `rank` on all linear layers, no dropout. Evidence at the first piece stands for no
    answer, as in BERT's SQuAD 2.0 model (Devlin et al., NAACL 2019).
    """

    def __init__(self, encoder: str, rank: int) -> None:
        super().__init__()
        from transformers import AutoModel

        base = AutoModel.from_pretrained(
            encoder,
            attn_implementation=_ATTENTION,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        names = "|".join(map(re.escape, ADAPTED))
        config = LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=rf".*\.layer\.\d+\.(?:{names})")
        self.encoder = get_peft_model(base, config, autocast_adapter_dtype=False)
        self.head = nn.Linear(base.config.hidden_size, 2)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return evidence in float32, whatever the network computes in."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.head(hidden.float())  # type: ignore[no-any-return]


def shipped_name(parameter: str) -> str:
    """Return the name by which the reader's file knows a trained parameter.

    >>> shipped_name("encoder.base_model.model.encoder.layer.3.output.dense.lora_B.default.weight")
    'layer.3.output.dense.up'
    """
    match = re.search(r"(layer\.\d+\..+)\.lora_([AB])\.", parameter)
    return f"{match[1]}.{'down' if match[2] == 'A' else 'up'}" if match else parameter


class _Merged(torch.autograd.Function):
    """Compute a linear layer with its adapter merged into the weight: one large product, not three.

    Gradients are those of the adapter alone. Measured on two cores: a third less time than a layer
    and its adapter one after the other.
    """

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        x: Tensor,
        weight: Tensor,
        bias: Tensor,
        down: Tensor,
        up: Tensor,
    ) -> Tensor:
        merged = torch.addmm(weight, up, down)
        ctx.save_for_backward(x, merged, down, up)
        return nn.functional.linear(x, merged, bias)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        x, merged, down, up = ctx.saved_tensors
        rows, grads = x.reshape(-1, x.shape[-1]), grad.reshape(-1, grad.shape[-1])
        to_x = (grads @ merged).view(x.shape) if ctx.needs_input_grad[0] else None
        return to_x, None, None, (grads @ up).t() @ rows, grads.t() @ (rows @ down.t())


def _forward(self: Any, x: Tensor, *_: object, **__: object) -> Tensor:  # noqa: ANN401 - peft's layer
    down, up = self.lora_A["default"].weight, self.lora_B["default"].weight
    return _Merged.apply(x, self.base_layer.weight, self.base_layer.bias, down, up)  # type: ignore[no-any-return,no-untyped-call]


def _attention(
    _module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **_: object
) -> tuple[Tensor, None]:
    """Attend by plain products: on a CPU their gradients are many times faster than the fused kernel's."""
    weights = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3))
    if mask is not None:
        weights = weights + mask
    return torch.matmul(torch.softmax(weights, -1), value).transpose(1, 2).contiguous(), None


def use_fast_layers() -> None:
    """Let adapters and attention compute as is fastest on a CPU, in this process from now on."""
    Adapted.forward = _forward  # type: ignore[method-assign]
    AttentionInterface.register(_ATTENTION, _attention)
    AttentionMaskInterface.register(_ATTENTION, eager_mask)
