"""The administration of people: who comes in, with which task, for which units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import invitations, throttle
from accounts.models import User
from accounts.records import Invitation, LogEntry
from accounts.resources import PersonTable
from accounts.rights import ADMINISTRATOR, REVIEWER, Right, groups_with
from activities import names
from activities.administration.forms import RecordForm
from activities.administration.pages import ImportingAdmin, ReadOnlyMixin, RecordAdmin
from activities.administration.tables import export_of

GROUP_LABELS = {
    REVIEWER: gettext_lazy("reviewer: sees every unit, verifies and returns"),
    ADMINISTRATOR: gettext_lazy("administrator: enters and corrects everything"),
}


class PersonFormMixin(RecordForm):
    """Tasks given by an administrator, which never reach beyond the administrator's own."""

    editor: User  # set by the page, for each request

    def clean_groups(self) -> Iterable[Group]:
        chosen: QuerySet[Group] = self.cleaned_data["groups"]
        stored = set(self.instance.groups.all()) if self.instance.pk else set()
        foreign = {group.name for group in stored ^ set(chosen)} - GROUP_LABELS.keys()
        if foreign and not self.editor.is_superuser:
            raise ValidationError(_("Only a superuser gives or takes this group."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk == self.editor.pk and not self._keeps_access(cleaned):
            raise ValidationError(_("You cannot take the administration away from yourself."))
        return cleaned

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        person = self.instance
        person.is_staff = person.is_superuser or self._administers(self.cleaned_data)

    def _keeps_access(self, cleaned: dict[str, Any]) -> bool:
        task = cleaned.get("is_superuser", self.instance.is_superuser)
        return cleaned.get("is_active", True) and (task or self._administers(cleaned))

    def _administers(self, cleaned: dict[str, Any]) -> bool:
        return any(
            group.name in groups_with(Right.ADMINISTER) for group in cleaned.get("groups") or ()
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
        "groups",
        LockedFilter,
        ("departments", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("username", "email")
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("username",)}),
        (None, {"fields": (("first_name", "last_name"), "email")}),
        (gettext_lazy("Tasks"), {"fields": ("is_active", "groups", "departments")}),
        (None, {"fields": ("wants_reminders",)}),
        (None, {"fields": ("last_login", "date_joined", "invitation")}),
    )
    superuser_fieldset = (
        gettext_lazy("Beyond the application"),
        {"fields": ("is_superuser", "user_permissions"), "classes": ("collapse",)},
    )
    add_fieldsets = (
        (None, {"fields": ("username",)}),
        (None, {"fields": (("first_name", "last_name"), ("email", "invited"))}),
        (gettext_lazy("Tasks"), {"fields": ("groups", "departments")}),
    )
    readonly_fields = ("last_login", "date_joined", "invitation")
    imports_only_first = True
    resource_classes = [
        PersonTable,
        export_of(
            User,
            username="username", first_name="first_name", last_name="last_name", email="email",
            is_active="is_active", is_staff="is_staff", is_superuser="is_superuser",
            groups="groups", departments="departments", wants_reminders="wants_reminders",
            last_login="last_login", date_joined="date_joined",
        )
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        newest = Invitation.objects.filter(person=OuterRef("pk"))
        # Shown and filtered in the list alone; nothing else has to ask for it.
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        slowed = When(pk__in=throttle.slowed_people() if is_list else (), then=Value(True))
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(
            locked=Case(slowed, default=Value(False), output_field=BooleanField()),
            invited_until=Subquery(newest.values("expires_at")[:1]),
            accepted_at=Subquery(newest.values("accepted_at")[:1]),
        ).prefetch_related("groups", "departments")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Find by all words, in any letters; people have no search keys and are few."""
        words = names.fold(search_term).split()
        if not words:
            return queryset, False
        people = User.objects.values_list("pk", "username", "first_name", "last_name", "email")
        found = [
            pk
            for pk, *texts in people
            if all(word in names.fold(" ".join(texts)) for word in words)
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
        if form.cleaned_data.get("invited"):
            self._invite(request, [form.instance])

    @admin.action(
        description=gettext_lazy("Invite the selected people by e-mail"), permissions=["change"]
    )
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._invite(request, queryset)

    def _invite(self, request: HttpRequest, people: Iterable[User]) -> None:
        sent, refused = 0, []
        for person in people:
            try:
                invitations.invite(person, by=request.user)  # type: ignore[arg-type]
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

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in ("groups", "departments"):
            kwargs["widget"] = forms.CheckboxSelectMultiple
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and field is not None:
            field.label_from_instance = lambda group: GROUP_LABELS.get(group.name, group.name)
            field.help_text = ""
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep who has ever been here: the history names them. They are made inactive."""
        if obj is not None and (obj.last_login is not None or obj.is_superuser):
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
        labels = (str(GROUP_LABELS.get(group.name, group.name)) for group in person.groups.all())
        return ", ".join(label.partition(":")[0] for label in labels)

    @admin.display(description=gettext_lazy("coordinator of"))
    def units(self, person: User) -> str:
        return ", ".join(unit.short for unit in person.departments.all())

    @admin.display(description=gettext_lazy("slowed down"), boolean=True)
    def is_locked(self, person: Any) -> bool:
        return bool(person.locked)
