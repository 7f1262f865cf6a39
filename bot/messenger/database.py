"""Messenger: an SQLite file that is written durably, by several threads, with errors of one line."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from bot.errors import StoreError

_VERSION = 3
_SCHEMA = """
CREATE TABLE updates (id INTEGER PRIMARY KEY, chat INTEGER, raw TEXT NOT NULL, steps INTEGER NOT NULL DEFAULT 0,
    kept_at REAL NOT NULL, done_at REAL, reply INTEGER, attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX updates_waiting ON updates (id) WHERE done_at IS NULL;
CREATE TABLE chats (id INTEGER PRIMARY KEY, language TEXT, questions TEXT NOT NULL,
    collection TEXT NOT NULL DEFAULT '');
CREATE TABLE answers (key TEXT PRIMARY KEY, chat INTEGER NOT NULL, question TEXT NOT NULL, history TEXT NOT NULL,
    record TEXT NOT NULL, made_at REAL NOT NULL);
CREATE TABLE replies (chat INTEGER, message INTEGER, reply INTEGER NOT NULL, key TEXT NOT NULL, made_at REAL NOT NULL,
    PRIMARY KEY (chat, message));
CREATE TABLE judgements (key TEXT, user INTEGER, is_right INTEGER NOT NULL, question TEXT NOT NULL,
    history TEXT NOT NULL, record TEXT NOT NULL, judged_at REAL NOT NULL, PRIMARY KEY (key, user));
CREATE TABLE uploads (key TEXT PRIMARY KEY, chat INTEGER NOT NULL, user INTEGER NOT NULL, file TEXT NOT NULL,
    name TEXT NOT NULL, size INTEGER NOT NULL, made_at REAL NOT NULL);
"""
_UPGRADES = {
    # Neither the last message of a reply nor attempts were noted.
    1: """
ALTER TABLE updates ADD COLUMN reply INTEGER;
ALTER TABLE updates ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
""",
    # Chats could not choose a collection.
    2: "ALTER TABLE chats ADD COLUMN collection TEXT NOT NULL DEFAULT '';",
}
Row = tuple[object, ...]


class Database:
    """Hold the one connection; what a transaction wrote survives a power cut once it has ended."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, making it where there is none; only its owner may read it.

        Raises:
            StoreError: if it can't be written, is damaged, or a newer citewise made it.
        """
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for some changes, all of which are on the disk afterwards, or none.

        Raises:
            StoreError: if the disk is full or the file damaged.
        """
        with self._lock, _told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return what a query finds.

        Raises:
            StoreError: if the file can't be read.
        """
        with self._lock, _told(self._path):
            return self._connection.execute(query, tuple(values)).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> tuple[object, ...] | None:
        """Return the first row that a query finds."""
        found = self.rows(query, values)
        return found[0] if found else None


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten shall not be readable in the file either
    checked = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if checked != "ok":
        raise sqlite3.DatabaseError(str(checked))
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 or version in _UPGRADES:
        change = "".join(sql for old, sql in _UPGRADES.items() if old >= version) if version else _SCHEMA
        connection.executescript(f"BEGIN IMMEDIATE; {change} PRAGMA user_version = {_VERSION}; COMMIT;")
    elif version != _VERSION:
        raise StoreError(
            f"{path}: has format {version}, this citewise reads {_VERSION}; move it away or update citewise"
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into one line."""
    try:
        yield
    except sqlite3.OperationalError as err:
        raise StoreError(f"{path}: can't be read or written: {err}") from err
    except sqlite3.DatabaseError as err:
        raise StoreError(f"{path}: is damaged ({err}); move it away, and the bot starts with an empty one") from err
    except OSError as err:
        raise StoreError(f"{path}: can't be written: {err.strerror or err}") from err
