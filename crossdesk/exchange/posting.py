"""Handing one letter to the mail server, and telling "never" from "not now"."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.letters.words import one_line

PATIENCE = 30.0


def post(letter: bytes, *, envelope_from: str, to: str, server: str) -> None:
    try:
        with _connected(server) as connection:
            connection.sendmail(envelope_from, [to], letter)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        raise _answered(code, words) from refused
    except smtplib.SMTPAuthenticationError as refused:
        raise NotTaken("The mail server does not accept our sign-in; check CROSSDESK_SMTP_URL.", False) from refused
    except smtplib.SMTPResponseException as refused:
        raise _answered(refused.smtp_code, refused.smtp_error) from refused
    except (OSError, smtplib.SMTPException) as trouble:
        raise NotTaken(f"The mail server does not answer ({type(trouble).__name__}).", False) from trouble


def _answered(code: int, words: bytes | str) -> NotTaken:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return NotTaken(one_line(f"The mail server said {code} {said}", 480), forever=500 <= code < 600)


def _connected(server: str) -> smtplib.SMTP:
    """`smtp://` turns to TLS where the server offers it, `smtps://` begins with it; name and password in the URL."""
    url = urlsplit(server)
    host, context = url.hostname or "127.0.0.1", ssl.create_default_context()
    connection: smtplib.SMTP
    if url.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, url.port or 465, timeout=PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(host, url.port or 25, timeout=PATIENCE)
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
    if url.username:
        connection.login(unquote(url.username), unquote(url.password or ""))
    return connection
