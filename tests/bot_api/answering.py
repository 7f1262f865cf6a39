"""Methods that answer callback and inline queries."""

from typing import Any

from .errors import ApiError
from .keyboards import checked_markup
from .state import Call, State
from .texts import message_text

RESULTS = 50
RESULT_ID_BYTES = 64
CALLBACK_TEXT = 200
ARTICLE = {
    "type", "id", "title", "input_message_content", "reply_markup", "url", "description", "thumbnail_url",
    "thumbnail_width", "thumbnail_height",
}  # fmt: skip
CONTENT = {"message_text", "parse_mode", "entities", "link_preview_options"}


def answer_callback_query(state: State, call: Call) -> bool:
    """End the waiting sign on a button."""
    values = call.parameters
    state.answer("callback", values.get("callback_query_id"))
    if len(values.get("text") or "") > CALLBACK_TEXT:
        raise ApiError("MESSAGE_TOO_LONG")
    if values.get("url"):
        raise ApiError("URL_INVALID")
    call.text = values.get("text")
    return True


def answer_inline_query(state: State, call: Call) -> bool:
    """Show results under the input field."""
    values = call.parameters
    results = values.get("results")
    if results is None:
        raise ApiError("can't parse inline query results JSON object")
    if len(results) > RESULTS:
        raise ApiError("RESULTS_TOO_MUCH")
    if len((values.get("next_offset") or "").encode()) > RESULT_ID_BYTES:
        raise ApiError("NEXT_OFFSET_INVALID")
    seen: set[str] = set()
    for result in results:
        _check_result(state, call, result, seen)
    state.answer("inline", values.get("inline_query_id"))
    return True


def _check_result(state: State, call: Call, result: Any, seen: set[str]) -> None:
    def note(text: str) -> None:
        state.note(f"{call.method}: {text}")

    if not isinstance(result, dict):
        raise ApiError("can't parse inline query result: inline query result must be an object")
    result_id = result.get("id")
    if not isinstance(result_id, str) or not 1 <= len(result_id.encode()) <= RESULT_ID_BYTES:
        raise ApiError("RESULT_ID_INVALID")
    if result_id in seen:
        raise ApiError("RESULT_ID_DUPLICATE")
    seen.add(result_id)
    if result.get("type") != "article":
        note(f"inline result of type {result.get('type')!r} is not checked by this server")
        return
    if not isinstance(result.get("title"), str) or not result["title"].strip():
        raise ApiError("can't parse inline query result: article title must be a non-empty String")
    for name in result.keys() - ARTICLE:
        note(f"unknown field {name!r} in an inline result")
    _check_content(result.get("input_message_content"), note)
    checked_markup(result.get("reply_markup"), note, inline_only=True)


def _check_content(content: Any, note: Any) -> None:
    if not isinstance(content, dict) or "message_text" not in content:
        raise ApiError("can't parse inline query result: input message content is not specified")
    for name in content.keys() - CONTENT:
        note(f"unknown field {name!r} in input_message_content")
    message_text(content, note, "message_text")
