"""Runs of the joining kit, kept on the agreement they went by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import models

from crossdesk.access import Invalid
from crossdesk.desks.agreements import in_force
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.desks.ways import Channel
from crossdesk.exchange.channels import Speaking, adapter
from crossdesk.exchange.conformance.by_mail import MailTrial
from crossdesk.exchange.conformance.kit import Trial
from crossdesk.exchange.conformance.steps import Report, Step, Verdict
from crossdesk.exchange.conformance.trials import name_of
from crossdesk.exchange.lines import Line, open_line, secrets_of
from crossdesk.exchange.messages.message import Message, Side, read_message
from crossdesk.exchange.office import mail_server, office
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound
from crossdesk.threads.viewer import verbs


class ConformanceRun(PartyBound):
    """Read by both sides of the agreement: what passed, and what is to be mended."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="conformance_runs")
    at = models.DateTimeField()
    by = models.CharField(max_length=160)
    channel = models.CharField(max_length=10)
    passed = models.BooleanField()
    steps = models.JSONField(help_text="Of each step its name, verdict and words.")

    class Meta:
        indexes = [models.Index(fields=["agreement", "-at"], name="newest_conformance_run")]

    def __str__(self) -> str:
        return f"the conformance test of {self.agreement}"


def run(
    party: Party, *, by: str, told: Callable[[Step], None] | None = None, patience: float = 60.0, every: float = 2.0
) -> ConformanceRun:
    """Outside of any transaction: it waits for answers of theirs, which other processes take in."""
    with verbs():
        terms = _terms(party, now())
        trial = _trial(terms, Report(told), patience, every)
    ways, steps = terms.exchange, trial.run()
    with verbs():
        return ConformanceRun.objects.create(
            agreement=terms.agreement,
            at=now(),
            by=by[:160],
            channel=ways.channel,
            passed=all(each.verdict is Verdict.PASSED for each in steps),
            steps=[asdict(each) for each in steps],
            seats=terms.agreement.seats,
        )


def _trial(terms: Terms, report: Report, patience: float, every: float) -> Trial | MailTrial:
    ways, (ours, theirs) = terms.exchange, _desks(terms)
    if ways.channel is Channel.MAIL:
        mailbox, server = (theirs.address if theirs else "") or ways.endpoint, mail_server()
        if "@" not in mailbox:
            raise Invalid(f"{theirs or terms.agreement.promiser} has no address yet; write it in the directory first.")
        if not server:
            raise Invalid("No letter leaves yet; set CROSSDESK_SMTP_URL to the mail server that takes ours.")
        return MailTrial(mailbox, office(str(ours)), server, kept_letters, ways, patience, every, report)
    line = open_line(terms.agreement, now())
    secrets = secrets_of(line)
    if not secrets:
        raise Invalid(
            f"No credential is kept for {terms.agreement}; keep the one {terms.agreement.promiser} gave you on its page"
            " first."
        )
    us = Side(party=str(terms.agreement.other), desk=str(ours), author="Conformance test")
    them = Side(party=str(terms.agreement.promiser), desk=str(theirs or ""))
    to = Speaking(ways, secrets[0][1])
    return Trial(adapter(ways.channel), to, us, them, kept_on(line), patience, every, report)


def _terms(party: Party, at: datetime) -> Terms:
    """The newest in force by which this party is reached by machine or by mail."""
    agreements = Agreement.objects.filter(promiser=party).prefetch_related("versions")
    found = [terms for each in agreements if (terms := in_force(each.versions.all(), at)) and can_be_tried(terms)]
    if not found:
        raise Invalid(
            f"No agreement in force says how {party} is reached by machine or by e-mail. Propose one with its channel"
            " and address under Agreements, and have it accepted, first."
        )
    newest = max(found, key=lambda terms: terms.pk)
    return Terms.objects.select_related("agreement__promiser", "agreement__other", "agreement__desk").get(pk=newest.pk)


def can_be_tried(terms: Terms) -> bool:
    """What people carry by hand is tried by people."""
    return not terms.exchange.channel.by_hand


def _desks(terms: Terms) -> tuple[Desk, Desk | None]:
    agreement = terms.agreement
    ours = Desk.objects.filter(owner=agreement.other, home=Desk.Home.HOSTED).order_by("name").first()
    if ours is None:
        raise Invalid(f"{agreement.other} has no desk that works here, so nobody here can speak with its partners.")
    theirs = agreement.desk or Desk.objects.filter(owner=agreement.promiser).exclude(address="").first()
    return ours, theirs or Desk.objects.filter(owner=agreement.promiser).order_by("name").first()


def kept_letters(trial: int) -> list[bytes]:
    """What the mailbox kept for a conversation of a trial by mail."""
    from crossdesk.exchange.models import RawMail

    with verbs():
        letters = RawMail.objects.filter(said_id=name_of(trial)).order_by("pk")
        return [bytes(each) for each in letters.values_list("content", flat=True)]


def kept_on(line: Line) -> Callable[[str], list[Message]]:
    def kept(token: str) -> list[Message]:
        from crossdesk.exchange.models import InboxItem

        with verbs():
            items = InboxItem.objects.filter(line=line, token=token).order_by("seq").values_list("content", flat=True)
            return [read_message(bytes(each)) for each in items]

    return kept


def newest_run(agreement: Agreement) -> ConformanceRun | None:
    return ConformanceRun.objects.filter(agreement=agreement).order_by("-at").first()
