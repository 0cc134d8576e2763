"""The timeline in plain words: one table from the kind of entry to how it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crossdesk.cases import erasing
from crossdesk.cases.questions import CaseFile
from crossdesk.exchange.models import RawMail
from crossdesk.kit.time import london
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import CROSSDESK
from crossdesk.web.console import timed
from crossdesk.web.jinja import when

TOLD = {
    "case.raised": "Raised the case",
    "case.take": "Took it into triage",
    "case.own": "Owns it",
    "case.redirect": "Redirected it to {to}",
    "case.prioritise": "Set the priority to P{after}. {why}",
    "case.mark_duplicate": "Closed it as a duplicate of {of_case}",
    "case.link": "Linked it as a child of {parent}",
    "case.know": "Known: {title} ({known_error}), {due}",
    "case.unknow": "Took it off the known error {known_error}",
    "case.known_fixed": "The known error behind it is fixed: {title} ({known_error})",
    "case.assign": "Offered it to {group}",
    "case.accept": "Accepted it for {group}",
    "case.refuse": "Refused it for {group}",
    "case.escalated": "Escalated: {level}, for {whose}, {told}",
    "case.engaged": "Engaged {to}",
    "case.write": "",
    "case.ask": "Asked the raiser",
    "case.answer": "Answered",
    "case.add": "Added references or evidence",
    "case.references": "Added a list of references: {distinct} different ones {source}",
    "case.references_retracted": "Took back a list of {distinct} references",
    "case.references_read": "Read the references of a list",
    "case.evidence": "Added evidence: {name}",
    "case.resolve": "Proposed it as resolved",
    "case.confirm": "Confirmed and closed it",
    "case.dispute": "Disputed the resolution",
    "case.close": "Closed it without the raiser's word",
    "case.review_asked": "A review is asked for",
    "case.next_desk": "The rules propose {to} as the next desk",
    "case.take_review": "Took the review",
    "case.conclude_review": "Concluded the review",
    "case.withdraw": "Withdrew it",
    "case.turn_down": "Closed it, because what it asked for was refused",
    "request.asked": "Asked for: {item}",
    "request.approval_asked": "{who} asked to approve it",
    "request.approve": "Approved it for {of}",
    "request.no_objection": "Nobody of {of} objected in time",
    "request.refuse": "Refused it for {of}",
    "request.approved": "Approved by everybody whose word it needs",
    "request.begin": "Began: {task}",
    "request.give": "Given to {to}: {task}",
    "request.task_done": "Done: {task}",
    "request.task_open": "Open again: {task}",
    "request.done": "Everything asked for is done",
    "case.reopen": "Reopened it",
    "case.major": "A major incident holds it open: {incident}",
    "case.major_update": "Told the raiser what is known of {incident}: {title}",
    "case.resolution_proposed": "The case it follows was resolved. See whether that ends this one too {parent}",
    "case.delegate": "{delegate} reads from now on what {principal} reads here, by delegation",
    "case.restrict": "Restricted it to named people: {named}",
    "case.name": "Named {name} of {of}, who reads it from now on",
    "case.unname": "Took {name} of {of} off the named people",
    "case.erase": "Erased the words of an entry",
    "leg.engage": "Engaged {to}",
    "leg.send": "Sending the engagement",
    "leg.deliver": "The engagement was delivered",
    "leg.acknowledge": "Acknowledged the engagement {their_reference}",
    "leg.start": "Began work",
    "leg.update": "",
    "leg.ask_us": "Asked the desk that engaged it",
    "leg.ask_them": "Asked the engaged desk",
    "leg.carry_on": "Answered",
    "leg.resolve": "Proposed its leg as resolved",
    "leg.confirm": "Confirmed the answer",
    "leg.dispute": "Disputed the answer",
    "leg.decline": "Declined {to_words}",
    "leg.withdraw": "Withdrew the engagement",
    "leg.let_go": "Withdrew the engagement",
    "leg.give_up": "Settled the engagement without an answer",
    "leg.prioritise": "Set its own priority to P{after}. {why}",
    "leg.fields": "Told the tool of {desk} what changed",
    "leg.raise_onward": "Engaged {to} onward",
    "exchange.hold": "Held what leaves: two machines seem to answer each other",
    "exchange.fallback": "A message to {desk} takes another way",
    "exchange.late": "What {desk} was told another way got through as well",
    "exchange.let_go": "Let the held messages go on",
    "leg.bounce": "The letter could not be delivered",
    "case.bounce": "Said it belongs to {to}; the second bounce opens joint triage",
    "case.joint": "Joint triage is open between {desks}",
    "case.say": "{desk} says: {stance}",
    "case.decide": "Joint triage decided: {desk}",
    "case.decided": "Joint triage decided that it belongs to {desk}",
    "case.carry": "Carried it on to {to}",
    "case.carried": "Carried it on from {from}, which wrote:",
    "case.show_legs": "Chose who sees its legs: {to}",
}


LOOKS = {each: each for each in ("internal", "raiser", "leg", "everyone")} | {"joint": "leg"}
"""The mark of an audience. Desks in joint triage read among themselves, as the two ends of a leg do."""


@dataclass(frozen=True)
class Line:
    seq: int
    at: datetime
    title: str
    author: str
    organisation: str
    words: str
    erased: str
    audience: str
    audience_words: str
    readers: str
    folds: bool = False
    letter: int | None = None
    """The letter it came with, where the reader's desk may open that."""


def folded(told: list[Line]) -> list[list[Line]]:
    """What clocks and counts recorded in a row, within one day, stands together; everything else stands alone."""
    runs: list[list[Line]] = []
    for each in told:
        last = runs[-1][-1] if runs else None
        if last and last.folds and each.folds and london(last.at).date() == london(each.at).date():
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


class Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def title_of(entry: Entry) -> str:
    """An unknown kind is still told: its own name, as words."""
    if entry.kind in timed.TITLES:
        return timed.title(entry)
    told = TOLD.get(entry.kind)
    if told is None:
        return entry.kind.rpartition(".")[2].replace("_", " ").capitalize()
    detail = entry.body.detail
    known = Known(entry.facts | detail)
    if entry.kind == "leg.decline" and detail.get("to"):
        known["to_words"] = f"it and named {detail['to']}"
    return told.format_map(known).strip()


def lines(file: CaseFile) -> list[Line]:
    why, letters = erasing.reasons(file.entries), letters_of(file)
    told = [line(entry, file, erased_words(why[entry.seq]) if entry.seq in why else "") for entry in file.entries]
    return [replace(each, letter=letters.get(each.seq)) if each.seq in letters else each for each in told]


def letters_of(file: CaseFile) -> dict[int, int]:
    """Words from a letter stand without what they quote; the letter itself is one click away. Asked for only where
    something said by nobody with an account here is among what is shown."""
    unsigned = [each for each in file.entries if each.by_person is None and each.body.words]
    by_mail = [each.pk for each in unsigned if each.body.author != CROSSDESK.name]
    if not by_mail or not file.viewer.desks:
        return {}
    return dict(RawMail.objects.filter(entry__in=by_mail).values_list("entry__seq", "pk"))


def erased_words(said: Entry) -> str:
    return f"Words erased on {when(said.happened_at)} by {said.body.author} because: {said.body.words}"


def line(entry: Entry, file: CaseFile, erased: str = "") -> Line:
    body = entry.body
    title, words = title_of(entry), body.words
    if entry.kind in timed.TITLES and words:  # recorded, not said: told in one line with its reason
        title, words = f"{title}. {words}", ""
    names = [file.readers[seat] for seat in entry.seats if seat in file.readers]
    others = len(entry.seats) > len(names)  # how many is not theirs to know
    return Line(
        seq=entry.seq,
        at=entry.happened_at,
        title=title,
        author=body.author,
        organisation=body.organisation,
        words=words,
        erased=(erased or "These words were erased.") if body.erased else "",
        audience=LOOKS.get(entry.audience, "internal"),
        audience_words=audience_words(entry, file),
        readers=", ".join(names) + (" and others on the case" if others else ""),
        folds=entry.kind in timed.ROUTINE,
    )


def audience_words(entry: Entry, file: CaseFile) -> str:
    case = file.case
    if entry.audience == "internal":
        desks = {case.owner_id: case.owner.name} | {leg.to_desk_id: leg.to_desk.name for leg in file.legs}
        return f"Internal: {file.viewer.desk_names.get(entry.of) or desks.get(entry.of, 'one desk')}"
    if entry.audience == "raiser":
        return f"Raiser: {case.raiser}"
    if entry.audience == "leg":
        leg = next((leg for leg in file.legs if leg.pk == entry.of), None)
        return f"Engagement: {leg.to_desk}" if leg else "Engagement"
    if entry.audience == "joint":
        return "Joint triage"
    return "Everyone on the case"
