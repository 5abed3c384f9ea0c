"""The flat table of people: who they are and which units they answer for.

Groups and rights are not in it: those are given on a person's own page. Nor are passwords: nobody
but the person knows hers.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget

from accounts.models import User
from activities import names
from activities.administration.tables import SmallTable
from activities.models import Department

SEPARATOR = "|"


class UnitsWidget(ManyToManyWidget):
    """Units by name, behind "|"; a name that nobody knows is an error of its cell."""

    def __init__(self) -> None:
        super().__init__(Department, separator=SEPARATOR, field="name")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        found = []
        for text in filter(None, map(str.strip, str(value or "").split(SEPARATOR))):
            units = list(Department.objects.filter(name_key=names.fold(text))[:2])
            if len(units) != 1:
                raise ValueError(_("There is no department “%(name)s”.") % {"name": text})
            found += units
        return Department.objects.filter(pk__in=[unit.pk for unit in found])


class PersonTable(SmallTable, ModelResource):
    """Rows found by user name. New people cannot sign in until they are invited."""

    departments = Field("departments", "departments", UnitsWidget())

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "is_active", "departments")
        import_id_fields = ("username",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if not instance.pk:
            instance.set_unusable_password()

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        found = super().get_instance(instance_loader, row)
        if found is not None and found.is_superuser:
            raise ValueError(_("“%(name)s” is not changed by a table.") % {"name": found.username})
        return found

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        # A new person's password is set when the row is saved.
        instance.password = instance.password or "!"
        super().validate_instance(instance, import_validation_errors, validate_unique)
