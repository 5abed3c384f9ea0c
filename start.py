#!/usr/bin/env python3
"""Prepare and run YEAP İzleme with nothing but Python; `python3 start.py help` lists the commands.

Keep this file readable by Python 3.6, so that an old interpreter answers with a sentence
and not with a SyntaxError: no walrus, no `match`, no `X | None`.
"""

import argparse
import errno
import hashlib
import importlib.util
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NoReturn, Optional, Tuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
# Left behind only by a creation or an installation that was cut short: what it was
# doing can be half on the disk, so the next start begins the environment anew.
UNFINISHED = VENV / "unfinished"
OLDEST_PYTHON = (3, 11)
WINDOWS = os.name == "nt"

USAGE = """\
python3 start.py [serve] [--port 8000] [--host 127.0.0.1]
    Hazırlar, örnek hesapları açar ve uygulamayı çalıştırır.
    Prepare everything, make the demo accounts and serve the application.
python3 start.py setup
    Yalnızca hazırlar. / Prepare only.
python3 start.py test [pytest …]
    Testleri çalıştırır. / Run the tests.
python3 start.py manage KOMUT …
    Bir Django yönetim komutu çalıştırır. / Run a Django management command.
python3 start.py help
    Bu metni gösterir. / Show this text.
"""


class Stop(Exception):
    """End the run with one sentence for the person at the keyboard, in both languages."""

    def __init__(self, turkish: str, english: str, output: str = "") -> None:
        super().__init__(turkish)
        self.turkish = turkish
        self.english = english
        self.output = output


def main(arguments: List[str]) -> int:
    """Run one command and return its exit code; nothing ends in a traceback."""
    speak_utf8()
    try:
        check_python(tuple(sys.version_info[:3]))
        return run(arguments)
    except Stop as stop:
        explain(stop)
        return 1
    except OSError as error:
        explain(
            Stop(
                f"Bir dosya işlemi başarısız oldu: {error}",
                f"A file operation failed: {error}",
            )
        )
        return 1
    except KeyboardInterrupt:
        say("\nDurduruldu. / Stopped.")
        return 130


def run(arguments: List[str]) -> int:
    """Pick the command; options without a command belong to serving."""
    command, rest = "serve", arguments
    if arguments and (not arguments[0].startswith("-") or arguments[0] in ("-h", "--help")):
        command, rest = arguments[0], arguments[1:]
    if command in ("help", "-h", "--help"):
        say(USAGE.rstrip())
        return 0
    if command == "serve":
        return start(rest)
    if command == "setup" and not rest:
        return setup()
    if command == "test":
        return test(rest)
    if command == "manage":
        return manage(rest)
    refuse("bilinmeyen komut / unknown command: " + " ".join(arguments))


def refuse(problem: str) -> NoReturn:
    """Show how the command is used, and end as command lines do when misused."""
    print(USAGE + "\n" + problem, file=sys.stderr, flush=True)
    raise SystemExit(2)


# The commands


def start(options: List[str]) -> int:
    """Prepare and serve until Ctrl-C."""
    host, port = read_address(options)
    check_port(host, port)  # before the long work, not after it
    environment = child_environment(host)
    prepare(environment)
    return serve(host, port, environment)


def setup() -> int:
    """Prepare only."""
    prepare(child_environment())
    say("Hazır. Başlatmak için: / Ready. To serve:  python3 start.py")
    return 0


def prepare(environment: Dict[str, str]) -> None:
    """Bring packages, database and demo accounts up to date; quick when they are."""
    install("run", environment)
    check_writable(data_folder(environment))
    run_quietly(["migrate", "--verbosity", "0"], environment)
    if is_trial(environment):
        run_quietly(["demo"], environment)
    else:
        # Real service takes its files from the collected folder, and has no demo accounts.
        run_quietly(["collectstatic", "--no-input", "--verbosity", "0"], environment)


def test(options: List[str]) -> int:
    """Run pytest on every processor, in the project's folder so that it finds its settings."""
    environment = child_environment()
    install("run", environment)
    install("test", environment)
    os.chdir(str(ROOT))
    # The caller's own options come later, so that "-n 0" or "-n 4" is what counts then.
    command = [str(venv_python()), "-m", "pytest", "-n", "auto", *options]
    return become(command, environment)


def manage(options: List[str]) -> int:
    """Run manage.py in the caller's folder, so that relative file names mean what they say."""
    environment = child_environment()
    install("run", environment)
    return become(manage_command(options), environment)


def serve(host: str, port: int, environment: Dict[str, str]) -> int:
    """Serve until Ctrl-C; the address appears once it can be opened."""
    options = ["runserver", "--noreload", "--skip-checks", f"{bracketed(host)}:{port}"]
    # Its banner says in English what is said below; errors and requests go to stderr.
    server = subprocess.Popen(manage_command(options), env=environment, stdout=subprocess.DEVNULL)
    try:
        while server.poll() is None and not is_answering(host, port):
            time.sleep(0.1)
        if server.poll() is None:
            say(f"\n  http://{bracketed(reachable(host))}:{port}/\n")
            say("Durdurmak için Ctrl-C. / Press Ctrl-C to stop.")
        return server.wait()
    except KeyboardInterrupt:
        # Ctrl-C reached the server too; a signal to this process alone did not.
        server.terminate()
        server.wait()
        say("\nDurduruldu. / Stopped.")
        return 0


# The virtual environment and its packages


def install(name: str, environment: Dict[str, str]) -> None:
    """Install requirements/NAME.txt unless exactly this file is installed already."""
    version = venv_version(environment) or make_venv(environment)
    requirements = ROOT / "requirements" / f"{name}.txt"
    stamp = VENV / f"{name}.stamp"
    wanted = fingerprint(requirements, version)
    if read_stamp(stamp) == wanted:
        return
    say("Paketler kuruluyor, ilk seferde birkaç dakika sürebilir…")
    say("Installing packages, which can take some minutes the first time…")
    pip_install(requirements, environment)
    stamp.write_text(wanted, encoding="ascii")


def venv_version(environment: Dict[str, str]) -> Optional[str]:
    """Return the Python version of a usable .venv, or None where it has to be made anew."""
    if UNFINISHED.exists() or not venv_python().exists():
        return None
    probe = "import pip, sys; print('%d.%d.%d' % sys.version_info[:3])"
    try:
        code, output = capture([str(venv_python()), "-c", probe], environment)
    except OSError:
        return None
    version = output.strip()
    return version if code == 0 and is_new_enough(version) else None


def make_venv(environment: Dict[str, str]) -> str:
    """Create .venv from nothing and return its Python version."""
    check_venv_modules()
    say("Sanal ortam hazırlanıyor… / Preparing the virtual environment…")
    # An interpreter inside .venv would delete itself on the next line.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if VENV.is_dir():
        shutil.rmtree(str(VENV))
    check_writable(VENV)
    UNFINISHED.touch()
    code, output = capture([python, "-m", "venv", str(VENV)], environment)
    if code == 0:
        UNFINISHED.unlink()
    version = venv_version(environment)
    if version is None:
        raise Stop(
            "Sanal ortam (.venv) oluşturulamadı; hiçbir veri kaybolmadı. Nedeni giderip "
            "komutu yeniden çalıştırın.",
            "The virtual environment (.venv) could not be made; no data was lost. Remove the "
            "cause and run the command again.",
            output,
        )
    return version


def pip_install(requirements: Path, environment: Dict[str, str]) -> None:
    """Install a locked file; show pip's last lines only where it failed."""
    UNFINISHED.touch()
    options = ["--no-input", "--progress-bar", "off", "--require-hashes"]
    code, output = capture(
        [str(venv_python()), "-m", "pip", "install", *options, "-r", str(requirements)],
        environment,
    )
    # Until it says this, pip only downloads, and what was installed before is still whole.
    if code == 0 or "Installing collected packages" not in output:
        UNFINISHED.unlink()
    if code:
        raise Stop(
            f"Paketler kurulamadı (requirements/{requirements.name}); hiçbir veri kaybolmadı. "
            "İnternet bağlantısını denetleyip komutu yeniden çalıştırın.",
            f"The packages could not be installed (requirements/{requirements.name}); no data "
            "was lost. Check the internet connection and run the command again.",
            output,
        )


def fingerprint(requirements: Path, version: str) -> str:
    """Name what is installed: this very file, for this very Python."""
    return f"{hashlib.sha256(requirements.read_bytes()).hexdigest()} {version}"


def read_stamp(stamp: Path) -> str:
    """Return what was installed last, empty where nothing was."""
    return stamp.read_text(encoding="utf-8", errors="replace") if stamp.exists() else ""


def venv_python() -> Path:
    """Return the interpreter inside .venv."""
    return VENV / "Scripts" / "python.exe" if WINDOWS else VENV / "bin" / "python"


# What is checked before it can go wrong


def check_python(version: Tuple[int, ...]) -> None:
    """Stop on a Python that the application does not run on."""
    if version[:2] < OLDEST_PYTHON:
        found = ".".join(str(part) for part in version)
        raise Stop(
            f"Python 3.11 ya da daha yenisi gerekiyor; bu Python {found}. Yenisini kurup onunla "
            "çalıştırın, örneğin: python3.11 start.py",
            f"Python 3.11 or newer is needed; this is Python {found}. Install a newer one and "
            "run with it, for example: python3.11 start.py",
        )


def is_new_enough(version: str) -> bool:
    """Tell whether a version such as "3.11.7" will do."""
    parts = version.split(".")[:2]
    return all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= OLDEST_PYTHON


def check_venv_modules() -> None:
    """Stop where Python came without venv: Debian and Ubuntu ship it as a package."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Stop(
                f"Python'un {module} modülü eksik. Debian ve Ubuntu'da kurmak için: "
                "sudo apt install python3-venv",
                f"Python's module {module} is missing. On Debian and Ubuntu install it with: "
                "sudo apt install python3-venv",
            )


def check_writable(folder: Path) -> None:
    """Make the folder, and stop unless files can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=str(folder)):
            pass
    except OSError as error:
        raise Stop(
            f"{folder} klasörüne yazılamıyor ({error.strerror}). Klasörün iznini düzeltin ya da "
            "projeyi yazılabilir bir yere taşıyın.",
            f"The folder {folder} cannot be written to ({error.strerror}). Correct its "
            "permissions or move the project to a place that can be written to.",
        ) from None


class AddressParser(argparse.ArgumentParser):
    """Answer a wrong option with the usage of the whole file."""

    def error(self, message: str) -> NoReturn:
        refuse(message)


def read_address(options: List[str]) -> Tuple[str, int]:
    """Read --host and --port; a wrong one ends with the usage."""
    parser = AddressParser(prog="start.py", add_help=False, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    chosen = parser.parse_args(options)
    if not (chosen.port.isdigit() and 0 < int(chosen.port) < 65536):
        refuse(f"--port {chosen.port}: 1 … 65535")
    return chosen.host.strip("[]"), int(chosen.port)


def check_port(host: str, port: int) -> None:
    """Stop where the port cannot be had, by taking it for a moment."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            if not WINDOWS:  # there the option would let two servers share the port
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        raise port_refused(host, port, error) from None


def port_refused(host: str, port: int, error: OSError) -> Stop:
    """Say why the port cannot be had, and how to choose another."""
    remedy = f"python3 start.py --port {port + 1 if 1024 <= port < 65535 else 8001}"
    if error.errno == errno.EADDRINUSE:
        return Stop(
            f"{port} numaralı portu başka bir program kullanıyor. Başka bir port seçin: {remedy}",
            f"Port {port} is in use by another program. Choose another one: {remedy}",
        )
    return Stop(
        f"{host} adresinde {port} numaralı port açılamıyor ({error.strerror}). "
        f"Başka bir adres ya da port seçin: {remedy}",
        f"Port {port} at the address {host} cannot be opened ({error.strerror}). "
        f"Choose another address or port: {remedy}",
    )


# The environment of the programs started here


def child_environment(host: str = "127.0.0.1") -> Dict[str, str]:
    """Return the environment for pip, Django and pytest: the caller's, without its traps."""
    environment = dict(os.environ)
    # Meant for the Python that runs this file, these would lead the one in .venv astray.
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    environment.pop("__PYVENV_LAUNCHER__", None)  # the same, on macOS
    # Each of the processes started would compile all over again, which takes ten seconds in tests.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.update(
        DJANGO_RUNSERVER_HIDE_WARNING="true",
        DJANGO_SETTINGS_MODULE="yeap.settings",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_QUIET="0",  # pip_install reads what it says
        PIP_USER="0",
        PYTHONUNBUFFERED="1",
        PYTHONUTF8="1",
    )
    if not os.path.isdir(os.path.expanduser("~")):
        environment["PIP_NO_CACHE_DIR"] = "1"  # pip would make a folder named "~"
    if not environment.get("DEBUG", "").strip():
        environment["DEBUG"] = "1"
    if host not in ("127.0.0.1", "localhost", "::1"):
        names = ["127.0.0.1", "localhost", "[::1]", bracketed(host), socket.gethostname()]
        environment.setdefault("ALLOWED_HOSTS", ",".join(names))
    return environment


def is_trial(environment: Dict[str, str]) -> bool:
    """Tell a trial from real service, by the words that yeap/environment.py takes for yes."""
    return environment["DEBUG"].strip().lower() in ("1", "true", "yes", "on")


def data_folder(environment: Dict[str, str]) -> Path:
    """Return where the settings will keep the database and the files."""
    return Path(environment.get("DATA_DIR", "").strip() or ROOT / "data")


def bracketed(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> str:
    """Return an address to open where the server listens on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def is_answering(host: str, port: int) -> bool:
    """Tell whether the server accepts connections yet."""
    try:
        with socket.create_connection((reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


# Running programs


def manage_command(options: List[str]) -> List[str]:
    """Return the command line of a Django management command."""
    return [str(venv_python()), str(ROOT / "manage.py"), *options]


def run_quietly(options: List[str], environment: Dict[str, str]) -> None:
    """Run a management command whose traceback, if any, shrinks to its message."""
    done = subprocess.run(manage_command(options), env=environment, stderr=subprocess.PIPE)
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        again = f"python3 start.py manage {options[0]}"
        raise Stop(
            f"“{options[0]}” adımı başarısız oldu; hiçbir veri silinmedi. Ayrıntısı için: {again}",
            f"The step “{options[0]}” failed; no data was deleted. For the details: {again}",
            without_traceback(complaint),
        )
    if complaint:
        print(complaint, file=sys.stderr, flush=True)


def without_traceback(complaint: str) -> str:
    """Return what follows the last frame; a message can have several lines."""
    lines = complaint.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return "\n".join(lines[frames[-1] + 1 :] if frames else lines)


def capture(command: List[str], environment: Dict[str, str]) -> Tuple[int, str]:
    """Run a program and return its exit code and everything it said."""
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def become(command: List[str], environment: Dict[str, str]) -> int:
    """Let a program take this one's place: Ctrl-C and its exit code are then its own."""
    if WINDOWS:  # which would return to the prompt while the program still runs
        return subprocess.run(command, env=environment).returncode
    os.execve(command[0], command, environment)


def end_calmly_when_told() -> None:
    """Treat a polite kill like Ctrl-C, so that no server is left behind on the port."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


# Speaking


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: LANG=C knows no Turkish letters."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
        elif hasattr(stream, "detach"):  # Python 3.6, which has one sentence to say
            setattr(sys, name, io.TextIOWrapper(stream.detach(), "utf-8", "replace"))


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def explain(stop: Stop) -> None:
    """Print what a program said last, then the sentence in both languages."""
    lines = [line for line in stop.output.splitlines() if line.strip()][-8:]
    print("\n".join([*lines, stop.turkish, stop.english]), file=sys.stderr, flush=True)


if __name__ == "__main__":
    end_calmly_when_told()
    sys.exit(main(sys.argv[1:]))
