"""Tagging activities and indicators, and keeping the municipality's own tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from activities import tag_file
from activities.administration.forms import RecordForm, taken
from activities.models import Municipality, Tag
from activities.tagging import Tagging, retag
from indicators.tags import TagChoice, key_of, retag_indicators
from setup.frame import SettingsPage, settings_page
from setup.tag_page import TagPage, ids


@require_safe
@login_required
@settings_page(Right.TAG)
def tagging_of_before(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Lead on from the address that this page had before there were settings."""
    address = reverse("tagging", args=[here.its_plan.slug])
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.TAG)
def tagging(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Put a tag on many activities or single indicators at once, or take it off."""
    sent = request.POST if request.method == "POST" else request.GET
    page = TagPage(here.its_plan, sent)
    if request.method == "POST":
        if page.chosen is None or page.chosen.key != request.POST.get("tag"):
            raise Http404
        return _retag(request, here, page, page.chosen)
    context = here.context(
        plan=here.its_plan,
        listed=page,
        page=page.page,
        chosen=page.chosen,
        known=page.known,
        narrowed=page.narrowed,
        activities=page.activities(),
        own=[tag for tag in page.known if tag.scheme == Tag.Scheme.GROUP],
    )
    return TemplateResponse(request, "setup/tagging.html", context)


def _retag(
    request: HttpRequest, here: SettingsPage, page: TagPage, asked: TagChoice
) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=asked.id, municipality=here.municipality)
    plan, sent = here.its_plan, request.POST
    back = redirect(f"{reverse('tagging', args=[plan.slug])}?{page.query}")
    if "all" in sent:
        if sent["all"] != str(len(page.found)):
            messages.error(request, _("Meanwhile the list is another one. Look at it again."))
            return back
        _tell(request, asked, retag(plan, tag, add=page.found, remove=()), Tagging(0, 0))
        return back
    was, now = (set(ids(sent.getlist(name))) for name in ("was", "activity"))
    own_was, own_now = (set(ids(sent.getlist(name))) for name in ("own_was", "indicator"))
    with transaction.atomic():
        done = retag(plan, tag, add=now - was, remove=was - now)
        own = retag_indicators(plan, tag, add=own_now - own_was, remove=own_was - own_now)
    _tell(request, asked, done, own)
    return back


def _tell(request: HttpRequest, asked: TagChoice, done: Tagging, own: Tagging) -> None:
    added = ngettext("put on %(n)s activity", "put on %(n)s activities", done.added)
    removed = ngettext("taken off %(n)s activity", "taken off %(n)s activities", done.removed)
    told = [added % {"n": done.added}, removed % {"n": done.removed}]
    if own.added or own.removed:
        added = ngettext("put on %(n)s indicator", "put on %(n)s indicators", own.added)
        removed = ngettext("taken off %(n)s indicator", "taken off %(n)s indicators", own.removed)
        told += [added % {"n": own.added}, removed % {"n": own.removed}]
    messages.success(request, f"{asked}: {', '.join(told)}.")


@require_POST
@login_required
@settings_page(Right.TAG)
def tags_load(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Bring in the usual tags that are lacking, from the file of the command ``load_tags``."""
    counts = tag_file.keep(tag_file.read(tag_file.USUAL), here.municipality, renames=False)
    told = ngettext("%(n)s tag was brought in.", "%(n)s tags were brought in.", counts["new"])
    messages.success(request, told % {"n": counts["new"]})
    return redirect("tagging", here.its_plan.slug)


class OwnTagForm(RecordForm):
    """A tag of the municipality's own: a target group."""

    reason = None  # type: ignore[assignment]
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("A short sign that stands before the name."),
    )

    class Meta:
        model = Tag
        fields = ("code", "name", "name_en")

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        # Both are given, so a code can be looked up in them; of a stored one the base does it.
        return excluded - {"scheme", "municipality"} if self.instance.pk is None else excluded

    def _post_clean(self) -> None:
        super()._post_clean()
        # All that can be wrong with the whole is that the code is another tag's.
        if self.errors.pop(NON_FIELD_ERRORS, None):
            self.add_error("code", taken(self.cleaned_data.get("code", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.TAG)
@transaction.atomic
def tag_add(request: HttpRequest, here: SettingsPage) -> HttpResponse:
    """Make a tag for a target group."""
    if request.method == "POST":
        # Of two people who make the same code the second sees the first one's.
        Municipality.objects.select_for_update().get(pk=here.municipality.pk)
    return _keep(request, here, Tag(scheme=Tag.Scheme.GROUP, municipality=here.municipality))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@settings_page(Right.TAG)
@transaction.atomic
def tag_edit(request: HttpRequest, here: SettingsPage, pk: int) -> HttpResponse:
    """Rename a tag of the municipality's own; those of the Charter and SDG 5 stay as they are."""
    rows: Any = Tag.objects.filter(scheme=Tag.Scheme.GROUP, municipality=here.municipality)
    return _keep(request, here, get_object_or_404(rows, pk=pk))


def _keep(request: HttpRequest, here: SettingsPage, tag: Tag) -> HttpResponse:
    is_new = tag.pk is None
    form = OwnTagForm(request.POST or None, instance=tag)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("Saved."))
        address = reverse("tagging", args=[here.its_plan.slug])
        return redirect(f"{address}?tag={key_of(saved.scheme, saved.code)}")
    context = here.context(plan=here.its_plan, form=form, is_new=is_new)
    return TemplateResponse(request, "setup/tag.html", context)
