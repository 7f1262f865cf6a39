"""Refusals in the words of the Bot API."""

from typing import Any

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class ApiError(Exception):
    """A call that is refused; the text is the description without its "Bad Request: " prefix."""

    def __init__(self, description: str = "", code: int = 400, **parameters: int):
        prefix = PREFIXES[code]
        self.code = code
        self.description = f"{prefix}: {description}" if description else prefix
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        """Give the JSON object of the reply."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def too_many_requests(retry_after: int) -> ApiError:
    """Give the refusal of a call that came too soon."""
    return ApiError(f"retry after {retry_after}", 429, retry_after=retry_after)
