"""What the server knows: chats and their messages, files, queries to be answered, calls and broken rules."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError
from .faults import Faults
from .flood import FloodLimits
from .parameters import Uploaded
from .updates import UpdateQueue

Message = dict[str, Any]


@dataclass
class Chat:
    """A chat, its messages by id, and whether the bot may write there."""

    id: int
    type: str
    title: str = ""
    first_name: str = ""
    username: str = ""
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    blocked: bool = False
    migrated_to: int | None = None

    def record(self) -> dict[str, Any]:
        """Give the chat as messages carry it."""
        fields = {"title": self.title, "first_name": self.first_name, "username": self.username}
        return {"id": self.id, "type": self.type, **{name: value for name, value in fields.items() if value}}


@dataclass
class Query:
    """A callback or inline query that waits for its answer."""

    id: str
    kind: str
    asked: float
    answered: bool = False


@dataclass
class Call:
    """A call of the bot, and what came of it."""

    method: str
    parameters: dict[str, Any]
    time: float
    message: Message | None = None
    text: str | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    result: Any = None
    error: tuple[int, str] | None = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Say whether the call took effect, even if its reply was lost."""
        return self.error is None

    @property
    def chat_id(self) -> int | None:
        """Give the chat that the call was about."""
        return self.parameters.get("chat_id")


class State:
    """All that the server knows; touched only in the server's own event loop."""

    def __init__(self, token: str, username: str, seed: int):
        self.token = token
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Test bot", "username": username}
        self.privacy = True
        self.query_seconds = 60.0
        self.launched = time.monotonic()
        self.logged_out = False
        self.updates = UpdateQueue()
        self.faults = Faults(seed)
        self.flood = FloodLimits()
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, Uploaded, int]] = {}
        self.queries: dict[str, Query] = {}
        self.texts: dict[tuple[str, str], Any] = {}
        self.calls: list[Call] = []
        self.polls: deque[Call] = deque(maxlen=1000)
        self.violations: list[str] = []
        self.changed = threading.Condition()
        self._private_id = 0
        self._numbers = 0

    def number(self) -> int:
        """Give a number that was not given before."""
        self._numbers += 1
        return self._numbers

    def record(self, call: Call) -> None:
        """Keep a call and wake who waits for it."""
        with self.changed:
            (self.polls if call.method == "getUpdates" else self.calls).append(call)
            self.changed.notify_all()

    def note(self, text: str) -> None:
        """Record a broken rule."""
        with self.changed:
            self.violations.append(text)
            self.changed.notify_all()

    def chat_for_bot(self, chat_id: Any) -> Chat:
        """Give the chat where the bot wants to act, if it may."""
        if chat_id is None:
            raise ApiError("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else self._named(chat_id)
        if chat is None:
            raise ApiError("chat not found")
        if chat.migrated_to is not None:
            raise ApiError("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.blocked:
            place = (
                "bot was blocked by the user" if chat.type == "private" else f"bot was kicked from the {chat.type} chat"
            )
            raise ApiError(place, 403)
        return chat

    def message_id(self, chat: Chat) -> int:
        """Number a message: supergroups and channels count for themselves, all other chats together."""
        if chat.type in ("supergroup", "channel"):
            chat.next_message_id += 1
            return chat.next_message_id - 1
        self._private_id += 1
        return self._private_id

    def new_message(self, chat: Chat, sender: dict[str, Any], **fields: Any) -> Message:
        """Put a message in a chat."""
        message = {
            "message_id": self.message_id(chat),
            "from": sender,
            "chat": chat.record(),
            "date": int(time.time()),
            **{name: value for name, value in fields.items() if value is not None},
        }
        chat.messages[message["message_id"]] = message
        return message

    def keep_file(self, uploaded: Uploaded, folder: str, size: int | None = None) -> dict[str, Any]:
        """Keep a file and give its id, unique id and size; `size` may pretend another one."""
        number = self.number()
        suffix = uploaded.name.rpartition(".")[2] if "." in uploaded.name else "bin"
        file_id = f"BQACAgIAAxkBAAI{number:08d}"
        actual = len(uploaded.content) if size is None else size
        self.files[file_id] = (f"{folder}/file_{number}.{suffix}", uploaded, actual)
        return {"file_id": file_id, "file_unique_id": f"AgAD{number:08d}", "file_size": actual}

    def ask(self, kind: str) -> Query:
        """Begin a query that the bot has to answer."""
        query = Query(str(4_000_000_000_000_000_000 + self.number()), kind, time.monotonic())
        self.queries[query.id] = query
        return query

    def answer(self, kind: str, query_id: str | None) -> None:
        """End a query; raise ApiError for one that is unknown, answered or too old."""
        query = self.queries.get(query_id or "")
        late = query is not None and time.monotonic() - query.asked > self.query_seconds
        if query is None or query.kind != kind or query.answered or late:
            if query is not None and query.answered:
                self.note(f"{kind} query {query_id} answered twice")
            raise ApiError("query is too old and response timeout expired or query ID is invalid")
        query.answered = True

    def _named(self, username: str) -> Chat | None:
        wanted = username.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if chat.username.lower() == wanted), None)
