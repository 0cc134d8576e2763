"""Writing an article: begun by a desk, kept as a draft that only the desk reads until somebody publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid, Moved, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.kit import caseref
from crossdesk.kit.markdown import LONGEST
from crossdesk.knowledge import policy
from crossdesk.knowledge.models import Article, Draft, Wording
from crossdesk.knowledge.moving import moving, told
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer, verbs

MOST_CODES, MOST_SYSTEMS = 20, 20


@dataclass(frozen=True)
class Written:
    title: str
    summary: str = ""
    words: str = ""
    codes: Sequence[str] = ()
    systems: Sequence[str] = ()

    @classmethod
    def of(cls, row: Wording) -> Written:
        return cls(row.title, row.summary, row.words, tuple(row.codes), tuple(row.systems))

    def put_on(self, row: Wording) -> None:
        row.title, row.summary, row.words = self.title, self.summary, self.words
        row.codes, row.systems = list(self.codes), list(self.systems)


def begin(written: Written, desk: Desk, *, by: Viewer, at: datetime, drafted_from: str = "") -> Article:
    """`drafted_from` is the reference of the case it was taken from, which stands on the desk's timeline alone."""
    written = sound(written)
    with verbs():
        if sentence := policy.why_not_at(by, "write", desk):
            raise NotAllowed(sentence)
        thread = Thread.objects.create(kind="article", seats=[desk.seat_id])
        article = Article.objects.create(
            thread=thread,
            reference=caseref.new("KA"),
            desk=desk,
            title=written.title,
            begun_at=at,
            seats=[desk.seat_id],
            demonstration=desk.owner.demonstration,
        )
        _keep(article, written, by, at)
        detail = {"from": drafted_from} if drafted_from else {}
        words = f"Drafted from {drafted_from}." if drafted_from else "Begun."
        record(
            thread,
            "article.begin",
            audience=article.internal(),
            by=by.author(desk.pk),
            at=at,
            words=words,
            detail=detail,
        )
    return article


def write(article: Article, written: Written, *, by: Viewer, at: datetime, edition: int | None = None) -> Draft:
    """`edition` is the draft the writer began from; None where there was none."""
    written = sound(written)
    with moving(article, "write", by=by) as thread:
        draft = Draft.objects.filter(article=article).first()
        if edition != (draft.edition if draft else None):
            who = draft.written_by if draft else "somebody"
            raise Moved(f"{who} changed the draft of {article} meanwhile; your words are kept below, compare the two.")
        kept = _keep(article, written, by, at, draft)
        told(thread, article, "write", "Wrote the draft.", by, at, edition=kept.edition)
        if not article.version:
            article.title = written.title
    return kept


def drop(article: Article, *, by: Viewer, at: datetime) -> None:
    """What was being written beside a published version is thrown away."""
    with moving(article, "write", by=by) as thread:
        if not article.version:
            raise Invalid(f"{article} was never published, so its draft is all there is; retire it instead.")
        Draft.objects.filter(article=article).delete()
        told(thread, article, "drop", "Threw the draft away.", by, at)


def _keep(article: Article, written: Written, by: Viewer, at: datetime, draft: Draft | None = None) -> Draft:
    author = by.author(article.desk_id)
    if draft is None:
        draft = Draft(article=article, seats=[article.desk.seat_id], edition=0)
    draft.edition += 1
    draft.written_by, draft.written_at = f"{author.name}, {author.organisation}"[:200], at
    written.put_on(draft)
    draft.save()
    return draft


def sound(written: Written) -> Written:
    """Without what PostgreSQL cannot store, within what the fields take, with codes as the rules write them."""
    title, summary = (" ".join(each.replace("\0", "").split()) for each in (written.title, written.summary))
    words = written.words.replace("\0", "").replace("\r\n", "\n").strip()
    if not title:
        raise Invalid("Give the article a title: the question it answers, in the words of whoever asks.")
    if len(title) > 160 or len(summary) > 400:
        raise Invalid("The title takes 160 characters and the summary 400; shorten what is longer.")
    if len(words) > LONGEST:
        raise Invalid(f"An article takes {LONGEST:,} characters and this has {len(words):,}; make two of it.")
    codes = tuple(dict.fromkeys(code for each in written.codes if (code := each.strip().upper().replace(" ", ""))))
    if len(codes) > MOST_CODES or any(len(code) > 20 for code in codes):
        raise Invalid(f"An article takes {MOST_CODES} codes of at most 20 characters; keep those it answers.")
    unknown = set(written.systems) - set(rulebook.current().systems)
    if unknown or len(written.systems) > MOST_SYSTEMS:
        raise Invalid("Choose the systems from the list.")
    return Written(title, summary, words, codes, tuple(dict.fromkeys(written.systems)))
