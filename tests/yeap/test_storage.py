"""The static files of real service: named by their content, and found by those names."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# `import … from "./x.js"`, `export … from "./x.js"`, `import "./x.js"` and `import("./x.js")`.
IMPORTED = re.compile(
    r"""^(?:import|export)\b[^"'()]*["'](.+?)["']|\bimport\(["'](.+?)["']""", re.M
)
LINKED = re.compile(r"""{% static "(.+?)" %}""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Collect the files as deployment does; return their folder and each one's name in it."""
    folder = tmp_path_factory.mktemp("service")
    environment = {
        **os.environ,
        "DEBUG": "0",
        "DATA_DIR": str(folder),
        "ALLOWED_HOSTS": "example.org",
        "SECRET_KEY": "for this test only " * 4,
    }
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "-v", "0"],
        env=environment,
        check=True,
        capture_output=True,
    )
    manifest = json.loads((folder / "static/staticfiles.json").read_text("utf-8"))
    return folder / "static", manifest["paths"]


def imports_of(script):
    return [one or other for one, other in IMPORTED.findall(script.read_text("utf-8"))]


def own_scripts():
    return sorted((ROOT / "static").rglob("*.js"))


def test_scripts_import_each_other_by_the_names_that_say_their_content(collected):
    folder, names = collected
    hashed = {str((folder / name).resolve()) for name in names.values()}

    for script in own_scripts():
        served = folder / names[str(script.relative_to(ROOT / "static"))]
        wanted = [str((served.parent / each).resolve()) for each in imports_of(served)]
        assert len(wanted) == len(imports_of(script)), script
        assert [each for each in wanted if each not in hashed or not Path(each).exists()] == []

    assert sum(len(imports_of(script)) for script in own_scripts()) > 20


def test_every_file_that_a_template_names_is_collected(collected):
    folder, names = collected
    texts = [file.read_text("utf-8") for file in (ROOT / "templates").rglob("*.html")]
    wanted = {name for text in texts for name in LINKED.findall(text)}

    assert "css/components/marks.css" in wanted
    assert [name for name in wanted if not (folder / names.get(name, "none")).exists()] == []
