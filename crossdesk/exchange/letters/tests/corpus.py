"""Letters as they come, ordinary and hostile. All of them are our own, and so are their companies."""

from collections.abc import Iterable
from dataclasses import dataclass

from crossdesk.exchange.letters.classify import Hand

INSTANCE = "crossdesk-test"


def letter(*lines: str, body: str | bytes = "Hello.\n", charset: str = "utf-8", **headers: str) -> bytes:
    """A small ordinary letter; a header given here replaces the usual one, and an empty one leaves it out."""
    usual = {
        "From": "Ada Brook <ada@northgrid.example>",
        "To": "desk@crossdesk.example",
        "Subject": "Readings missing since Monday",
        "Date": "Mon, 02 Nov 2026 09:15:00 +0000",
        "Message-ID": "<one@northgrid.example>",
    }
    usual |= {name.replace("_", "-"): value for name, value in headers.items()}
    top = [f"{name}: {value}" for name, value in usual.items() if value] + list(lines)
    content = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode(charset)
    return "\r\n".join(top).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def multipart(*parts: str | bytes, kind: str = "mixed", close: bool = True, **headers: str) -> bytes:
    pieces = [part if isinstance(part, bytes) else part.replace("\n", "\r\n").encode() for part in parts]
    body = b"".join(b"--edge\r\n" + piece + b"\r\n" for piece in pieces) + (b"--edge--\r\n" if close else b"")
    return letter(body=body, Content_Type=f'multipart/{kind}; boundary="edge"', **headers)


def nested(depth: int) -> bytes:
    body = b"".join(b"--e%d\r\nContent-Type: multipart/mixed; boundary=e%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return letter(body=body + b"--e%d\r\n\r\nthe kernel\r\n" % depth, Content_Type="multipart/mixed; boundary=e0")


def report(action: str, status: str, diagnostic: str, original: str = "<out-7@crossdesk.example>") -> bytes:
    return multipart(
        "Content-Type: text/plain\n\nYour letter has had a difficulty.\n",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.southgrid.example\n\n"
        f"Final-Recipient: rfc822; Help@southgrid.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {diagnostic}\n",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {original}\nSubject: Case CP-7K3M-9Q4X\n",
        kind="report; report-type=delivery-status",
        From="MAILER-DAEMON@mx.southgrid.example",
        Subject="Undelivered Mail Returned to Sender",
        Return_Path="<>",
    )


@dataclass(frozen=True)
class Sample:
    name: str
    content: bytes
    hand: Hand = Hand.PERSON


TEXT = "Content-Type: text/plain; charset=utf-8\n\nThe plain words.\n"
PAGE = "Content-Type: text/html; charset=utf-8\n\n<p>The <b>marked</b> words.</p>\n"


def ordinary() -> Iterable[Sample]:
    yield Sample("plain", letter())
    yield Sample("accented", letter(body="Café – £5\n", Content_Type="text/plain; charset=utf-8"))
    yield Sample("windows", letter(body=b"Caf\xe9 \x96 \xa35", Content_Type="text/plain; charset=iso-8859-1"))
    yield Sample("encoded subject", letter(Subject="=?utf-8?q?Ap=C3=AAl?= =?utf-8?b?IGNvbGxlZA==?="))
    yield Sample("base64 body", letter(body="VGhlIHdvcmRz\n", Content_Transfer_Encoding="base64"))
    yield Sample("quoted-printable", letter(body="a=3Db=\n c\n", Content_Transfer_Encoding="quoted-printable"))
    yield Sample("plain and page", multipart(TEXT, PAGE, kind="alternative"))
    yield Sample("page alone", letter(body="<p>Only a page</p>", Content_Type="text/html"))
    log = 'Content-Type: text/csv\nContent-Disposition: attachment; filename="errors.csv"\n\na,b\n'
    yield Sample("attachment", multipart(TEXT, log))
    yield Sample("attached letter", multipart(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + letter()))
    yield Sample("answer", letter(Subject="Re: Case CP-7K3M-9Q4X", In_Reply_To="<out-7@crossdesk.example>"))
    yield Sample("answer to an absence", letter(Subject="Re: Automatic reply: readings"))
    yield Sample("about an absence", letter(Subject="Out of office rota for December"))
    yield Sample("postmaster in person", letter(From="postmaster@tinygrid.example"))
    yield Sample("says no machine", letter(Auto_Submitted="no"))


def machines() -> Iterable[Sample]:
    servicenow = {"X_ServiceNow_Generated": "true", "Auto_Submitted": "auto-generated", "Precedence": "bulk"}
    yield Sample("servicenow", letter(Subject="Incident INC0012345 opened", **servicenow), Hand.MACHINE_REPORT)
    jira = {"X_JIRA_FingerPrint": "ab12", "Subject": "[JIRA] (NG-42) Readings missing"}
    yield Sample("jira", letter(**jira), Hand.MACHINE_REPORT)
    yield Sample("desk acknowledges", letter(X_OTRS_TicketID="9", Auto_Submitted="auto-replied"), Hand.MACHINE_REPORT)
    yield Sample("list", letter(List_Id="<news.northgrid.example>"), Hand.MACHINE_REPORT)
    yield Sample("noreply", letter(From="do-not-reply@northgrid.example"), Hand.MACHINE_REPORT)
    absences = ["Automatic reply: Case", "Abwesenheitsnotiz: Case", "Réponse automatique : Case", "自动回复: Case"]
    absences += ["Ateb awtomatig: Achos", "Автоответ: Case", "Respuesta automática: Case", "Autosvar: Case"]
    absences += ["Automatische Antwort: Case", "Odpowiedź automatyczna: Case", "Automatyczna odpowiedź: Case"]
    absences += ["Automatisch antwoord: Case", "Risposta automatica: Case", "Resposta automática: Case"]
    absences += ["Ymateb awtomatig: Achos", "Allan o’r swyddfa: Achos", "Automatic reply / Ateb awtomatig: Case"]
    absences += ["स्वचालित उत्तर: Case", "ਸਵੈ-ਚਲਿਤ ਜਵਾਬ: Case"]
    for subject in absences:
        yield Sample(f"responder {subject}", letter(Subject=subject, Return_Path="<>"), Hand.RESPONDER)
    rule = {"X_Auto_Response_Suppress": "All", "X_MS_Exchange_Inbox_Rules_Loop": "ada@northgrid.example"}
    yield Sample("exchange rule", letter(Subject="Away until Monday", **rule), Hand.RESPONDER)
    for subject in ("Im Urlaub bis 7.1.", "Ar wyliau", "Na urlopie", "Met vakantie", "Je suis en congé", "In ferie"):
        yield Sample(f"away {subject}", letter(Subject=subject, Auto_Submitted="auto-generated"), Hand.RESPONDER)
    away = letter(Subject="I am on annual leave", Auto_Submitted="auto-generated")
    yield Sample("leave", away, Hand.RESPONDER)
    yield Sample("vacation program", letter(Auto_Submitted="auto-replied (vacation)"), Hand.RESPONDER)
    yield Sample("freshservice", letter(X_FC_MachineGenerated="true"), Hand.RESPONDER)
    receipt = "Content-Type: message/disposition-notification\n\nDisposition: automatic-action; displayed\n"
    yield Sample("read receipt", multipart(TEXT, receipt, kind="report"), Hand.RESPONDER)
    yield Sample("bounce", report("failed", "5.1.1", "550 5.1.1 no such user"), Hand.DELIVERY_REPORT)
    yield Sample("delay", report("delayed", "4.4.1", "connection timed out"), Hand.DELIVERY_REPORT)
    exim = letter(
        From="Mail Delivery System <Mailer-Daemon@mx.southgrid.example>",
        Subject="Mail delivery failed: returning message to sender",
        X_Failed_Recipients="help@southgrid.example",
        body="A message could not be delivered.\n  help@southgrid.example\n    550 5.2.2 Mailbox is full\n\n"
        "------ This is a copy of the message ------\n\nMessage-ID: <out-8@crossdesk.example>\nuser unknown\n",
    )
    yield Sample("bounce in words", exim, Hand.DELIVERY_REPORT)
    yield Sample("null path alone", letter(Return_Path="<>"), Hand.DELIVERY_REPORT)
    yield Sample("echo", letter(X_Crossdesk_Loop=f"{INSTANCE};hop=1"), Hand.OUR_ECHO)
    yield Sample("third hop", letter(X_Crossdesk_Loop="another;hop=3"), Hand.OUR_ECHO)
    first_hop = letter(X_Crossdesk_Loop="another;hop=1", Auto_Submitted="auto-generated")
    yield Sample("first hop", first_hop, Hand.MACHINE_REPORT)


def hostile() -> Iterable[Sample]:
    yield Sample("nothing", b"")
    yield Sample("only breaks", b"\r\n\r\n\r\n")
    yield Sample("no headers", b"just words without any header\n")
    yield Sample("random bytes", bytes(range(256)) * 8)
    yield Sample("nul", letter("X-Nul: a\0b", body=b"before\0after", Subject="nul\0here"))
    yield Sample("unknown charset", letter(body=b"caf\xc3\xa9", Content_Type="text/plain; charset=klingon-1"))
    yield Sample("codec for a charset", letter(body=b"a", Content_Type="text/plain; charset=zlib_codec"))
    yield Sample("nul in charset", letter(body=b"a", Content_Type='text/plain; charset="a\0b"'))
    yield Sample("lone surrogate", letter(body=b"+2AA-", Content_Type="text/plain; charset=utf-7"))
    yield Sample("encoded word of no charset", letter(Subject="=?nonsense?q?a=FFb?= =?utf-8?b?@@@?="))
    yield Sample("boundary missing", letter(body="words\n", Content_Type="multipart/mixed; boundary=gone"))
    yield Sample("boundary unnamed", letter(body="words\n", Content_Type="multipart/mixed"))
    yield Sample("never closed", multipart(TEXT, close=False))
    yield Sample("bad base64", letter(body="%%%A\n", Content_Transfer_Encoding="base64"))
    yield Sample("unknown encoding", letter(body="a\n", Content_Transfer_Encoding="x-uuencode"))
    yield Sample("deep", nested(400))
    yield Sample("many parts", multipart(*[TEXT] * 500))
    yield Sample("huge header", letter("X-Long: " + "a" * 400_000))
    yield Sample("many headers", letter(*[f"X-{n}: a" for n in range(5_000)]))
    yield Sample("nested comments", letter(From="(" * 5_000 + "ada@northgrid.example"))
    yield Sample("two senders", letter(From="ada@northgrid.example, eve@elsewhere.example"))
    yield Sample("sender inside a name", letter(From='"ada@northgrid.example" <eve@elsewhere.example>'))
    yield Sample("no sender", letter(From=""))
    yield Sample("absurd date", letter(Date="Mon, 99 Foo 99999 99:99:99 +9999"))
    yield Sample("bare line feeds", letter().replace(b"\r\n", b"\n"))
    name = 'Content-Disposition: attachment; filename="../../etc/pass\u202egnp.exe"\n\nx'
    yield Sample("walking name", multipart(TEXT, name))
    yield Sample("looping parameters", letter(Content_Type="text/plain" + "; a*0*=x''y" * 800))


SAMPLES = [*ordinary(), *machines(), *hostile()]
