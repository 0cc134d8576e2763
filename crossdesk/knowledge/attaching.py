"""Files of an article: kept as evidence is, given to its readers when the article is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.kit import files
from crossdesk.kit.refusal import Unusable
from crossdesk.knowledge.audiences import Sights
from crossdesk.knowledge.models import Article, Attachment, AttachmentChunk
from crossdesk.knowledge.moving import moving, told
from crossdesk.threads import streaming
from crossdesk.threads.viewer import Viewer

MOST = 10


def attach(article: Article, name: str, chunks: Iterable[bytes], *, by: Viewer, at: datetime) -> Attachment:
    try:
        given = files.read(name, chunks)
    except Unusable as unusable:
        raise Invalid(unusable.sentence) from unusable
    with moving(article, "attach", by=by) as thread:
        if Attachment.objects.filter(article=article, removed_at=None).count() >= MOST:
            raise Invalid(f"An article takes {MOST} files; take one off first.")
        file = Attachment.objects.create(
            article=article,
            seats=[article.desk.seat_id],
            name=given.name,
            media_type=given.media_type,
            size=len(given.content),
            sha256=given.sha256,
        )
        AttachmentChunk.objects.bulk_create(
            AttachmentChunk(attachment=file, seats=file.seats, number=number, data=data)
            for number, data in enumerate(given.chunks())
        )
        told(thread, article, "attach", "", by, at, detail={"name": file.name}, sha256=given.sha256.hex())
    return file


def remove(file: Attachment, *, by: Viewer, at: datetime) -> None:
    """Its readers lose it at once; a leak is not left standing until the next version."""
    article = file.article
    with moving(article, "remove", by=by) as thread:
        file.refresh_from_db()
        if file.removed_at is None:
            alone = Sights((article.desk.seat_id,))
            alone.put_on(file)
            file.removed_at = at
            file.save()
            AttachmentChunk.objects.filter(attachment=file).update(**alone.fields)
            told(thread, article, "remove", "", by, at, detail={"name": file.name})


def stream(file: Attachment, viewer: Viewer) -> Iterator[bytes]:
    return streaming.stream(AttachmentChunk.objects.filter(attachment=file.pk), viewer)
