"""Who may do what: every page and action, tried by every role on its own and foreign objects.

What does not exist for a person answers 404; a stranger is led to the sign-in. The rights are
read from docs/domain.md; the last test sees that no address is missing from it.
"""

from dataclasses import dataclass, field

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client

from accounts import memberships
from activities.models import Municipality
from indicators.models import Comment, Evidence, FindingAnswer, Realization
from tests import factories, rulebook
from tests.test_urls import OWN, PUBLIC

pytestmark = pytest.mark.django_db

HERE = ("stranger", "reader", "foreign", "own", "reviewer", "administrator")
# Who administers and coordinates in a second municipality, and who is a reader here besides.
ROLES = (*HERE, "elsewhere", "both")
SIGN_IN = 302
# What the document says of each right, by role; "foreign" coordinates another unit.
TOLD = {line["right"]: line for line in rulebook.table("Who may do what", "right", "coordinator")}


def expected(right, allowed=200, refused=404):
    """Return what each of ROLES is answered, as the document's table of rights has it."""
    told = TOLD[right]
    own = allowed if told["coordinator"] != "–" else refused
    foreign = allowed if told["coordinator"] == "yes" else refused
    others = (told[role] == "yes" for role in ("reader", "reviewer", "administrator"))
    reader, reviewer, administrator = (allowed if each else refused for each in others)
    return SIGN_IN, reader, foreign, own, reviewer, administrator, refused, reader


EVERYBODY = expected("read")
# What is a person's own is no municipality's.
ANYBODY = (SIGN_IN, *(200 for _role in ROLES[1:]))
DESK, DESK_ACTION = expected("enter"), expected("enter", 302)
REVIEW, REVIEW_ACTION = expected("review"), expected("review", 302)

PLAN, YEAR = "p", factories.YEAR
BASE, ENTRY, REVIEWS = (f"/{part}/{PLAN}/{YEAR}/" for part in ("plans", "entry", "review"))
SECRET = "yalnız-bu-birimin"
PLANNED = f"/settings/plans/{PLAN}/activities/"


@dataclass
class World:
    """A plan with two units; unit 1 has a draft with a file, a comment and a question."""

    people: dict = field(default_factory=dict)
    ids: dict = field(default_factory=dict)


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = factories.make_plan(slug=PLAN)
    factories.make_period(plan)
    own, other = (factories.make_department(plan, number) for number in ("1", "2"))
    activity = factories.make_activity(plan, own, "1.1.1")
    draft = factories.make_indicator(
        activity, baseline=427, target=432, realization=5, state="draft"
    )
    sent = factories.make_indicator(activity, baseline=427, target=432, realization=6)
    value = draft.realizations.get()
    value.deviation_reason = SECRET
    value.save()
    evidence = Evidence.objects.create(
        realization=value, name="tutanak.pdf", file=ContentFile(b"%PDF-1.4", name="t.pdf")
    )
    Comment.objects.create(realization=value, text=SECRET)
    factories.make_indicator(
        factories.make_activity(plan, other, "2.1.1"), target=10, realization=9
    )
    people = {
        "reader": factories.make_user(),
        "foreign": factories.make_user(departments=[other]),
        "own": factories.make_user(departments=[own]),
        "reviewer": factories.make_user("reviewer"),
        "administrator": factories.make_user("administrator", is_staff=True),
    }
    there = Municipality.objects.create(name="Adana")
    # Equally named units are two.
    twin = factories.make_department(name=own.name, municipality=there)
    for who in ("elsewhere", "both"):
        people[who] = factories.make_user("administrator", [twin], municipality=there)
    memberships.put(people["both"], plan.municipality)
    evidence.added_by = people["own"]
    evidence.save()
    ids = {
        "draft": draft.pk, "sent": sent.pk, "file": evidence.pk, "activity": activity.pk,
        "unit": own.pk, "other": other.pk, "person": people["reader"].pk,
        "tag": factories.make_tag("group", "K1", municipality=plan.municipality).pk,
    }  # fmt: skip
    return World(people, ids)


def client_of(world, role):
    client = Client()
    if role != "stranger":
        client.force_login(world.people[role])
    return client


# name of the address, path, expected by role
READ = [
    ("dashboard", BASE, EVERYBODY),
    ("department", f"{BASE}departments/1/", EVERYBODY),
    ("departments", f"{BASE}departments/", EVERYBODY),
    ("objective", f"{BASE}objectives/1/", EVERYBODY),
    ("indicator_list", f"{BASE}indicators/", EVERYBODY),
    ("indicator", f"{BASE}indicators/{{draft}}/", EVERYBODY),
    ("findings", f"{BASE}findings/", EVERYBODY),
    ("compare", f"{BASE}compare/", EVERYBODY),
    ("tags", f"{BASE}tags/", EVERYBODY),
    ("people", f"{BASE}people/", EVERYBODY),
    ("plan_export", f"{BASE}plan.csv", EVERYBODY),
    ("annual_report", f"{BASE}report/", EVERYBODY),
    ("public_preview", f"{BASE}public-preview/", expected("run_periods")),
    ("annual_report_file", f"{BASE}report.docx", EVERYBODY),
    ("department_template", f"{BASE}departments/1/template.xlsx", expected("see_drafts")),
    ("entry", f"{ENTRY}1/", DESK),
    ("entry_cell", f"{ENTRY}1/cells/{{draft}}/", DESK),
    ("entry_paste", f"{ENTRY}1/paste/", DESK),
    ("entry_workbook", f"{ENTRY}1/workbook/", DESK),
    # Nobody has given a file back: whoever did finds her own (tests/entry/test_workbook.py).
    ("entry_workbook_marked", f"{ENTRY}1/workbook/marked.xlsx", expected("enter", 404)),
    ("entry_kinds", f"{ENTRY}1/kinds/", DESK),
    ("entry_send", f"{ENTRY}1/send/", DESK),
    ("evidence_file", "/evidence/{file}/", expected("see_drafts")),
    ("review", REVIEWS, REVIEW),
    ("review_unit", f"{REVIEWS}1/", REVIEW),
    ("correct", f"{REVIEWS}1/{{sent}}/correct/", expected("correct")),
    ("period", f"{REVIEWS}period/", expected("run_periods")),
    ("reconciliation", f"{REVIEWS}reconciliation/", REVIEW),
    ("review_all", f"{REVIEWS}verify/", REVIEW),
    ("review_questions", f"{REVIEWS}questions/", REVIEW),
    ("review_reasons", f"{REVIEWS}reasons/", REVIEW),
    ("import_list", "/imports/", (*expected("import")[:-2], 200, 404)),
    ("kinds", f"/plans/{PLAN}/kinds/", REVIEW),
    ("tagging", f"/settings/plans/{PLAN}/tagging/", expected("tag")),
    ("tagging_of_before", f"/plans/{PLAN}/tagging/", expected("tag", 302)),
    ("tag_add", f"/settings/plans/{PLAN}/tagging/tags/add/", expected("tag")),
    ("tag_edit", f"/settings/plans/{PLAN}/tagging/tags/{{tag}}/", expected("tag")),
    ("plan_copy", f"/plans/{PLAN}/copy/", expected("copy_plans")),
    # The one who administers elsewhere finds her own there.
    ("municipality_settings", "/settings/municipality/", (*expected("administer")[:-2], 200, 404)),
    ("objective_settings", f"/settings/plans/{PLAN}/objectives/", expected("administer")),
    ("name_settings", "/settings/names/", (*expected("administer")[:-2], 200, 404)),
    ("unit_settings", "/settings/units/", (*expected("administer")[:-2], 200, 404)),
    ("unit_page", "/settings/units/{unit}/", expected("administer")),
    ("unit_merge", "/settings/units/{unit}/merge/?into={other}", expected("administer")),
    ("first_run", "/settings/start/", (*expected("administer")[:-2], 200, 404)),
    ("plan_new", "/settings/new-plan/", (*expected("administer")[:-2], 200, 404)),
    ("empty_table", "/imports/table.xlsx", (*expected("import")[:-2], 200, 404)),
    ("plan_settings", f"/settings/plans/{PLAN}/", expected("administer")),
    ("periods", f"/settings/plans/{PLAN}/periods/", expected("run_periods")),
    ("people_settings", "/settings/people/", (*expected("administer")[:-2], 200, 404)),
    ("person_settings", "/settings/people/{person}/", expected("administer")),
    ("activities", PLANNED, expected("change_planned")),
    ("activity_add", f"{PLANNED}add/", expected("change_planned")),
    ("activity_edit", f"{PLANNED}{{activity}}/", expected("change_planned")),
    ("activity_delete", f"{PLANNED}{{activity}}/delete/", expected("change_planned")),
    ("indicator_add", f"{PLANNED}{{activity}}/indicators/add/", expected("change_planned")),
    ("indicator_edit", f"{PLANNED}indicators/{{draft}}/", expected("change_planned")),
    ("indicator_delete", f"{PLANNED}indicators/{{draft}}/delete/", expected("change_planned")),
    ("small_numbers", f"/settings/plans/{PLAN}/small-numbers/", expected("count_people")),
    ("account", "/accounts/", ANYBODY),
    # What each finds or is helped with there: tests/search, tests/help.
    ("search", "/search/?q=1.1.1", ANYBODY),
    ("help", "/help/", ANYBODY),
    # Only who belongs to several has a choice.
    ("municipalities", "/municipalities/", (SIGN_IN, *(404 for _role in ROLES[1:-1]), 200)),
]

# name of the address, path, what is sent, expected by role
WRITE = [
    ("entry", f"{ENTRY}1/", {}, expected("enter", {200, 302})),
    (
        "entry_cell",
        f"{ENTRY}1/cells/{{draft}}/",
        {"written-{draft}": "7", "seen-{draft}": "1"},
        expected("enter", {200, 302}),
    ),
    (
        "entry_comment",
        f"{ENTRY}1/cells/{{draft}}/comments/",
        {"text": "Bakıldı"},
        DESK_ACTION,
    ),
    (
        "entry_evidence",
        f"{ENTRY}1/cells/{{draft}}/evidence/",
        {"link": "https://example.org/", "name": "Haber"},
        DESK_ACTION,
    ),
    (
        "entry_kind",
        f"{ENTRY}1/cells/{{draft}}/kind/",
        {"kind": "{draft}:count"},
        expected("enter", {200, 302}),
    ),
    (
        "entry_paste",
        f"{ENTRY}1/paste/",
        {"block": "7"},
        DESK,
    ),
    (
        "entry_send",
        f"{ENTRY}1/send/",
        {},
        expected("enter", {200, 302, 422}),
    ),
    ("entry_paste_undo", f"{ENTRY}1/paste/undo/", {}, DESK_ACTION),
    # Without a file the field says so.
    ("entry_workbook", f"{ENTRY}1/workbook/", {}, expected("enter", 422)),
    (
        "entry_kinds",
        f"{ENTRY}1/kinds/",
        {"kind-{draft}": "count"},
        expected("enter", {200, 302}),
    ),
    ("kinds", f"/plans/{PLAN}/kinds/", {"kind-{draft}": "count"}, REVIEW),
    ("entry_recall", f"{ENTRY}1/recall/", {}, expected("recall", 302)),
    (
        "entry_answer",
        f"{ENTRY}1/questions/",
        {"finding": "yok"},
        # A question that is no more is told, not lost.
        expected("answer", {200, 302, 404, 409}),
    ),
    # Evidence is taken back by who brought it.
    (
        "evidence_delete",
        "/evidence/{file}/delete/",
        {"number": "1"},
        (SIGN_IN, 404, 404, 302, 404, 404, 404, 404),
    ),
    ("remind", f"{REVIEWS}remind/", {"unit": "1"}, REVIEW_ACTION),
    (
        "review_unit",
        f"{REVIEWS}1/",
        {"action": "approve"},
        expected("review", {200, 302, 409, 422}),
    ),
    ("review_all", f"{REVIEWS}verify/", {}, REVIEW),
    ("review_questions", f"{REVIEWS}questions/", {}, REVIEW),
    ("review_reasons", f"{REVIEWS}reasons/", {"action": "ask"}, REVIEW),
    (
        "correct",
        f"{REVIEWS}1/{{sent}}/correct/",
        {"written": "8"},
        expected("correct", {200, 302, 422}),
    ),
    (
        "period",
        f"{REVIEWS}period/",
        {"action": "close"},
        expected("run_periods", {200, 302}),
    ),
    (
        "tagging",
        f"/settings/plans/{PLAN}/tagging/",
        {"tag": "group:K1", "activity": "{activity}"},
        expected("tag", 302),
    ),
    (
        "tag_add",
        f"/settings/plans/{PLAN}/tagging/tags/add/",
        {"code": "K2", "name": "Gençler"},
        expected("tag", 302),
    ),
    (
        "tag_edit",
        f"/settings/plans/{PLAN}/tagging/tags/{{tag}}/",
        {"code": "K1", "name": "Gençler"},
        expected("tag", 302),
    ),
    ("tags_load", f"/settings/plans/{PLAN}/tagging/load/", {}, expected("tag", 302)),
    (
        "plan_copy",
        f"/plans/{PLAN}/copy/",
        {},
        expected("copy_plans", {200, 302, 422}),
    ),
    (
        "objective_settings",
        f"/settings/plans/{PLAN}/objectives/",
        {},
        expected("administer", {200, 302}),
    ),
    ("name_settings", "/settings/names/", {}, (*expected("administer", 302)[:-2], 302, 404)),
    ("unit_settings", "/settings/units/", {}, (*expected("administer")[:-2], 200, 404)),
    ("unit_page", "/settings/units/{unit}/", {"name": "Yeni"}, expected("administer", {200, 302})),
    ("unit_delete", "/settings/units/{unit}/delete/", {}, expected("administer", 302)),
    (
        "unit_merge",
        "/settings/units/{unit}/merge/",
        {"into": "{other}", "reason": "Birleşti"},
        expected("administer", 302),
    ),
    (
        "second_step_settings",
        "/settings/municipality/second-step/",
        # Without a day nothing is kept, there neither.
        {"second_step_for": "everybody"},
        (*expected("administer")[:-2], 200, 404),
    ),
    (
        "people_settings",
        "/settings/people/",
        {},
        # Without an address nobody is invited, there neither.
        (*expected("administer")[:-2], 200, 404),
    ),
    (
        "person_settings",
        "/settings/people/{person}/",
        {"task": "reviewer", "first_name": "Ayşe"},
        expected("administer", 302),
    ),
    (
        "person_step",
        "/settings/people/{person}/close/",
        {"reason": "Ayrıldı"},
        expected("administer", 302),
    ),
    (
        "activity_add",
        f"{PLANNED}add/",
        {"department": "{unit}", "code": "1.1.7", "title": "Yeni"},
        expected("change_planned", 302),
    ),
    ("activity_edit", f"{PLANNED}{{activity}}/", {}, expected("change_planned")),
    (
        "activity_delete",
        f"{PLANNED}{{activity}}/delete/",
        {"reason": "Yapılmayacak"},
        expected("change_planned", 302),
    ),
    (
        "indicator_add",
        f"{PLANNED}{{activity}}/indicators/add/",
        {
            "name": "Yeni",
            "measure": "count",
            "kind": "count",
            "direction": "increase",
            "reported_as": "total",
            "weight": "1",
        },
        expected("change_planned", 302),
    ),
    ("indicator_edit", f"{PLANNED}indicators/{{draft}}/", {}, expected("change_planned")),
    ("indicator_delete", f"{PLANNED}indicators/{{draft}}/delete/", {}, expected("change_planned")),
    (
        "small_numbers",
        f"/settings/plans/{PLAN}/small-numbers/",
        {"row": "{draft}", "counts": "{draft}"},
        expected("count_people", 302),
    ),
    (
        "people",
        f"{BASE}people/",
        {},
        expected("count_people", 302),
    ),
]


def fits(status, expected):
    return status in (expected if isinstance(expected, set) else {expected})


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_what(role, world):
    client, at = client_of(world, role), ROLES.index(role)
    wrong = {
        name: status
        for name, path, answers in READ
        if not fits(status := client.get(path.format(**world.ids)).status_code, answers[at])
    }
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_who_writes_what(role, world):
    client, at = client_of(world, role), ROLES.index(role)
    wrong, written = {}, set()
    for name, path, sent, answers in WRITE:
        values = {k.format(**world.ids): v.format(**world.ids) for k, v in sent.items()}
        # Each action is tried on the same world: what one changes is taken back.
        with transaction.atomic():
            before = factories.stored_rows()
            status = client.post(path.format(**world.ids), values).status_code
            if factories.stored_rows() != before:
                written.add(name)
            transaction.set_rollback(True)
        if not fits(status, answers[at]):
            wrong[name] = status
    assert wrong == {}
    if role in ("stranger", "reader", "foreign", "elsewhere", "both"):
        assert written == set()
    if role == "own":
        assert {"entry_cell", "entry_comment", "entry_evidence", "evidence_delete"} <= written


@pytest.mark.parametrize("header", [{}, {"X-Requested-With": "fetch"}])
@pytest.mark.parametrize("role", ["reader", "foreign", "elsewhere", "both"])
def test_a_fragment_is_no_way_around(role, header, world):
    client = client_of(world, role)
    for path in ("cells/{draft}/", "", "paste/", "kinds/", "send/"):
        address = f"{ENTRY}1/{path}".format(**world.ids)
        assert client.get(address, headers=header).status_code == 404
        assert client.post(address, {}, headers=header).status_code == 404


@pytest.mark.parametrize("role", ["reader", "foreign", "elsewhere", "both"])
def test_another_units_draft_file_and_comment_are_on_no_page(role, world):
    client = client_of(world, role)
    pages = [path for _name, path, answers in READ if answers == EVERYBODY]
    pages += [f"/search/?q={words}" for words in ("1.1.1", "tutanak", "birim", "427")]
    for path in [*pages, f"/api/v1/plans/{PLAN}/indicators?year={YEAR}"]:
        response = client.get(path.format(**world.ids))
        told = b"".join(response) if response.streaming else response.content
        assert SECRET.encode() not in told
        assert b"tutanak.pdf" not in told


@pytest.mark.parametrize("role", ["foreign", "own", "reviewer", "administrator"])
def test_an_address_of_one_unit_leads_to_no_cell_of_another(role, world):
    client = client_of(world, role)
    address = f"{ENTRY}2/cells/{world.ids['draft']}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"written": "1", "seen": "0"}).status_code == 404
    assert Realization.objects.get(indicator=world.ids["draft"]).value == 5


@pytest.mark.parametrize("role", ["reader", "foreign", "elsewhere", "both"])
def test_nobody_answers_for_another_unit(role, world):
    from findings.year import YearFindings
    from indicators.figures import Figures

    plan = Realization.objects.first().indicator.activity.plan
    [finding] = [one for one in YearFindings(Figures(plan, YEAR)).raised if one.blocks]
    sent = {
        "finding": finding.key,
        "code": "increment",
        "answer": "increment",
        "digest": finding.digest,
        "confirm": "1",
    }
    response = client_of(world, role).post(f"{BASE}findings/answer/", sent)
    assert response.status_code == 404
    assert not FindingAnswer.objects.exists()


def test_the_administration_is_the_administrators(world):
    for role in HERE:
        response = client_of(world, role).get("/admin/")
        assert response.status_code == (200 if role == "administrator" else 302)


# Pages on which everybody finds herself and nobody else (tests/accounts).
OF_ONES_OWN = {
    "password_change", "account_set_password", "account_reauthenticate", "address", "end_sessions",
    "mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "passkey_remove",
    "stay", "printed",
}  # fmt: skip


def test_every_address_is_in_the_table():
    tried = {name for name, *_rest in READ} | {name for name, *_rest in WRITE}
    # Led on to another page, or tried in tests of their own for each state of an import.
    elsewhere = {"home", "plan", "entry_home", "answer", "settings"} | OF_ONES_OWN
    elsewhere |= {
        name for name in (each.name for each in OWN.values()) if name and "import_" in name
    }
    named = {each.name for each in OWN.values() if each.name}
    assert named - set(PUBLIC) - elsewhere - tried == set()
