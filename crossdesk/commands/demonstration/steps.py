"""What a step of a story does: each is one call of the verb that a page or a letter would call."""

from __future__ import annotations

from crossdesk.cases import assigning, closing, evidence, joint_triage, leg_work, references, triage, writing
from crossdesk.cases.engaging import Engagement, engage, engage_onward
from crossdesk.cases.journeys import carry_on
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case, Question
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.reviewing import Wanted
from crossdesk.clocks import excusing
from crossdesk.commands.demonstration import letters
from crossdesk.commands.demonstration.majors import MAJOR_STEPS
from crossdesk.commands.demonstration.requests import REQUEST_STEPS, asks
from crossdesk.commands.demonstration.reviews import REVIEW_STEPS
from crossdesk.commands.demonstration.their_tool import acts
from crossdesk.commands.demonstration.told import Step, Told
from crossdesk.kit.mpan import check_digit
from crossdesk.parties.models import Party
from crossdesk.rulebook.priority import priority
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import viewing


def raised(told: Told) -> None:
    """The first step of every story, which is the case's own row."""
    row = told.more
    if "carries" in row:
        with viewing(told.by):
            told.cases[told.key] = carry_on(told.cases[row["carries"]], by=told.by, at=told.at)
        return
    if "item" in row:
        told.cases[told.key] = asks(told)
        return
    report = Report(
        summary=row["summary"],
        query_type=row["query_type"],
        impact=row.get("impact", ""),
        suspected_cause=row.get("cause", ""),
        investigated=row.get("investigated", ""),
        own_reference=row.get("own_reference", ""),
        system=row.get("system", ""),
        scenario=row.get("scenario", ""),
        kind=row.get("kind", Case.Kind.INCIDENT),
        edition=told.here.edition,
    )
    told.cases[told.key] = raise_case(
        report,
        raiser=Party.objects.get(pk=told.by.party),
        to=told.here.desks[row["to"]],
        by=told.by,
        at=told.at,
        only=[] if row.get("restricted") else None,
    )


def prioritise(told: Told) -> None:
    row = told.more
    impact, urgency = row.get("impact", "impact-one"), row.get("urgency", "urgency-soon")
    found = priority(told.here.rules, impact, urgency, row.get("fault", ""))
    judged = triage.Judged(int(found.priority.removeprefix("P")), found.rule, impact, urgency)
    triage.prioritise(told.case, judged, by=told.by, at=told.at)


def redirect(told: Told) -> None:
    to = told.here.desks.get(told.more["to"])
    triage.redirect(told.case, by=told.by, at=told.at, why=told.words, to=to, to_words="" if to else told.more["to"])


def engages(told: Told) -> None:
    """Tells the other desk what it needs: the raiser's report and its lists, unless the step says `bare`."""
    bare = told.more.get("bare", False)
    first = Entry.objects.filter(thread=told.case.pk, kind="case.raised").values_list("pk", flat=True)
    lists = ReferenceSet.objects.filter(case=told.case).values_list("pk", flat=True)
    what = Engagement(
        ask=told.words,
        outside_because=told.more["because"],
        answer_by=told.later("answer_in") if "answer_in" in told.more else None,
        entries=[] if bare else list(first),
        reference_sets=[] if bare else list(lists),
    )
    engage(told.case, told.here.desks[told.more["to"]], what, by=told.by, at=told.at)


def goes_onward(told: Told) -> None:
    what = Engagement(ask=told.words, outside_because=told.more["because"])
    engage_onward(told.leg, told.here.desks[told.more["to"]], what, by=told.by, at=told.at)


def says(told: Told) -> None:
    joint_triage.say(told.case, joint_triage.Side(told.more["stance"], told.words), by=told.by, at=told.at)


def lists(told: Told) -> None:
    """The lines of the step, after valid MPANs of each area it counts; the first `again` of them stand in it twice.

    Another `skip`, other MPANs: several raisers then give lists that do not overlap.
    """
    row = told.more
    areas, skip = row.get("mpans", {}), int(row.get("skip", 0))
    valid = [mpan for area, count in areas.items() for mpan in _mpans(area, count, skip)]
    lines = [*valid, *valid[: row.get("again", 0)], *row.get("lines", ())]
    content = _dated(told, "\n".join(lines)).encode()
    references.add_list(
        told.case, [content], row.get("kind", "mpan"), by=told.by, at=told.at, source=row.get("source", "")
    )


def _mpans(area: str, count: int, skip: int = 0) -> list[str]:
    first = 10_000_000 + 1_000_000 * skip
    bodies = [f"{area}{first + 137 * number:08d}00" for number in range(count)]
    return [body + str(check_digit(body)) for body in bodies]


def attaches(told: Told) -> None:
    content = _dated(told, told.words.lstrip()).encode()
    evidence.add(told.case, told.more["name"], [content], by=told.by, at=told.at)


def _dated(told: Told, words: str) -> str:
    return words.replace("{date}", f"{told.at:%Y%m%d}").replace("{time}", f"{told.at:%Y-%m-%dT%H:%M:%S}+00:00")


def assigns(told: Told) -> None:
    group = told.here.groups[told.more["group"]]
    accept_by = told.later("accept_in") if "accept_in" in told.more else None
    if "leg" in told.more:
        assigning.assign_leg(told.leg, group=group, by=told.by, at=told.at, accept_by=accept_by, note=told.words)
    else:
        assigning.assign(told.case, group=group, by=told.by, at=told.at, accept_by=accept_by, note=told.words)


def closes(told: Told) -> None:
    """Without the raiser: `excuse` stands for every clock that breached, and `review` asks for one."""
    late = excusing.unexcused(told.case.pk, told.at) if "excuse" in told.more else []
    excuses = {clock.pk: told.more["excuse"] for clock in late}
    review = Wanted(told.more["review"], told.later("review_in")) if "review" in told.more else None
    closing.close(told.case, by=told.by, at=told.at, why=told.words, excuses=excuses, review=review)


def answers(told: Told) -> None:
    question = Question.objects.filter(case=told.case, leg=None, answered_at=None).first()
    writing.answer(told.case, question=question, words=told.words, by=told.by, at=told.at)


def declines(told: Told) -> None:
    to = told.here.desks.get(told.more["to"])
    leg_work.decline(told.leg, by=told.by, at=told.at, why=told.words, to=to, to_words="" if to else told.more["to"])


def acknowledges(told: Told) -> None:
    leg_work.acknowledge(
        told.leg, by=told.by, at=told.at, words=told.words, their_reference=told.more.get("number", "")
    )


STEPS: dict[str, Step] = {
    **MAJOR_STEPS,
    **REVIEW_STEPS,
    **REQUEST_STEPS,
    "raise": raised,
    "take": lambda t: triage.take(t.case, by=t.by, at=t.at),
    "own": lambda t: triage.own(t.case, by=t.by, at=t.at, note=t.words),
    "prioritise": prioritise,
    "redirect": redirect,
    "duplicate": lambda t: triage.mark_duplicate(t.case, of=t.cases[t.more["of"]], by=t.by, at=t.at),
    "link": lambda t: triage.link(t.case, parent=t.cases[t.more["parent"]], by=t.by, at=t.at, why=t.words),
    "assign": assigns,
    "accept": lambda t: assigning.accept(t.offer, by=t.by, at=t.at),
    "refuse": lambda t: assigning.refuse(t.offer, by=t.by, at=t.at, why=t.words),
    "write": lambda t: writing.write(t.case, to=t.more.get("reads", "raiser"), words=t.words, by=t.by, at=t.at),
    "ask": lambda t: writing.ask_raiser(t.case, words=t.words, due_at=t.later("due_in"), by=t.by, at=t.at),
    "answer": answers,
    "list": lists,
    "attach": attaches,
    "resolve": lambda t: closing.resolve(t.case, by=t.by, at=t.at, words=t.words),
    "confirm": lambda t: closing.confirm(t.case, by=t.by, at=t.at, words=t.words),
    "dispute": lambda t: closing.dispute(t.case, by=t.by, at=t.at, why=t.words),
    "close": closes,
    "withdraw": lambda t: closing.withdraw(t.case, by=t.by, at=t.at, why=t.words),
    "reopen": lambda t: closing.reopen(t.case, by=t.by, at=t.at, why=t.words),
    "engage": engages,
    "leg onward": goes_onward,
    "joint say": says,
    "leg acknowledge": acknowledges,
    "leg start": lambda t: leg_work.start(t.leg, by=t.by, at=t.at, words=t.words),
    "leg update": lambda t: leg_work.update(t.leg, by=t.by, at=t.at, words=t.words),
    "leg ask": lambda t: leg_work.ask(t.leg, by=t.by, at=t.at, words=t.words, due_at=t.later("due_in")),
    "leg answer": lambda t: leg_work.answer(t.leg, by=t.by, at=t.at, words=t.words),
    "leg resolve": lambda t: leg_work.resolve(t.leg, by=t.by, at=t.at, words=t.words),
    "leg confirm": lambda t: leg_work.confirm(t.leg, by=t.by, at=t.at, words=t.words),
    "leg dispute": lambda t: leg_work.dispute(t.leg, by=t.by, at=t.at, why=t.words),
    "leg decline": declines,
    "letter": letters.from_the_desk,
    "letter back": letters.sent_back,
    "their tool": acts,
    "leg withdraw": lambda t: leg_work.withdraw(t.leg, by=t.by, at=t.at, why=t.words),
}
