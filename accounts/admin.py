"""The administration of people: who comes in, with which task, for which units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import invitations, memberships, people, throttle
from accounts.models import Membership, User, task_of
from accounts.records import Invitation, LogEntry
from accounts.resources import MembershipExport, PersonTable
from activities import names
from activities.administration.forms import RecordForm
from activities.administration.pages import (
    ImportingAdmin,
    ReadOnlyMixin,
    RecordAdmin,
    municipality_of,
)
from activities.administration.tables import export_of
from activities.models import Department, Municipality


class PersonFormMixin(RecordForm):
    """A person and her task in the municipality; nobody takes the administration from herself."""

    editor: User  # set by the page, for each request

    role = forms.ChoiceField(label=gettext_lazy("Task"), choices=Membership.Role.choices)
    units = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Coordinator of"),
        help_text=Membership._meta.get_field("units").help_text,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Any = self.fields.get("units")
        if units is None or self.municipality is None:
            return
        units.queryset = self.municipality.departments.all()
        self.fields["role"].initial = Membership.Role.READER
        stored = self.membership
        if stored is not None:
            self.fields["role"].initial = stored.role
            units.initial = list(stored.units.all())

    @property
    def membership(self) -> Membership | None:
        """Return what the person is in the municipality so far; one query."""
        if self.instance.pk is None:
            return None
        return self.instance.memberships.filter(municipality=self.municipality).first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not people.keeps_administration(
            self.instance,
            self.editor,
            role=cleaned.get("role", ""),
            is_active=cleaned.get("is_active", True),
            is_superuser=cleaned.get("is_superuser"),
        ):
            raise ValidationError(people.not_from_oneself())
        self._keep_to_own_address(cleaned)
        return cleaned

    def _keep_to_own_address(self, cleaned: dict[str, Any]) -> None:
        """Say at the field where a changed name or address takes somebody else's."""
        address = cleaned.get("email", self.instance.email)
        try:
            if "email" in self.changed_data and self.municipality is not None:
                people.refuse_taken(address, self.instance, self.municipality)
        except people.Refused as why:
            self.add_error("email", str(why))
        try:
            if "username" in self.changed_data and not self.editor.is_superuser:
                people.refuse_name(cleaned.get("username", ""), address)
        except people.Refused as why:
            self.add_error("username", str(why))

    def keep_membership(self, editor: User) -> None:
        """Store the person's task and units in the municipality where they change."""
        if self.membership is not None and not {"role", "units"} & set(self.changed_data):
            return
        memberships.put(
            self.instance,
            cast(Municipality, self.municipality),
            role=self.cleaned_data["role"],
            units=self.cleaned_data["units"],
            by=editor,
            reason=self.cleaned_data.get("reason", ""),
        )


class PersonForm(PersonFormMixin):
    """A person's page. It holds no password: that is hers alone."""


class PersonAddForm(PersonFormMixin):
    invited = forms.BooleanField(
        label=gettext_lazy("Invite by e-mail"),
        required=False,
        initial=True,
        help_text=gettext_lazy("She gets a link with which she chooses a password of her own."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("invited") and not cleaned.get("email"):
            self.add_error("email", _("An invitation needs an address."))
        return cleaned


# What django-allauth keeps is a person's own (her sessions, her second factor): /accounts/.
admin.site.unregister(
    [EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession]
)


@admin.register(LogEntry)
class LogAdmin(ReadOnlyMixin, RecordAdmin):
    """What people did: a record itself, without a history."""

    list_display = ("at", "person", "act", "about", "network")
    list_filter = ("act", ("at", admin.DateFieldListFilter))
    list_select_related = ("person",)
    search_fields = ("person__username", "about")
    fields = ("at", "person", "act", "about", "network")
    resource_classes = [
        export_of(
            LogEntry, id="id", at="at", person="person__username", act="act", about="about",
            network="network",
        )
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Return what happened in the municipality, and what concerns its people's accounts."""
        rows: QuerySet[LogEntry] = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        here = municipality_of(request)
        members = Membership.objects.filter(municipality=here).values("person")
        return rows.filter(Q(municipality=here) | Q(municipality=None, person__in=members))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404


class LockedFilter(admin.SimpleListFilter):
    title = gettext_lazy("slowed down")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(locked=True) if self.value() else queryset


class TaskFilter(admin.SimpleListFilter):
    title = gettext_lazy("task")
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, task_of(role)) for role in Membership.Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Membership.Role.values:
            return queryset
        own = Membership.objects.filter(
            municipality=municipality_of(request), role=self.value(), person=OuterRef("pk")
        )
        return queryset.filter(Exists(own))


@admin.register(User)
class PersonAdmin(ImportingAdmin, UserAdmin):  # type: ignore[misc]  # both give defaults
    form = PersonForm
    add_form = PersonAddForm
    add_form_template = None
    actions = ("invite", "unlock")
    list_display = (
        "username",
        "full_name",
        "email",
        "tasks",
        "units",
        "is_active",
        "last_login",
        "invitation",
        "is_locked",
    )
    list_filter = (
        "is_active",
        TaskFilter,
        LockedFilter,
    )
    search_fields = ("username", "email")
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("username",)}),
        (None, {"fields": (("first_name", "last_name"), "email")}),
        (gettext_lazy("Tasks"), {"fields": ("is_active", "role", "units")}),
        (None, {"fields": ("wants_reminders", "wants_weekly")}),
        (None, {"fields": ("last_login", "date_joined", "invitation")}),
    )
    superuser_fieldset = (
        gettext_lazy("Beyond the application"),
        {"fields": ("is_superuser", "user_permissions"), "classes": ("collapse",)},
    )
    add_fieldsets = (
        (None, {"fields": ("username",)}),
        (None, {"fields": (("first_name", "last_name"), ("email", "invited"))}),
        (gettext_lazy("Tasks"), {"fields": ("role", "units")}),
    )
    readonly_fields = ("last_login", "date_joined", "invitation")
    imports_only_first = True
    resource_classes = [
        PersonTable,
        export_of(
            User,
            username="username", first_name="first_name", last_name="last_name", email="email",
            is_active="is_active", is_superuser="is_superuser",
            wants_reminders="wants_reminders", wants_weekly="wants_weekly",
            last_login="last_login", date_joined="date_joined",
        ),
        MembershipExport,
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        here = municipality_of(request)
        newest = Invitation.objects.filter(
            Q(municipality=here) | Q(municipality=None), person=OuterRef("pk")
        )
        # Shown and filtered in the list alone; nothing else has to ask for it.
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        slowed = When(pk__in=throttle.slowed_people() if is_list else (), then=Value(True))
        found: QuerySet[User] = super().get_queryset(request)
        if request.user.is_superuser:
            # Who belongs nowhere is the operator's to place.
            found = User.objects.filter(pk__in=found.values("pk")) | User.objects.filter(
                memberships=None
            )
        own = Membership.objects.filter(municipality=here).prefetch_related("units")
        belonging = Prefetch("memberships", own, to_attr="here")
        return found.annotate(
            locked=Case(slowed, default=Value(False), output_field=BooleanField()),
            invited_until=Subquery(newest.values("expires_at")[:1]),
            accepted_at=Subquery(newest.values("accepted_at")[:1]),
        ).prefetch_related(belonging)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Find by all words, in any letters; people have no search keys and are few."""
        words = names.fold(search_term).split()
        if not words:
            return queryset, False
        rows = queryset.values_list("pk", "username", "first_name", "last_name", "email")
        found = [
            pk for pk, *texts in rows if all(word in names.fold(" ".join(texts)) for word in words)
        ]
        return queryset.filter(pk__in=found), False

    def get_urls(self) -> list[Any]:
        """Leave out the page on which one types another's password."""
        return [each for each in super().get_urls() if each.name != "auth_user_password_change"]

    # Inviting

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.keep_membership(request.user)
        if form.cleaned_data.get("invited"):
            self._invite(request, [form.instance])

    @admin.action(
        description=gettext_lazy("Invite the selected people by e-mail"), permissions=["change"]
    )
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._invite(request, queryset)

    def _invite(self, request: HttpRequest, chosen: Iterable[User]) -> None:
        sent, refused = 0, []
        for person in chosen:
            try:
                invitations.invite(
                    person,
                    by=request.user,  # type: ignore[arg-type]
                    municipality=municipality_of(request),
                )
            except invitations.CannotInvite as why:
                refused.append(f"{person.get_username()}: {why}")
            else:
                sent += 1
        if sent:
            told = ngettext("One invitation was sent.", "%(count)s invitations were sent.", sent)
            self.message_user(request, told % {"count": sent}, messages.SUCCESS)
        if refused:
            told = _("Not invited: %(who)s") % {"who": " · ".join(refused)}
            self.message_user(request, told, messages.WARNING)

    @admin.display(description=gettext_lazy("invitation"))
    def invitation(self, person: Any) -> str:
        """Tell of the newest invitation; nothing once she has a password."""
        if person.invited_until is None or person.accepted_at:
            return ""
        day = date_format(timezone.localtime(person.invited_until), "j F Y H:i")
        if person.invited_until > timezone.now():
            return _("sent, valid until %(day)s") % {"day": day}
        return _("over since %(day)s") % {"day": day}

    # What a person may be given

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and request.user.is_superuser:
            fieldsets.insert(4, self.superuser_fieldset)
        return fieldsets

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Leave alone what is a person's everywhere, where she belongs to others, too."""
        own = super().get_readonly_fields(request, obj)
        here = municipality_of(request)
        if obj is None or people.may_change_own(obj, request.user, here):  # type: ignore[arg-type]
            return (*own,)
        return (*own, "username", "first_name", "last_name", "email", "is_active")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and not people.may_change(obj, request.user):  # type: ignore[arg-type]
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        here = municipality_of(request)
        if obj is not None and not people.may_delete(obj, request.user, here):  # type: ignore[arg-type]
            return False
        return super().has_delete_permission(request, obj)

    # The list

    @admin.action(
        description=gettext_lazy("Let the selected people try again at once"),
        permissions=["change"],
    )
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = sum(throttle.unlock([person]) > 0 for person in queryset)
        told = ngettext(
            "One person can try again at once.", "%(count)s people can try again at once.", count
        )
        self.message_user(request, told % {"count": count}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    @admin.display(description=gettext_lazy("tasks"))
    def tasks(self, person: User) -> str:
        return ", ".join(membership.task for membership in person.here)  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("coordinator of"))
    def units(self, person: User) -> str:
        units = [unit for each in person.here for unit in each.units.all()]  # type: ignore[attr-defined]
        return ", ".join(unit.short for unit in units)

    @admin.display(description=gettext_lazy("slowed down"), boolean=True)
    def is_locked(self, person: Any) -> bool:
        return bool(person.locked)
