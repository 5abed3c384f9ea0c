import os
import stat
from pathlib import Path

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from yeap import environment as env

NAME = "YEAP_TEST_VARIABLE"
FOLDER_REFUSED = "data folder .* cannot be used"


@pytest.fixture
def given(monkeypatch):
    """Set the variable the helpers are asked for; None takes it away."""

    def give(value):
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return give


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, "usual", id="unset"),
        pytest.param("", "usual", id="empty is unset"),
        pytest.param("  ", "usual", id="blank is unset"),
        pytest.param(" söz ", "söz", id="blanks around it are dropped"),
    ],
)
def test_text(given, value, expected):
    given(value)
    assert env.text(NAME, "usual") == expected


@pytest.mark.parametrize("value", ["1", "true", "TRUE", "Yes", "on", " 1 "])
def test_flag_reads_yes(given, value):
    given(value)
    assert env.flag(NAME) is True


@pytest.mark.parametrize("value", ["0", "false", "No", "OFF"])
def test_flag_reads_no(given, value):
    given(value)
    assert env.flag(NAME, default=True) is False


@pytest.mark.parametrize("value", [None, "", " "])
@pytest.mark.parametrize("default", [True, False])
def test_unset_flag_is_its_default(given, value, default):
    given(value)
    assert env.flag(NAME, default=default) is default


@pytest.mark.parametrize("value", ["2", "evet", "app:*", "-1"])
def test_unreadable_flag_stops_and_names_itself(given, value):
    given(value)
    with pytest.raises(env.SettingMissing, match=f"{NAME}=.*Set {NAME}=1 or {NAME}=0"):
        env.flag(NAME)


@pytest.mark.parametrize(("value", "expected"), [(None, 7), ("", 7), ("3600", 3600), (" 5 ", 5)])
def test_integer(given, value, expected):
    given(value)
    assert env.integer(NAME, 7) == expected


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "1_000", "٣", "²", "bir"])
def test_unreadable_integer_stops_and_names_itself(given, value):
    given(value)
    with pytest.raises(env.SettingMissing, match=NAME):
        env.integer(NAME, 7)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        (" , ,", []),
        ("example.org", ["example.org"]),
        (" a.org , b.org,", ["a.org", "b.org"]),
    ],
)
def test_words(given, value, expected):
    given(value)
    assert env.words(NAME) == expected


def test_required_returns_what_is_set(given):
    given("değer")
    assert env.required(NAME, why="it is needed.") == "değer"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_missing_requirement_stops_with_its_name_and_its_reason(given, value):
    given(value)
    with pytest.raises(env.SettingMissing, match=f"{NAME} is not set: it signs sessions"):
        env.required(NAME, why="it signs sessions.")


# The kept secret


def test_secret_is_made_once_and_kept(tmp_path):
    path = tmp_path / "data" / "secret-key"

    secret = env.kept_secret(path)

    assert len(secret) >= 50
    assert env.kept_secret(path) == secret
    assert list(path.parent.iterdir()) == [path], "no draft is left behind"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions elsewhere")
def test_secret_is_readable_by_its_owner_only(tmp_path):
    env.kept_secret(tmp_path / "secret-key")

    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_empty_secret_left_by_a_full_disk_is_made_anew(tmp_path):
    (tmp_path / "secret-key").touch()

    assert len(env.kept_secret(tmp_path / "secret-key")) >= 50


def test_secret_in_an_unusable_folder_stops_and_names_the_setting(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(env.SettingMissing, match=FOLDER_REFUSED + ".*DATA_DIR"):
        env.kept_secret(tmp_path / "data" / "secret-key")


# The database


def test_database_is_sqlite_in_the_data_folder_unless_told_otherwise(tmp_path):
    settings = env.database("", data_folder=tmp_path / "data")

    assert settings["ENGINE"] == "django.db.backends.sqlite3"
    assert settings["NAME"] == str(tmp_path / "data" / "yeap.sqlite3")
    assert (tmp_path / "data").is_dir()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("sqlite:///plan.db", "plan.db", id="relative"),
        pytest.param("SQLite:///plan.db", "plan.db", id="scheme in capitals"),
        pytest.param("sqlite:////{folder}/plan.db", "/{folder}/plan.db", id="absolute"),
        pytest.param("sqlite:////{folder}/a%20b.db", "/{folder}/a b.db", id="percent-encoded"),
        pytest.param("sqlite:////{folder}/İzleme planı.db", "/{folder}/İzleme planı.db", id="raw"),
        pytest.param("sqlite:////{folder}/a#1?.db", "/{folder}/a#1?.db", id="odd letters"),
    ],
)
def test_sqlite_addresses(tmp_path, monkeypatch, url, name):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path.as_posix().strip("/")

    settings = env.database(url.format(folder=folder), data_folder=tmp_path)

    assert Path(settings["NAME"]) == Path(name.format(folder=folder))


def test_sqlite_makes_the_folder_it_is_told(tmp_path):
    env.database(f"sqlite:///{tmp_path}/new/folder/plan.db", data_folder=tmp_path)

    assert (tmp_path / "new" / "folder").is_dir()


def test_sqlite_keeps_acknowledged_saves(tmp_path, django_db_blocker):
    settings = env.database("", data_folder=tmp_path)
    usual = {"TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    database = DatabaseWrapper(usual | settings, "trial")

    def pragma(name):
        return database.connection.execute(f"PRAGMA {name}").fetchone()[0]

    with django_db_blocker.unblock():  # a file of this test's own
        database.connect()
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2, "FULL: a commit survives a power cut"
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 20_000
        database.close()


@pytest.mark.parametrize(
    "url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite://plan.db", "sqlite:plan.db"]
)
def test_incomplete_sqlite_address_stops(tmp_path, url):
    with pytest.raises(env.SettingMissing, match="write SQLite as sqlite:///path"):
        env.database(url, data_folder=tmp_path)


def test_sqlite_in_an_unusable_folder_stops(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(env.SettingMissing, match=FOLDER_REFUSED):
        env.database("", data_folder=tmp_path / "data")


def test_postgresql_address_in_full(tmp_path):
    url = "postgres://yeap%40belediye:s%3Ac%2Fr%40t@db.example.org:5433/i%20z?sslmode=require"

    settings = env.database(url, data_folder=tmp_path)

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert settings["USER"] == "yeap@belediye"
    assert settings["PASSWORD"] == "s:c/r@t"
    assert settings["HOST"] == "db.example.org"
    assert settings["PORT"] == "5433"
    assert settings["NAME"] == "i z"
    assert settings["OPTIONS"] == {"sslmode": "require"}
    assert settings["CONN_HEALTH_CHECKS"], "a restarted database is found again"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://localhost/yeap", "localhost", ""),
        ("postgres:///yeap", "", ""),
        ("postgres://[::1]:5432/yeap", "::1", "5432"),
        ("postgres://yeap@%2Fvar%2Frun%2Fpostgresql/yeap", "/var/run/postgresql", ""),
    ],
)
def test_postgresql_hosts(tmp_path, url, host, port):
    settings = env.database(url, data_folder=tmp_path)

    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == (host, port, "yeap")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        pytest.param("postgres://localhost", "name is missing", id="no name"),
        pytest.param("postgres://localhost/", "name is missing", id="no name after the slash"),
        pytest.param("postgres://localhost:x/yeap", "port is not a number", id="port of letters"),
        pytest.param("postgres://localhost:99999/yeap", "up to 65535", id="port too high"),
        pytest.param("postgres://u:hush/x@localhost/yeap", "In a password write", id="raw slash"),
        pytest.param("postgres://[::1/yeap", "not an address", id="half a bracket"),
        pytest.param("postgres://u:hush@a℀b/yeap", "not an address", id="forged host"),
        pytest.param("mysql://u:hush@localhost/yeap", "begins with 'mysql'", id="another kind"),
        pytest.param("yeap.sqlite3", "begins with ''", id="a bare file"),
    ],
)
def test_unusable_address_stops_without_telling_the_password(tmp_path, url, complaint):
    with pytest.raises(env.SettingMissing, match=complaint) as stop:
        env.database(url, data_folder=tmp_path)

    assert "DATABASE_URL" in str(stop.value)
    assert "hush" not in str(stop.value)


# --- Where links lead, and how e-mails leave ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "https://izleme.example"),
        ("https://mersin.example/yeap/", "https://mersin.example/yeap"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_site(given, value, expected):
    given(value)
    assert env.site(NAME, default="https://izleme.example") == expected


@pytest.mark.parametrize(
    "value", ["mersin.example", "ftp://mersin.example", "https://", "https://*"]
)
def test_a_site_that_nobody_can_open_stops_the_start(given, value):
    given(value)
    with pytest.raises(env.SettingMissing, match=NAME):
        env.site(NAME, default="https://izleme.example")


def test_the_first_host_is_one_that_can_be_opened():
    assert env.first_host([".mersin.example", "b.example"]) == "mersin.example"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://a:b%40c@posta.example", ("posta.example", 587, "a", "b@c", True, False)),
        ("smtps://posta.example", ("posta.example", 465, "", "", False, True)),
        ("smtp://posta.example:2525", ("posta.example", 2525, "", "", False, False)),
    ],
)
def test_a_mail_server(url, expected):
    mail = env.mail(url, trial_folder=None)
    assert (mail.host, mail.port, mail.user, mail.password, mail.starttls, mail.tls) == expected
    assert mail.backend.endswith("smtp.EmailBackend")
    assert "b@c" not in repr(mail)


def test_a_trial_writes_e_mails_into_files(tmp_path):
    mail = env.mail("", trial_folder=tmp_path)
    assert mail.backend.endswith("filebased.EmailBackend")
    assert mail.folder == str(tmp_path)


def test_without_a_mail_server_nothing_pretends_to_send():
    assert env.mail("", trial_folder=None).backend == ""


@pytest.mark.parametrize(
    ("url", "kind"), [("console://", "console"), ("file:///var/mail/yeap", "filebased")]
)
def test_e_mails_for_trying_out(url, kind):
    assert f".{kind}." in env.mail(url, trial_folder=None).backend


@pytest.mark.parametrize("url", ["posta.example:25", "smtp://", "file://", "smtp://a:geheim/b@c:d"])
def test_a_wrong_mail_address_stops_the_start_and_quotes_no_password(url):
    with pytest.raises(env.SettingMissing, match="EMAIL_URL") as stopped:
        env.mail(url, trial_folder=None)
    assert "geheim" not in str(stopped.value)
