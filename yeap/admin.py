"""The administration site: Django's own, behind the application's own login page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.gates import sign_out
from accounts.models import User
from accounts.rights import Right
from activities import names


class AutocompleteView(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Tell what the page behind the model would: names alone are not unique."""
        label = getattr(self.model_admin, "autocomplete_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class AdminSite(admin.AdminSite):
    site_title = "YEAP İzleme"
    site_header = _("YEAP İzleme · Administration")
    index_title = _("Plan, units, indicators and people")

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in who administers the municipality that the person chose, and the operator."""
        person = request.user
        if not (isinstance(person, User) and person.is_active):
            return False
        request.municipality = current.enter(request)  # type: ignore[attr-defined]
        return person.may(Right.ADMINISTER)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send strangers to the login page; who is logged in and does not administer is refused."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def logout(  # type: ignore[override]  # it leads on, as the application's own does
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return sign_out(request)

    def password_change(  # type: ignore[override]  # it leads on, too
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the application's own page, which asks at the pace of sign-ins and tells her."""
        return redirect("password_change")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        answer: Any = AutocompleteView.as_view(admin_site=self)(request)
        return answer

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List the apps in the order of the work, their models by the Turkish alphabet."""
        order = {name: place for place, name in enumerate(settings.INSTALLED_APPS)}
        apps = list(self._build_app_dict(request, app_label).values())
        for app in apps:
            app["models"].sort(key=lambda model: names.sort_key(str(model["name"])))
        # The plan first, then who works on it.
        first = {"activities": -2, "indicators": -1}
        return sorted(
            apps,
            key=lambda app: first.get(app["app_label"], order.get(app["app_label"], len(order))),
        )
