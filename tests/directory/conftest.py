"""A real directory server, started by the tests. They are collected where requirements/ldap.txt is
installed; .ci/run installs it.
"""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

if importlib.util.find_spec("django_auth_ldap") is None:
    collect_ignore_glob = ["test_*.py"]

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/libexec") or "slapd"
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
database mdb
maxsize 10485760
suffix "dc=belediye"
rootdn "cn=okuyan,dc=belediye"
rootpw okuyan-parola
directory {folder}/data
"""
PEOPLE = """
dn: dc=belediye
objectClass: dcObject
objectClass: organization
o: Belediye
dc: belediye

dn: uid=ayse,dc=belediye
objectClass: inetOrgPerson
uid: ayse
cn: Ayşe Çınar
sn: Çınar
mail: ayse@example.org
employeeType: active
userPassword: dizin-parolasi

dn: uid=eski,dc=belediye
objectClass: inetOrgPerson
uid: eski
cn: Eski Kişi
sn: Kişi
mail: eski@example.org
employeeType: left
userPassword: dizin-parolasi
"""


@dataclass
class Directory:
    url: str
    process: subprocess.Popen

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def directory(tmp_path: Path):
    (tmp_path / "data").mkdir()
    config = tmp_path / "slapd.conf"
    config.write_text(CONFIG.format(folder=tmp_path))
    people = tmp_path / "people.ldif"
    people.write_text(PEOPLE.strip() + "\n", encoding="utf-8")
    subprocess.run([SLAPD, "-T", "add", "-f", config, "-l", people], check=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"ldap://127.0.0.1:{listener.getsockname()[1]}"
    process = subprocess.Popen(
        [SLAPD, "-f", config, "-h", url, "-d", "0"], stderr=subprocess.DEVNULL
    )
    found = Directory(url, process)
    for _each in range(100):
        if _answers(url):
            break
        time.sleep(0.1)
    yield found
    if process.poll() is None:
        found.stop()


def _answers(url):
    host, _colon, port = url.removeprefix("ldap://").partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False
