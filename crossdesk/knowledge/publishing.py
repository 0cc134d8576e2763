"""A draft becomes the article its readers have; the version before stays for those who could read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crossdesk.access import Invalid
from crossdesk.kit.time import london
from crossdesk.knowledge import audiences, guarding, vocabulary
from crossdesk.knowledge.audiences import Readers, Sights
from crossdesk.knowledge.models import Article, Attachment, AttachmentChunk, Draft, Version
from crossdesk.knowledge.moving import moving, told
from crossdesk.knowledge.writing import Written
from crossdesk.threads.viewer import Viewer

LONGEST_UNREVIEWED = timedelta(days=366)


def publish(
    article: Article,
    readers: Readers,
    review_by: date,
    *,
    by: Viewer,
    at: datetime,
    change: str = "",
    looked_through: bool = False,
    edition: int | None = None,
) -> Version:
    """`edition` is the draft that the publisher read. Without a draft, the published words go to other readers."""
    require_review_day(review_by, at)
    with moving(article, "publish", by=by) as thread:
        draft = Draft.objects.filter(article=article).first()
        _require_read(draft, edition)
        written = Written.of(draft) if draft else Written.of(article)
        if not written.words:
            raise Invalid("Write what to do before you publish it; a title alone solves nothing.")
        sights = audiences.sights_of(readers, article.desk)
        wide = readers.kind != Article.For.DESK
        if found := guarding.objections(article, draft or article, wide=wide, looked_through=looked_through):
            raise Invalid(" ".join(found))
        vocabulary.forget(article)
        written.put_on(article)
        sights.put_on(article)
        article.audience, article.version = readers.kind, article.version + 1
        article.review_by, article.published_at = review_by, at
        article.sought = vocabulary.sought(written)
        version = Version(article=article, number=article.version, change=change.strip()[:300], at=at)
        written.put_on(version)
        sights.put_on(version)
        version.save()
        _narrow(article, sights)
        _give_files(article, sights)
        if draft:
            draft.delete()
        vocabulary.learn(article)
        told(thread, article, "publish", f"Version {version.number}, for {audiences.told(readers)}.", by, at)
    return version


def retire(article: Article, why: str, *, by: Viewer, at: datetime) -> None:
    """Its readers no longer have it; its desk keeps it and may publish it again."""
    if not why.strip():
        raise Invalid("Say why it is retired; whoever looks for it at the desk reads that.")
    with moving(article, "retire", by=by) as thread:
        vocabulary.forget(article)
        alone = Sights((article.desk.seat_id,))
        alone.put_on(article)
        article.audience = Article.For.DESK
        _narrow(article, alone)
        _give_files(article, alone)
        told(thread, article, "retire", why, by, at)


def review(article: Article, review_by: date, *, by: Viewer, at: datetime) -> None:
    """Somebody of its desk read it again and it still holds."""
    require_review_day(review_by, at)
    with moving(article, "review", by=by) as thread:
        article.review_by = review_by
        told(thread, article, "review", f"Still holds; to be read again by {review_by:%-d %b %Y}.", by, at)


def require_review_day(day: date, at: datetime) -> None:
    today = london(at).date()
    if not today < day <= today + LONGEST_UNREVIEWED:
        raise Invalid("Say by which day it is to be read again: one that lies ahead, within a year.")


def _require_read(draft: Draft | None, edition: int | None) -> None:
    if edition is not None and edition != (draft.edition if draft else 0):
        raise Invalid("The draft was changed since you read it; read it again, then publish.")


def _narrow(article: Article, now: Sights) -> None:
    for version in Version.objects.filter(article=article):
        audiences.narrowed(audiences.of(version), now).put_on(version)
        version.save(update_fields=["seats", "everyone", "reaches"])


def _give_files(article: Article, sights: Sights) -> None:
    """Files go with the newest version, to whoever reads that; those taken off are the desk's."""
    for file in Attachment.objects.filter(article=article):
        given = sights if file.removed_at is None else Sights((article.desk.seat_id,))
        given.put_on(file)
        file.since = file.since or (article.version or None)
        file.save(update_fields=["seats", "everyone", "reaches", "since"])
        AttachmentChunk.objects.filter(attachment=file).update(**given.fields)
