"""Index stage: writes the encoder's layers as an ONNX graph in 8 bits (the only import of onnx)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.layers import INPUT, OUTPUT, run_layers

if TYPE_CHECKING:
    from onnx import ModelProto

Floats = NDArray[np.float32]
_CONTRIB = "com.microsoft"
_OPSETS = {"": 20, _CONTRIB: 1}
_IR_VERSION = 9
# With 7 bits no sum overflows on processors that add products in 16 bits (AVX2 without VNNI).
_TOP = 63
# The inputs of a layer's last product have few features far larger than all others, for which one scale would
# leave the rest hardly a bit (Dettmers et al., LLM.int8(), NeurIPS 2022): so many of them stay in float32.
KEPT = 64


def write_layers(
    path: Path,
    weights: Callable[[str], Floats],
    *,
    layers: int,
    heads: int,
    epsilon: float,
    probes: Sequence[Floats],
    head: tuple[Floats, Floats] | None = None,
    kept: int = KEPT,
) -> None:
    """Write the graph of BERT's layers: from summed embeddings (1, pieces, hidden) to the last layer's output.

    Args:
        path: The file to write.
        weights: The float32 tensor of a name in BERT's state dict.
        layers: How many layers.
        heads: How many heads of attention each has.
        epsilon: Of layer normalisation.
        probes: Embeddings of texts, (1, pieces, hidden) each, by which large features are found.
        head: Weight and bias of a linear layer put behind the last one.
        kept: How many large features of each layer's last product stay in float32.
    """
    exact = _Graph(weights, layers, heads, epsilon)
    exact.build()
    largest = _largest(exact, probes)
    order = [tuple(np.split(np.argsort(-one, kind="stable"), [min(kept, len(one) - 1)])) for one in largest]
    packed = _Graph(weights, layers, heads, epsilon, order)
    path.write_bytes(packed.build(head).SerializeToString())


def _largest(graph: "_Graph", probes: Sequence[Floats]) -> list[Floats]:
    """Return for each layer the largest size of each inner feature, (inner,)."""
    names = [f"active{number}" for number in range(graph.layers)]
    found = [run_layers(graph.watched(names).SerializeToString(), probe, names) for probe in probes]
    return [np.max([np.abs(one[number]).max(axis=(0, 1)) for one in found], axis=0) for number in range(graph.layers)]


class _Graph:
    """Put the nodes of the layers together; with `order` products are in 8 bits, without in float32.

    `order` lists for each layer the large inner features and the others.
    """

    def __init__(
        self,
        weights: Callable[[str], Floats],
        layers: int,
        heads: int,
        epsilon: float,
        order: Sequence[tuple[NDArray[np.intp], ...]] | None = None,
    ) -> None:
        self.layers = layers
        self._weights = weights
        self._heads = heads
        self._epsilon = epsilon
        self._order = order
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._hidden = len(weights("embeddings.LayerNorm.weight"))

    def build(self, head: tuple[Floats, Floats] | None = None) -> "ModelProto":
        """Return the whole model."""
        flow = self._normalised(INPUT, "embeddings.LayerNorm", "flow0")
        for number in range(self.layers):
            flow = self._layer(flow, number)
        if head is None:
            self._node("Identity", [flow], OUTPUT)
        else:
            self._linear(flow, *head, "head", OUTPUT, exact=True)
        return self._model([OUTPUT])

    def watched(self, names: Sequence[str]) -> "ModelProto":
        """Return the model with inner values as its outputs."""
        return self._model(names)

    def _model(self, outputs: Sequence[str]) -> "ModelProto":
        from onnx import TensorProto, helper

        def described(name: str) -> Any:  # noqa: ANN401 - onnx has no useful types here
            shape: list[str | int | None] = [1, "pieces", self._hidden if name == INPUT else None]
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        graph = helper.make_graph(
            self._nodes, "layers", [described(INPUT)], list(map(described, outputs)), list(self._constants.values())
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _layer(self, flow: str, number: int) -> str:
        name = f"encoder.layer.{number}"
        attended = self._attention(flow, name, number)
        mixed = self._linear(attended, *self._tensors(f"{name}.attention.output.dense"), f"o{number}", f"mixed{number}")
        middle = self._joined(mixed, flow, f"{name}.attention.output.LayerNorm", f"middle{number}")
        narrow = self._narrowed(middle, name, number)
        return self._joined(narrow, middle, f"{name}.output.LayerNorm", f"flow{number + 1}")

    def _attention(self, flow: str, name: str, number: int) -> str:
        # Three products, since cutting the product of one takes longer than reading the input three times.
        parts = [
            self._linear(flow, *self._tensors(f"{name}.attention.self.{part}"), f"{part}{number}", f"{part}{number}")
            for part in ("query", "key", "value")
        ]
        return self._node("MultiHeadAttention", parts, f"attended{number}", domain=_CONTRIB, num_heads=self._heads)

    def _narrowed(self, middle: str, name: str, number: int) -> str:
        """Add the wide product and the narrow one, in 8 bits with the large inner features apart."""
        inner, inner_bias = self._tensors(f"{name}.intermediate.dense")
        outer, outer_bias = self._tensors(f"{name}.output.dense")
        if not self._order:
            active = self._active(middle, inner, inner_bias, f"active{number}")
            return self._linear(active, outer, outer_bias, f"d{number}", f"narrow{number}")
        most, rest = self._order[number]
        large = self._active(middle, inner[most], inner_bias[most], f"large{number}")
        small = self._active(middle, inner[rest], inner_bias[rest], f"small{number}")
        by_large = self._node(
            "MatMul", [large, self._constant(f"l{number}.weight", outer[:, most].T)], f"by_large{number}"
        )
        by_small = self._linear(small, outer[:, rest], outer_bias, f"d{number}", f"by_small{number}")
        return self._node("Add", [by_large, by_small], f"narrow{number}")

    def _active(self, flow: str, weight: Floats, bias: Floats, out: str) -> str:
        wide = self._linear(flow, weight, bias, f"{out}_wide", f"{out}_wide")
        return self._node("Gelu", [wide], out, domain=_CONTRIB)

    def _linear(self, flow: str, weight: Floats, bias: Floats, name: str, out: str, *, exact: bool = False) -> str:
        """Add a product with a weight (outputs, inputs), in 8 bits where the graph is and `exact` isn't."""
        offset = self._constant(f"{name}.bias", bias)
        if exact or not self._order:
            product = self._node("MatMul", [flow, self._constant(f"{name}.weight", weight.T)], f"{out}_product")
            return self._node("Add", [product, offset], out)
        scales = np.abs(weight).max(axis=1) / _TOP
        scales[scales == 0] = 1
        cut = np.clip(np.round(weight / scales[:, None]), -_TOP, _TOP).astype(np.int8)
        inputs = [
            flow,
            self._constant(f"{name}.weight", cut.T),
            self._constant(f"{name}.scales", scales.astype(np.float32)),
            self._constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
            offset,
        ]
        return self._node("DynamicQuantizeMatMul", inputs, out, domain=_CONTRIB)

    def _normalised(self, flow: str, name: str, out: str) -> str:
        return self._node("LayerNormalization", [flow, *self._norm(name)], out, epsilon=self._epsilon)

    def _joined(self, flow: str, other: str, name: str, out: str) -> str:
        """Add the layer normalisation of a sum, which is computed many times faster than that of one input."""
        inputs = [flow, other, *self._norm(name)]
        return self._node("SkipLayerNormalization", inputs, out, domain=_CONTRIB, epsilon=self._epsilon)

    def _norm(self, name: str) -> list[str]:
        return [self._constant(f"{name}.{part}", self._weights(f"{name}.{part}")) for part in _TENSORS]

    def _tensors(self, name: str) -> tuple[Floats, Floats]:
        weight, bias = (self._weights(f"{name}.{part}") for part in _TENSORS)
        return weight, bias

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def _node(self, kind: str, inputs: Sequence[str], out: str, **attributes: Any) -> str:  # noqa: ANN401 - as above
        self._nodes.append(_node(kind, inputs, [out], **attributes))
        return out


_TENSORS = ("weight", "bias")


def _node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> Any:  # noqa: ANN401 - as above
    from onnx import helper

    return helper.make_node(kind, list(inputs), list(outputs), **attributes)
