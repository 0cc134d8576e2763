"""Settings, read from the environment. What is not set has a value that is safe for a first start on one machine."""

from __future__ import annotations

import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url

from crossdesk.kit.state import state_folder
from crossdesk.project import logs

STATE = state_folder()


def _secret_key() -> str:
    """From the environment, else made once and kept beside the data, readable by us alone."""
    if given := os.environ.get("CROSSDESK_SECRET_KEY"):
        return given
    kept = STATE / "secret-key"
    if not kept.exists():
        STATE.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("CROSSDESK_OLD_SECRET_KEYS", "").split(",") if key]
DEBUG = False
SITE_URL = os.environ.get("CROSSDESK_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = os.environ.get("CROSSDESK_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "crossdesk.threads.apps.ThreadsConfig",
    "crossdesk.clocks.apps.ClocksConfig",
    "crossdesk.editions.apps.EditionsConfig",
    "crossdesk.parties.apps.PartiesConfig",
    "crossdesk.desks.apps.DesksConfig",
    "crossdesk.operations.apps.OperationsConfig",
    "crossdesk.known_errors.apps.KnownErrorsConfig",
    "crossdesk.knowledge.apps.KnowledgeConfig",
    "crossdesk.cases.apps.CasesConfig",
    "crossdesk.requests.apps.RequestsConfig",
    "crossdesk.impact.apps.ImpactConfig",
    "crossdesk.majors.apps.MajorsConfig",
    "crossdesk.signals.apps.SignalsConfig",
    "crossdesk.notices.apps.NoticesConfig",
    "crossdesk.reviews.apps.ReviewsConfig",
    "crossdesk.problems.apps.ProblemsConfig",
    "crossdesk.status.apps.StatusConfig",
    "crossdesk.exchange.apps.ExchangeConfig",
    "crossdesk.accounts.apps.AccountsConfig",
    "crossdesk.webhooks.apps.WebhooksConfig",
    "crossdesk.api.tmf621.apps.TroubleTicketConfig",
    "crossdesk.web.apps.WebConfig",
    "crossdesk.project.apps.ProjectConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "crossdesk.web.watching.WatchingMiddleware",
    "crossdesk.web.safety.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "crossdesk.api.doors.MachinesMiddleware",
    "crossdesk.web.safety.TroubleMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crossdesk.web.seeing.ViewerMiddleware",
    "crossdesk.web.once.OnceMiddleware",
]
ROOT_URLCONF = "crossdesk.project.urls"
WSGI_APPLICATION = "crossdesk.project.wsgi.application"
AUTH_USER_MODEL = "parties.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["models.W042"]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).resolve().parents[1] / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "crossdesk.web.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "crossdesk.web.once.form_input",
                "crossdesk.web.shell.shell",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]


def _database(url: str) -> dict[str, Any]:
    return dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))


_url = os.environ.get("DATABASE_URL", "postgres://crossdesk_app@127.0.0.1:1/crossdesk")
DATABASES = {
    "default": _database(_url),
    "owner": _database(os.environ.get("CROSSDESK_OWNER_URL", _url)),
}
"""`default` is what the product runs as: a login that may only become the viewer or the verbs. `owner` migrates."""

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).resolve().parents[1] / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
INSTALLED_APPS.append("django.contrib.staticfiles")

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "crossdesk.web.signin.ByInvitation"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_FORMS = {"reset_password": "crossdesk.web.signin.ForgottenPassword"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("CROSSDESK_PROXIES", "0"))
"""How many proxies of our own stand before us; without any, a forwarded address is believed from nobody."""
SOCIALACCOUNT_ADAPTER = "crossdesk.web.providers.ByParty"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
if find_spec("onelogin"):  # crossdesk[saml]
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "crossdesk.web.signin.SealedFactors"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # a first look on one's own machine, at http://localhost

CACHES = {
    # In the database, so that tries are counted over all processes and machines, and across a restart.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "crossdesk.web.safety.stale"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

MAIL_DOMAIN = os.environ.get("CROSSDESK_MAIL_DOMAIN", "desk.crossdesk.example")
MAIL_FROM = os.environ.get("CROSSDESK_MAIL_FROM", f"desk@{MAIL_DOMAIN}")
SMTP_URL = os.environ.get("CROSSDESK_SMTP_URL", "")
SINK_PORT = int(os.environ.get("CROSSDESK_SINK_PORT", "2526"))
MAIL_AUTHSERV = os.environ.get("CROSSDESK_MAIL_AUTHSERV", "")
"""The name our own mail server signs its Authentication-Results with; given, a letter must have passed there."""
ANCHOR_KEY = os.environ.get("CROSSDESK_ANCHOR_KEY", str(STATE / "anchor-key.pem"))
"""The file of the key that signs anchors. With workers on several machines, every one needs the same."""
MAIL_DKIM = os.environ.get("CROSSDESK_MAIL_DKIM", "") == "1"
"""Where no server in front of us checks senders: a letter must bear a signature of its sender's domain."""
MAIL_RESOLVER = os.environ.get("CROSSDESK_MAIL_RESOLVER", "")
# Our S/MIME key and certificates in one file; needed only where an agreement wants signed letters.
SMIME_FILE = os.environ.get("CROSSDESK_SMIME_FILE", "")
"""host:port of the name service that is asked for the keys; the machine's own where nothing is named."""
MAIL_PATIENCE = 5.0
"""Seconds that one question to it may take."""
API_RATE = int(os.environ.get("CROSSDESK_API_RATE", "600"))
"""Requests a minute that one key may make."""
EXCHANGE_INSIDE = frozenset(filter(None, os.environ.get("CROSSDESK_EXCHANGE_INSIDE", "").split(",")))
"""Hosts, or hosts with their port, of partners inside our own network. Everything else private is refused."""
NOTICES_WAIT = int(os.environ.get("CROSSDESK_NOTICES_WAIT", "60"))
"""Seconds between "send" and the leaving of an update, in which it can be stopped."""
STATUS_FOLDER = os.environ.get("CROSSDESK_STATUS_FOLDER", "")
"""Where the worker writes the public status page as files for another web server; nowhere unless it is set."""
STATUS_URL = os.environ.get("CROSSDESK_STATUS_URL", f"{SITE_URL}/status/")
DEMONSTRATION = os.environ.get("CROSSDESK_DEMONSTRATION", "") == "1"

FIGURES_TOKEN = os.environ.get("CROSSDESK_FIGURES_TOKEN", "")
LOGGING: dict[str, Any] = logs.configured(terminal=sys.stderr.isatty())
