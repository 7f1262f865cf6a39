"""Reader: the network in 8 bits, written once beside the encoder that answers are served with."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.reader.adapters import ADAPTED, Adapters
from bot.reader.spans import Floats
from bot.reader.windows import Window, windows
from index.bundled_encoder import LAYERS, BundledEncoder
from index.bundled_model import Form, bundled_model_folder
from index.e5_file import Source
from index.embed import Progress
from index.graph import write_layers
from index.layers import Layers

_VERSION = 3
_KEPT = 128  # adapters make more features large than the encoder has
# What the layers' large features are found with: any questions and passages will do.
_PROBES = (
    ("修复了多少个码头？", "港务局在2015年至2021年间修复了14个码头，投入资金3.2亿元。局长名叫林晓峰。"),
    ("How many quays were rebuilt?", "Between 2015 and 2021 the port office rebuilt 14 quays for 320 million yuan."),
    ("How much was spent? 投入 资金", "全县新建学校12所，投入资金3.5亿元，惠及群众4.2万人次，满意度达98%。"),
    ("谁是局长？", "Its director was Lin Xiaofeng; nobody else was named in the report (see page 4)."),
)


def served_network(
    encoder: BundledEncoder, adapters: Adapters, progress: Progress | None = None
) -> Callable[[Sequence[Window]], list[Floats]]:
    """Return what reads rows with the adapters, writing the network the first time."""
    form = _form(encoder, adapters)
    layers = Layers.load(bundled_model_folder(encoder.cache, form=form, progress=progress) / LAYERS)
    return lambda rows: layers.run([encoder.embedded(row.ids) for row in rows])


def _form(encoder: BundledEncoder, adapters: Adapters) -> Form:
    def write(folder: Path, source: Source, report: Progress) -> None:
        def weights(name: str) -> Floats:
            values = source.tensors[name].whole()
            layer = name.removeprefix("encoder.").removesuffix(".weight")
            if name.endswith(".weight") and layer.endswith(ADAPTED):
                values = values + adapters.held[f"{layer}.up"] @ adapters.held[f"{layer}.down"]
            return values

        shape = source.shape
        write_layers(
            folder / LAYERS,
            weights,
            layers=shape.layers,
            heads=shape.heads,
            epsilon=shape.epsilon,
            probes=_probes(encoder),
            kept=_KEPT,
            head=(adapters.held["head.weight"], adapters.held["head.bias"]),
        )
        report(1.0)

    return Form(f"reader-{adapters.sha256[:12]}-int8", _VERSION, (LAYERS,), write)


def _probes(encoder: BundledEncoder) -> list[Floats]:
    rows = [
        row for pair in _PROBES for question, passage in [encoder.pieces(pair)] for row in windows(question, passage, 0)
    ]
    return [encoder.embedded(row.ids)[None] for row in rows]
