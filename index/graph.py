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
_KEPT = 32


def write_layers(
    path: Path,
    weights: Callable[[str], Floats],
    *,
    layers: int,
    heads: int,
    epsilon: float,
    probes: Sequence[Floats],
    head: tuple[Floats, Floats] | None = None,
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
    """
    exact = _Graph(weights, layers, heads, epsilon)
    exact.build()
    largest = _largest(exact, probes)
    order = [np.argsort(-one, kind="stable") for one in largest]
    packed = _Graph(weights, layers, heads, epsilon, order)
    path.write_bytes(packed.build(head).SerializeToString())


def _largest(graph: "_Graph", probes: Sequence[Floats]) -> list[Floats]:
    """Return for each layer the largest size of each inner feature, (inner,)."""
    names = [f"active{number}" for number in range(graph.layers)]
    found = [run_layers(graph.watched(names).SerializeToString(), probe, names) for probe in probes]
    return [np.max([np.abs(one[number]).max(axis=(0, 1)) for one in found], axis=0) for number in range(graph.layers)]


class _Graph:
    """Put the nodes of the layers together; with `order` products are in 8 bits, without in float32.

    `order` lists for each layer the inner features, largest first.
    """

    def __init__(
        self,
        weights: Callable[[str], Floats],
        layers: int,
        heads: int,
        epsilon: float,
        order: Sequence[NDArray[np.intp]] | None = None,
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
        size = self._hidden // self._heads
        self._constant("by_head", np.array([0, -1, self._heads, size]))
        self._constant("by_piece", np.array([0, -1, self._hidden]))
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
        added = self._node("Add", [mixed, flow], f"added{number}")
        middle = self._normalised(added, f"{name}.attention.output.LayerNorm", f"middle{number}")
        inner, inner_bias = self._tensors(f"{name}.intermediate.dense")
        outer, outer_bias = self._tensors(f"{name}.output.dense")
        if self._order:
            inner, inner_bias = inner[self._order[number]], inner_bias[self._order[number]]
            outer = outer[:, self._order[number]]
        wide = self._linear(middle, inner, inner_bias, f"i{number}", f"wide{number}")
        active = self._node("Gelu", [wide], f"active{number}", domain=_CONTRIB)
        narrow = self._narrowed(active, outer, outer_bias, number)
        summed = self._node("Add", [narrow, middle], f"summed{number}")
        return self._normalised(summed, f"{name}.output.LayerNorm", f"flow{number + 1}")

    def _attention(self, flow: str, name: str, number: int) -> str:
        parts = [self._tensors(f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
        scale = np.float32((self._hidden // self._heads) ** -0.5)
        parts[0] = (parts[0][0] * scale, parts[0][1] * scale)
        weight, bias = (np.concatenate(each) for each in zip(*parts, strict=True))
        together = self._linear(flow, weight, bias, f"qkv{number}", f"qkv{number}")
        names = [f"{part}{number}" for part in ("query", "key", "value")]
        self._nodes.append(_node("Split", [together], names, axis=2, num_outputs=3))
        turned = []
        for one, order in zip(names, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
            split = self._node("Reshape", [one, "by_head"], f"{one}_split")
            turned.append(self._node("Transpose", [split], f"{one}_turned", perm=order))
        fit = self._node("MatMul", turned[:2], f"fit{number}")
        share = self._node("Softmax", [fit], f"share{number}", axis=-1)
        seen = self._node("MatMul", [share, turned[2]], f"seen{number}")
        back = self._node("Transpose", [seen], f"back{number}", perm=[0, 2, 1, 3])
        return self._node("Reshape", [back, "by_piece"], f"attended{number}")

    def _narrowed(self, active: str, weight: Floats, bias: Floats, number: int) -> str:
        if not self._order:
            return self._linear(active, weight, bias, f"d{number}", f"narrow{number}")
        parts = [f"large{number}", f"small{number}"]
        kept = min(_KEPT, weight.shape[1] - 1)
        sizes = self._constant(f"sizes{number}", np.array([kept, weight.shape[1] - kept]))
        self._nodes.append(_node("Split", [active, sizes], parts, axis=2))
        large = self._node(
            "MatMul", [parts[0], self._constant(f"l{number}.weight", weight[:, :kept].T)], f"by_large{number}"
        )
        small = self._linear(parts[1], weight[:, kept:], bias, f"d{number}", f"by_small{number}")
        return self._node("Add", [large, small], f"narrow{number}")

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
        scale, offset = (self._constant(f"{name}.{part}", self._weights(f"{name}.{part}")) for part in _TENSORS)
        return self._node("LayerNormalization", [flow, scale, offset], out, epsilon=self._epsilon)

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
