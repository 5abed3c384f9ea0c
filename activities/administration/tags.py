"""Tags, and the rows of tags on the page of what carries them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from activities.administration.forms import field_with_choices
from activities.administration.pages import FoldedSearchAdmin, RowsInline, municipality_of
from activities.administration.tables import export_of
from activities.models import Tag


class TagAdmin(FoldedSearchAdmin):
    """What activities and indicators are gathered by; ``manage.py load_tags`` brings the usual."""

    fields = ("scheme", "code", "name", "name_en")
    list_display = ("code", "name", "name_en", "scheme")
    list_display_links = ("code", "name")
    list_filter = ("scheme",)
    list_per_page = 100
    search_fields = ("code",)
    folded = "name"
    resource_classes = [
        export_of(Tag, scheme="scheme", code="code", name="name", name_en="name_en")
    ]


class TagInline(RowsInline):
    """The tags of a row; the choices cost one query."""

    fields = ("tag",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        own = Tag.objects.filter(municipality=municipality_of(request))
        tags = [(tag.pk, f"{tag.get_scheme_display()}: {tag}") for tag in own]
        field_with_choices(formset.form.base_fields.get("tag"), tags)
        return formset

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("tag")
