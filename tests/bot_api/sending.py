"""Methods that put messages in chats, change or remove them."""

import time
from typing import Any

from .errors import ApiError
from .html_entities import Parsed
from .keyboards import checked_markup
from .parameters import Uploaded
from .state import Call, Chat, Message, State
from .texts import caption, message_text

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
UPLOAD_LIMIT = 50 * 1024 * 1024
REPLY_FIELDS = {
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position", "checklist_task_id", "poll_option_id",
}  # fmt: skip
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def send_message(state: State, call: Call) -> Message:
    """Send a text."""
    values = call.parameters
    chat = state.chat_for_bot(values.get("chat_id"))
    parsed = message_text(values, _noting(state, call))
    return _sent(state, call, chat, parsed, text=parsed.text, entities=parsed.entities or None)


def send_message_draft(state: State, call: Call) -> bool:
    """Show a text that is still being written; in private chats only."""
    chat = state.chat_for_bot(call.parameters.get("chat_id"))
    if chat.type != "private":
        raise ApiError("message drafts can be sent only to private chats")
    if not call.parameters.get("draft_id"):
        raise ApiError("draft identifier must be non-zero")
    if call.parameters.get("text"):
        parsed = message_text(call.parameters, _noting(state, call))
        call.text, call.entities = parsed.text, parsed.entities
    return True


def send_document(state: State, call: Call) -> Message:
    """Send a file, uploaded or known by its id."""
    values = call.parameters
    chat = state.chat_for_bot(values.get("chat_id"))
    parsed = caption(values, _noting(state, call))
    document = _document(state, values.get("document"))
    fields = {"caption": parsed.text or None, "caption_entities": parsed.entities or None}
    return _sent(state, call, chat, parsed, document=document, **fields)


def edit_message_text(state: State, call: Call) -> Message:
    """Replace text and buttons of a message of the bot."""
    chat, message = _own_message(state, call.parameters, "edit")
    parsed = message_text(call.parameters, _noting(state, call))
    markup = checked_markup(call.parameters.get("reply_markup"), _noting(state, call), inline_only=True)
    if "text" not in message:
        raise ApiError("there is no text in the message to edit")
    call.text, call.entities = parsed.text, parsed.entities
    return _edited(call, chat, message, markup, text=parsed.text, entities=parsed.entities or None)


def edit_message_reply_markup(state: State, call: Call) -> Message:
    """Replace the buttons of a message of the bot."""
    chat, message = _own_message(state, call.parameters, "edit")
    markup = checked_markup(call.parameters.get("reply_markup"), _noting(state, call), inline_only=True)
    return _edited(call, chat, message, markup)


def delete_message(state: State, call: Call) -> bool:
    """Remove a message."""
    chat, message = _message(state, call.parameters, "delete")
    mine = message["from"]["id"] == state.bot["id"]
    if time.time() - message["date"] > 48 * 3600 or not (mine or chat.type == "private"):
        raise ApiError("message can't be deleted")
    del chat.messages[message["message_id"]]
    return True


def send_chat_action(state: State, call: Call) -> bool:
    """Show that the bot is busy."""
    state.chat_for_bot(call.parameters.get("chat_id"))
    if call.parameters.get("action") not in ACTIONS:
        raise ApiError("wrong parameter action in request")
    return True


def _noting(state: State, call: Call) -> Any:
    return lambda text: state.note(f"{call.method}: {text}")


def _sent(state: State, call: Call, chat: Chat, parsed: Parsed, **fields: Any) -> Message:
    note = _noting(state, call)
    markup = checked_markup(call.parameters.get("reply_markup"), note)
    if call.parameters.get("message_thread_id"):
        raise ApiError("message thread not found")
    answered = _replied(chat, call.parameters.get("reply_parameters"), note)
    state.flood.take(chat.id, chat.type)
    call.text, call.entities = parsed.text, parsed.entities
    call.message = state.new_message(chat, state.bot, reply_to_message=answered, reply_markup=markup, **fields)
    return call.message


def _replied(chat: Chat, reply: dict[str, Any] | None, note: Any) -> Message | None:
    if not reply:
        return None
    for name in reply.keys() - REPLY_FIELDS:
        note(f"unknown field {name!r} in reply_parameters")
    if type(reply.get("message_id")) is not int:
        raise ApiError("reply_parameters: message_id must be an Integer")
    here = reply.get("chat_id", chat.id) == chat.id
    found = chat.messages.get(reply["message_id"]) if here else None
    if found is None and not reply.get("allow_sending_without_reply"):
        raise ApiError("message to be replied not found")
    if found and reply.get("quote") and reply["quote"] not in found.get("text", ""):
        raise ApiError("QUOTE_TEXT_INVALID")
    return {name: value for name, value in found.items() if name != "reply_to_message"} if found else None


def _document(state: State, given: Uploaded | str | None) -> dict[str, Any]:
    if not given:
        raise ApiError("there is no document in the request")
    if isinstance(given, str):
        if given not in state.files:
            raise ApiError("wrong remote file identifier specified: can't unserialize it")
        _, uploaded, size = state.files[given]
        return {"file_id": given, "file_unique_id": given, "file_name": uploaded.name, "file_size": size}
    if len(given.content) > UPLOAD_LIMIT:
        raise ApiError("", 413)
    if not given.content:
        raise ApiError("file must be non-empty")
    return {"file_name": given.name, "mime_type": given.mime, **state.keep_file(given, "documents")}


def _message(state: State, values: dict[str, Any], purpose: str) -> tuple[Chat, Message]:
    if values.get("inline_message_id"):
        raise ApiError("MESSAGE_ID_INVALID")
    chat = state.chat_for_bot(values.get("chat_id"))
    if not values.get("message_id"):
        raise ApiError("message identifier is not specified")
    message = chat.messages.get(values["message_id"])
    if message is None:
        raise ApiError(f"message to {purpose} not found")
    return chat, message


def _own_message(state: State, values: dict[str, Any], purpose: str) -> tuple[Chat, Message]:
    chat, message = _message(state, values, purpose)
    if message["from"]["id"] != state.bot["id"]:
        raise ApiError(f"message can't be {purpose}ed")
    return chat, message


def _edited(call: Call, chat: Chat, message: Message, markup: dict[str, Any] | None, **fields: Any) -> Message:
    new = {**message, **fields, "reply_markup": markup}
    new = {name: value for name, value in new.items() if value is not None}
    if new == message or {**new, "edit_date": 0} == {**message, "edit_date": 0}:
        raise ApiError(NOT_MODIFIED)
    new["edit_date"] = int(time.time())
    chat.messages[new["message_id"]] = call.message = new
    return new
