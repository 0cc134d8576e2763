"""Takes letters by SMTP or LMTP from the mail server in front of it. 250 means: kept for good."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from crossdesk.exchange.letters.raw import RawLetter, Store, Transport
from crossdesk.exchange.letters.words import storable

LARGEST = 25 * 1024 * 1024
MOST_RECIPIENTS = 100
MOST_GUESTS = 50
STORING_AT_ONCE = 4
LONGEST_LINE = 1024 * 1024  # mail servers on the way join lines as they like
NOT_KEPT = "451 4.3.0 This letter could not be kept; please try again later"

log = logging.getLogger(__name__)


class Desk:
    """Answers for the mailbox: who is written to, and what becomes of the letter."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], takes: Callable[[str], bool], transport: Transport
    ) -> None:
        self.store = store
        self.clock = clock
        self.takes = takes
        self.transport = transport
        self.guests = 0
        # Storing waits for the database, and the other guests must not wait with it.
        self.storing = ThreadPoolExecutor(STORING_AT_ONCE, thread_name_prefix="letters")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return f"452 4.5.3 At most {MOST_RECIPIENTS} recipients; send the rest in another letter"
        if not self.takes(address):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content
        letter = RawLetter(
            content=content if isinstance(content, bytes) else b"",
            envelope_from=storable((envelope.mail_from or "").removeprefix("<").removesuffix(">")),
            envelope_to=tuple(storable(each) for each in envelope.rcpt_tos),
            arrived_at=self.clock(),
            transport=self.transport,
        )
        loop = asyncio.get_running_loop()
        try:
            name = await loop.run_in_executor(self.storing, self.store, letter)
        except Exception as trouble:
            # Only the kind of trouble: a database error's text can hold the letter's words.
            log.error("A letter was not kept and its sender asked to try again: %s", type(trouble).__name__)
            return NOT_KEPT
        return f"250 2.0.0 Kept as {''.join(char for char in name if char.isascii() and char.isprintable())[:200]}"

    async def handle_exception(self, error: Exception) -> str:
        log.error("A guest's letter met %s", type(error).__name__)
        return "451 4.3.0 Something went wrong here; please try again later"


class Conversation(SMTP):
    """One guest. The library bounds a letter, but not a line that never ends, nor the number of guests."""

    line_length_limit = LONGEST_LINE
    welcome = True
    since_command = 0

    @property
    def desk(self) -> Desk:
        desk: Desk = self.event_handler
        return desk

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:  # not again when the same guest turns to TLS
            self.desk.guests += 1
            self.welcome = self.desk.guests <= MOST_GUESTS
        if self.welcome:
            super().connection_made(transport)
        elif isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 Too many guests; please come again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.desk.guests -= 1
        if self.welcome:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if not self.welcome:
            return
        self.since_command += len(data)
        if self.data_size_limit and self.since_command > 2 * self.data_size_limit + LONGEST_LINE:
            # The rest of a large letter is read so that its sender hears why; no letter is this large.
            self._writer.write(b"552 5.3.4 Too much mail data\r\n")
            self._writer.close()
            self.since_command = 0
            return
        super().data_received(data)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self.welcome else False

    def _reset_timeout(self, duration: float | None = None) -> None:
        self.since_command = 0
        super()._reset_timeout(duration)


class LocalConversation(Conversation, LMTP):
    """LMTP answers for every recipient (RFC 2033), so that a server knows whom to try again."""

    answers = 1
    collecting = False

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        self.answers = len(self.envelope.rcpt_tos) if self.envelope else 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self.collecting = False

    async def push(self, status: Any) -> None:
        if self.collecting:
            status = "\r\n".join([str(status)] * self.answers)
        await super().push(status)
        self.collecting = self.collecting or str(status).startswith("354")


class Listener(Controller):
    """`start()` and `stop()`, or a `with` block. Port 0 takes a free one and `port` then says which."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime],
        takes: Callable[[str], bool],
        host: str = "127.0.0.1",
        port: int = 0,
        transport: Transport = Transport.SMTP,
        largest: int = LARGEST,
        name: str = "crossdesk",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.desk = Desk(store, clock, takes, transport)
        self.conversation = LocalConversation if transport is Transport.LMTP else Conversation
        super().__init__(
            self.desk,
            hostname=host,
            port=port,
            server_hostname=name,
            ident="Crossdesk",
            data_size_limit=largest,
            tls_context=tls,
            command_call_limit=1_000,
        )

    def factory(self) -> SMTP:
        return self.conversation(self.desk, loop=self.loop, **self.SMTP_kwargs)

    async def _create_server(self) -> asyncio.AbstractServer:
        server = await self.loop.create_server(self._factory_invoker, host=self.hostname, port=self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def stop(self, no_assert: bool = False) -> None:
        super().stop(no_assert)
        self.desk.storing.shutdown(wait=True)

    def __enter__(self) -> Listener:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(no_assert=True)
