"""Fields that an agreement names: said and heard, with values, and nothing guessed."""

from __future__ import annotations

from crossdesk.cases.tests.cast import NOON
from crossdesk.desks.ways import Mapped
from crossdesk.exchange.channels import Ticket, fields
from crossdesk.exchange.channels.servicenow.rendering import columns_of
from crossdesk.exchange.channels.servicenow.tenant import Basic, Tenant
from crossdesk.exchange.channels.tmf621.hearing import attributes
from crossdesk.exchange.channels.tmf621.rendering import created, fields_of
from crossdesk.exchange.messages.message import About, Kind, Message, Reference, TheirField

AGREED = (
    Mapped(ours="category", theirs="category", owner="them"),
    Mapped(ours="category:missing-mpan-data", theirs="Registration"),
    Mapped(ours="priority", theirs="u_severity", way="in"),
    Mapped(ours="priority:P1", theirs="S1"),
    Mapped(ours="type", theirs="u_type", way="out"),
    Mapped(ours="summary", theirs="u_title"),
    Mapped(ours="references", theirs="u_references"),
)
RAISED = Message(
    id="ours-000001",
    link="L.1",
    kind=Kind.RAISE,
    seq=1,
    occurred_at=NOON,
    about=About(title="Loads fail", kind="request", query_type="missing-mpan-data", priority=2),
    references=[Reference(type="error-code", value="REG0000")],
)


def test_what_goes_out_has_their_names_and_values() -> None:
    said = fields.said_in(RAISED, AGREED)
    assert said == {
        "category": "Registration", "u_type": "request", "u_title": "Loads fail", "u_references": "error-code: REG0000",
    }  # fmt: skip
    tenant = Tenant("https://there.example", Basic("us", "x"), "Crossdesk", fields=AGREED)
    assert columns_of(RAISED, tenant).items() >= said.items()
    assert tenant.read == ("category", "u_severity", "u_title", "u_references")
    assert created(RAISED, "L.1", "v5", "", AGREED).items() >= said.items()


def test_what_comes_in_is_told_once_and_an_unknown_value_is_kept_raw_and_flagged() -> None:
    known = fields.sent(RAISED, AGREED)
    assert fields.heard_in({"category": "Registration", "u_title": "Loads"}, known, AGREED) == []
    theirs = {
        "category": "Zed",
        "u_severity": "S1",
        "u_type": "x",
        "u_references": "error-code: REG0000; error-code: E2",
    }
    heard = fields.heard_in(theirs, known, AGREED)
    assert {each.name: each.value for each in heard} == {"category": "", "priority": "P1", "references": heard[2].raw}
    message = fields.named("their-000001", Ticket("L.1", "x", "", "", known), heard, NOON, "INC1")
    assert message.words == (
        "Their category is “Zed”, which the agreement gives no meaning. It is kept as they wrote it."
    )
    assert (message.judged, message.references) == (1, [Reference(type="error-code", value="E2")])


def test_later_only_what_changed_is_said_and_what_is_on_its_way_is_ours() -> None:
    changed = (TheirField(name="category", value="missing-mpan-data", raw="Registration"),)
    later = RAISED.model_copy(update={"kind": Kind.UPDATE, "about": None, "fields": list(changed)})
    assert fields.said_in(later, AGREED) == fields_of(later, AGREED) == {"category": "Registration"}
    assert fields_of(RAISED, AGREED) == {}
    theirs, known = {"category": "Registration"}, {"category": "Zed"}
    assert fields.heard_in(theirs, known, AGREED, {"category": "Registration"}) == []
    assert [each.raw for each in fields.heard_in(theirs, known, AGREED)] == ["Registration"]


def test_whose_word_counts_is_said() -> None:
    (heard,) = fields.heard_in({"category": "Registration"}, {"category": "Other"}, AGREED)
    assert fields.words_of([heard]) == (
        "Their category is “Registration” now, here missing-mpan-data; by the agreement theirs counts."
    )


def test_the_entities_of_a_ticket_are_read_in_both_versions() -> None:
    v5 = {"entity": {"@referredType": "mpan", "id": "1"}, "role": "affected"}
    v4 = {"@referredType": "error-code", "id": "E2"}
    said = attributes({"severity": "Minor", "note": [], "relatedEntity": [v5, v4]})
    assert said == {"severity": "Minor", "relatedEntity": "mpan: 1; error-code: E2"}
