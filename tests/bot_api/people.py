"""What people do in chats with the bot: the updates that follow from it."""

import re
import time
from typing import Any, Literal

from .html_entities import units
from .parameters import Uploaded
from .state import Chat, Message, State

ChatType = Literal["private", "group", "supergroup", "channel"]
User = int | dict[str, Any] | None
COMMAND = re.compile(r"(?<![\w/])/([A-Za-z0-9_]{1,64})(?:@(\w{3,32}))?")
SERVICE = {"migrate_to_chat_id", "migrate_from_chat_id", "new_chat_members", "left_chat_member"}
MENTION = re.compile(r"(?<![\w/])@(\w{3,32})")


class People:
    """Makes updates of what people do; runs in the server's loop."""

    def __init__(self, state: State):
        self.state = state

    def chat(self, chat_id: int, chat_type: ChatType | None = None, user: User = None) -> Chat:
        """Give a chat, made where it was not known."""
        if chat_id not in self.state.chats:
            kind: str = chat_type or _usual_type(chat_id)
            chat = Chat(chat_id, kind, title="" if kind == "private" else f"Chat {abs(chat_id)}")
            if kind == "private":
                person = self.user(user if user is not None else chat_id)
                chat.first_name = person["first_name"]
                chat.username = person.get("username", "")
            self.state.chats[chat_id] = chat
        return self.state.chats[chat_id]

    def user(self, user: User, language_code: str | None = None) -> dict[str, Any]:
        """Give a user's record; an int is enough to name one."""
        if isinstance(user, dict):
            self.state.users[user["id"]] = {"is_bot": False, "first_name": f"User {user['id']}", **user}
            return self.state.users[user["id"]]
        user_id = 7001 if user is None else user
        known = self.state.users.setdefault(user_id, {"id": user_id, "is_bot": False, "first_name": f"User {user_id}"})
        return {**known, "language_code": language_code} if language_code else known

    def say(
        self,
        chat_id: int,
        text: str | None,
        user: User = None,
        chat_type: ChatType | None = None,
        reply_to: int | None = None,
        language_code: str | None = None,
        forward: bool | str | dict[str, Any] = False,
        **fields: Any,
    ) -> int | None:
        """Send a message to a chat; give the update's id, or None where the bot is not told of it."""
        sender = user if user is not None or chat_id < 0 else chat_id
        chat = self.chat(chat_id, chat_type, sender)
        if text is not None:
            fields = {"text": text, "entities": entities_of(text) or None, **fields}
        message = self.state.new_message(
            chat,
            self.user(sender, language_code),
            reply_to_message=_answered(chat, reply_to),
            forward_origin=_origin(forward),
            **fields,
        )
        return self.state.updates.put({"message": message}) if self._seen(chat, message) else None

    def edit(self, chat_id: int, message_id: int, text: str) -> int | None:
        """Change a message that somebody wrote."""
        chat = self.state.chats[chat_id]
        entities = entities_of(text)
        message = {**chat.messages[message_id], "text": text, "edit_date": int(time.time())}
        message.pop("entities", None)
        if entities:
            message["entities"] = entities
        chat.messages[message_id] = message
        return self.state.updates.put({"edited_message": message}) if self._seen(chat, message) else None

    def press(self, chat_id: int, message_id: int, data: str, user: User = None, forged: bool = False) -> int | None:
        """Press a button; one that is not there only if `forged`."""
        chat = self.state.chats[chat_id]
        message = chat.messages.get(message_id)
        if not forged:
            rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
            if data not in [button.get("callback_data") for row in rows for button in row]:
                raise ValueError(f"message {message_id} of chat {chat_id} has no button with {data!r}")
        sender = user if user is not None or chat_id < 0 else chat_id
        query: dict[str, Any] = {
            "id": self.state.ask("callback").id,
            "from": self.user(sender),
            "message": message or {"chat": chat.record(), "message_id": message_id, "date": 0},
            "chat_instance": str(chat_id * 31),
            "data": data,
        }
        return self.state.updates.put({"callback_query": query})

    def inline(self, user: User, query: str, offset: str = "", language_code: str | None = None) -> int | None:
        """Type the bot's name and a query in some other chat."""
        return self.state.updates.put(
            {
                "inline_query": {
                    "id": self.state.ask("inline").id,
                    "from": self.user(user, language_code),
                    "chat_type": "private",
                    "query": query,
                    "offset": offset,
                }
            }
        )

    def send_file(self, chat_id: int, kind: str, uploaded: Uploaded, size: int | None, **fields: Any) -> int | None:
        """Send a document, voice message, photo or sticker."""
        stored = self.state.keep_file(uploaded, f"{kind}s", size)
        described: dict[str, Any] = {
            "document": {**stored, "file_name": uploaded.name, "mime_type": uploaded.mime},
            "voice": {**stored, "duration": 3, "mime_type": "audio/ogg"},
            "photo": [{**stored, "width": 320, "height": 240}],
            "sticker": {
                **stored, "width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False,
            },
        }  # fmt: skip
        return self.say(chat_id, None, **{**fields, kind: described[kind]})

    def migrate(self, old: int, new: int) -> list[int]:
        """Turn a group into a supergroup."""
        before = self.chat(old, "group")
        after = self.chat(new, "supergroup")
        after.title = before.title
        ids = [
            self.say(old, None, migrate_to_chat_id=new),
            self.say(new, None, migrate_from_chat_id=old),
        ]
        before.migrated_to = new
        return [update_id for update_id in ids if update_id is not None]

    def _seen(self, chat: Chat, message: Message) -> bool:
        """Say whether the bot is told of a message: in groups, privacy mode hides what is not for it."""
        if chat.blocked:
            return False
        if chat.type in ("private", "channel") or not self.state.privacy or SERVICE & message.keys():
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.state.bot["id"]:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        name = str(self.state.bot["username"]).lower()
        commanded = any((found[2] or name).lower() == name for found in COMMAND.finditer(text))
        return commanded or any(found[1].lower() == name for found in MENTION.finditer(text))


def entities_of(text: str) -> list[dict[str, Any]]:
    """Find commands and mentions as the real server does."""
    found = [("bot_command", match) for match in COMMAND.finditer(text)]
    found += [
        ("mention", match)
        for match in MENTION.finditer(text)
        if not any(m.start() < match.start() < m.end() for _, m in found)
    ]
    found.sort(key=lambda pair: pair[1].start())
    return [{"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])} for kind, match in found]


def _usual_type(chat_id: int) -> str:
    if chat_id > 0:
        return "private"
    return "supergroup" if str(chat_id).startswith("-100") and len(str(chat_id)) > 10 else "group"


def _answered(chat: Chat, message_id: int | None) -> Message | None:
    if message_id is None:
        return None
    return {name: value for name, value in chat.messages[message_id].items() if name != "reply_to_message"}


def _origin(forward: bool | str | dict[str, Any]) -> dict[str, Any] | None:
    if not forward or isinstance(forward, dict):
        return forward or None
    name = forward if isinstance(forward, str) else "Somebody"
    return {"type": "hidden_user", "sender_user_name": name, "date": int(time.time()) - 60}
