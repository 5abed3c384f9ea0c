"""``manage.py load_tags``: the tags of the file come in once and follow the file."""

import io

import pytest
from django.core.management import CommandError, call_command

from activities.models import Tag
from tests.factories import make_tag

pytestmark = pytest.mark.django_db

HEAD = "scheme,code,name,name_en\n"


def load(*arguments):
    out = io.StringIO()
    call_command("load_tags", *arguments, stdout=out)
    return out.getvalue().strip()


def write(tmp_path, text):
    path = tmp_path / "tags.csv"
    path.write_text(text, "utf-8")
    return str(path)


def test_every_scheme_comes_in_whole():
    load()
    codes = {
        scheme: list(Tag.objects.filter(scheme=scheme).values_list("code", flat=True))
        for scheme in Tag.Scheme.values
    }
    assert sorted(codes["sdg"]) == ["5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.a", "5.b", "5.c"]
    assert codes["charter"] == [str(number) for number in range(1, 31)]
    assert codes["group"] == [f"G{number}" for number in range(1, 16)]


def test_every_tag_has_its_name_in_both_languages():
    load()
    assert not Tag.objects.filter(name="").exists()
    assert not Tag.objects.filter(name_en="").exists()


def test_loading_again_changes_nothing():
    load()
    history = Tag.history.count()
    assert load() == "Etiketler: 0 yeni, 0 değişen, 54 aynı"
    assert Tag.history.count() == history == 54


def test_a_changed_name_follows_the_file_and_keeps_before_and_after():
    load()
    Tag.objects.filter(scheme="charter", code="19").update(name="Eski")
    assert load() == "Etiketler: 0 yeni, 1 değişen, 53 aynı"
    tag = Tag.objects.get(scheme="charter", code="19")
    assert tag.name == "Konut"
    assert tag.history.count() == 2


def test_a_tag_that_is_not_in_the_file_stays(tmp_path):
    own = make_tag("group", "X", "Kendi grubumuz")
    load()
    assert Tag.objects.get(pk=own.pk).name == "Kendi grubumuz"


def test_every_wrong_row_is_told_at_once_and_nothing_is_written(tmp_path):
    path = write(tmp_path, HEAD + "sdg,5.1,A,A\nother,1,B,B\nsdg,,C,C\nsdg,5.1,D,D\nsdg,5.2,,\n")
    with pytest.raises(CommandError) as refused:
        load(path)
    told = str(refused.value)
    assert [f"Satır {row}:" in told for row in range(2, 7)] == [False, True, True, True, True]
    assert not Tag.objects.exists()


@pytest.mark.parametrize("text", ["", "scheme,code\nsdg,5.1\n", "kod;ad\n"])
def test_wrong_columns_are_told(tmp_path, text):
    with pytest.raises(CommandError, match="scheme, code, name, name_en"):
        load(write(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="okunamıyor"):
        load(str(tmp_path / "yok.csv"))
