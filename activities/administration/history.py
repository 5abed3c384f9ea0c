"""What was changed, when, by whom and why: read here and never written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from activities import scope
from activities.fields import KeyField
from activities.models import Municipality


class ReadableDelta(HistoricalRecordContextHelper):
    """What changed, in the words of the page: choices by their labels, numbers as written here."""

    def __init__(self, model: type[models.Model], record: Any) -> None:
        super().__init__(model, record, max_displayed_delta_change_chars=400)

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field: Any = self.model._meta.get_field(change.field)
        if field.many_to_many:
            return super().prepare_delta_change_value(change, value)
        return readable(field, value)


def readable(field: models.Field[Any, Any], value: Any) -> str:
    """Return a column's value as people read it; "—" where there is none."""
    if value is None or value == "":
        return "—"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        text = f"{value:f}"
        value = Decimal(text.rstrip("0").rstrip(".")) if "." in text else value
    return str(localize(value))


class ReadHistory(SimpleHistoryAdmin):
    """The pages of a record's history, which show and never save."""

    object_history_template = "admin/history.html"
    object_history_list_template = "admin/history_list.html"

    def get_historical_record_context_helper(self, request: HttpRequest, record: Any) -> Any:
        return ReadableDelta(self.model, record)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self._refuse_others(request, object_id)
        answer: HttpResponse = super().history_view(request, object_id, extra_context)
        return answer

    def _refuse_others(self, request: HttpRequest, object_id: str) -> None:
        """Raise Http404 for the history of what is another municipality's, deleted rows too.

        A deleted row whose own parents are gone as well cannot be placed: the operator sees it.
        """
        try:
            key = self.opts.pk.to_python(unquote(object_id))
        except ValidationError:
            raise Http404 from None
        stored = self.model._default_manager.filter(pk=key)
        if stored.exists():
            found = self.get_queryset(request).filter(pk=key)
        elif request.user.is_superuser or len(Municipality.objects.order_by()[:2]) < 2:
            return
        else:
            deleted = getattr(self.model, self.model._meta.simple_history_manager_attribute)
            is_person = scope.path_of(self.model) == scope.OF_PEOPLE
            rows = deleted.none() if is_person else deleted.filter(**{self.opts.pk.name: key})
            found = scope.within(rows, getattr(request, "municipality", None))
        if not found.exists():
            raise Http404

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return _("History: %(object)s") % {"object": obj}

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show one version as it was; the stock page would save what is posted to it."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        self._refuse_others(request, object_id)
        history: Any = self.model.history
        key = {self.opts.pk.attname: unquote(object_id), "history_id": version_id}
        try:
            record = history.select_related("history_user").get(**key)
        except (history.model.DoesNotExist, ValueError):
            raise Http404 from None
        if not self.has_view_or_change_permission(request, record.instance):
            raise PermissionDenied
        return render(request, "admin/history_version.html", self._version(request, record))

    def _version(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        url = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        key = getattr(record, self.opts.pk.attname)
        return {
            **self.admin_site.each_context(request),
            "title": self.history_view_title(request, record.history_object),
            "opts": self.opts,
            "record": record,
            "rows": list(_kept_values(self.model, record)),
            "history_url": reverse(url, args=[key]),
        }


def _kept_values(model: type[models.Model], record: Any) -> Iterator[tuple[str, str]]:
    """Return label and value of every column that a version keeps, keys left out."""
    tracked = {field.name for field in record.tracked_fields}
    for field in model._meta.concrete_fields:
        if field.name in tracked and not isinstance(field, KeyField):
            try:
                value = getattr(record, field.name)
            except models.ObjectDoesNotExist:  # what it pointed to has been deleted
                value = getattr(record, field.attname)
            yield capfirst(str(field.verbose_name)), readable(field, value)


def step_words(moment: datetime | None, person: Any) -> str:
    """Return when a step was taken and by whom; "" for a step not taken."""
    if moment is None:
        return ""
    when = localize(localtime(moment).replace(second=0, microsecond=0))
    name = (person.get_full_name() or person.get_username()) if person else "—"
    return f"{when}, {name}"
