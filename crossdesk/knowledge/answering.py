"""Did this solve it? A yes while raising, after which nothing is raised, is a case spared: a deflection."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk.access import Invalid
from crossdesk.knowledge.models import Answer, Article
from crossdesk.knowledge.moving import moving, told
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

SOON = timedelta(hours=1)
"""Whoever raises a case within this time after a yes was not spared one."""


def answer(
    article: Article, solved: bool, *, by: Viewer, at: datetime, raising: bool = False, words: str = ""
) -> Answer:
    """The last answer of a person counts."""
    words = " ".join(words.replace("\0", "").split())
    if len(words) > 600:
        raise Invalid("Say it in 600 characters; the article's desk reads it.")
    with moving(article, "answer", by=by) as thread:
        assert by.person is not None  # the policy saw to it
        said, _ = Answer.objects.update_or_create(
            article=article,
            person=by.person,
            party_id=by.party,
            defaults={
                "seats": sorted({article.desk.seat_id, *([by.party_seat] if by.party_seat else [])}),
                "version": article.version,
                "solved": solved,
                "raising": raising,
                "words": words,
                "at": at,
                "raised_at": None,
            },
        )
        told(thread, article, "answer", words, by, at, solved=solved, raising=raising)
    return said


def follow_raise(entry: Entry) -> None:
    """A reaction: a case was raised, so what the person said was solved just before spared none. Inside `verbs()`."""
    if entry.by_person is not None:
        spared = Answer.objects.filter(person=entry.by_person, raising=True, solved=True, raised_at=None)
        spared.filter(at__gt=entry.recorded_at - SOON, at__lte=entry.recorded_at).update(raised_at=entry.recorded_at)
