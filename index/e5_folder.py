"""Index stage: writes a packed encoder as the files that sentence-transformers loads."""

import json
import math
import struct
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from index.e5_file import SPECIAL, Shape, Source, Tensor

_LEAF = 0x100  # a unit of the double array: this node ends a key


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
