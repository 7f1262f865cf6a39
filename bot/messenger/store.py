"""Messenger: what outlives a stop: updates that came, chats, answers under which there are buttons, judgements."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, cast

from bot.converse import REMEMBERED
from bot.errors import StoreError
from bot.messenger.database import Database
from bot.messenger.feedback import feedback_record
from corpus.document import Language

__all__ = ["ChatState", "SavedAnswer", "Store", "StoreError", "Upload"]

_KEY_BYTES = 9  # 12 url-safe characters
_DAY = 86400.0
_KEPT_DONE = 2 * _DAY  # Telegram keeps what it could not deliver for a day
_KEPT_ANSWERS = 30 * _DAY


@dataclass(frozen=True, slots=True)
class ChatState:
    """Hold what is remembered of a chat: its `/lang` (None: that of the question), its last questions, its collection.

    Questions are as they were typed; the collection is empty for that of the bot.
    """

    language: Language | None = None
    questions: tuple[str, ...] = ()
    collection: str = ""

    def asked(self, question: str) -> "ChatState":
        """Return the state after one more question."""
        return replace(self, questions=(*self.questions, question)[-REMEMBERED:])


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """Hold an answer for the buttons under it; `record` is `Answer.record()`."""

    key: str
    chat: int
    question: str
    history: tuple[str, ...]
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """Hold a document that waits for a yes; `file` is Telegram's id of it."""

    key: str
    chat: int
    user: int
    file: str
    name: str
    size: int


class Store:
    """Keep everything in one SQLite file; each method is one transaction and may be called by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file, making it where there is none.

        Raises:
            StoreError: if it can't be written, is damaged, or a newer citewise made it.
        """
        return cls(Database.open(path))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Updates

    def keep(self, update_id: int, chat: int | None, raw: str) -> bool:
        """Keep an update until it is done; False if it came before."""
        with self._database.transaction() as db:
            put = db.execute(
                "INSERT OR IGNORE INTO updates (id, chat, raw, kept_at) VALUES (?, ?, ?, ?)",
                (update_id, chat, raw, time.time()),
            )
            return put.rowcount == 1

    def done(self, update_id: int, chat_state: tuple[int, ChatState] | None = None) -> None:
        """Mark an update as done and save the chat's state with it; its text is not kept any longer."""
        with self._database.transaction() as db:
            db.execute("UPDATE updates SET done_at = ?, raw = '' WHERE id = ?", (time.time(), update_id))
            if chat_state:
                db.execute(_SAVE_CHAT, _chat_row(*chat_state))

    def waiting(self) -> list[tuple[int, str]]:
        """Return the updates that are not done, in the order of their ids."""
        rows = self._database.rows("SELECT id, raw FROM updates WHERE done_at IS NULL ORDER BY id")
        return cast("list[tuple[int, str]]", rows)

    def step(self, update_id: int, steps: int, reply_id: int | None = None) -> None:
        """Note how many messages of the reply to an update were accepted, and which was the last."""
        with self._database.transaction() as db:
            db.execute("UPDATE updates SET steps = ?, reply = ? WHERE id = ?", (steps, reply_id, update_id))

    def steps(self, update_id: int) -> int:
        """Return how many messages of the reply to an update were accepted."""
        row = self._database.row("SELECT steps FROM updates WHERE id = ?", (update_id,))
        return cast("int", row[0]) if row else 0

    def last_reply(self, update_id: int) -> int | None:
        """Return the last message of the reply to an update that was accepted."""
        row = self._database.row("SELECT reply FROM updates WHERE id = ?", (update_id,))
        return cast("int | None", row[0]) if row else None

    def attempts(self) -> dict[int, int]:
        """Return how often each update that is not done was begun anew after a start."""
        rows = self._database.rows("SELECT id, attempts FROM updates WHERE done_at IS NULL")
        return dict(cast("list[tuple[int, int]]", rows))

    def attempt(self, update_id: int, attempts: int) -> None:
        """Note how often an update was begun anew after a start."""
        with self._database.transaction() as db:
            db.execute("UPDATE updates SET attempts = ? WHERE id = ?", (attempts, update_id))

    # Chats

    def chat(self, chat_id: int) -> ChatState:
        """Return what is remembered of a chat."""
        row = self._database.row("SELECT language, questions, collection FROM chats WHERE id = ?", (chat_id,))
        return ChatState(cast("Language | None", row[0]), _texts(row[1]), str(row[2])) if row else ChatState()

    def save_chat(self, chat_id: int, state: ChatState) -> None:
        """Save what is to be remembered of a chat."""
        with self._database.transaction() as db:
            db.execute(_SAVE_CHAT, _chat_row(chat_id, state))

    def forget(self, chat_id: int, *, keep_state: bool = False) -> None:
        """Forget a chat: its state, its answers and which message answered which; judgements stay."""
        with self._database.transaction() as db:
            if not keep_state:
                db.execute("DELETE FROM chats WHERE id = ?", (chat_id,))
            db.execute("DELETE FROM answers WHERE chat = ?", (chat_id,))
            db.execute("DELETE FROM replies WHERE chat = ?", (chat_id,))

    def migrate(self, old: int, new: int) -> None:
        """Move a group to its new id; what is known of the new one already stays."""
        with self._database.transaction() as db:
            db.execute("UPDATE OR IGNORE chats SET id = ? WHERE id = ?", (new, old))
            db.execute("DELETE FROM chats WHERE id = ?", (old,))
            db.execute("UPDATE answers SET chat = ? WHERE chat = ?", (new, old))
            db.execute("UPDATE uploads SET chat = ? WHERE chat = ?", (new, old))
            # Messages are numbered anew in a supergroup, so no edit can refer to an old one.
            db.execute("DELETE FROM replies WHERE chat = ?", (old,))

    # Answers

    def save_answer(self, chat_id: int, question: str, history: Sequence[str], record: dict[str, Any]) -> str:
        """Save an answer for its buttons and return its key, which can't be guessed."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        row = key, chat_id, question, _json(list(history)), _json(record), time.time()
        with self._database.transaction() as db:
            db.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", row)
        return key

    def answer(self, key: str) -> SavedAnswer | None:
        """Return a saved answer; the caller compares its chat with the one that pressed."""
        row = self._database.row("SELECT key, chat, question, history, record FROM answers WHERE key = ?", (key,))
        if row is None:
            return None
        return SavedAnswer(str(row[0]), cast("int", row[1]), str(row[2]), _texts(row[3]), json.loads(str(row[4])))

    def sent(self, chat_id: int, message_id: int, reply_id: int, key: str) -> None:
        """Note which message answered which, for when the question is edited."""
        with self._database.transaction() as db:
            row = chat_id, message_id, reply_id, key, time.time()
            db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?)", row)

    def reply_to(self, chat_id: int, message_id: int) -> tuple[int, str] | None:
        """Return the message that answered one, and the key of its answer."""
        row = self._database.row("SELECT reply, key FROM replies WHERE chat = ? AND message = ?", (chat_id, message_id))
        return (cast("int", row[0]), str(row[1])) if row else None

    def judge(self, key: str, user_id: int, *, right: bool) -> None:
        """Save what a person thinks of an answer; of several judgements the last counts."""
        with self._database.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO judgements SELECT key, ?, ?, question, history, record, ? FROM answers "
                "WHERE key = ?",
                (user_id, right, time.time(), key),
            )

    def feedback(self) -> Iterator[dict[str, Any]]:
        """Yield each judgement as a line of a question file, oldest first."""
        rows = self._database.rows("SELECT is_right, question, history, record FROM judgements ORDER BY judged_at, key")
        for number, (right, question, history, record) in enumerate(rows, start=1):
            made = json.loads(str(record))
            yield feedback_record(f"tg-{number:04}", str(question), _texts(history), made, right=bool(right))

    # Documents that wait for a yes

    def save_upload(self, chat: int, user: int, file: str, name: str, size: int) -> str:
        """Save which document was offered and return its key."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        with self._database.transaction() as db:
            row = key, chat, user, file, name, size, time.time()
            db.execute("INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return key

    def upload(self, key: str) -> Upload | None:
        """Return a document that waits for a yes."""
        row = self._database.row("SELECT key, chat, user, file, name, size FROM uploads WHERE key = ?", (key,))
        return Upload(*cast("tuple[str, int, int, str, str, int]", row)) if row else None

    def end_upload(self, key: str) -> None:
        """Forget a document that was taken in or refused."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM uploads WHERE key = ?", (key,))

    def prune(self, now: float) -> None:
        """Remove what is too old to be asked for again."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM updates WHERE done_at < ?", (now - _KEPT_DONE,))
            for table in ("answers", "replies", "uploads"):
                db.execute(f"DELETE FROM {table} WHERE made_at < ?", (now - _KEPT_ANSWERS,))  # noqa: S608


_SAVE_CHAT = "INSERT OR REPLACE INTO chats (id, language, questions, collection) VALUES (?, ?, ?, ?)"


def _chat_row(chat_id: int, state: ChatState) -> tuple[int, str | None, str, str]:
    return chat_id, state.language, _json(list(state.questions[-REMEMBERED:])), state.collection


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def _texts(content: object) -> tuple[str, ...]:
    return tuple(map(str, json.loads(str(content))))
