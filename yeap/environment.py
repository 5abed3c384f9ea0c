"""Typed reading of the process environment, and a loud stop where it is wrong."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
MAIL_BACKENDS = "django.core.mail.backends"
# A person of Active Directory who is not disabled, by her name or address.
ACTIVE_DIRECTORY = (
    "(&(objectClass=user)(|(sAMAccountName=%(user)s)(mail=%(user)s))"
    "(!(userAccountControl:1.2.840.113556.1.4.803:=2)))"
)
# With STARTTLS, with TLS from the first byte, and in the clear.
MAIL_PORTS = {"smtp+tls": 587, "smtps": 465, "smtp": 25}


class SettingMissing(SystemExit):
    """A setting is absent or unusable; the message names it and the remedy."""


def text(name: str, default: str = "") -> str:
    """Return a variable without surrounding blanks; empty counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes/no variable; anything but the usual words stops the start."""
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise SettingMissing(f"{name}={value!r} is neither 1 nor 0. Set {name}=1 or {name}=0.")
    return value in TRUE


def integer(name: str, default: int) -> int:
    """Return a whole, positive number."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise SettingMissing(f"{name}={value!r} is not a positive whole number.")
    return int(value)


def words(name: str) -> list[str]:
    """Return a comma-separated variable as a list, empty when unset."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def choices(name: str, allowed: Collection[str]) -> list[str]:
    """Return a comma-separated variable, all words of which have to be known ones."""
    chosen = words(name)
    for word in chosen:
        if word not in allowed:
            raise SettingMissing(f"{name}: {word!r} is none of {', '.join(allowed)}.")
    return chosen


def required(name: str, *, why: str) -> str:
    """Return a variable that production cannot do without."""
    value = text(name)
    if not value:
        raise SettingMissing(f"{name} is not set: {why} (For a trial on this machine set DEBUG=1.)")
    return value


def kept_secret(path: Path) -> str:
    """Return the secret kept in ``path``, made on first use and readable by its owner only."""
    try:
        # An empty file is what a full disk leaves behind.
        if not path.exists() or not path.stat().st_size:
            _write_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise _unusable_folder(path.parent, error) from None


def _write_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and moved into place, no other process ever reads half a secret.
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    os.replace(draft, path)


def _unusable_folder(folder: Path, error: OSError) -> SettingMissing:
    return SettingMissing(
        f"The data folder {folder} cannot be used ({error.strerror}). Correct its permissions "
        "or set DATA_DIR to another folder."
    )


def database(url: str, *, data_folder: Path) -> dict[str, Any]:
    """Turn ``DATABASE_URL`` into Django's settings; empty means SQLite in the data folder."""
    if not url:
        return _sqlite(data_folder / "yeap.sqlite3")
    # The address may hold a password, so no message quotes more of it than its beginning.
    try:
        parts = urlsplit(url)
    except ValueError:
        raise SettingMissing("DATABASE_URL is not an address; write postgres://…") from None
    if parts.scheme == "sqlite":
        # sqlite:///relative and sqlite:////absolute, as everywhere else.
        path = url.partition(":///")[2]
        if not path or parts.netloc:
            raise SettingMissing("DATABASE_URL: write SQLite as sqlite:///path/to/file.")
        return _sqlite(Path(unquote(path)))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts)
    raise SettingMissing(
        f"DATABASE_URL begins with {parts.scheme!r}; use sqlite:///path or postgres://…"
    )


def _sqlite(path: Path) -> dict[str, Any]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable_folder(path.parent, error) from None
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # In a file, as in real life: in memory, two connections would lock each other out.
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
        "OPTIONS": {
            # A writer takes its lock at once and waits for it, so two people never
            # meet "database is locked" half-way through a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;",
        },
    }


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    try:
        port = parts.port
    except ValueError:
        raise SettingMissing(
            "DATABASE_URL: the port is not a number up to 65535. (In a password write "
            "/ ? # @ : as %2F %3F %23 %40 %3A.)"
        ) from None
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingMissing("DATABASE_URL: the database's name is missing after the host.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),  # %2Fvar%2Frun%2Fpostgresql names a socket
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def site(name: str, *, default: str) -> str:
    """Return the address under which people reach the application, without a slash at its end."""
    url = text(name, default).rstrip("/")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.hostname == "*":
        raise SettingMissing(
            f"{name}={url!r} is not an address people can open; write {name}=https://host."
        )
    return url


def first_host(hosts: list[str]) -> str:
    """Return the first host as it stands in an address; ".example.org" serves example.org."""
    return hosts[0].lstrip(".") if hosts else "localhost"


def openid_connect(*, trial: bool) -> dict[str, Any]:
    """Read OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; without an issuer there is none."""
    issuer = text("OIDC_ISSUER").rstrip("/")
    found: dict[str, Any] = {"APPS": [], "OAUTH_PKCE_ENABLED": True}
    if not issuer:
        return found
    try:
        parts = urlsplit(issuer)
    except ValueError:
        parts = urlsplit("")
    if not parts.hostname or parts.scheme not in ({"http", "https"} if trial else {"https"}):
        raise SettingMissing(f"OIDC_ISSUER={issuer!r} is no address with https://.")
    for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        required(name, why="OIDC_ISSUER is set, which cannot do without it.")
    found["APPS"].append(
        {
            "provider_id": "municipality",
            "name": text("OIDC_NAME") or "OpenID Connect",
            "client_id": text("OIDC_CLIENT_ID"),
            "secret": text("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": issuer, "fetch_userinfo": False},
        }
    )
    return found


def directory(*, trial: bool) -> dict[str, Any]:
    """Read LDAP_URL and what belongs to it as django-auth-ldap's settings; empty without one."""
    url = text("LDAP_URL")
    if not url:
        return {}
    starttls = flag("LDAP_STARTTLS")
    if not (url.startswith("ldaps://") or (url.startswith("ldap://") and (starttls or trial))):
        raise SettingMissing(
            "LDAP_URL: write ldaps://host, or ldap://host with LDAP_STARTTLS=1: passwords do not "
            "travel in the clear."
        )
    base = required("LDAP_SEARCH_BASE", why="LDAP_URL is set; where are the people in it?")
    try:
        import ldap
        from django_auth_ldap.config import LDAPSearch
    except ImportError:
        raise SettingMissing(
            "LDAP_URL is set, but the packages for it are missing: install requirements/ldap.txt."
        ) from None
    options = {ldap.OPT_NETWORK_TIMEOUT: 5, ldap.OPT_TIMEOUT: 5, ldap.OPT_REFERRALS: 0}
    if authority := text("LDAP_CA_FILE"):
        options |= {ldap.OPT_X_TLS_CACERTFILE: authority, ldap.OPT_X_TLS_NEWCTX: 0}
    return {
        "AUTH_LDAP_SERVER_URI": url,
        "AUTH_LDAP_START_TLS": starttls,
        "AUTH_LDAP_BIND_DN": text("LDAP_BIND_DN"),
        "AUTH_LDAP_BIND_PASSWORD": text("LDAP_BIND_PASSWORD"),
        "AUTH_LDAP_USER_SEARCH": LDAPSearch(
            base, ldap.SCOPE_SUBTREE, text("LDAP_FILTER") or ACTIVE_DIRECTORY
        ),
        "AUTH_LDAP_CONNECTION_OPTIONS": options,
        # The directory makes nobody an account, gives no role and changes nobody.
        "AUTH_LDAP_NO_NEW_USERS": True,
        "AUTH_LDAP_ALWAYS_UPDATE_USER": False,
    }


@dataclass(frozen=True, kw_only=True)
class Mail:
    """How e-mails leave; without a backend they do not, which ``send_reminders`` tells."""

    backend: str = ""
    folder: str | None = None
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


def mail(url: str, *, trial_folder: Path | None) -> Mail:
    """Read ``EMAIL_URL``; empty means files in the trial's folder, and nothing without one."""
    if not url:
        return Mail() if trial_folder is None else _mail_files(str(trial_folder))
    # The address may hold a password, so no message quotes more of it than its beginning.
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingMissing(
            "EMAIL_URL is not an address; write smtp+tls://user:password@host:587. (In a password "
            "write / ? # @ : as %2F %3F %23 %40 %3A.)"
        ) from None
    if parts.scheme == "console":
        return Mail(backend=f"{MAIL_BACKENDS}.console.EmailBackend")
    if parts.scheme == "file":
        path = unquote(url.partition("://")[2])
        if not path:
            raise SettingMissing("EMAIL_URL: write a folder as file:///path/to/folder.")
        return _mail_files(path)
    if parts.scheme not in MAIL_PORTS:
        raise SettingMissing(
            f"EMAIL_URL begins with {parts.scheme!r}; use smtp+tls://, smtps://, smtp://, "
            "file:///folder or console://."
        )
    if not parts.hostname:
        raise SettingMissing("EMAIL_URL: the mail server's name is missing.")
    return Mail(
        backend=f"{MAIL_BACKENDS}.smtp.EmailBackend",
        host=parts.hostname,
        port=port or MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )


def _mail_files(folder: str) -> Mail:
    return Mail(backend=f"{MAIL_BACKENDS}.filebased.EmailBackend", folder=folder)
