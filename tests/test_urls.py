"""Every address of the application is protected, or is on the short list of public ones."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import User
from activities.models import Plan
from tests import factories
from tests.kept_rows import held_for_module

# Who may be answered without an account: what a GET brings, and why that is right.
PUBLIC = {
    "healthz": 200,  # a watcher has no account; it says only that the application answers
    "login": 200,  # it is where people sign in
    "logout": 405,  # signing out takes a POST, and twice does no harm
    "set_language": 302,  # the sign-in page is bilingual; a POST sets a cookie
    "mail_off": 404,  # a signed link in an e-mail, and this one was not signed here
    "address_confirm": 404,  # the same
    "invitation": 200,  # a link that works no more says so, and whom to ask
    # The way back for who has forgotten a password; it says the same whoever asks.
    "account_reset_password": 200,
    "account_reset_password_done": 200,
    "account_reset_password_from_key": 200,
    "account_inactive": 200,
    # The municipality's account; here none is set up, which leads to signing in.
    "socialaccount_login_cancelled": 302,
    "openid_connect_login": 302,
    "openid_connect_callback": 302,
    # For who has given her password, or has a passkey; strangers are led to signing in.
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    # Strangers read what is published; this plan is not. (422: the question lacks its year.)
    "openapi-json": 200,
    "api-root": 404,
    "api_home": 404,
    "api_plans": 200,
    "api_plan": 404,
    "api_achievement": 422,
    "api_indicators": 422,
    "api_targets": 422,
    "api_realizations": 422,
    "api_nothing": 404,
    "open_data": 404,
    "public_home": 200,
    "public_help": 200,  # what the words mean; nothing of the database is in it
    "public_year": 404,
    "public_department": 404,
    "public_objective": 404,
    "public_editions": 404,
    "public_edition": 404,
    "edition_file": 404,
    "public_report": 404,
}
# The administration's words for its scripts; nothing of the database is in them.
PUBLIC_IN_ADMIN = {"jsi18n"}

# Something for each kind of argument; the plan, unit, objective and indicator exist.
ARGUMENTS = {"slug": "p", "year": "2024", "number": "1", "code": "1", "pk": "1"}


def addresses(resolver=None, prefix=""):
    """Yield each route of the application with its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        else:
            yield route, pattern


OWN = {route: each for route, each in addresses() if not route.startswith("admin/")}
ADMIN = {route: each for route, each in addresses() if route.startswith("admin/")}

each_address = pytest.mark.parametrize("route", OWN)


def demands_somebody(view):
    """Whether login_required (or a stricter test of the user) stands around a view."""
    # The attribute by which Django's own LoginRequiredMiddleware knows, too.
    return "redirect_field_name" in vars(view)


def filled(route):
    """Return an address that fits a route."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ARGUMENTS.get(found[1], "1"), route)


def make_world():
    """Make a plan in which the addresses lead somewhere, and somebody who may go there."""
    plan = factories.make_plan(slug=ARGUMENTS["slug"])
    department = factories.make_department(plan, ARGUMENTS["number"])
    activity = factories.make_activity(plan, department, "1.1.1")
    factories.make_indicator(activity, pk=ARGUMENTS["pk"], target=1, realization=1)
    factories.make_user("administrator", is_staff=True, username="yonetici")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with held_for_module(django_db_blocker, make_world):
        yield


@pytest.fixture
def plan(world, db):
    return Plan.objects.get(slug=ARGUMENTS["slug"])


@pytest.fixture
def administrator(plan):
    return User.objects.get(username="yonetici")


@each_address
def test_every_address_has_a_name(route):
    assert OWN[route].name


@each_address
def test_every_view_is_protected_or_public(route):
    view = OWN[route].callback

    assert demands_somebody(view) or OWN[route].name in PUBLIC, (
        f"/{route}: put @login_required on {view.__name__}, or say in PUBLIC why it needs none"
    )


def test_own_public_views_say_so_themselves():
    public = [each.callback for each in OWN.values() if each.name in PUBLIC]

    assert len(public) == len(PUBLIC)
    for view in public:
        if not view.__module__.startswith("django."):
            assert view.login_required is False, f"{view.__name__} lacks @login_not_required"


@each_address
def test_strangers_are_let_in_nowhere_else(plan, client, route):
    name = OWN[route].name

    response = client.get(filled(route))

    if name in PUBLIC:
        assert response.status_code == PUBLIC[name]
    elif response.status_code == 405:  # only written to
        assert client.post(filled(route)).url.startswith(reverse("login") + "?next=")
    else:
        assert response.status_code == 302
        assert response.url.startswith(reverse("login") + "?next=")
        for method in (client.head, client.post, client.put, client.patch, client.delete):
            assert method(filled(route)).status_code in (302, 405)


@each_address
def test_people_are_let_in_everywhere(administrator, route):
    client = Client(raise_request_exception=True)
    client.force_login(administrator)

    # An import or a form of download that does not exist is not found by anybody.
    # A question to the API without its year cannot be answered to anybody either.
    assert client.get(filled(route)).status_code in (200, 302, 404, 405, 422)


@each_address
def test_head_answers_what_get_answers(administrator, route):
    """Link checkers and watchers ask with HEAD."""
    stranger, somebody = Client(), Client()
    somebody.force_login(administrator)

    for client in (stranger, somebody):
        wanted = client.get(filled(route)).status_code
        assert client.head(filled(route)).status_code == wanted


@pytest.mark.parametrize("path", ["/public/", "/accounts/login/"])
def test_the_first_pages_of_strangers_answer_a_watcher(db, client, path):
    assert client.head(path).status_code == 200
    assert client.head("/", follow=True).status_code == 200


@pytest.mark.parametrize(
    ("is_public", "state", "told"),
    [(True, "published", True), (True, "closed", False), (False, "published", False)],
)
def test_signing_in_leads_strangers_to_what_is_published(client, plan, is_public, state, told):
    factories.make_period(plan, state=state)
    plan.is_public = is_public
    plan.save()

    page = client.get("/", follow=True)

    assert (f'href="{reverse("public_home")}"' in page.text) is told


@pytest.mark.parametrize("route", [route for route, each in ADMIN.items() if each.name])
def test_the_administration_answers_no_stranger(plan, client, route):
    if ADMIN[route].name in PUBLIC_IN_ADMIN:
        return

    response = client.get(filled(route), follow=True)

    assert response.status_code in (200, 404)
    if response.status_code == 200:
        assert response.redirect_chain[-1][0].startswith(reverse("login"))


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_the_administration_is_not_for_everybody(plan, role):
    client = Client()
    client.force_login(factories.make_user(role))

    response = client.get(reverse("admin:index"), follow=True)

    assert response.status_code == 403
    assert "Bu sayfa size açık değil" in response.text


def test_administrators_reach_what_they_may_change(administrator):
    client = Client()
    client.force_login(administrator)

    for model in admin.site._registry:
        own = model._meta.app_label in ("activities", "indicators", "imports")
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response = client.get(address)
        assert response.status_code == 200 if own else response.status_code in (200, 403)
