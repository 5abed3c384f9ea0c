"""Settings, read from the environment; docs/deployment.md lists every variable."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from imports.readers.limits import Limits
from yeap import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data")))

# DEBUG=1 in the environment means "a trial on this machine": a kept secret key, loopback
# hosts, no TLS. Django's own debug pages come only with SHOW_TRACEBACKS=1, so that a person
# trying the application out sees the pages that everybody will see.
TRIAL = env.flag("DEBUG")
DEBUG = TRIAL and env.flag("SHOW_TRACEBACKS")

if TRIAL:
    SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(DATA_DIR / "secret-key")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
else:
    SECRET_KEY = env.required("SECRET_KEY", why="it signs sessions; use 50 random characters.")
    env.required("ALLOWED_HOSTS", why="name the hosts served, separated by commas.")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

# Former keys: what they signed and locked still opens.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

DATABASES = {"default": env.database(env.text("DATABASE_URL"), data_folder=DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "yeap.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "import_export",
    "simple_history",
    "accounts",
    "activities",
    "indicators",
    "findings",
    "mail",
    "pages",
    "imports",
    "entry",
    "review",
    "reports",
    "setup",
    "help",
    "search",
    "today",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yeap.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.WayBackMiddleware",
    "accounts.middleware.LogMiddleware",
    "accounts.middleware.NoStoreMiddleware",
    "accounts.middleware.IdleMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "yeap.errors.DatabaseAwayMiddleware",
    "yeap.errors.BrokenEditionMiddleware",
]

ROOT_URLCONF = "yeap.urls"
WSGI_APPLICATION = "yeap.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.current.in_head",
                "help.head.in_head",
            ],
            # Names of the plan stand on nearly every page.
            "builtins": ["activities.templatetags.turkish"],
        },
    },
]

# Who comes in
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend", "accounts.roles.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.OfficeWordsValidator"},
]
# People come in through django-allauth, with our rules (accounts/adapter.py), our letters
# (mail/letters.py) and our pages. Nobody makes an account for herself.
ACCOUNT_ADAPTER = "mail.letters.AccountAdapter"
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the link that was sent to it
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers are not written to
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, not beyond
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
# Signing in is slowed down by accounts/throttle.py, which all processes share.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "20/5m/key"}
# The second step: codes of an app, passkeys (which sign in alone, too), recovery codes.
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = TRIAL  # http://localhost
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by an administrator
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by some seconds
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
}
# The municipality's own accounts, by OpenID Connect.
SOCIALACCOUNT_ADAPTER = "accounts.single_sign_on.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form may not lead to another host
SOCIALACCOUNT_PROVIDERS = {"openid_connect": env.openid_connect(trial=TRIAL)}
# The passwords of the municipality's directory.
if _directory := env.directory(trial=TRIAL):
    globals().update(_directory)
    AUTHENTICATION_BACKENDS.append("accounts.directory.DirectoryBackend")
OIDC_NAME = env.text("OIDC_NAME")
OIDC_TRUST_EMAIL = env.flag("OIDC_TRUST_EMAIL")
OIDC_CREATE_ACCOUNTS = env.flag("OIDC_CREATE_ACCOUNTS")
OIDC_ASKS_SECOND_FACTOR = env.flag("OIDC_ASKS_SECOND_FACTOR")
SECOND_FACTOR_FOR = env.choices("SECOND_FACTOR_FOR", ("administrator", "reviewer", "coordinator"))
INVITATION_DAYS = env.integer("INVITATION_DAYS", 14)
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day
SESSION_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = "known_browser"
LOG_DAYS = env.integer("LOG_DAYS", 730)  # how long accounts.LogEntry is kept
# After so many minutes without a sign of life a reviewer's or administrator's session ends.
IDLE_MINUTES = env.integer("IDLE_MINUTES", 60)

# Languages and numbers
LANGUAGE_CODE = "tr"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGES = [("tr", _("Turkish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
# Ids in links must never read 12.345; amounts go through the filter `amount`.
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Europe/Istanbul"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TRIAL
        else "yeap.storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = TRIAL
WHITENOISE_AUTOREFRESH = TRIAL
# What browsers and search engines ask for beside the root: favicon.ico, robots.txt.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
MEDIA_ROOT = DATA_DIR / "media"
EVIDENCE_FILE_BYTES = env.integer("EVIDENCE_FILE_MB", 20) * 1024 * 1024
# What a plan file may be (imports/readers/limits.py), and how many rows a page previews.
IMPORT_LIMITS = Limits(
    file_bytes=env.integer("IMPORT_FILE_MB", 25) * 1024 * 1024,
    rows=env.integer("IMPORT_ROWS", 100_000),
    inflation=env.integer("IMPORT_INFLATION", 200),
)
IMPORT_PREVIEW_ROWS = env.integer("IMPORT_PREVIEW_ROWS", 2_000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # one entry form of a large department
# What an address without an account may ask of the API; counted by each worker process.
API_ANONYMOUS_RATE = env.text("API_ANONYMOUS_RATE", "120/m")
# Without a proxy anybody could write another address into X-Forwarded-For.
NINJA_NUM_PROXIES = 1 if env.flag("BEHIND_PROXY") else 0

# Whom people turn to who cannot get in; shown to everybody who opens the sign-in page.
CONTACT_NAME = env.text("CONTACT_NAME")
CONTACT_EMAIL = env.text("CONTACT_EMAIL")
CONTACT_PHONE = env.text("CONTACT_PHONE")

# E-mails: manage.py send_reminders, from cron
SITE_URL = env.site(
    "SITE_URL",
    default="http://127.0.0.1:8000" if TRIAL else f"https://{env.first_host(ALLOWED_HOSTS)}",
)
_mail = env.mail(env.text("EMAIL_URL"), trial_folder=DATA_DIR / "mail" if TRIAL else None)
EMAIL_BACKEND = _mail.backend
EMAIL_FILE_PATH = _mail.folder
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 20  # seconds; a silent server must not hold up the next run
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"YEAP İzleme <yeap@{env.first_host(ALLOWED_HOSTS)}>"
)

# Safety in the browser: nothing from elsewhere, nothing inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
if not TRIAL:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 365 * 24 * 60 * 60)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # A name with __Host- is taken from this host alone, not from a neighbour in the domain.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    KNOWN_BROWSER_COOKIE_NAME = "__Host-known_browser"
    if env.flag("BEHIND_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# History is a record: it is read in the admin and never rewritten there.
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "accounts.log_lines.RequestFilter"}},
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s person=%(person)s address=%(address)s "
            "%(name)s: %(message)s"
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Who signed in, exported, opened evidence (accounts/log.py).
    "loggers": {"accounts.log": {"level": "INFO"}},
}
