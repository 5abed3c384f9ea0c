"""The municipality, to which everything else belongs: nobody sees another's."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.fields import search_key, sort_key
from activities.history import History


class SeveralMunicipalities(Exception):
    """A row was to be written and nobody said to which of the municipalities it belongs."""


class MunicipalityManager(models.Manager["Municipality"]):
    def the_only(self) -> Municipality:
        """Return the only municipality, made without a name where there is none yet.

        Raise SeveralMunicipalities where there is a choice: nothing is put into a guessed one.
        One query.
        """
        found = list(self.order_by("pk")[:2])
        if len(found) > 1:
            raise SeveralMunicipalities([str(each) for each in found])
        return found[0] if found else self.get_or_create(name_key="")[0]


class Municipality(models.Model):
    """A municipality; plans, units, institutions, spellings, tags and people's roles are its own.

    The first one may stand without a name until somebody writes it; names are told apart by
    their folded spelling.
    """

    class Kind(models.TextChoices):
        METROPOLITAN = "metropolitan", _("metropolitan municipality")
        PROVINCE = "province", _("provincial municipality")
        DISTRICT = "district", _("district municipality")
        TOWN = "town", _("town municipality")

    class SecondStep(models.TextChoices):
        """Of whom a second step of signing in is asked."""

        NOBODY = "", _("nobody")
        ADMINISTRATORS = "administrators", _("administrators")
        REVIEWERS = "reviewers", _("administrators and reviewers")
        EVERYBODY = "everybody", _("everybody")

    name = models.CharField(_("name"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, blank=True)
    contact_name = models.CharField(
        _("contact"),
        max_length=120,
        blank=True,
        help_text=_("Who helps the municipality's people: shown where they cannot go on."),
    )
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)
    contact_phone = models.CharField(_("telephone of the contact"), max_length=40, blank=True)
    second_step_for = models.CharField(
        _("second step asked of"), max_length=16, choices=SecondStep.choices, blank=True, default=""
    )
    second_step_from = models.DateField(_("second step asked from"), null=True, blank=True)
    name_key = search_key("name", max_length=200)
    sort_key = sort_key("name")

    objects = MunicipalityManager()
    history = History()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ("sort_key",)
        constraints = (
            models.UniqueConstraint(fields=("name_key",), name="municipality_name_once"),
            models.CheckConstraint(
                condition=Q(second_step_for="", second_step_from=None)
                | ~Q(second_step_for="") & Q(second_step_from__isnull=False),
                name="municipality_second_step_has_a_day",
                violation_error_message=_("Say from which day the second step is asked."),
            ),
        )

    def __str__(self) -> str:
        return self.name or str(_("Municipality without a name"))

    @property
    def municipality_id(self) -> int:
        """Return its own id: rights are asked of whatever has a ``municipality_id``."""
        return self.pk

    @property
    def short(self) -> str:
        return self.short_name or str(self)


class MunicipalityField(models.ForeignKey):
    """The municipality that a row belongs to.

    A row that was not told takes it from what it hangs on (the relations named in ``within``),
    else from the only municipality there is; SeveralMunicipalities where that is a guess.
    """

    def __init__(self, *args: Any, within: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.within = within
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "within": self.within} if self.within else kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        self._fill(model_instance)
        return super().pre_save(model_instance, add)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Fill it before it is looked at, so that a name is looked for inside its municipality."""
        if value is None and model_instance is not None:
            self._fill(model_instance)
            value = getattr(model_instance, self.attname)
        return super().clean(value, model_instance)

    def _fill(self, row: models.Model) -> None:
        if getattr(row, self.attname) is None:
            setattr(row, self.name, self._found(row))

    def _found(self, row: models.Model) -> Municipality:
        above = (getattr(row, name) for name in self.within)
        return (
            next((each.municipality for each in above if each is not None), None)
            or Municipality.objects.the_only()
        )
