"""Index stage: vectors searched by Milvus, on this computer or a cluster (the only import of pymilvus).

The array in the index's folder stays what is true: collections are made from it and named by its content, and
candidates are ranked by their exact cosines with its rows. A file beside the array names its collection, so what comes
into force with the manifest is the collection too.
"""

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from corpus.files import file_sha256
from index.errors import IndexOutdated, StoreUnavailable
from index.own_files import is_own_file
from index.store.kinds import BUILD_WIDTH, FLAT_UP_TO, LINKS, SEARCH_WIDTH, reach_for
from index.store.protocol import Ids, Store, Vectors
from index.store.rows import open_rows, save_array
from index.store.vectors import VectorStore

_BATCH = 1_000  # rows sent at once, 1.5 MB
_MOST_RESULTS = 16_384  # Milvus gives no more
_PATIENCE = 10.0
_ID_FILE = "milvus-id"
_POINTER = ".milvus.json"
_METRIC = "IP"
_COMPARED = 3  # rows that are compared when a collection is opened
_REBUILD = "run `citewise index` again"


@dataclass(frozen=True, slots=True)
class MilvusBackend:
    """Keep vectors in arrays and in collections of Milvus; `uri` is an address or a file of Milvus Lite."""

    uri: str = field(repr=False)  # a password may stand in it
    token: str = field(default="", repr=False)
    _clients: list[Any] = field(default_factory=list, repr=False, compare=False)

    def write(self, path: Path, vectors: Vectors) -> None:
        """Write the array, and put its rows into a collection of its own.

        Raises:
            StoreUnavailable: if Milvus is not installed, can't be reached or refuses.
        """
        save_array(path, vectors)
        digest = file_sha256(path)
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
        name = f"citewise_{_index_id(path.parents[1])}_{digest[:24]}"
        with self.reached() as client:
            if len(rows) and not _holds(client, name, rows):
                _fill(client, name, rows)
        pointer = {"collection": name, "rows": len(rows)}
        path.with_suffix(_POINTER).write_text(json.dumps(pointer) + "\n", encoding="utf-8")

    def open(self, path: Path, *, dimensions: int) -> Store:
        """Return the vectors that `write` kept.

        Raises:
            IndexDamaged: if the array is missing or truncated.
            IndexOutdated: if no collection was made of it, or one of other vectors.
            StoreUnavailable: if Milvus is not installed, can't be reached or refuses.
        """
        local = VectorStore(open_rows(path, dimensions=dimensions), path=path)
        name = _pointed_to(path.with_suffix(_POINTER))
        if name is None:
            raise IndexOutdated(
                f"{path}: was indexed without Milvus; {_REBUILD} from nothing, or set index.store back to 'faiss'"
            )
        if not len(local):
            return local
        with self.reached() as client:
            if not _holds(client, name, local.rows):
                raise IndexOutdated(
                    f"{self._shown}: the collection {name} is not there or holds other vectors than {path}; "
                    f"{_REBUILD} from nothing"
                )
        return MilvusStore(self, name, local)

    def tidy(self, folder: Path) -> None:
        """Drop collections that no generation of this index names; what fails is left to the next build."""
        named = {_pointed_to(path) for path in folder.glob(f"*/*{_POINTER}")}
        with suppress(StoreUnavailable), self.reached() as client:
            for name in client.list_collections():
                if name.startswith(f"citewise_{_index_id(folder)}_") and name not in named:
                    client.drop_collection(name)

    @property
    def _shown(self) -> str:
        """Return the address without what may be a secret in it."""
        return re.sub(r"//[^/@]*@", "//", self.uri)

    @contextmanager
    def reached(self) -> Iterator[Any]:
        """Give the client, connected at its first use, and turn its errors into ours."""
        try:
            from pymilvus import MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError as err:
            raise StoreUnavailable("index.store is 'milvus': run `pip install 'citewise[milvus]'` first") from err
        for library in ("pymilvus", "milvus_lite"):
            logging.getLogger(library).setLevel(logging.CRITICAL)  # they log with a traceback what they raise
        try:
            if not self._clients:
                self._clients.append(MilvusClient(uri=self.uri, token=self.token, timeout=_PATIENCE))
            yield self._clients[0]
        except (MilvusException, OSError, ImportError) as err:
            reason = " ".join(str(getattr(err, "message", "") or err).split())[:200]
            busy = "; a file of Milvus Lite serves one process at a time" if self.uri.endswith(".db") else ""
            raise StoreUnavailable(f"Milvus at {self._shown} can't be reached or refuses: {reason}{busy}") from err

    def close(self) -> None:
        """Let go of the connection."""
        while self._clients:
            self._clients.pop().close()


class MilvusStore:
    """Find rows of an array by a collection of Milvus, and rank them by their exact cosines."""

    def __init__(self, backend: MilvusBackend, collection: str, local: VectorStore) -> None:
        self._backend = backend
        self._collection = collection
        self._local = local

    def __len__(self) -> int:
        return len(self._local)

    @property
    def rows(self) -> Vectors:
        """Return the stored vectors, shape (n, dimensions), perhaps still on disk."""
        return self._local.rows

    def nearest(self, query: Vectors, k: int) -> Ids:
        """Return the ids of the `k` best rows for one query of shape (dimensions,), best first.

        Raises:
            StoreUnavailable: if Milvus can't be reached or refuses.
        """
        k = min(k, len(self))
        if k < 1 or not np.isfinite(query).all():
            return np.empty(0, dtype=np.int64)
        reach = min(reach_for("hnsw", k), len(self), _MOST_RESULTS)
        with self._backend.reached() as client:
            found = client.search(
                self._collection,
                data=[np.asarray(query, dtype=np.float32).tolist()],
                anns_field="vector",
                limit=reach,
                search_params={"metric_type": _METRIC, "params": {"ef": max(reach, SEARCH_WIDTH)}},
            )
        ids = np.array([int(hit["id"]) for hit in found[0]], dtype=np.int64)
        return self._local.best_of(query, ids[(ids >= 0) & (ids < len(self))], k)

    def cosines(self, query: Vectors, ids: Ids | slice = slice(None)) -> Vectors:
        """Return the exact cosines of one query with the rows named, shape (len(ids),)."""
        return self._local.cosines(query, ids)


def _fill(client: Any, name: str, rows: Vectors) -> None:  # noqa: ANN401 - pymilvus is imported late
    from pymilvus import DataType

    if client.has_collection(name):  # a build that was broken off left it
        client.drop_collection(name)
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=rows.shape[1])
    index = client.prepare_index_params()
    if len(rows) <= FLAT_UP_TO:
        index.add_index("vector", index_type="FLAT", metric_type=_METRIC)
    else:
        build = {"M": LINKS, "efConstruction": BUILD_WIDTH}
        index.add_index("vector", index_type="HNSW", metric_type=_METRIC, params=build)
    client.create_collection(name, schema=schema, index_params=index, consistency_level="Strong")
    for start in range(0, len(rows), _BATCH):
        part = np.asarray(rows[start : start + _BATCH], dtype=np.float32)
        client.insert(name, [{"id": start + i, "vector": row.tolist()} for i, row in enumerate(part)])
    client.flush(name)


def _holds(client: Any, name: str, rows: Vectors) -> bool:  # noqa: ANN401 - pymilvus is imported late
    """Tell whether a collection is there, of as many vectors, the first, middle and last of which are the same."""
    if not client.has_collection(name):
        return False
    client.load_collection(name)
    if int(client.get_collection_stats(name)["row_count"]) != len(rows):
        return False
    ids = sorted({i * (len(rows) - 1) // (_COMPARED - 1) for i in range(_COMPARED)})
    kept = {int(one["id"]): one["vector"] for one in client.query(name, ids=ids, output_fields=["id", "vector"])}
    return sorted(kept) == ids and all(
        len(kept[i]) == rows.shape[1] and np.allclose(kept[i], rows[i], rtol=0, atol=1e-6) for i in ids
    )


def _index_id(folder: Path) -> str:
    """Return what tells this index from others in the same Milvus, made once by chance for its place.

    A copy has another place, and must not drop the collections of what it was copied from.
    """
    path, place = folder / _ID_FILE, hashlib.sha256(str(folder.resolve()).encode("utf-8", "replace")).hexdigest()
    if is_own_file(path):
        found = path.read_text(encoding="utf-8", errors="replace").split()
        if len(found) == 2 and re.fullmatch(r"[0-9a-f]{12}", found[0]) and found[1] == place:
            return found[0]
    path.unlink(missing_ok=True)  # a link, perhaps, to what is not the index's
    made = secrets.token_hex(6)
    with path.open("x", encoding="utf-8") as file:
        file.write(f"{made} {place}\n")
    return made


def _pointed_to(path: Path) -> str | None:
    try:
        name = json.loads(path.read_text(encoding="utf-8"))["collection"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return name if isinstance(name, str) and re.fullmatch(r"citewise_[0-9a-f]{12}_[0-9a-f]{24}", name) else None
