"""Files that come beside a message and not in it: offered first, kept in pieces, and given up once the message is
applied. Who may read one is who may read the message it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO

from django.db import models
from django.db.models import Exists, OuterRef

from crossdesk.access import Invalid
from crossdesk.desks.ways import Ways
from crossdesk.exchange.lines import Line
from crossdesk.exchange.messages.message import File
from crossdesk.kit.files import CHUNK
from crossdesk.threads.models import DeskBound

KEPT = timedelta(days=7)
"""Longer than a sender goes on trying; then its message will not come any more."""


class HeldFile(DeskBound):
    """One file of a message that has not been applied yet."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="files")
    message_id = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.IntegerField(help_text="As it was offered; it comes so large or not at all.")
    offered_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True, help_text="All of it, and it is what was offered.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "message_id", "sha256"], name="one_held_file_of_a_message")
        ]
        indexes = [models.Index(fields=["offered_at"], name="held_files_by_age")]

    def __str__(self) -> str:
        return self.name


class HeldChunk(DeskBound):
    file = models.ForeignKey(HeldFile, models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_held_chunk_per_number")]

    def __str__(self) -> str:
        return f"chunk {self.number}"


def keep(held: HeldFile, content: IO[bytes], at: datetime) -> None:
    """In a verb's transaction; a piece at a time, so that no file is in memory as a whole."""
    for number, data in enumerate(iter(lambda: content.read(CHUNK), b"")):
        HeldChunk.objects.create(file=held, number=number, data=data, seats=held.seats)
    held.came_at = at
    held.save(update_fields=["came_at"])


def contents_of(line: Line, message_id: str, ways: Ways, file: File) -> Iterable[bytes]:
    """What came of a file, in the message or beside it. Refuses in the sentence that its fate tells."""
    if file.why:
        raise Invalid(file.why)
    if why_not := ways.why_no_file(file.name, file.size):
        raise Invalid(why_not)
    if file.content is not None:
        return [file.content]
    held = HeldFile.objects.filter(line=line, message_id=message_id, sha256=file.sha256, came_at__isnull=False).first()
    if held is None:
        raise Invalid(
            f"“{file.name}” {'did not arrive' if file.beside else 'was too large to come along'}; ask for it."
        )
    return _pieces(held)


def _pieces(held: HeldFile) -> Iterator[bytes]:
    for data in held.chunks.order_by("number").values_list("data", flat=True).iterator(4):
        yield bytes(data)


def give_up(line: Line, message_id: str) -> None:
    """The message is applied: what was taken is evidence by now."""
    HeldFile.objects.filter(line=line, message_id=message_id).delete()


def expire(at: datetime) -> int:
    """What no message came for; one that waits for a person keeps its files."""
    from crossdesk.exchange.models import InboxItem

    said = InboxItem.objects.filter(line=OuterRef("line"), message_id=OuterRef("message_id"))
    waiting = said.filter(fate__in=InboxItem.UNDECIDED)
    return HeldFile.objects.filter(~Exists(waiting), offered_at__lt=at - KEPT).delete()[0]
