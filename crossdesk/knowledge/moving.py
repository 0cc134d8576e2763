"""What every verb on an article does around its own few lines: lock, state, permission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crossdesk.knowledge import policy
from crossdesk.knowledge.lifecycle import advance
from crossdesk.knowledge.models import Article
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

TRUTH = Article.objects.select_related("desk__owner", "desk__seat")


@contextmanager
def moving(article: Article, name: str, *, by: Viewer) -> Iterator[Thread]:
    """Inside, the thread's row is locked and the article is as it truly is."""
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=article.pk)
        article.refresh_from_db(from_queryset=TRUTH)
        policy.require(by, name, article)
        article.state = advance(article, name) or article.state
        yield thread
        article.save()


def told(thread: Thread, article: Article, move: str, words: str, by: Viewer, at: datetime, **more: Any) -> Entry:
    """For the desk alone: who worked on it, where it came from and whom it reached are nobody else's."""
    author = by.author(article.desk_id if by.works_at(article.desk_id) else None)
    return record(thread, f"article.{move}", audience=article.internal(), by=author, at=at, words=words.strip(), **more)
