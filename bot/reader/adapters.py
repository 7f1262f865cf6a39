"""Reader: the adapters that come with the package."""

import hashlib
import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.reader.spans import Floats

WEIGHTS = "reader.safetensors"
# The layers that the adapters change, as the network names them.
ADAPTED = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adapters:
    """Hold adapters and head in float32, by the names in their file, and the file's SHA-256."""

    held: Mapping[str, Floats]
    sha256: str

    @classmethod
    def load(cls, path: Path) -> "Adapters":
        """Read a file of adapters; whatever is wrong with it is raised by the libraries that read it."""
        from safetensors.numpy import load

        data = path.read_bytes()
        held = {name: values.astype(np.float32) for name, values in load(data).items()}
        return cls(held, hashlib.sha256(data).hexdigest())


def shipped_adapters() -> Path:
    """Return the file of adapters that comes with the package."""
    return Path(str(importlib.resources.files("bot.reader"))) / WEIGHTS
