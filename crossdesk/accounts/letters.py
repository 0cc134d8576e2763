"""Letters about signing in and about a party's machines: asked for in one row, worded and sent by the worker.

Asking for a known and for an unknown address does the same work and takes the same time; only the worker finds out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from django.conf import settings
from procrastinate.contrib.django import app

from crossdesk.accounts.links import invitation_link, new_password_link
from crossdesk.accounts.models import AccountLetter
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.letters.compose import drawn
from crossdesk.exchange.letters.marks import plain
from crossdesk.exchange.office import mail_server
from crossdesk.exchange.posting import post
from crossdesk.exchange.waits import wait_after
from crossdesk.exchange.wording import worded
from crossdesk.kit.time import now
from crossdesk.parties.models import Party, Person
from crossdesk.threads.viewer import verbs

GOOD_FOR = timedelta(days=3)
"""As long as the links in them; a letter that could not leave by then would only disappoint."""

WAKES = "mail.accounts"
Kind, State = AccountLetter.Kind, AccountLetter.State


def ask_for(
    kind: str, address: str, *, at: datetime, party: Party | None = None, by: str = "", about: str = ""
) -> AccountLetter:
    to = address.strip().lower()
    asked = AccountLetter.objects.create(
        kind=kind, to_address=to, party=party, asked_by=by, about=about, created_at=at, next_try_at=at
    )
    app.configure_task(WAKES).defer()
    return asked


def send_account_letters(clock: Callable[[], datetime] = now, most: int = 200) -> int:
    """Sends what is due; answers how many letters the mail server took."""
    with verbs():
        server = mail_server()
    taken = 0
    for _ in range(most if server else 0):
        state = _send_next(server, clock)
        if state is None:
            break
        taken += state == State.SENT
    return taken


def _send_next(server: str, clock: Callable[[], datetime]) -> str | None:
    with verbs():
        due = AccountLetter.objects.filter(state=State.WAITING, next_try_at__lte=clock()).order_by("next_try_at")
        item = due.select_for_update(skip_locked=True, of=("self",)).select_related("party").first()
        if item is None:
            return None
        letter = _written(item, clock())
        if letter is None:
            item.delete()
            return ""
        item.attempts += 1
        try:
            post(letter, envelope_from=settings.MAIL_FROM, to=item.to_address, server=server)
        except NotTaken as trouble:
            item.last_error = trouble.because[:500]
            if trouble.forever or clock() - item.created_at > GOOD_FOR:
                item.state = State.DEAD
            item.next_try_at = clock() + wait_after(item.attempts)
        else:
            item.state, item.sent_at, item.last_error = State.SENT, clock(), ""
        item.save()
        return item.state


def _written(item: AccountLetter, at: datetime) -> bytes | None:
    """None where there is nothing to say: nobody has this address, or an invitation was taken meanwhile."""
    person = Person.objects.filter(email__iexact=item.to_address, is_active=True).first()
    if person is None:
        return None
    new = not person.has_usable_password()
    link = _link(item, person, new)
    context = {"person": person, "party": item.party, "asked_by": item.asked_by, "link": link, "new": new}
    subject, text = worded(item.kind, **context, about=item.about)
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = f"Crossdesk <{settings.MAIL_FROM}>", item.to_address, subject
    letter["Date"], letter["Message-ID"] = format_datetime(at), make_msgid(domain=settings.MAIL_DOMAIN)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(plain(text) + "\n")
    page = drawn(text, subject=subject, title=subject, office="Crossdesk")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    return letter.as_bytes()


def _link(item: AccountLetter, person: Person, new: bool) -> str:
    if item.kind == Kind.WEBHOOK:
        return f"{settings.SITE_URL}/directory/parties/{item.party_id}/webhooks/"
    if new:
        return invitation_link(person)
    return new_password_link(person) if item.kind == Kind.PASSWORD else f"{settings.SITE_URL}/"
