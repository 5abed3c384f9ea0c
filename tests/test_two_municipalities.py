"""Two municipalities in one database: nobody sees, finds, is told of or changes the other's."""

import io
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import memberships
from accounts.models import Membership, User
from activities import scope
from activities.models import Activity, Alias, Institution, Municipality, Plan
from findings.year import YearFindings
from imports.models import ColumnMapping, ImportBatch
from indicators.figures import Figures
from indicators.models import Realization
from indicators.row_keys import RowKey
from tests import factories
from tests.administration.pages import BACKEND, page

pytestmark = pytest.mark.django_db

YEAR = factories.YEAR
SECRET = "adananın"
UNIT = "Sağlık İşleri Dairesi Başkanlığı"


def _filled(name, word):
    """Fill a municipality: one plan, equally named units, and ``word`` in all that is its own."""
    here = Municipality.objects.create(name=name)
    plan = factories.make_plan(slug=name.lower(), name=f"{word} planı", municipality=here)
    period = factories.make_period(plan)
    unit = factories.make_department(plan, "9", name=UNIT, short_name=f"{word} sağlığı")
    Alias.objects.create(department=unit, text=f"{word} sağlık")
    body = Institution.objects.create(name=f"{word} barosu", municipality=here)
    activity = factories.make_activity(plan, unit, "9.1.1", title=f"{word} faaliyeti")
    activity.unit_roles.create(role="supporting", institution=body)
    row = factories.make_indicator(
        activity, name=f"{word} göstergesi", baseline=10, target=20, realization=5, state="draft"
    )
    tag = factories.make_tag(code="5.1", name=f"{word} etiketi", municipality=here)
    activity.tag_rows.create(tag=tag)
    ImportBatch.objects.create(
        municipality=here, plan=plan, year=YEAR, file_name=f"{word}.txt", state="applied"
    )
    ColumnMapping.objects.create(municipality=here, shape=word, headers=[word])
    make = factories.make_user
    people = {
        role: make(
            role, municipality=here, first_name=word, last_name=role, username=f"{name}-{role}"
        )
        for role in ("reader", "reviewer", "administrator")
    }
    people["coordinator"] = make(
        "", [unit], municipality=here, username=f"{name}-k", email=f"k@{name.lower()}.example.org"
    )
    return SimpleNamespace(
        municipality=here, plan=plan, period=period, unit=unit, row=row, people=people, tag=tag,
        activity=activity, body=body,
    )  # fmt: skip


@pytest.fixture
def mersin():
    return _filled("Mersin", "mersinin")


@pytest.fixture
def adana():
    return _filled("Adana", SECRET)


def client_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


# --- What was found (B2) -------------------------------------------------------------------------


def test_a_coordinator_neither_sees_nor_writes_an_equally_named_units_desk(mersin, adana):
    client = client_of(mersin.people["coordinator"])

    assert "adana" not in client.get(reverse("entry_home"), follow=True).text
    address = f"/entry/{adana.plan.slug}/{YEAR}/9/cells/{adana.row.pk}/"
    sent = {f"written-{adana.row.pk}": "4242", f"seen-{adana.row.pk}": "1"}
    assert client.post(address, sent).status_code == 404
    assert client.get(f"/entry/{adana.plan.slug}/{YEAR}/9/").status_code == 404
    assert Realization.objects.get(indicator=adana.row).value == 5


def test_a_workbook_with_anothers_keys_says_and_writes_nothing_of_it(
    mersin, adana, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client = client_of(mersin.people["coordinator"])
    own = f"/entry/{mersin.plan.slug}/{YEAR}/9/workbook/"
    theirs = str(RowKey(adana.plan.pk, YEAR, adana.unit.pk, adana.row.pk, 1))
    forged = str(RowKey(mersin.plan.pk, YEAR, adana.unit.pk, adana.row.pk, 1))
    for key, status in ((theirs, 422), (forged, 422)):
        data = f"Satır anahtarı;Gösterge;Gerçekleşme\n{key};Başka;4242\n".encode()
        response = client.post(own, {"file": SimpleUploadedFile("a.csv", data)}, follow=True)
        assert response.status_code == status
        assert SECRET not in response.text and "Adana" not in response.text
        foreign = own.replace(mersin.plan.slug, adana.plan.slug)
        file = SimpleUploadedFile("a.csv", data)
        assert client.post(foreign, {"file": file}).status_code == 404
    assert client.get(f"{foreign}marked.xlsx").status_code == 404
    assert Realization.objects.get(indicator=adana.row).value == 5


@pytest.mark.parametrize("role", ["reader", "coordinator", "reviewer", "administrator"])
@pytest.mark.parametrize(
    "words", ["saglik", "9.1.1", "9", "adana", "planı", "faaliyeti", "barosu", "reader", "k@"]
)
def test_a_search_finds_nothing_of_the_others(role, words, mersin, adana):
    response = client_of(mersin.people[role]).get("/search/", {"q": words})

    found = [hit for group in response.context["groups"] for hit in group.hits]
    assert SECRET not in str(found) and "Adana-" not in str(found)
    assert adana.plan.slug not in str(found)
    foreign = client_of(adana.people["administrator"]).get("/search/", {"q": SECRET}).text
    assert f"{SECRET} göstergesi" in foreign.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("role", ["reader", "coordinator", "reviewer", "administrator"])
def test_the_start_and_every_list_know_one_municipality_only(role, mersin, adana):
    client = client_of(mersin.people[role])
    for address in (
        "/", "/entry/", "/imports/", "/accounts/", f"/plans/{mersin.plan.slug}/", "/help/",
    ):  # fmt: skip
        response = client.get(address, follow=True)
        assert SECRET not in response.text and "Adana" not in response.text, address
    for address in ("", f"{YEAR}/", f"{YEAR}/indicators/", f"{YEAR}/plan.csv", f"{YEAR}/report/"):
        assert client.get(f"/plans/{adana.plan.slug}/{address}").status_code == 404, address


def test_the_api_lists_the_plans_of_ones_own_municipality(mersin, adana):
    client = client_of(mersin.people["reviewer"])
    told = client.get("/api/v1/plans/").json()["items"]
    assert [each["slug"] for each in told] == [mersin.plan.slug]
    address = f"/api/v1/plans/{adana.plan.slug}/indicators?year={YEAR}"
    assert client.get(address).status_code == 404
    assert client_of(adana.people["reader"]).get(address).status_code == 200


def test_a_person_of_both_has_in_each_what_she_is_there(mersin, adana):
    person = mersin.people["reviewer"]
    memberships.put(person, adana.municipality)
    client = client_of(person)

    assert client.get(f"/review/{mersin.plan.slug}/{YEAR}/").status_code == 200
    assert client.get(f"/plans/{adana.plan.slug}/{YEAR}/").status_code == 200
    assert client.get(f"/review/{adana.plan.slug}/{YEAR}/").status_code == 404
    told = client.get("/api/v1/plans/").json()["items"]
    assert {each["slug"] for each in told} == {mersin.plan.slug, adana.plan.slug}


def test_who_belongs_nowhere_sees_no_plan(mersin):
    client = client_of(User.objects.create_user("kimse"))
    assert client.get("/").status_code == 200
    assert mersin.plan.name not in client.get("/").text
    assert client.get(f"/plans/{mersin.plan.slug}/{YEAR}/").status_code == 404
    assert client.get("/api/v1/plans/").json()["items"] == []


# --- The settings --------------------------------------------------------------------------------


def settings_of(here):
    """Return the addresses of the settings that are about what is one municipality's."""
    base = f"/settings/plans/{here.plan.slug}/"
    return [
        f"{base}activities/",
        f"{base}activities/add/",
        f"{base}activities/{here.activity.pk}/",
        f"{base}activities/{here.activity.pk}/delete/",
        f"{base}activities/{here.activity.pk}/indicators/add/",
        f"{base}activities/indicators/{here.row.pk}/",
        f"{base}activities/indicators/{here.row.pk}/delete/",
        f"{base}small-numbers/?show=all",
        f"{base}tagging/",
        f"{base}tagging/tags/add/",
    ]


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_no_page_of_the_settings_shows_offers_or_opens_the_others(role, mersin, adana):
    client = client_of(mersin.people[role])
    for address in settings_of(mersin):
        response = client.get(address)
        is_open = role == "administrator" or "tagging" not in address
        assert response.status_code == (200 if is_open else 404), address
        assert SECRET not in response.text and "Adana" not in response.text, address
    for address in settings_of(adana):
        assert client.get(address).status_code == 404, address
        assert client.post(address, {"reason": "x"}).status_code in (404, 405), address
    # A foreign row below one's own plan is none.
    for address in settings_of(adana)[2:7]:
        assert client.get(address.replace("adana", "mersin", 1)).status_code == 404, address


# --- The administration --------------------------------------------------------------------------

MODELS = [model for model in admin.site._registry if model is not Group]


@pytest.mark.parametrize("model", MODELS)
def test_no_list_export_or_filter_of_the_administration_shows_the_others(model, mersin, adana):
    client = client_of(mersin.people["administrator"])
    response = client.get(page(model, "changelist"))
    assert response.status_code == 200
    assert SECRET not in response.text and "Adana" not in response.text
    if hasattr(admin.site._registry[model], "export_action"):
        exported = client.post(page(model, "export"), {"format": "1", "resource": "0"})
        assert SECRET.encode() not in exported.content


@pytest.mark.parametrize("model", MODELS)
def test_no_page_of_the_administration_opens_the_others(model, mersin, adana):
    client = client_of(mersin.people["administrator"])
    foreign = scope.within(model._default_manager.all(), adana.municipality)
    for row in foreign:
        for kind in ("change", "history", "delete"):
            response = client.get(page(model, kind, row.pk))
            assert response.status_code in (302, 403, 404), (kind, row)
            assert SECRET not in client.get(page(model, kind, row.pk), follow=True).text
        for version in getattr(row, "history", model._default_manager.none()).all():
            address = f"{page(model, 'history', row.pk)}{version.history_id}/"
            assert client.get(address).status_code == 404, address


def test_the_history_of_what_the_others_deleted_stays_theirs(mersin, adana):
    row = Institution.objects.create(name=f"{SECRET} odası", municipality=adana.municipality)
    address = page(Institution, "history", row.pk)
    row.delete()
    assert client_of(mersin.people["administrator"]).get(address).status_code == 404
    assert SECRET in client_of(adana.people["administrator"]).get(address).text


@pytest.mark.parametrize("model", MODELS)
def test_no_form_of_the_administration_offers_the_others(model, mersin, adana):
    client = client_of(mersin.people["administrator"])
    own = scope.within(model._default_manager.all(), mersin.municipality).first()
    addresses = [page(model, "add"), *([page(model, "change", own.pk)] if own else [])]
    for address in addresses:
        response = client.get(address)
        assert SECRET not in response.text and "Adana" not in response.text, address


def test_the_log_tells_of_the_municipality_and_of_its_peoples_accounts(mersin, adana):
    from accounts import log
    from accounts.records import LogEntry

    both = adana.people["reviewer"]
    memberships.put(both, mersin.municipality)
    log.record(LogEntry.Act.EXPORTED, both, f"{SECRET} tablosu")
    for each in (mersin, adana):
        alone = each.people["coordinator"]
        alone.stands_in = None
        log.record(LogEntry.Act.SIGNED_IN, alone)

    response = client_of(mersin.people["administrator"]).get(page(LogEntry, "changelist"))

    told = {str(entry.person) for entry in response.context["cl"].result_list}
    assert "Mersin-k" in told and "Adana-k" not in told and "Adana-reviewer" not in told
    assert SECRET not in response.text


def test_a_foreign_row_is_not_stored_though_it_is_sent(mersin, adana):
    client = client_of(mersin.people["administrator"])
    sent = {
        "plan": adana.plan.pk, "department": adana.unit.pk, "code": "9.9.9", "title": "Sızan",
        "unit_roles-TOTAL_FORMS": "0", "unit_roles-INITIAL_FORMS": "0",
        "tag_rows-TOTAL_FORMS": "0", "tag_rows-INITIAL_FORMS": "0",
        "indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0",
    }  # fmt: skip
    client.post(page(Activity, "add"), sent)
    client.post(page(Activity, "add"), {**sent, "plan": mersin.plan.pk})
    assert not Activity.objects.filter(title="Sızan").exists()


def test_an_autocomplete_finds_nothing_of_the_others(mersin, adana):
    client = client_of(mersin.people["administrator"])
    query = {"app_label": "indicators", "model_name": "realization", "field_name": "indicator"}
    found = client.get("/admin/autocomplete/", {**query, "term": "göstergesi"}).json()["results"]
    assert [int(each["id"]) for each in found] == [mersin.row.pk]


def test_people_of_another_municipality_are_neither_changed_nor_taken_over_by_a_table(
    mersin, adana
):
    theirs = adana.people["reader"]
    client = client_of(mersin.people["administrator"])
    assert client.get(page(User, "change", theirs.pk)).status_code in (302, 404)
    client.post(page(User, "change", theirs.pk), {"username": "alinan", "role": "reader"})
    theirs.refresh_from_db()
    assert theirs.username == "Adana-reader"


def test_who_is_in_both_keeps_her_own_name_and_address_in_one_administration(mersin, adana):
    person = adana.people["reader"]
    memberships.put(person, mersin.municipality)
    client = client_of(mersin.people["administrator"])

    client.post(
        page(User, "change", person.pk),
        {"username": "alinan", "email": "x@example.org", "role": "reviewer", "is_active": ""},
    )

    person.refresh_from_db()
    assert (person.username, person.is_active) == ("Adana-reader", True)
    roles = dict(Membership.objects.filter(person=person).values_list("municipality", "role"))
    assert roles == {mersin.municipality.pk: "reviewer", adana.municipality.pk: "reader"}


def upload(client, text):
    file = io.BytesIO(text.encode())
    file.name = "kisiler.csv"
    form = {"import_file": file, "format": "1", "resource": ""}
    preview = client.post(page(User, "import"), form)
    confirm = preview.context.get("confirm_form")
    if confirm is not None:
        client.post(page(User, "process_import"), confirm.initial)
    return preview


def test_a_table_of_people_takes_over_nobody_who_belongs_elsewhere_too(mersin, adana):
    """Who writes another address gets the account with it: a reset goes there."""
    person = adana.people["reader"]
    memberships.put(person, mersin.municipality)
    client = client_of(mersin.people["administrator"])

    told = upload(client, "username,email\nAdana-reader,ele@gecir.example.org\n")

    person.refresh_from_db()
    assert "başka bir belediyeye de bağlı" in told.text
    assert person.email == ""


def test_her_units_are_given_by_the_table_all_the_same_and_the_history_says_by_whom(mersin, adana):
    person = adana.people["reader"]
    memberships.put(person, mersin.municipality)
    client = client_of(mersin.people["administrator"])

    upload(client, f"username,departments\nAdana-reader,{UNIT}\n")

    hers = person.memberships.get(municipality=mersin.municipality)
    assert list(hers.units.all()) == [mersin.unit]
    assert hers.history.latest().history_user == mersin.people["administrator"]


def test_who_belongs_elsewhere_too_is_not_deleted_by_one(mersin, adana):
    person = adana.people["reader"]
    User.objects.filter(pk=person.pk).update(last_login=None)
    memberships.put(person, mersin.municipality)
    client = client_of(mersin.people["administrator"])

    client.post(page(User, "delete", person.pk), {"post": "yes"})
    client.post(
        page(User, "changelist"),
        {"action": "delete_selected", "_selected_action": person.pk, "post": "yes"},
    )

    assert User.objects.filter(pk=person.pk).exists()


# --- What is gathered over rows -------------------------------------------------------------------


def test_every_model_of_ours_says_to_which_municipality_a_row_belongs():
    from django.apps import apps

    from accounts.roles import OWN_APPS

    without = {
        model.__name__
        for app in OWN_APPS
        for model in apps.get_app_config(app).get_models()
        if not scope.path_of(model)
    }
    # Of a person alone, or of nobody: see ``accounts.records``.
    assert without == {"Invitation", "LogEntry", "SlowedAttempts"}


def test_tags_and_findings_are_those_of_the_plans_municipality(mersin, adana):
    from indicators import tags

    names = {choice.name for choice in tags.choices(mersin.plan)}
    assert names == {"mersinin etiketi"}
    raised = YearFindings(Figures(mersin.plan, YEAR)).raised
    assert SECRET not in str(raised)


def test_only_the_municipalitys_people_are_written_to(mersin, adana):
    from mail.queueing import notify_opened

    notify_opened(adana.period)
    call_command("send_reminders")

    told = {address: each.body for each in mail.outbox for address in each.to}
    assert set(told) == {"k@adana.example.org", "k@mersin.example.org"}
    assert f"/{adana.plan.slug}/" in told["k@adana.example.org"]
    assert f"/{adana.plan.slug}/" not in told["k@mersin.example.org"]


def test_a_reviewer_elsewhere_leaves_no_mark_here(mersin, adana):
    from indicators.models import Comment
    from indicators.progress import looked_at

    value = Realization.objects.get(indicator=mersin.row)
    value.state, value.submitted_at = "submitted", value.entered_at
    value.save()
    foreign = adana.people["reviewer"]
    memberships.put(foreign, mersin.municipality)
    Comment.objects.create(realization=value, text="Bakıldı", written_by=foreign)
    seen = Realization.objects.filter(pk=value.pk).annotate(seen=looked_at())
    assert not seen.get().seen

    memberships.put(foreign, mersin.municipality, role="reviewer")
    assert seen.get().seen


def test_the_public_list_names_the_municipality_where_there_are_several(mersin, adana):
    def listed():
        return Client().get("/public/").text

    for each in (mersin, adana):
        Realization.objects.filter(indicator=each.row).update(state="approved")
        factories.make_published_year(each.plan, YEAR, person=each.people["reviewer"])
        Plan.objects.filter(pk=each.plan.pk).update(is_public=True)
        if each is mersin:
            assert "mersinin planı" in listed() and "Mersin ·" not in listed()
    told = listed()
    assert told.index("Adana · adananın planı") < told.index("Mersin · mersinin planı")


# --- Choosing -------------------------------------------------------------------------------------


def test_who_belongs_to_one_never_sees_that_there_is_a_choice(mersin, adana):
    client = client_of(mersin.people["administrator"])
    assert reverse("municipalities") not in client.get("/entry/").text
    assert client.get(reverse("municipalities")).status_code == 404
    sent = {"municipality": adana.municipality.pk}
    assert client.post(reverse("municipalities"), sent).status_code == 404


def test_who_belongs_to_several_chooses_and_a_plans_address_chooses_for_her(mersin, adana):
    person = mersin.people["reviewer"]
    memberships.put(person, adana.municipality)
    client = client_of(person)

    def shown():
        text = client.get("/").text
        return [word for word in ("mersinin planı", "adananın planı") if word in text]

    # The first by name, until something else was chosen.
    assert shown() == ["adananın planı"]
    client.post(reverse("municipalities"), {"municipality": mersin.municipality.pk})
    assert shown() == ["mersinin planı"]
    head = client.get(f"/plans/{adana.plan.slug}/{YEAR}/").text
    assert f'href="{reverse("municipalities")}"' in head and "Adana" in head
    assert shown() == ["adananın planı"]


def test_nobody_chooses_where_she_does_not_belong(mersin, adana):
    person = mersin.people["reader"]
    memberships.put(person, Municipality.objects.create(name="Tarsus"))
    client = client_of(person)
    for sent in (adana.municipality.pk, 0, "x", ""):
        answer = client.post(reverse("municipalities"), {"municipality": sent})
        assert answer.status_code == 404, sent


def test_an_operator_finds_one_of_many_by_words_in_any_letters(mersin, adana):
    for number in range(60):
        Municipality.objects.create(name=f"Işıklı {number} Belediyesi")
    client = client_of(factories.make_user(municipality=adana.municipality, is_superuser=True))

    first = client.get(reverse("municipalities"))
    assert first.text.count('name="municipality"') == 49, "the one shown now has no button"
    found = client.get(reverse("municipalities"), {"q": "IŞIKLI 59 bel"})
    assert found.text.count('name="municipality"') == 1 and "Işıklı 59" in found.text
    client.post(reverse("municipalities"), {"municipality": mersin.municipality.pk})
    assert client.get("/admin/activities/institution/").context["cl"].result_list[0] == mersin.body


# --- Growth ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "administrator"])
def test_pages_of_one_cost_the_same_queries_beside_many_others(role, mersin):
    client = client_of(mersin.people[role])
    addresses = ["/", "/entry/", f"/plans/{mersin.plan.slug}/{YEAR}/", "/accounts/"]
    addresses += ["/search/?q=saglik", "/help/"]
    if role == "administrator":
        addresses += ["/imports/", page(Plan, "changelist"), page(User, "changelist")]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        found = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = client.get(address)
            found.append((address, len(queries), len(response.content)))
        return found

    cost()
    before = cost()
    for number in range(20):
        _filled(f"Belde {number}", f"kelime{number}")
    assert cost() == before
