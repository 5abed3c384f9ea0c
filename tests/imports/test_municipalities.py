"""Whose plan a file brings: its municipality is named, taken, or asked for, and never guessed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.urls import reverse

from activities.models import Alias, Department, Institution, Municipality, Plan
from imports.models import ImportBatch
from tests.factories import REAL_PLAN, YEAR, import_plan, make_department, make_user

pytestmark = pytest.mark.django_db

ADANA = "Adana Büyükşehir Belediyesi"


def brought(slug, **given):
    return import_plan(REAL_PLAN, plan=slug, year=YEAR, apply=True, **given)


def test_the_first_plan_gives_the_municipality_its_name(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user("administrator"))
    assert 'name="municipality"' in client.get(reverse("import_list")).text
    file = SimpleUploadedFile("plan.txt", REAL_PLAN.read_bytes())
    about = {"name": "Çankaya YEAP", "municipality": "Çankaya Belediyesi"}
    client.post(reverse("import_list"), {"file": file, "year": YEAR, **about})
    batch = ImportBatch.objects.get()
    page = client.get(reverse("import_preview", args=[batch.pk]))
    assert Municipality.objects.get().name == "", "a preview writes nothing"

    fingerprint = page.context["seen"].fingerprint
    client.post(reverse("import_apply", args=[batch.pk]), {"fingerprint": fingerprint})

    assert Plan.objects.get().municipality == Municipality.objects.get(name="Çankaya Belediyesi")
    assert 'name="municipality"' not in client.get(reverse("import_list")).text


def test_a_municipality_is_made_with_its_first_plan_and_not_without_apply():
    import_plan(REAL_PLAN, plan="adana", year=YEAR, municipality=ADANA)
    assert not Municipality.objects.exists()

    brought("adana", municipality=ADANA)

    plan = Plan.objects.get()
    assert plan.municipality.name == ADANA
    assert ImportBatch.objects.get().municipality == plan.municipality
    assert plan.municipality.history.filter(history_type="+").count() == 1


def test_with_one_municipality_nobody_has_to_name_it():
    brought("birinci", municipality=ADANA)
    brought("ikinci")
    assert {plan.municipality.name for plan in Plan.objects.all()} == {ADANA}


def test_with_several_the_command_asks_whose_a_new_plan_is():
    brought("birinci", municipality=ADANA)
    Municipality.objects.create(name="Mersin Büyükşehir Belediyesi")

    with pytest.raises(CommandError, match="--municipality"):
        import_plan(REAL_PLAN, plan="yeni", year=YEAR)
    # A plan that is there says itself whose it is.
    assert import_plan(REAL_PLAN, plan="birinci", year=YEAR)["unchanged"] == 149


def test_a_file_of_a_second_municipality_never_means_the_first_ones_units():
    brought("mersin", municipality="Mersin Büyükşehir Belediyesi")
    first = Plan.objects.get().municipality
    before = {
        model: set(model.objects.values_list("pk", "name_key" if model is not Alias else "key"))
        for model in (Department, Institution, Alias)
    }

    report = brought("adana", municipality="ADANA BÜYÜKŞEHİR BELEDİYESİ")

    second = Plan.objects.get(slug="adana").municipality
    assert (report["new"], report["changed"], report["missing"]) == (149, 0, 0)
    for model, rows in before.items():
        key = "name_key" if model is not Alias else "key"
        assert set(model.objects.filter(municipality=first).values_list("pk", key)) == rows
    # The same names, and no row of them in common.
    names = [set(one.departments.values_list("name_key", flat=True)) for one in (first, second)]
    assert names[0] == names[1] and len(names[0]) == 16
    places = second.plans.get().units.all()
    assert {place.department.municipality for place in places} == {second}


def test_an_address_of_another_municipality_is_refused():
    brought("yeap", municipality=ADANA)
    with pytest.raises(CommandError, match="başka bir belediyenin planının adresi"):
        import_plan(REAL_PLAN, plan="yeap", year=YEAR, municipality="Mersin")
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("name", ["Ankara Belediyesi", "ankara/2024", "x" * 81])
def test_what_is_no_address_is_refused_and_one_proposed(name):
    with pytest.raises(CommandError, match="adres değil"):
        import_plan(REAL_PLAN, plan=name, year=YEAR, apply=True)
    assert not Plan.objects.exists()


def test_an_import_of_another_municipality_does_not_exist(client):
    brought("adana", municipality=ADANA)
    batch = ImportBatch.objects.get()
    here = Municipality.objects.create(name="Mersin")
    client.force_login(make_user("administrator", municipality=here))

    assert batch.file_name not in client.get(reverse("import_list")).text
    assert client.get(reverse("import_preview", args=[batch.pk])).status_code == 404
    for step in ("apply", "leave", "choose", "undo"):
        address = reverse(f"import_{step}", args=[batch.pk])
        assert client.post(address, {"sure": "on"}).status_code == 404, step
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_a_choice_of_another_municipalitys_unit_is_not_taken(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    foreign = make_department(municipality=Municipality.objects.create(name=ADANA))
    here = Municipality.objects.create(name="Mersin")
    client.force_login(make_user("administrator", municipality=here))
    file = SimpleUploadedFile("plan.txt", REAL_PLAN.read_bytes())
    client.post(reverse("import_list"), {"file": file, "year": YEAR, "name": "Plan"})
    batch = ImportBatch.objects.get()

    chosen = {f"name-{number}": f"department:{foreign.pk}" for number in range(5)}
    client.post(reverse("import_choose", args=[batch.pk]), chosen)

    batch.refresh_from_db()
    assert batch.choices["aliases"] == {}
