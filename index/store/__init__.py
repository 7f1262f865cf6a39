"""Index stage: vectors of passages and sentences, and the nearest of them to a question."""

from index.store.backend import Backend, FaissBackend
from index.store.kinds import Choice
from index.store.protocol import Ids, Store, Vectors
from index.store.vectors import VectorStore

__all__ = ["Backend", "Choice", "FaissBackend", "Ids", "Store", "VectorStore", "Vectors"]
