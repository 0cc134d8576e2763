"""Runs of the joining kit, kept on the agreement they went by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import models

from crossdesk.access import Invalid
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.exchange.channels import Speaking, adapter
from crossdesk.exchange.conformance.kit import Trial
from crossdesk.exchange.conformance.steps import Report, Step, Verdict
from crossdesk.exchange.lines import Line, open_line, secrets_of
from crossdesk.exchange.links import machine_terms
from crossdesk.exchange.messages.message import Message, Side, read_message
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
        line = open_line(terms.agreement, now())
        us, them = _sides(terms)
        secrets = secrets_of(line)
    if not secrets:
        raise Invalid(f"No credential is kept for {terms.agreement}; keep the one {party} gave you on its page first.")
    ways = terms.exchange
    trial = Trial(
        adapter(ways.channel), Speaking(ways, secrets[0][1]), us, them, kept_on(line), patience, every, Report(told)
    )
    steps = trial.run()
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


def _terms(party: Party, at: datetime) -> Terms:
    """The newest in force by which this party is spoken to by machine."""
    others = Agreement.objects.filter(promiser=party).values_list("other", flat=True).distinct()
    found = [terms for other in others if (terms := machine_terms(party, other, None, at))]
    if not found:
        raise Invalid(
            f"No agreement in force says that {party} is reached by machine. Propose one with its channel and address"
            " under Agreements, and have it accepted, first."
        )
    newest = max(found, key=lambda terms: terms.pk)
    return Terms.objects.select_related("agreement__promiser", "agreement__other", "agreement__desk").get(pk=newest.pk)


def _sides(terms: Terms) -> tuple[Side, Side]:
    agreement = terms.agreement
    ours = Desk.objects.filter(owner=agreement.other, home=Desk.Home.HOSTED).order_by("name").first()
    if ours is None:
        raise Invalid(f"{agreement.other} has no desk that works here, so nobody here can speak with its partners.")
    theirs = agreement.desk or Desk.objects.filter(owner=agreement.promiser).order_by("name").first()
    us = Side(party=str(agreement.other), desk=str(ours), author="Conformance test")
    return us, Side(party=str(agreement.promiser), desk=str(theirs or ""))


def kept_on(line: Line) -> Callable[[str], list[Message]]:
    def kept(token: str) -> list[Message]:
        from crossdesk.exchange.models import InboxItem

        with verbs():
            items = InboxItem.objects.filter(line=line, token=token).order_by("seq").values_list("content", flat=True)
            return [read_message(bytes(each)) for each in items]

    return kept


def newest_run(agreement: Agreement) -> ConformanceRun | None:
    return ConformanceRun.objects.filter(agreement=agreement).order_by("-at").first()
