"""Methods by which the bot gets its updates."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError
from .parameters import Uploaded
from .state import Call, State
from .updates import KINDS, Update
from .webhook import Webhook

WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
LONGEST_POLL = 50
PORTS = (443, 80, 88, 8443)


class Receiving:
    """getUpdates and the webhook: one or the other."""

    def __init__(self, state: State):
        self.state = state
        self.retry_seconds = 0.1
        self.webhook: Webhook | None = None

    async def get_updates(self, state: State, call: Call) -> list[Update]:
        """Wait for updates and hand them out."""
        values = call.parameters
        if self.webhook is not None:
            raise ApiError(WEBHOOK_ACTIVE, 409)
        self._allow(values)
        limit = min(max(values.get("limit") or 100, 1), 100)
        timeout = min(max(values.get("timeout") or 0, 0), LONGEST_POLL)
        return await state.updates.take(values.get("offset") or 0, limit, timeout)

    async def set_webhook(self, state: State, call: Call) -> bool:
        """Begin, change or (empty URL) end delivery to a URL."""
        values = call.parameters
        url = values.get("url") or ""
        if not url:
            return await self.delete_webhook(state, call)
        _check_url(url)
        secret = values.get("secret_token") or ""
        if len(secret) > 256:
            raise ApiError("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise ApiError("secret token contains unallowed characters")
        self._allow(values)
        if values.get("drop_pending_updates"):
            state.updates.drop_pending()
        await self.stop()
        state.updates.interrupt("terminated by setWebhook request")
        certificate = values.get("certificate")
        connections = min(max(values.get("max_connections") or 40, 1), 100)
        pem = certificate.content.decode() if isinstance(certificate, Uploaded) else None
        self.webhook = Webhook(state.updates, url, secret, connections, self.retry_seconds, pem)
        self.webhook.start()
        return True

    async def delete_webhook(self, state: State, call: Call) -> bool:
        """End delivery to a URL."""
        await self.stop()
        if call.parameters.get("drop_pending_updates"):
            state.updates.drop_pending()
        return True

    def get_webhook_info(self, state: State, call: Call) -> dict[str, Any]:
        """Tell where updates go and what went wrong last."""
        pending = len(state.updates.pending)
        if self.webhook is None:
            return {"url": "", "has_custom_certificate": False, "pending_update_count": pending}
        info: dict[str, Any] = {
            "url": self.webhook.url,
            "has_custom_certificate": self.webhook.certificate is not None,
            "pending_update_count": pending,
            "max_connections": self.webhook.max_connections,
            "ip_address": "127.0.0.1",
        }
        if self.webhook.last_error:
            info["last_error_date"], info["last_error_message"] = int(time.time()), self.webhook.last_error
        if state.updates.allowed:
            info["allowed_updates"] = state.updates.allowed
        return info

    async def stop(self) -> None:
        """End delivery; unconfirmed updates stay."""
        if self.webhook is not None:
            webhook, self.webhook = self.webhook, None
            await webhook.stop()

    def _allow(self, values: dict[str, Any]) -> None:
        allowed = values.get("allowed_updates")
        if allowed is None:
            return
        for kind in allowed:
            if kind not in KINDS:
                self.state.note(f"unknown kind {kind!r} in allowed_updates")
        self.state.updates.allowed = [kind for kind in allowed if kind in KINDS]


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (parts.port or 443) not in PORTS:
        raise ApiError("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


Method = Callable[[State, Call], Any]
