"""What may not stand in an article: identifiers, case references, names of organisations that are not central.

Articles are read by competitors, for years. So what is found is told to the person who publishes, line by line, and
nothing leaves before it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crossdesk.kit import caseref
from crossdesk.kit.disguises import folded, identifiers, mixed_word, named
from crossdesk.kit.signatures import HEAD, encoding_of, reads_as_text
from crossdesk.knowledge.models import Article, Attachment, Wording
from crossdesk.parties.models import Party
from crossdesk.parties.naming import names_of

OF_OTHERS = ("CP", "MI", "AG")
"""References that tell a reader of something they may know nothing of."""


@dataclass(frozen=True)
class Piece:
    where: str
    words: str


def objections(article: Article, wording: Wording, *, wide: bool, looked_through: bool = False) -> list[str]:
    """Inside `verbs()`. Each is a sentence; `wide` when others than the desk will read it."""
    names = names_to_leave_out(article) if wide else []
    pieces = [
        Piece("The title", wording.title),
        Piece("The summary", wording.summary),
        Piece("The text", wording.words),
    ]
    found = [sentence for piece in pieces for sentence in _in(piece, names, wide)]
    for file in Attachment.objects.filter(article=article, removed_at=None):
        found += _in_file(file, names, wide, looked_through)
    return list(dict.fromkeys(found))


def names_to_leave_out(article: Article) -> list[str]:
    """All of the market, so that a refusal tells nobody who is concerned. The desk may name its own organisation."""
    others = Party.objects.filter(central=False).exclude(pk__in=[article.desk.owner_id, article.desk.provider_id])
    return names_of(others)


def _in(piece: Piece, names: Sequence[str], wide: bool) -> Iterator[str]:
    plain = folded(piece.words)
    for what, value in dict.fromkeys(identifiers(plain)):
        yield f"{piece.where} holds the {what} {value}; say what it was an example of instead."
    for name in named(plain, names):
        yield f"{piece.where} names {name}; write what kind of organisation it is instead."
    if not wide:
        return
    for reference in caseref.find_in(plain):
        if reference.startswith(OF_OTHERS):
            yield f"{piece.where} names {reference}, which its readers cannot open; say what happened instead."
    if word := mixed_word(plain):
        yield f"{piece.where} mixes alphabets in “{word}”; write it in one, so that it can be checked."


def _in_file(file: Attachment, names: Sequence[str], wide: bool, looked_through: bool) -> Iterable[str]:
    yield from _in(Piece("The file name", file.name), names, wide)
    content = b"".join(bytes(data) for data in file.chunks.order_by("number").values_list("data", flat=True))
    if reads_as_text(content[:HEAD]):
        words = content.decode(encoding_of(content[:HEAD]), "replace")
        yield from _in(Piece(f"The file {file.name}", words), names, wide)
    elif wide and not looked_through:
        yield (
            f"The file {file.name} is not plain text, so nothing here can check it; open it, make sure that it shows no"
            " identifier and no organisation, and tick that you looked through it."
        )
