"""What people do in more than one story, each through the page that it is done on."""

from __future__ import annotations

from datetime import datetime

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.kit.tests.waiting import until
from crossdesk.kit.time import london
from crossdesk.majors.models import MajorIncident
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import verbs
from scenarios.browser import REFERENCE
from scenarios.product import Product
from scenarios.visitor import Fields, Visitor

WITHOUT = "Raise without something? Say why"


def page(case: str) -> str:
    return f"/cases/{case}/"


def room(incident: str) -> str:
    return f"/majors/{incident}/"


def thread_of(case: str) -> Thread:
    with verbs():
        return Case.objects.select_related("thread").get(reference=case).thread


def thread_of_major(incident: str) -> Thread:
    with verbs():
        return MajorIncident.objects.select_related("thread").get(reference=incident).thread


def leg_of(case: str, number: int = 1) -> int:
    with verbs():
        return int(Leg.objects.get(case__reference=case, number=number).pk)


# Cases


def raises(who: Visitor, query: str, summary: str, impact: str, fields: Fields | None = None) -> str:
    said = {"Summary": summary, "Impact on your customers or settlement": impact, WITHOUT: "It follows."}
    found = REFERENCE.search(who.does(f"/raise/?query_type={query}", "Raise the case", said | (fields or {})))
    assert found
    return found[0]


def takes(who: Visitor, case: str) -> None:
    who.does(page(case), "Take into triage")


def owns(who: Visitor, case: str, note: str = "") -> None:
    who.does(page(case) + "ownership", "Own it", {"Note to the raiser": note})


def judges(who: Visitor, case: str, impact: str, urgency: str) -> None:
    who.does(page(case) + "priority", "Set priority", {"Impact": impact, "Urgency": urgency})


def links(who: Visitor, case: str, parent: str) -> None:
    why = "The same cause, by the triage of both."
    who.does(page(case) + "link", "Link to a parent", {"Parent case": parent, "Why they belong together": why})


def gives_mpans(who: Visitor, case: str, mpans: list[str]) -> None:
    fields = {"What they are": "MPAN", "One on each line": "\n".join(mpans)}
    who.does(page(case) + "references", "Add references", fields)


def answers_threshold(who: Visitor, case: str, phrase: str, answer: str, why: str) -> None:
    """A threshold in words, as triage judges it."""
    path = who.links(page(case), f"whether “{phrase}”")
    who.does(path, "Answer", {who.question(path): answer, "Why": why})


def claims_process(who: Visitor, case: str, process: str, why: str) -> None:
    fields = {"Market process that is delayed or stopped": process, "What shows it": why}
    who.does(page(case) + "impact-process", "Claim a process", fields)


def claims_party(who: Visitor, case: str, party: str, why: str) -> None:
    who.does(page(case) + "impact-party", "Say that a party is affected", {"Party": party, "What shows it": why})


def engages_proposed(who: Visitor, case: str, desk: str) -> None:
    """By the button beside a desk that a crossed threshold proposes; what to ask stands there already."""
    path = who.links_beside(page(case), "impact", desk, "Engage")
    who.does(path, f"Engage {desk}")


def engages(who: Visitor, case: str, desk: str, ask: str, because: str) -> None:
    """By choosing it from the list of all desks."""
    chosen = who.does(page(case) + "engagement", "See what they would read", {desk: True})
    fields = {"What they are asked to do": ask, "Why this lies outside your own boundary": because}
    who.does(chosen, f"Engage {desk}", fields)


def asks_the_raiser(who: Visitor, case: str, question: str, by: datetime) -> None:
    fields = {"Question": question, "Answer due by": f"{london(by):%Y-%m-%dT%H:%M}"}
    who.does(page(case) + "question", "Ask the raiser", fields)


def says_it_is_affected(who: Visitor, case: str, party: str) -> None:
    fields = {"Party": party, "What shows it": "Our own monitoring."}
    who.does(page(case) + "impact-party", "Say that a party is affected", fields)


def resolves(who: Visitor, case: str, words: str) -> None:
    who.does(page(case) + "resolution", "Resolve", {"What was wrong and what was done": words})


def confirms(who: Visitor, case: str) -> None:
    who.does(page(case) + "confirmation", "Confirm and close", {"Words": "It works again."})


# Major incidents


def candidate(who: Visitor, case: str) -> str:
    """The major incident that was proposed over this case, as soon as its page says so."""
    path = f"/cases/{case}/"
    until(lambda: "MI-" in who.reads(path, "major"), f"a candidate over {case}")
    return who.links(path, "MI-").strip("/").rsplit("/", 1)[-1]


def steps(who: Visitor, incident: str, path: str, press: str, fields: Fields) -> None:
    who.does(room(incident) + path, press, fields)


def declares(who: Visitor, incident: str, why: str) -> None:
    steps(who, incident, "declaration", "Declare", {"Why it is declared": why})


def rejects(who: Visitor, incident: str, why: str) -> None:
    steps(who, incident, "rejection", "Reject", {"Why it is no major incident": why})


def declares_again(who: Visitor, incident: str, why: str) -> None:
    steps(who, incident, "second-declaration", "Declare again", {"What came back": why})


def puts_under(who: Visitor, incident: str, case: str) -> None:
    steps(who, incident, "case", "Put a case under it", {"The case": case})


def restores(who: Visitor, incident: str, words: str) -> None:
    steps(who, incident, "restoration", "Service is restored", {"What works again": words})


def stands_down(who: Visitor, incident: str, why: str) -> None:
    steps(who, incident, "standing-down", "Stand down", {"Why the emergency is over": why})


def resends(who: Visitor, incident: str, words: str) -> None:
    label = "What was sent again, and how many"
    steps(who, incident, "resending", "What was missed has been sent", {label: words})


def agrees(who: Visitor, incident: str, party: str, words: str) -> None:
    fields = {"Whose records": party, "What was compared, and what is left": words}
    steps(who, incident, "agreement", "A party agrees", fields)


def closes(who: Visitor, incident: str, why: str, without: str = "") -> None:
    fields = {"How it ended": why, "Why without those who have not agreed": without}
    steps(who, incident, "closing", "Close", fields)


def publishes(
    product: Product,
    writer: Visitor,
    second: Visitor | None,
    incident: str,
    title: str,
    lines: dict[str, str],
    to: list[str],
    next_by: datetime | None = None,
    mark: str = "Public",
) -> None:
    """One update: written, looked at, agreed where the market reads it, and out when its minute has passed."""
    address = room(incident) + "update/"
    fields: Fields = {"Title": title, "Next update by": f"{london(next_by):%Y-%m-%dT%H:%M}" if next_by else ""}
    for part, words in lines.items():
        fields |= {f"{part}, line 1": words, f"{part}, line 1, may be read by": mark}
    fields |= {name: name in to for name in ("Affected parties", "Raisers", "Every party", "Public")}
    writer.does(address, "Save and preview", fields)
    writer.does(address, "Send")
    if second:
        second.does(address, "Let it leave")
    product.a_minute_passes()
    writer.comes_to_read(room(incident), f"- {next(iter(lines.values()))}", part="timeline")
