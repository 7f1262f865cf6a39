"""The HTTP face: addresses, bodies of three kinds, faults, replies."""

import asyncio
import inspect
import json
import re
import time
from typing import Any

from aiohttp import web

from . import answering, profile, sending
from .errors import ApiError, too_many_requests
from .faults import Fault
from .parameters import METHODS, Uploaded, checked
from .receiving import Method, Receiving
from .state import Call, State

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
ERROR_PAGE = """<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center></body>
</html>
"""


class Gateway:
    """Serves the methods of one bot."""

    def __init__(self, state: State):
        self.state = state
        self.receiving = Receiving(state)
        self.stopping = asyncio.Event()
        self._not_before: dict[tuple[str, Any], float] = {}
        self._methods: dict[str, Method] = {
            "getMe": profile.get_me,
            "logOut": profile.log_out,
            "close": profile.close,
            "getUpdates": self.receiving.get_updates,
            "setWebhook": self.receiving.set_webhook,
            "deleteWebhook": self.receiving.delete_webhook,
            "getWebhookInfo": self.receiving.get_webhook_info,
            "sendMessage": sending.send_message,
            "sendMessageDraft": sending.send_message_draft,
            "sendDocument": sending.send_document,
            "editMessageText": sending.edit_message_text,
            "editMessageReplyMarkup": sending.edit_message_reply_markup,
            "deleteMessage": sending.delete_message,
            "sendChatAction": sending.send_chat_action,
            "answerCallbackQuery": answering.answer_callback_query,
            "answerInlineQuery": answering.answer_inline_query,
            "setMyCommands": profile.set_my_commands,
            "getMyCommands": profile.get_my_commands,
            "deleteMyCommands": profile.delete_my_commands,
            "setMyName": profile.set_text("name"),
            "getMyName": profile.get_text("name"),
            "setMyDescription": profile.set_text("description"),
            "getMyDescription": profile.get_text("description"),
            "setMyShortDescription": profile.set_text("short_description"),
            "getMyShortDescription": profile.get_text("short_description"),
            "getFile": profile.get_file,
            "getChat": profile.get_chat,
            "leaveChat": profile.leave_chat,
        }

    def application(self) -> web.Application:
        """Give the aiohttp application."""
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_get("/file/bot{token}/{path:.+}", self._download)
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        application.router.add_route("*", "/{anything:.*}", self._elsewhere)
        return application

    def begin(self) -> None:
        """Begin, or go on after an outage: with the webhook that was set."""
        self.stopping.clear()
        if self.receiving.webhook is not None:
            self.receiving.webhook.start()

    async def end(self) -> None:
        """End waiting calls and deliveries."""
        self.stopping.set()
        self.state.updates.interrupt(None)
        if self.receiving.webhook is not None:
            await self.receiving.webhook.stop()

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        return _reply(ApiError("", 404))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refused_token(request.match_info["token"]):
            return _reply(refusal)
        wanted = request.match_info["path"]
        found = next((uploaded for path, uploaded, _ in self.state.files.values() if path == wanted), None)
        if found is None:
            return _reply(ApiError("", 404))
        fault = self.state.faults.drawn("file")
        reply = web.Response(body=found.content, content_type="application/octet-stream")
        return await self._faulty(request, fault, reply) if fault else reply

    def _refused_token(self, token: str) -> ApiError | None:
        if not TOKEN.fullmatch(token):
            return ApiError("", 404)
        if token != self.state.token:
            self.state.note("a call with a wrong token")
            return ApiError("", 401)
        return None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refused_token(request.match_info["token"]):
            return _reply(refusal)
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            self.state.note(f"unknown method {request.match_info['method']}")
            return _reply(ApiError("method not found", 404))
        if self.state.logged_out:
            return _reply(ApiError("Logged out"))
        call = Call(method, {}, time.monotonic())
        try:
            await self._read(request, call)
        except ApiError as error:
            return self._finished(call, error)
        return await self._answered(request, call)

    async def _read(self, request: web.Request, call: Call) -> None:
        if request.method not in ("GET", "POST"):
            raise ApiError("method must be GET or POST", 404)
        raw, files, is_json = await _body(request)
        call.parameters = dict(raw)
        call.parameters = checked(
            call.method, raw, files, is_json, lambda text: self.state.note(f"{call.method}: {text}")
        )

    async def _answered(self, request: web.Request, call: Call) -> web.StreamResponse:
        fault = self.state.faults.drawn(call.method, call.chat_id)
        call.fault = fault.kind if fault else None
        self._check_patience(call)
        if fault is None:
            return await self._acted(call)
        if fault.acted:
            return await self._faulty(request, fault, await self._acted(call))
        refusal = self._refusal(fault, call)
        if refusal is None:
            call.error = (0, f"{fault.kind} before acting")
            self.state.record(call)
            return await self._faulty(request, fault, _reply(ApiError("", 502)))
        return self._finished(call, refusal)

    def _refusal(self, fault: Fault, call: Call) -> ApiError | None:
        if fault.kind != "status":
            return None
        if fault.status == 429:
            self._not_before[call.method, call.chat_id] = time.monotonic() + fault.retry_after
            return too_many_requests(fault.retry_after)
        return ApiError(fault.description, fault.status)

    def _check_patience(self, call: Call) -> None:
        """Note a call that came before the time that an earlier 429 named; a tenth of a second is forgiven."""
        early = self._not_before.pop((call.method, call.chat_id), 0.0) - time.monotonic()
        if early > 0.1:
            self.state.note(f"{call.method}: called {early:.1f} s before retry_after had passed")

    async def _acted(self, call: Call) -> web.Response:
        try:
            result = self._methods[call.method](self.state, call)
            call.result = await result if inspect.isawaitable(result) else result
        except ApiError as error:
            return self._finished(call, error)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self.state.note(f"{call.method}: the test server itself failed: {error!r}")
            return self._finished(call, ApiError("", 500))
        return self._finished(call)

    def _finished(self, call: Call, error: ApiError | None = None) -> web.Response:
        if error is not None:
            call.error = (error.code, error.description)
        reply = _reply(error) if error else web.json_response({"ok": True, "result": call.result})
        self.state.record(call)
        return reply

    async def _faulty(self, request: web.Request, fault: Fault, reply: web.Response) -> web.StreamResponse:
        body = reply.body if isinstance(reply.body, bytes) else b""
        if fault.kind == "html":
            return web.Response(status=502, text=ERROR_PAGE, content_type="text/html")
        if fault.kind == "status":
            return _reply(ApiError(fault.description, fault.status))
        if fault.kind == "malformed":
            return web.Response(body=body[: len(body) // 2], content_type="application/json")
        if fault.kind == "truncated":
            return await _truncated(request, body)
        if fault.kind == "hang":
            await self._hang(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        return reply

    async def _hang(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


async def _truncated(request: web.Request, body: bytes) -> web.StreamResponse:
    reply = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await reply.prepare(request)
    await reply.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return reply


def _reply(error: ApiError) -> web.Response:
    return web.json_response(error.body(), status=error.code)


async def _body(request: web.Request) -> tuple[dict[str, Any], dict[str, Uploaded], bool]:
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Uploaded] = {}
    if request.content_type == "application/json":
        try:
            given = json.loads(await request.text() or "{}")
        except ValueError:
            raise ApiError("can't parse JSON object") from None
        if not isinstance(given, dict):
            raise ApiError("object expected")
        return {**raw, **given}, files, True
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Uploaded(value.filename, value.file.read(), value.content_type)
            else:
                raw[name] = value
    return raw, files, False
