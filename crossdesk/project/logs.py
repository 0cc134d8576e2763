"""What the processes say about themselves: one event a line, as JSON where no person sits at a terminal.

A log is read by people who may read no case. So an error is told by its kind and its place in the code, never by its
message, in which a database quotes the row it refused.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FIELDS = ("request_id", "person", "route", "method", "status", "milliseconds", "error", "job", "letter")
NEAREST = 12


def without_message(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if event.get("logger") == "django.request":  # it names the address, and so a case
        event["event"] = "a request failed"
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        frames = traceback.extract_tb(error.__traceback__)[-NEAREST:]
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def configured(*, terminal: bool) -> dict[str, Any]:
    before: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_message,
    ]
    last: Processor = structlog.dev.ConsoleRenderer(colors=False) if terminal else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": before,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        # At a terminal a line for each request would bury the words meant for the person there.
        "loggers": {
            "crossdesk.requests": {"level": "WARNING" if terminal else "INFO"},
            "django.request": {"level": "ERROR"},
        },
    }
