"""What a step of a story does to the review of the major incident that its case was under."""

from __future__ import annotations

from crossdesk.commands.demonstration.told import Step, Told
from crossdesk.reviews import account, acting, facts, publishing, sections
from crossdesk.reviews.account import Account
from crossdesk.reviews.models import Fact, Part, Review


def review(told: Told) -> Review:
    over = Review.objects.select_related("lead__owner", "lead__seat", "incident")
    return over.get(incident__under__case=told.case)


def fact(told: Told) -> Fact:
    return Fact.objects.select_related("review__lead__owner").get(review=review(told), number=told.more["number"])


def describes(told: Told) -> None:
    row = told.more
    account.describe(review(told), Account(row["title"], told.words, row["lessons"]), by=told.by, at=told.at)


def began(told: Told) -> None:
    """So long before the incident was noticed."""
    over = review(told)
    assert over.noticed_at is not None
    when = over.noticed_at - (told.later("earlier") - told.at)
    account.say_when(over, "began_at", when, why=told.words, by=told.by, at=told.at)


def signs(told: Told) -> None:
    """Writes the section of the party its author acts for, and signs it."""
    sections.write(review(told), told.words, by=told.by, at=told.at)
    sections.sign(review(told), by=told.by, at=told.at)


def gives(told: Told) -> None:
    row, over = told.more, review(told)
    part = Part.objects.select_related("party").get(review=over, party__name=row["party"])
    acting.give(
        over, told.words, part=part, owner=row["owner"], due_at=told.later("due_in"), by=told.by, at=told.at
    )  # fmt: skip


def finishes(told: Told) -> None:
    done = review(told).actions.select_related("review__lead__owner").get(number=told.more["number"])
    acting.finish(done, result=told.words, by=told.by, at=told.at)


REVIEW_STEPS: dict[str, Step] = {
    "review account": describes,
    "review began": began,
    "review circulate": lambda t: publishing.circulate(review(t), why=t.words, by=t.by, at=t.at),
    "review fact": lambda t: facts.state(review(t), t.words, by=t.by, at=t.at),
    "review agree": lambda t: facts.answer(fact(t), agrees=True, words=t.words, by=t.by, at=t.at),
    "review dispute": lambda t: facts.answer(fact(t), agrees=False, words=t.words, by=t.by, at=t.at),
    "review name": lambda t: sections.name(review(t), named=True, by=t.by, at=t.at),
    "review sign": signs,
    "review action": gives,
    "review done": finishes,
    "review publish": lambda t: publishing.publish(
        review(t), why=t.words, without=t.more.get("without", ""), by=t.by, at=t.at
    ),
}
