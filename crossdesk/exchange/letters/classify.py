"""Which hand wrote a letter: a person's, a machine's, or our own.

Whoever treats every automatic letter as noise throws away all that a ServiceNow desk sends; whoever answers one starts
a loop. So a machine report is filed and never answered, and a responder changes nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crossdesk.exchange.letters.read import Letter

LOOP_HEADER = "X-Crossdesk-Loop"
MOST_HOPS = 3


class Hand(StrEnum):
    PERSON = "person"
    MACHINE_REPORT = "machine report"
    RESPONDER = "responder"
    DELIVERY_REPORT = "delivery report"
    OUR_ECHO = "our own echo"


@dataclass(frozen=True)
class Reading:
    hand: Hand
    because: str
    hop: int = 0  # what the letter says it has passed through; an answer to it says one more

    @property
    def may_be_answered(self) -> bool:
        """By us, on our own account. A person may always answer."""
        return self.hand is Hand.PERSON

    @property
    def moves_the_case(self) -> bool:
        return self.hand in {Hand.PERSON, Hand.MACHINE_REPORT}


DESK_PRODUCTS = {
    "x-servicenow-generated": "ServiceNow",
    "x-jira-fingerprint": "Jira",
    "x-zendesk-from-account-id": "Zendesk",
    "x-freshdesk-auto-generated": "Freshdesk",
    "x-otrs-ticketid": "OTRS",
    "x-znuny-ticketid": "Znuny",
    "x-rt-ticket": "Request Tracker",
    "x-rt-loop-prevention": "Request Tracker",
    "x-zammad-ticket-id": "Zammad",
    "x-github-reason": "GitHub",
    "x-gitlab-project-id": "GitLab",
}
RESPONDER_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
    "x-vacation",
    "x-autoreply-from",
)
# These begin a subject only when a machine wrote it.
RESPONDER_SUBJECT = re.compile(
    r"(?i)\s*(auto(matic|mated|[- ]?)? ?(reply|response)\s*[:/|]|auto:|autoreply\b|out of (the )?office\s*:|"
    r"(ateb|ymateb) awtomatig|allan o['\u2019]r swyddfa\s*[:/|]|automatische (antwort|afwezigheid)|"
    r"abwesenheits(notiz|meldung|benachrichtigung)|"
    r"réponse automatique|respuesta automática|resposta automática|risposta automatica|automatisch antwoord|"
    r"automatiskt? svar|autosvar|automaattinen vastaus|automatyczna odpowiedź|odpowiedź automatyczna|"
    r"afwezigheidsbericht|"
    r"स्वचालित (उत्तर|जवाब)|स्वतः (उत्तर|जवाब)|ਸਵੈ-?ਚ(ਲ|ਾਲ)ਿਤ ਜਵਾਬ|fuera de la oficina\s*:|fora do escritório\s*:|"
    r"automatická odpověď|"
    r"automatikus válasz|răspuns automat|автоответ|автоматический ответ|otomatik yanıt|αυτόματη απάντηση|"
    r"自动回复|自動回覆|自動応答|자동 회신)"
)
# A person may write these too, so they count only beside another sign of a machine.
ABSENCE_SUBJECT = re.compile(
    r"(?i)(out of (the )?office|on (annual |maternity |paternity )?leave|on holiday|on vacation|allan o'r swyddfa|"
    r"abwesen|nicht im büro|absen(t|ce) du bureau|absence|fuera de la oficina|fora do escritório|fuori sede|"
    r"fuori ufficio|afwezig|niet aanwezig|frånvaro|fravær|poissa|poza biurem|nieobecn|mimo kancelář|不在|부재중|"
    r"ar (wyliau|absenoldeb)|im urlaub|en (vacances|congés?)|de vacaciones|de férias|in ferie|met (vakantie|verlof)|"
    r"na urlopie|कार्यालय से बाहर|छुट्टी पर|ਦਫ਼ਤਰ ਤੋਂ ਬਾਹਰ|ਛੁੱਟੀ)"
)
BOUNCE_SUBJECT = re.compile(
    r"(?i)(undeliver|undelivered|non remis|unzustellbar|nicht zugestellt|delivery (status|failure|report|has failed)|"
    r"mail delivery|returned mail|failure notice|delayed mail|delivery delayed|message not delivered|could not be "
    r"delivered|mancata consegna|no se puede entregar|niet bezorgd|onbestelbaar|não entregue|nie można dostarczyć)"
)
NOT_ANSWERED = re.compile(r"(?i)(no|do[-_.]?not)[-_.]?reply|noreply|donotreply|bounces?\b")


def classify(letter: Letter, *, instance: str, envelope_from: str | None = None) -> Reading:
    """`instance` is the name our own letters carry; `envelope_from` is "" where the sender wants no report back."""
    hop, echo = hops(letter, instance)
    if echo:
        return Reading(Hand.OUR_ECHO, echo, hop)
    for hand, sign in SIGNS:
        if because := sign(letter, has_null_path(letter, envelope_from)):
            return Reading(hand, because, hop)
    return Reading(Hand.PERSON, "Nothing in it says that a machine wrote it.", hop)


def hops(letter: Letter, instance: str) -> tuple[int, str]:
    highest = 0
    for value in letter.all_headers(LOOP_HEADER):
        name, _, rest = value.partition(";")
        if name.strip().lower() == instance.lower():
            return highest, "We sent it ourselves and it came back."
        count = re.search(r"hop\s*=\s*(\d{1,3})", rest)
        highest = max(highest, int(count[1]) if count else 1)
    return highest, f"It has passed through {highest} desks like ours already." if highest >= MOST_HOPS else ""


def has_null_path(letter: Letter, envelope_from: str | None) -> bool:
    return envelope_from == "" or letter.header("Return-Path").strip() == "<>"


def is_delivery_report(letter: Letter, null_path: bool) -> str:
    disposition = any(each.content_type == "message/disposition-notification" for each in letter.attachments)
    if letter.content_type == "multipart/report" and not disposition:
        return "It is a multipart/report."
    if letter.has("X-Failed-Recipients"):
        return "It names recipients that failed."
    box = letter.sender.email.partition("@")[0]
    if box == "mailer-daemon" or (box == "postmaster" and (null_path or BOUNCE_SUBJECT.search(letter.subject))):
        return f"{box} wrote it."
    return "Its subject is a delivery report's." if null_path and BOUNCE_SUBJECT.search(letter.subject) else ""


def is_responder(letter: Letter, null_path: bool) -> str:
    if any(each.content_type == "message/disposition-notification" for each in letter.attachments):
        return "It is a receipt for reading."
    if RESPONDER_SUBJECT.match(letter.subject):
        return "Its subject is an automatic reply's."
    if ABSENCE_SUBJECT.search(letter.subject) and (null_path or automatic(letter)):
        return "Its subject speaks of an absence, and a machine sent it."
    if "all" in letter.header("X-Auto-Response-Suppress").lower() and letter.has("X-MS-Exchange-Inbox-Rules-Loop"):
        return "An absence rule of Exchange wrote it."
    if product(letter):
        return ""  # a desk's acknowledgement bears its number, whatever it says about being a reply
    if automatic(letter) == "auto-replied" or letter.header("Precedence").lower() == "auto_reply":
        return "It says that it is an automatic reply."
    return next((f"It carries {name}." for name in RESPONDER_HEADERS if letter.has(name)), "")


def is_machine_report(letter: Letter, _null_path: bool) -> str:
    if name := product(letter):
        return f"{name} wrote it."
    if automatic(letter):
        return f"It says Auto-Submitted: {automatic(letter)}."
    if letter.header("Precedence").lower() in {"bulk", "list", "junk"} or letter.has("List-Id"):
        return "It was sent in bulk."
    if letter.has("X-Auto-Response-Suppress"):
        return "It asks not to be answered by machines."
    box = letter.sender.email.partition("@")[0]
    return f"{letter.sender.email} takes no replies." if NOT_ANSWERED.search(box) else ""


def is_unsigned_report(_letter: Letter, null_path: bool) -> str:
    return "It wants no report back, as only a delivery report does." if null_path else ""


def automatic(letter: Letter) -> str:
    value = re.split(r"[;(\s]", letter.header("Auto-Submitted").strip().lower())[0]
    return "" if value == "no" else value


def product(letter: Letter) -> str:
    return next((name for header, name in DESK_PRODUCTS.items() if letter.has(header)), "")


Sign = Callable[[Letter, bool], str]
SIGNS: tuple[tuple[Hand, Sign], ...] = (  # the first that gives a reason decides
    (Hand.DELIVERY_REPORT, is_delivery_report),
    (Hand.RESPONDER, is_responder),
    (Hand.MACHINE_REPORT, is_machine_report),
    (Hand.DELIVERY_REPORT, is_unsigned_report),
)
