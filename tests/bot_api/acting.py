"""What a test lets people do, as plain method calls."""

import copy
from typing import Any

from .parameters import Uploaded
from .people import ChatType, People, User
from .state import Chat, State
from .thread import ServerThread


class Acting(ServerThread):
    """Lets people write, press and send."""

    def __init__(self, state: State):
        super().__init__(state)
        self._people = People(state)

    def say(
        self,
        chat_id: int,
        text: str,
        user: User = None,
        chat_type: ChatType | None = None,
        reply_to: int | None = None,
        language_code: str | None = None,
        forward: bool | str | dict[str, Any] = False,
        **fields: Any,
    ) -> int | None:
        """Write a message; give the update's id, None if privacy mode hides it from the bot."""
        return self._do(
            lambda: self._people.say(chat_id, text, user, chat_type, reply_to, language_code, forward, **fields)
        )

    def edit(self, chat_id: int, message_id: int, text: str) -> int | None:
        """Change a message of a person."""
        return self._do(lambda: self._people.edit(chat_id, message_id, text))

    def press(self, chat_id: int, message_id: int, data: str, user: User = None, forged: bool = False) -> int | None:
        """Press the button with this data; ValueError if there is none and the press is not `forged`."""
        return self._do(lambda: self._people.press(chat_id, message_id, data, user, forged))

    def inline(self, user: User, query: str, offset: str = "", language_code: str | None = None) -> int | None:
        """Begin an inline query."""
        return self._do(lambda: self._people.inline(user, query, offset, language_code))

    def send_document(
        self,
        chat_id: int,
        name: str,
        content: bytes,
        mime: str = "text/markdown",
        size: int | None = None,
        **fields: Any,
    ) -> int | None:
        """Send a file to the bot; `size` pretends a size without the bytes."""
        return self._do(
            lambda: self._people.send_file(chat_id, "document", Uploaded(name, content, mime), size, **fields)
        )

    def send_voice(self, chat_id: int, **fields: Any) -> int | None:
        """Send a voice message to the bot."""
        return self._do(
            lambda: self._people.send_file(
                chat_id, "voice", Uploaded("voice.oga", b"OggS", "audio/ogg"), None, **fields
            )
        )

    def send_photo(self, chat_id: int, **fields: Any) -> int | None:
        """Send a photo to the bot."""
        return self._do(
            lambda: self._people.send_file(
                chat_id, "photo", Uploaded("photo.jpg", b"\xff\xd8", "image/jpeg"), None, **fields
            )
        )

    def send_sticker(self, chat_id: int, **fields: Any) -> int | None:
        """Send a sticker to the bot."""
        return self._do(
            lambda: self._people.send_file(
                chat_id, "sticker", Uploaded("sticker.webp", b"RIFF", "image/webp"), None, **fields
            )
        )

    def migrate(self, old: int, new: int) -> list[int]:
        """Turn a group into a supergroup with a new id; give the ids of the two updates."""
        return self._do(lambda: self._people.migrate(old, new))

    def block(self, chat_id: int, blocked: bool = True) -> None:
        """Block the bot, or let it in again."""

        def act() -> None:
            self._people.chat(chat_id).blocked = blocked

        self._do(act)

    def chat(self, chat_id: int, chat_type: ChatType | None = None) -> Chat:
        """Make a chat known without a message."""
        return self._do(lambda: self._people.chat(chat_id, chat_type))

    def push(self, raw_update: dict[str, Any]) -> int | None:
        """Queue an update as it is; update_id is added if missing."""
        return self._do(lambda: self._state.updates.put(copy.deepcopy(raw_update)))

    def repeat(self, update_id: int) -> None:
        """Deliver an update again, as after a lost confirmation."""
        self._do(lambda: self._state.updates.repeat(update_id))
