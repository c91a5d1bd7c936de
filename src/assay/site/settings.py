"""Settings of the site, out of the environment that boot.py prepares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from assay.furniture.catalogs import compile_catalogs
from assay.site.logins import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("ASSAY_DATA", "data")).resolve()
DEMO = os.environ.get("ASSAY_DEMO") == "1"
DEMO_PASSWORD = PASSWORD
DEBUG = False
SECRET_KEY = os.environ["ASSAY_SECRET_KEY"]
SEAL_KEY = os.environ["ASSAY_SEAL_KEY"]
ALLOWED_HOSTS = [h for h in os.environ.get("ASSAY_HOSTS", "127.0.0.1,localhost").split(",") if h]
CSRF_FAILURE_VIEW = "assay.desk.faults.csrf_refused"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ASSAY_ORIGINS", "").split(",") if o]
# own: this server speaks TLS itself; proxy: one before it does, and is the only one that reaches it.
HTTPS = os.environ.get("ASSAY_HTTPS", "")
PROXIED = HTTPS == "proxy"

INSTALLED_APPS = [
    "assay.site",
    "assay.desk",
    "assay.incentives",
    "assay.sales",
    "assay.customers",
    "assay.people",
    "assay.ledger",
    "assay.furniture",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
]
MIDDLEWARE = [
    "assay.site.packed.Packed",
    "assay.site.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "assay.people.gate.Gate",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "assay.site.urls"
WSGI_APPLICATION = "assay.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "assay.desk.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "assay.furniture.templatetags.figures",
                "assay.furniture.templatetags.parts",
            ],
        },
    }
]
FORM_RENDERER = "assay.furniture.widgets.Renderer"


def _database() -> dict[str, Any]:
    """PostgreSQL by DATABASE_URL, else the file in the data folder: WAL, writers in turn.

    A page is small: compiling its queries or sharing them among processes costs more than they do,
    and what it reads lies in memory or on a disk without arms.
    """
    url = os.environ.get("DATABASE_URL", "")
    if url:
        held = dj_database_url.parse(url, conn_max_age=300, conn_health_checks=True)
        small = "-c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=16MB"
        small += " -c random_page_cost=1.1"
        options = {"options": small, **held.get("OPTIONS", {})}
        return {**held, "ATOMIC_REQUESTS": False, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "assay.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 90,  # as long as a file of 50,000 rows is written, nobody else writes: he waits
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA cache_size=-32000;",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_HTTP_RESPONSE_CODE = 429
OTP_TOTP_ISSUER = "Assay"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(HTTPS)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = bool(HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from the same machine
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIED else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = compile_catalogs(ROOT)
FORMAT_MODULE_PATH = ["assay.furniture.formats"]
USE_THOUSAND_SEPARATOR = True
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Notices: where mails go out, whose addresses robots may have beside public https ones, and what
# stands before the addresses in messages.
SITE_URL = os.environ.get("ASSAY_URL", "").rstrip("/")
EMAIL_HOST = os.environ.get("ASSAY_SMTP_HOST", "")
EMAIL_READY = bool(EMAIL_HOST)
EMAIL_PORT = int(os.environ.get("ASSAY_SMTP_PORT", "465"))
EMAIL_HOST_USER = os.environ.get("ASSAY_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ASSAY_SMTP_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("ASSAY_MAIL_FROM", EMAIL_HOST_USER or "assay@localhost")
ROBOT_HOSTS = [h for h in os.environ.get("ASSAY_ROBOT_HOSTS", "").split(",") if h]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = DATA / "files"
PLANS = DATA / "plans"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
