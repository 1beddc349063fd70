"""Logs: one JSON object a line on stderr, with a request or job id, and without secrets."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# What secrets of ours and of the platforms look like, wherever they turn up in a text.
_SECRETS = re.compile(
    r"shp(?:at|rt|ss|ca|pa|ua)_[A-Za-z0-9]+"  # Shopify tokens and client secrets
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # JWTs
    r"|whsec_[A-Za-z0-9+/=_-]+"  # Standard Webhooks secrets
    r"|gAAAAA[A-Za-z0-9_=-]{40,}"  # Fernet tokens
    r"|(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|(?i:(?<=_token=)|(?<=hmac=)|(?<=code=)|(?<=state=)|(?<=_secret=))[^&\s\"']+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user and password of an address
)
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|api_key|cookie|hmac|signature", re.IGNORECASE)
HIDDEN = "[hidden]"
_known: set[str] = set()


def configure(*, secrets: tuple[str, ...] = (), level: int = logging.INFO) -> None:
    """For the whole process, other libraries' loggers too. `secrets` are hidden wherever they occur."""
    _known.clear()
    _known.update(secret for secret in secrets if len(secret) >= 8)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                # JSON escapes line ends, so nobody's text can forge a line.
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("urllib3", "rq", "flask-limiter", "alembic"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))


class _Stderr(logging.Handler):
    """Writes to whatever stderr is at the time; it may be replaced while we run."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):  # nobody reads stderr any more: no reason to fail a request
            self.handleError(record)


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return {key: HIDDEN if _SECRET_NAMES.search(key) and value else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        for secret in _known:
            value = value.replace(secret, HIDDEN)
        return _SECRETS.sub(HIDDEN, value)
    if isinstance(value, dict):
        return redact(None, "", value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, bytes):
        return _clean(value.decode(errors="replace"))
    return value if isinstance(value, int | float | bool | None) else _clean(str(value))
