"""start.py, run for real where that needs no network, and piece by piece where it does."""

import ast
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

import start

ROOT = Path(start.__file__).parent
posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and tools")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Point start.py at a project of its own, in a folder whose name is a nuisance."""
    root = tmp_path / "Eşitlik İzleme Işığı"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "run.txt").write_text("django==5.2\n")
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "VENV", root / ".venv")
    monkeypatch.setattr(start, "UNFINISHED", root / ".venv" / "unfinished")
    return root


@pytest.fixture
def programs(monkeypatch):
    """Stand in for pip, venv and the probe: note each command, answer as told."""
    return Programs(monkeypatch)


class Programs:
    def __init__(self, monkeypatch):
        self.commands = []
        self.answers = {"-c": (0, "3.11.7\n"), "venv": (0, ""), "pip": (0, "")}
        monkeypatch.setattr(start, "capture", self.capture)

    def capture(self, command, environment):
        kind = command[2] if command[1] == "-m" else command[1]
        self.commands.append(kind)
        if kind == "venv":
            self.make_python(Path(command[-1]))
        answer = self.answers[kind]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def make_python(self, folder):
        python = start.venv_python()
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    def taken(self):
        """Return the commands since the last look, without the harmless probe."""
        commands = [command for command in self.commands if command != "-c"]
        self.commands.clear()
        return commands


def run_start(*arguments, script=ROOT / "start.py", cwd=None, **environment):
    """Run start.py as a person would, with LANG=C, no HOME and only these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        env=kept | {"LANG": "C", "LC_ALL": "C"} | environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def listening():
    """Occupy a free port."""
    occupied = socket.socket()
    occupied.bind(("127.0.0.1", 0))
    occupied.listen()
    return occupied


# As a person runs it


def test_help_shows_the_commands_and_succeeds():
    code, out, err = run_start("help")

    assert code == 0
    assert "Testleri çalıştırır. / Run the tests." in out
    assert err == ""


@pytest.mark.parametrize(
    "arguments",
    [["tset"], ["--prot", "80"], ["setup", "x"], ["--port", "x"], ["--port", "0"], ["--port"]],
    ids=" ".join,
)
def test_misuse_shows_the_usage_and_what_was_wrong(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        start.main(arguments)

    shown = capsys.readouterr().err
    assert stop.value.code == 2
    assert shown.startswith("python3 start.py [serve]")
    assert arguments[0] in shown.splitlines()[-1]


def test_busy_port_is_told_before_anything_is_installed(tmp_path):
    folder = tmp_path / "Eşitlik İzleme Işığı"
    folder.mkdir()
    shutil.copy(ROOT / "start.py", folder)
    with listening() as occupied:
        port = occupied.getsockname()[1]
        code, _, err = run_start("--port", str(port), script=folder / "start.py", cwd=tmp_path)

    turkish, english = err.splitlines()
    assert code == 1
    assert turkish.startswith(f"{port} numaralı portu başka bir program kullanıyor.")
    assert english.endswith(f"Choose another one: python3 start.py --port {port + 1}")
    assert [file.name for file in folder.iterdir()] == ["start.py"]


def test_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    folder = tmp_path / "salt okunur"
    folder.mkdir()
    shutil.copy(ROOT / "start.py", folder)
    (folder / ".venv").write_text("a file where the folder should be")

    code, _, err = run_start("setup", script=folder / "start.py", cwd=tmp_path)

    turkish, english = err.splitlines()
    assert code == 1
    assert turkish.startswith(f"{folder / '.venv'} klasörüne yazılamıyor")
    assert english.startswith(f"The folder {folder / '.venv'} cannot be written to")


def test_file_parses_on_the_oldest_python_that_gets_a_sentence():
    source = (ROOT / "start.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 6))


# Before it can go wrong


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13), (2, 7, 18)])
def test_old_python_is_named_with_the_version_needed(version):
    with pytest.raises(start.Stop) as stop:
        start.check_python(version)

    assert "Python 3.11 ya da daha yenisi gerekiyor" in stop.value.turkish
    assert ".".join(map(str, version)) in stop.value.english


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_new_python_will_do(version):
    start.check_python(version)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("3.11.7", True), ("3.14.0", True), ("3.9.18", False), ("", False), ("Traceback", False)],
)
def test_version_found_in_the_environment(version, expected):
    assert start.is_new_enough(version) is expected


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_missing_module_names_the_debian_package(monkeypatch, missing, capsys):
    find = start.importlib.util.find_spec
    monkeypatch.setattr(
        start.importlib.util, "find_spec", lambda name: None if name == missing else find(name)
    )

    with pytest.raises(start.Stop) as stop:
        start.check_venv_modules()

    assert stop.value.turkish.endswith("sudo apt install python3-venv")
    assert stop.value.english.endswith("sudo apt install python3-venv")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ("127.0.0.1", 8000)),
        (["--port", "8123"], ("127.0.0.1", 8123)),
        (["--port=65535", "--host=0.0.0.0"], ("0.0.0.0", 65535)),
        (["--host", "[::1]"], ("::1", 8000)),
    ],
)
def test_address(options, expected):
    assert start.read_address(options) == expected


def test_free_port_stays_free_after_the_check():
    with listening() as occupied:
        port = occupied.getsockname()[1]

    start.check_port("127.0.0.1", port)
    start.check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "number"),
    [("127.0.0.1", 80, errno.EACCES), ("203.0.113.1", 8000, errno.EADDRNOTAVAIL)],
)
def test_other_refusals_of_a_port_quote_the_reason(host, port, number):
    stop = start.port_refused(host, port, OSError(number, os.strerror(number)))

    for sentence in (stop.turkish, stop.english):
        assert host in sentence
        assert os.strerror(number) in sentence
        assert "--port 8001" in sentence


def test_unknown_host_is_a_sentence(monkeypatch):
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=unknown))

    with pytest.raises(start.Stop, match=r"yok\.invalid adresinde 8000 numaralı port açılamıyor"):
        start.check_port("yok.invalid", 8000)


# What is installed, and when


def test_packages_are_installed_once(project, programs):
    start.install("run", {})
    assert programs.taken() == ["venv", "pip"]

    start.install("run", {})
    assert programs.taken() == []


def test_changed_requirements_are_installed_into_the_same_environment(project, programs):
    start.install("run", {})
    (project / "requirements" / "run.txt").write_text("django==5.2.1\n")
    programs.taken()

    start.install("run", {})
    assert programs.taken() == ["pip"]


def test_another_python_installs_again(project, programs):
    start.install("run", {})
    programs.answers["-c"] = (0, "3.12.1\n")
    programs.taken()

    start.install("run", {})
    assert programs.taken() == ["pip"]


def test_tests_have_a_stamp_of_their_own(project, programs):
    shutil.copy(project / "requirements" / "run.txt", project / "requirements" / "test.txt")
    start.install("run", {})
    programs.taken()

    start.install("test", {})
    assert programs.taken() == ["pip"]


@pytest.mark.parametrize("cut_short", ["venv", "pip"])
def test_interrupted_preparation_begins_anew(project, programs, cut_short):
    programs.answers[cut_short] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        start.install("run", {})
    (start.VENV / "half a package").touch()
    programs.answers[cut_short] = (0, "")
    programs.taken()

    start.install("run", {})

    assert programs.taken() == ["venv", "pip"]
    assert not (start.VENV / "half a package").exists()
    assert not start.UNFINISHED.exists()


@pytest.mark.parametrize("answer", [(1, "No module named pip"), (0, "3.9.18\n"), OSError("gone")])
def test_broken_environment_is_made_anew(project, programs, answer):
    programs.make_python(start.VENV)
    (start.VENV / "from before").touch()
    programs.answers["-c"] = answer

    with pytest.raises(start.Stop, match="oluşturulamadı"):  # it stays broken here
        start.install("run", {})

    assert programs.taken() == ["venv"]
    assert not (start.VENV / "from before").exists()


def test_failed_download_says_so_and_keeps_what_was_there(project, programs, monkeypatch, capsys):
    start.install("run", {})
    (project / "requirements" / "run.txt").write_text("django==5.2.1\n")
    noise = "".join(f"line {number}\n" for number in range(20))
    programs.answers["pip"] = (1, noise + "ERROR: No matching distribution found\n")
    programs.taken()

    assert start.main(["manage", "check"]) == 1

    shown = capsys.readouterr().err.splitlines()
    assert shown[0] == "line 13", "only pip's last lines"
    assert shown[-3] == "ERROR: No matching distribution found"
    assert "Paketler kurulamadı (requirements/run.txt); hiçbir veri kaybolmadı." in shown[-2]
    assert "no data was lost" in shown[-1]
    assert not start.UNFINISHED.exists()


def test_failure_half_way_through_installing_begins_anew(project, programs):
    programs.answers["pip"] = (1, "Installing collected packages: django\nNo space left on device")
    with pytest.raises(start.Stop):
        start.install("run", {})
    programs.answers["pip"] = (0, "")
    programs.taken()

    start.install("run", {})
    assert programs.taken() == ["venv", "pip"]


# The environment of what it starts


def test_children_get_a_clean_environment(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "another.settings")

    environment = start.child_environment()

    assert "/elsewhere" not in environment.values()
    assert environment["DJANGO_SETTINGS_MODULE"] == "yeap.settings"
    assert environment["PIP_DISABLE_PIP_VERSION_CHECK"] == "1"
    assert environment["PYTHONUTF8"] == "1"


@pytest.mark.parametrize(
    ("given", "expected", "trial"),
    [(None, "1", True), ("", "1", True), ("0", "0", False), ("off", "off", False)],
)
def test_trial_unless_told_otherwise(monkeypatch, given, expected, trial):
    monkeypatch.delenv("DEBUG")
    if given is not None:
        monkeypatch.setenv("DEBUG", given)

    environment = start.child_environment()

    assert environment["DEBUG"] == expected
    assert start.is_trial(environment) is trial


def test_other_addresses_are_served_by_their_name(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)

    assert "ALLOWED_HOSTS" not in start.child_environment()
    assert "192.0.2.7" in start.child_environment("192.0.2.7")["ALLOWED_HOSTS"].split(",")


def test_hosts_that_were_chosen_are_kept(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "izleme.example.org")

    assert start.child_environment("0.0.0.0")["ALLOWED_HOSTS"] == "izleme.example.org"


# What it runs


@pytest.fixture
def manage_py(project, monkeypatch):
    """Write a manage.py for the real interpreter to run."""

    def write(source):
        (project / "manage.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(start, "venv_python", lambda: Path(sys.executable))
        return project

    return write


def test_failing_step_shows_its_message_without_the_traceback(manage_py, capfd):
    manage_py("raise OSError('veritabanı kapalı,\\n\\tçalışıyor mu?')")

    with pytest.raises(start.Stop) as stop:
        start.run_quietly(["migrate"], start.child_environment())

    assert stop.value.output == "OSError: veritabanı kapalı,\n\tçalışıyor mu?"
    assert "python3 start.py manage migrate" in stop.value.english
    assert "Traceback" not in capfd.readouterr().err


def test_demo_speaks_for_itself(manage_py, capfd):
    manage_py("import sys; print('hesap: Işıl'); print('uyarı', file=sys.stderr)")

    start.run_quietly(["demo"], start.child_environment())

    assert capfd.readouterr() == ("hesap: Işıl\n", "uyarı\n")


@pytest.mark.parametrize(
    ("debug", "steps"),
    [("1", ["migrate", "demo"]), ("0", ["migrate", "collectstatic"])],
)
def test_demo_accounts_are_for_trials_only(project, monkeypatch, debug, steps):
    done = []
    monkeypatch.setattr(start, "install", lambda name, environment: None)
    monkeypatch.setattr(start, "run_quietly", lambda options, _: done.append(options[0]))

    start.prepare({"DEBUG": debug, "DATA_DIR": str(project / "data")})

    assert done == steps


def test_project_can_not_be_prepared_where_data_can_not_be_kept(project, monkeypatch):
    (project / "data").write_text("a file where the folder should be")
    monkeypatch.setattr(start, "install", lambda name, environment: None)

    with pytest.raises(start.Stop, match="klasörüne yazılamıyor"):
        start.prepare({"DEBUG": "1"})


SERVER = """
import http.server, sys
host, port = sys.argv[-1].rsplit(":", 1)
print("a banner that nobody needs")
http.server.HTTPServer((host, int(port)), http.server.BaseHTTPRequestHandler).serve_forever()
"""

SERVE = """
import pathlib, sys
sys.path.insert(0, {root!r})
import start
start.ROOT = pathlib.Path({project!r})
start.venv_python = lambda: pathlib.Path(sys.executable)
start.prepare = lambda environment: None
start.end_calmly_when_told()
sys.exit(start.main(["--port", "{port}"]))
"""


@posix_only
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_server_is_announced_and_ends_calmly(manage_py, told):
    project = manage_py(SERVER)
    with listening() as occupied:
        port = occupied.getsockname()[1]
    source = SERVE.format(root=str(ROOT), project=str(project), port=port)
    with subprocess.Popen(
        [sys.executable, "-c", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has them ignore the interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as server:
        lines = [server.stdout.readline() for _ in range(4)]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        server.send_signal(told)
        out, err = server.communicate(timeout=10)

    assert f"http://127.0.0.1:{port}/" in lines[1].decode()
    assert "Durduruldu." in out.decode()
    assert (server.returncode, err) == (0, b"")
    start.check_port("127.0.0.1", port)  # nothing is left behind on it


@posix_only
def test_exit_code_of_a_command_is_passed_on(manage_py):
    project = manage_py("import sys; sys.exit(7 if sys.argv[1:] == ['a', '--b=c'] else 1)")
    source = (
        f"import pathlib, sys; sys.path.insert(0, {str(ROOT)!r}); import start; "
        f"start.ROOT = pathlib.Path({str(project)!r}); "
        "start.venv_python = lambda: pathlib.Path(sys.executable); "
        "start.install = lambda *_: None; start.main(['manage', 'a', '--b=c'])"
    )

    assert subprocess.run([sys.executable, "-c", source]).returncode == 7
