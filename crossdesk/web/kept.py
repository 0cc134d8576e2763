"""What was typed comes back on the page that says it was not taken, ready to be sent once more."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils.html import format_html

NEVER_SHOWN = ("password", "code", "credential", "secret", "csrfmiddlewaretoken")
SIGN_IN = ("/account/", "/invitation/")
MOST = 400_000


@dataclass(frozen=True)
class Words:
    """The fields of a form as they were sent, and the names of its files, which a page cannot give back."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> list[str]:
        """What somebody wrote, as opposed to picked: enough to recognise it, and to copy it if all else fails."""
        return [value for _, value in self.fields if len(value) > 20 or " " in value]


def words_of(request: HttpRequest) -> Words:
    """Nothing of a sign-in: a password does not come back in a page."""
    if request.method != "POST" or request.path.startswith(SIGN_IN):
        return Words()
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        files = [(name, each.name or "") for name, every in request.FILES.lists() for each in every]
    except (
        RawPostDataException, UnreadablePostError, MultiPartParserError, SuspiciousOperation, BadRequest, OSError
    ):  # fmt: skip
        return Words()
    fields = tuple((name, str(value)) for name, value in pairs if not any(each in name.lower() for each in NEVER_SHOWN))
    return Words(fields if sum(len(value) for _, value in fields) <= MOST else (), tuple(files))


def from_our_own_page(request: HttpRequest) -> bool:
    """Whether one of our pages sent this: what another site made a browser send is never offered for sending again."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    came_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(came_from) and urlsplit(came_from).netloc == request.get_host()


def not_taken(request: HttpRequest, *, title: str, sentence: str, status: int) -> HttpResponse:
    """Drawn without the database and without a session: it has to stand when neither does."""
    if request.headers.get("HX-Request") == "true":
        return _in_place(title, sentence, status)
    if request.headers.get("X-Upload"):  # the form sent itself, and is still there with all its words and files
        return JsonResponse(
            {"sentence": f"{title}. {sentence} What you typed is still here; send it again."}, status=status
        )
    token = get_token(request)
    theme = request.COOKIES.get("theme", "")
    words = words_of(request)
    context = {
        "title": title,
        "sentence": sentence,
        "words": words,
        "again": request.get_full_path() if from_our_own_page(request) or request.method == "GET" else "",
        "reading": request.method in ("GET", "HEAD"),
        "csrf_token": token,
        "csrf_input": format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token),
        "theme": theme if theme in {"light", "dark"} else "",
    }
    return HttpResponse(get_template("not_taken.html").render(context), status=status)


def _in_place(title: str, sentence: str, status: int) -> HttpResponse:
    """The form stays as it is; the sentence appears in the page's own place for such things."""
    body = get_template("parts/not_taken.html").render({"title": title, "sentence": sentence})
    response = HttpResponse(body, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#not-taken", "innerHTML"
    return response
