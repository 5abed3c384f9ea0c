"""The flat tables of units, for import and export: one row a unit, aliases behind "|"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import CharWidget, ForeignKeyWidget

from activities import names
from activities.models import Department, Institution, Municipality

SEPARATOR = "|"


class OwnResource(ModelResource):
    """Rows of one municipality: another one's are neither found nor touched.

    ``municipality`` None reads for the only one there is.
    """

    def __init__(self, *, municipality: Municipality | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.municipality = municipality or Municipality.objects.the_only()

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(municipality=self.municipality)

    def init_instance(self, row: Any = None) -> Any:
        made = super().init_instance(row)
        made.municipality = self.municipality
        return made


class AliasesMixin(OwnResource):
    """A column of aliases. Importing adds the new ones and leaves the others in place."""

    aliases = Field(column_name="aliases", widget=CharWidget())
    owner: str  # the field of Alias that names this resource's unit

    def dehydrate_aliases(self, unit: Any) -> str:
        if unit.pk is None:
            return ""
        return SEPARATOR.join(alias.text for alias in unit.aliases.all())

    def import_field(self, field: Field, instance: Any, row: Any, **kwargs: Any) -> None:
        if field.column_name != "aliases":
            super().import_field(field, instance, row, **kwargs)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for text in str(row.get("aliases") or "").split(SEPARATOR):
            if text.strip():
                self._add_alias(instance, text.strip())

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        known = {alias.key for alias in original.aliases.all()} if original.pk else set()
        stated = {names.fold(text) for text in str(row.get("aliases") or "").split(SEPARATOR)}
        if stated - known - {""}:
            return False
        return super().skip_row(instance, original, row, import_validation_errors)

    def _add_alias(self, unit: Any, text: str) -> None:
        alias, _made = self.municipality.aliases.get_or_create(
            key=names.fold(text), defaults={"text": text, self.owner: unit}
        )
        if getattr(alias, f"{self.owner}_id") != unit.pk:
            raise ValueError(_("The alias “%(text)s” belongs to another unit.") % {"text": text})


class ParentWidget(ForeignKeyWidget):
    """A department above, by its name within the municipality that the table is read for."""

    municipality: Municipality | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = names.repair(str(value or ""))
        if not text:
            return None
        own = Department.objects.filter(municipality=self.municipality, parent=None)
        found = own.filter(name_key=names.fold(text)).first()
        if found is None:
            raise ValueError(_("There is no department “%(name)s”.") % {"name": text})
        return found


class DepartmentResource(AliasesMixin):
    owner = "department"
    parent = Field("parent", "parent", ParentWidget(Department, "name"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The fields of a class are shared: each table reads for its own municipality.
        widget = ParentWidget(Department, "name")
        widget.municipality = self.municipality
        self.fields["parent"].widget = widget

    class Meta:
        model = Department
        fields = ("name", "short_name", "parent", "aliases")
        import_id_fields = ("name",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True


class InstitutionResource(AliasesMixin):
    owner = "institution"

    class Meta:
        model = Institution
        fields = ("name", "is_group", "to_check", "aliases")
        import_id_fields = ("name",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True
