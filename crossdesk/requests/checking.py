"""What was filled in, held against the form: each wrong answer with one sentence that says what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from crossdesk.access import Invalid
from crossdesk.kit.time import london
from crossdesk.parties.models import MarketRole, Party
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import fields_of
from crossdesk.rulebook.rows.requests import FormField

LONGEST = {"words": 4000, "text": 200}
YEARS_AHEAD = 5
MPID, DIP_ID = re.compile(r"[A-Z]{4}"), re.compile(r"[0-9A-F]{10}")
DOMAIN = re.compile(r"(?=.{4,253}$)(?!-)([a-z0-9](-?[a-z0-9])*\.)+[a-z]{2,63}")


@dataclass
class Unfit(Invalid):
    """Some answers do not fit; the form shows each sentence beside its field."""

    by_field: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The answers as they are kept, and as people read them."""

    given: Mapping[str, str]
    shown: tuple[tuple[str, str], ...]
    partners: Mapping[str, Party]
    """By the key of the field that names them."""

    @property
    def identifier(self) -> str:
        return self.given.get("mpid") or self.given.get("dip-id") or ""


@dataclass(frozen=True)
class Asking:
    book: Rulebook
    party: Party
    held: tuple[MarketRole, ...]
    today: date


def check(book: Rulebook, item: str, answers: Mapping[str, str], *, party: Party, at: datetime) -> Answered:
    held = tuple(MarketRole.objects.filter(party=party).order_by("pk"))
    asking = Asking(book, party, held, london(at).date())
    given: dict[str, str] = {}
    wrong: dict[str, str] = {}
    shown: list[tuple[str, str]] = []
    partners: dict[str, Party] = {}
    for row in fields_of(book, item):
        try:
            value = _one(row, cleaned(answers.get(row.name, ""), row.kind), asking)
        except Invalid as refused:
            wrong[row.name] = refused.sentence
            continue
        given[row.name] = value
        if row.kind == "party" and value:
            partners[row.key] = Party.objects.get(pk=int(value))
        if value:
            shown.append((row.label, _shown(row, value, asking, partners)))
    if not wrong:
        wrong = _together(given, asking)
    if wrong:
        raise Unfit(" ".join(wrong.values()), wrong)
    return Answered(given, tuple(shown), partners)


def cleaned(text: str, kind: str) -> str:
    """Without control characters and characters nobody sees; lines only where the field has several."""
    kept = "".join(each for each in text if each == "\n" or unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Co"})
    return kept.strip() if kind == "words" else " ".join(kept.split())


def _one(row: FormField, value: str, asking: Asking) -> str:
    if not value:
        if row.required:
            raise Invalid(f"Fill in “{row.label}”.")
        return ""
    longest = LONGEST.get(row.kind, LONGEST["text"])
    if len(value) > longest:
        raise Invalid(f"“{row.label}” takes {longest:,} characters; yours has {len(value):,}.")
    return CHECKS[row.kind](row, value, asking)


def _any(row: FormField, value: str, asking: Asking) -> str:
    return value


def _email(row: FormField, value: str, asking: Asking) -> str:
    try:
        validate_email(value)
    except ValidationError:
        raise Invalid(f"“{value}” is not an e-mail address; write it like nia@company.example.") from None
    return value.lower()


def _choice(row: FormField, value: str, asking: Asking) -> str:
    if value not in row.choices:
        raise Invalid(f"Choose one of: {', '.join(row.choices)}.")
    return value


def _date(row: FormField, value: str, asking: Asking) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Invalid(f"“{value}” is not a day; write it like {asking.today.isoformat()}.") from None
    if day.year > asking.today.year + YEARS_AHEAD or day.year < asking.today.year - YEARS_AHEAD:
        raise Invalid(f"{_day(day)} is more than {YEARS_AHEAD} years away; look at the year.")
    first = asking.today + timedelta(days=row.ahead)
    if not row.past and day < first:
        when = "today" if not row.ahead else f"{_day(first)}, {row.ahead} day{'' if row.ahead == 1 else 's'} from today"
        past = "lies in the past" if day < asking.today else "is too soon"
        raise Invalid(f"{_day(day)} {past}; the first day possible is {when}.")
    return day.isoformat()


def _mpid(row: FormField, value: str, asking: Asking) -> str:
    if not MPID.fullmatch(mpid := value.upper()):
        raise Invalid(f"“{value}” is no MPID: it has four letters, such as ABCD.")
    held = sorted({each.mpid for each in asking.held if each.mpid})
    if row.own and mpid not in held:
        raise Invalid(f"{mpid} is not an MPID of {asking.party}. {_holds(held)}")
    return mpid


def _dip_id(row: FormField, value: str, asking: Asking) -> str:
    if not DIP_ID.fullmatch(dip_id := value.upper()):
        raise Invalid(f"“{value}” is no DIP ID: it has ten characters, digits and the letters A to F.")
    held = sorted({each.dip_id.upper() for each in asking.held if each.dip_id})
    if row.own and dip_id not in held:
        raise Invalid(f"{dip_id} is not a DIP ID of {asking.party}. {_holds(held)}")
    return dip_id


def _role(row: FormField, value: str, asking: Asking) -> str:
    held = [each.role for each in asking.held if each.role in asking.book.roles]
    if value not in held:
        known = asking.book.roles[value].name if value in asking.book.roles else "that"
        names = [asking.book.roles[each].name for each in held]
        raise Invalid(f"{asking.party} does not hold the role of {known}. {_holds(names)}")
    return value


def _domain(row: FormField, value: str, asking: Asking) -> str:
    if not DOMAIN.fullmatch(name := value.lower()):
        raise Invalid(f"“{value}” is no domain; write it like dip.company.co.uk, without https and without a path.")
    return name


def _party(row: FormField, value: str, asking: Asking) -> str:
    fitting = partners_for(asking.book, row).exclude(pk=asking.party.pk)
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not fitting.filter(pk=int(value)).exists():
        roles = " or ".join(asking.book.roles[each].name.lower() for each in row.partners)
        raise Invalid(f"Choose another organisation that the directory knows as {roles}.")
    return value


CHECKS = {
    "text": _any,
    "words": _any,
    "email": _email,
    "choice": _choice,
    "date": _date,
    "mpid": _mpid,
    "dip-id": _dip_id,
    "role": _role,
    "domain": _domain,
    "party": _party,
}


def partners_for(book: Rulebook, row: FormField) -> QuerySet[Party]:
    roles = [key for key in book.roles if any(book.is_role(key, wanted) for wanted in row.partners)]
    return Party.objects.filter(market_roles__role__in=roles, closed_at=None).distinct().order_by("name")


def _together(given: Mapping[str, str], asking: Asking) -> dict[str, str]:
    """An MPID or a DIP ID goes with a role: the party holds both, and perhaps not together."""
    role = given.get("role")
    own = {"mpid": given.get("mpid", ""), "dip_id": given.get("dip-id", "")}
    if not role or not any(own.values()):
        return {}
    for each in asking.held:
        pairs = {"mpid": each.mpid.upper(), "dip_id": each.dip_id.upper()}
        if each.role == role and all(not value or pairs[name] == value for name, value in own.items()):
            return {}
    name = own["mpid"] or own["dip_id"]
    with_it = sorted(
        {
            asking.book.roles[each.role].name
            for each in asking.held
            if each.role in asking.book.roles and name in (each.mpid.upper(), each.dip_id.upper())
        }
    )
    held = asking.book.roles[role].name
    return {"role": f"{name} is not held in the role of {held}. It is held as: {', '.join(with_it) or 'nothing here'}."}


def _holds(held: list[str]) -> str:
    if held:
        return f"It holds: {', '.join(held)}."
    return "None is recorded here; the administrator of the directory records them under its market roles."


def _shown(row: FormField, value: str, asking: Asking, partners: Mapping[str, Party]) -> str:
    if row.kind == "date":
        return _day(date.fromisoformat(value))
    if row.kind == "role":
        return asking.book.roles[value].name
    return str(partners[row.key]) if row.kind == "party" else value


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
