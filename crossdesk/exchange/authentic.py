"""Whether the sender is who the letter says: by the word of our own mail server, or by the signature of its domain.

Only what our own server wrote counts, for anybody can add the header. A signature counts when it is of the sender's
own domain or one above it, covers the whole letter, and its key stands in that domain's name service.
"""

from __future__ import annotations

from dataclasses import dataclass

import authres
import dkim
from django.conf import settings
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from crossdesk.exchange.letters.read import Letter

MOST_SIGNATURES = 5
LONGEST_RESULTS = 8_000
FORGED = "It was changed on its way, or somebody else wrote it under that name."


@dataclass(frozen=True)
class Doubt:
    sentence: str
    passing: bool = False  # nobody could tell just now; asked again later


class NoAnswerNow(Exception):
    """The name service could not be asked."""


def doubt_of(letter: Letter, content: bytes) -> Doubt | None:
    """Nothing where nobody checks: then the server in front is trusted as it is. May ask the name service."""
    if settings.MAIL_AUTHSERV:
        because = by_our_server(letter, settings.MAIL_AUTHSERV.strip().lower())
        return Doubt(because) if because else None
    return by_its_signature(letter, content) if settings.MAIL_DKIM else None


def by_our_server(letter: Letter, server: str) -> str | None:
    # Ours is added last and so stands first; one further down came with the letter.
    try:
        said = authres.AuthenticationResultsHeader.parse(
            f"Authentication-Results: {letter.header('Authentication-Results')[:LONGEST_RESULTS]}"
        )
    except Exception:  # the library raises much besides its own errors on broken headers
        return "Our mail server did not say whether the sender is genuine."
    if str(said.authserv_id).lower() != server:
        return "Our mail server did not say whether the sender is genuine."
    domain = domain_of(letter)
    verdicts = {result.method: result for result in reversed(said.results)}
    if dmarc := verdicts.get("dmarc"):
        about = [each.value.lower() for each in dmarc.properties if (each.type, each.name) == ("header", "from")]
        if dmarc.result == "pass" and about in ([], [domain]):
            return None
    elif any(_vouches(result, domain) for result in said.results):
        return None
    return f"Our mail server could not confirm that {letter.sender.email or 'its sender'} wrote it. {FORGED}"


def _vouches(result: authres.AuthenticationResult, domain: str) -> bool:
    signers = [each.value for each in result.properties if (each.type, each.name) == ("header", "d")]
    return bool(result.method == "dkim" and result.result == "pass" and any(speaks_for(s, domain) for s in signers))


def by_its_signature(letter: Letter, content: bytes) -> Doubt | None:
    domain = domain_of(letter)
    if not domain or len(letter.all_headers("Subject")) > 1:
        return Doubt("It names no sender, or several, or several subjects, so no signature can speak for it.")
    signed = range(min(len(letter.all_headers("DKIM-Signature")), MOST_SIGNATURES))
    ours = [number for number in signed if speaks_for(_signer(content, number), domain)]
    if not ours:
        return Doubt(f"It bears no signature of {domain}, so anybody could have written its sender.")
    try:
        if any(_fits(content, number) for number in ours):
            return None
    except NoAnswerNow:
        return Doubt(f"The name service did not answer, so the signature of {domain} could not be checked.", True)
    return Doubt(f"The signature of {domain} does not fit it. {FORGED}")


def domain_of(letter: Letter) -> str:
    return letter.sender.email.rpartition("@")[2]


def speaks_for(signer: str, domain: str) -> bool:
    """The domain itself or one above it. A domain below speaks for itself alone."""
    signer = signer.strip().lower().rstrip(".")
    return bool(signer and domain) and (domain == signer or domain.endswith(f".{signer}"))


def _signer(content: bytes, number: int) -> str:
    try:
        checker = dkim.DKIM(content)
        fields, covered, _ = checker.verify_headerprep(number)
    except Exception:  # a stranger wrote it, and the library raises whatever it meets
        return ""
    # A signature over a part of the body lets anybody add to it; one without the subject, change what it is about.
    whole = b"l" not in fields and {b"from", b"subject"} <= set(covered) and not fields[b"a"].endswith(b"sha1")
    return checker.domain.decode("ascii", "replace") if whole else ""


def _fits(content: bytes, number: int) -> bool:
    try:
        return bool(
            dkim.DKIM(content, minkey=1024, timeout=settings.MAIL_PATIENCE).verify(number, dnsfunc=published_key)
        )
    except NoAnswerNow:
        raise
    except Exception:  # as above: what cannot be verified does not fit
        return False


def published_key(name: bytes, timeout: float) -> bytes | None:
    try:
        answer = _resolver().resolve(name.decode("ascii"), "TXT", lifetime=timeout)
    except (NXDOMAIN, NoAnswer, UnicodeDecodeError):
        return None
    except DNSException as trouble:
        raise NoAnswerNow from trouble
    return next((b"".join(each.strings) for each in answer), None)


def _resolver() -> Resolver:
    """The machine's own name service, or the one the operator trusts."""
    if not settings.MAIL_RESOLVER:
        return Resolver()
    host, _, port = settings.MAIL_RESOLVER.partition(":")
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver
