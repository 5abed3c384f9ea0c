"""The seals of editions: the checksum of what the public reads, and the chain they form.

A seal remembers which numbers it was made without. What is hidden can grow after publishing (a
row is set to hide small numbers, a value is corrected, a later edition tells more); then the act
that made it grow writes a further seal, which names the ones it replaces. Whether an edition fits
is judged by its own seal alone, so that nothing which is read can seal itself anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save

from activities.models import Activity, Plan
from activities.sentences import noop as _
from indicators import small_numbers
from indicators.editions.contents import Contents
from indicators.editions.document import document
from indicators.editions.means import public_means
from indicators.editions.veil import Veil
from indicators.integrity import EditionBroken, broken, checksum, content_of
from indicators.models import Edition, EditionSeal, Indicator, Realization
from indicators.suppression import EVERY_YEAR, Cell, Withheld

Seals = Sequence[EditionSeal]


# --- Whether an edition fits ---


def seals_of(edition: Edition) -> Seals:
    """Return the seals of an edition and of the one before it, oldest first; one query."""
    return list(
        EditionSeal.objects.filter(
            edition__plan=edition.plan_id,
            edition__year=edition.year,
            edition__number__in=(edition.number - 1, edition.number),
        )
        .select_related("edition")
        .defer("edition__content")
        .order_by("pk")
    )


def fitting(edition: Edition, content: Mapping[str, Any]) -> Seals:
    """Return an edition's own seals; raise EditionBroken where it does not fit the newest.

    Looks at the public document, which names the edition's place and reasons, and at the chain:
    the checksum of the edition before that was written down when this one was published must be
    one of its seals. One query.
    """
    found = seals_of(edition)
    own = [seal for seal in found if seal.edition_id == edition.pk]
    if not own:
        raise broken(edition, _("it has no seal (after an upgrade: manage.py seal)"))
    if checksum(document_of(edition, content, own)) != own[-1].public_checksum:
        raise broken(edition, _("its public document does not fit the public checksum"))
    before = {seal.public_checksum for seal in found if seal.edition_id != edition.pk}
    if edition.previous not in (before if edition.number > 1 else {""}):
        raise broken(edition, _("the edition before it has another checksum"), is_chain=True)
    return own


def document_of(edition: Edition, content: Mapping[str, Any], seals: Seals) -> str:
    """Return the public document as the newest of the seals was set on it."""
    veil = Veil(content, edition.year, _read(seals[-1].withheld))
    return document(edition, content, veil, seals)


def as_sealed(
    plan: Plan, edition: Edition, content: Mapping[str, Any], seals: Seals
) -> tuple[Withheld, Seals]:
    """Return what is withheld now, with the seals that say the same; three queries.

    Raise EditionBroken where the newest seal hides other numbers: then something was written
    past the acts that seal anew.
    """
    withheld = small_numbers.withheld(plan)
    if _written(withheld, content, edition.year) != seals[-1].withheld:
        # Somebody may have sealed between the two looks.
        seals = fitting(edition, content)
        withheld = small_numbers.withheld(plan)
        if _written(withheld, content, edition.year) != seals[-1].withheld:
            raise broken(
                edition, _("other numbers are hidden than when it was sealed (see manage.py seal)")
            )
    return withheld, seals


# --- Sealing ---


def seal_anew(plan: Plan, *, new: Edition | None = None) -> list[EditionSeal]:
    """Seal every edition of which other numbers are hidden now, and ``new`` for the first time.

    Run it in the transaction that changes what is hidden. An edition that does not fit the seal
    it has keeps it, so that it stays refused; raise EditionBroken where none fits beside ``new``.
    """
    with transaction.atomic():
        stored = list(Edition.objects.filter(plan=plan).order_by("year", "number"))
        if not stored:
            return []
        try:
            withheld = small_numbers.withheld(plan)
        except EditionBroken:
            if new is not None:
                raise
            return []
        made = (_sealed(edition, withheld, new) for edition in stored)
        return [seal for seal in made if seal is not None]


def seal_first(plan: Plan) -> list[EditionSeal]:
    """Seal the editions that were published before there were seals, oldest first."""
    made = []
    for edition in Edition.objects.filter(plan=plan, seals=None).order_by("year", "number"):
        if edition.number > 1:
            before = Edition.objects.get(plan=plan, year=edition.year, number=edition.number - 1)
            edition.previous = before.public_checksum
            edition.save()
        made += seal_anew(plan, new=edition)
    return made


def _sealed(edition: Edition, withheld: Withheld, new: Edition | None) -> EditionSeal | None:
    content = content_of(edition)
    seal = _seal_of(edition, content, withheld)
    if edition == new:
        return _set(seal, content, ())
    try:
        seals = fitting(edition, content)
    except EditionBroken:
        return None
    if not _says_other(seal, seals[-1]):
        return None
    seal.reason = EditionSeal.Reason.HIDDEN
    return _set(seal, content, seals)


def _seal_of(edition: Edition, content: dict[str, Any], withheld: Withheld) -> EditionSeal:
    """Return the seal an edition gets with what is withheld now; it is not stored."""
    figures = Contents(edition.plan, edition.year, content)
    hidden = Veil(content, edition.year, withheld).hidden
    return EditionSeal(
        edition=edition,
        withheld=_written(withheld, content, edition.year),
        told=public_means(figures, hidden, withheld.near),
        reason=EditionSeal.Reason.PUBLISHED,
    )


def _says_other(seal: EditionSeal, before: EditionSeal) -> bool:
    """Whether other numbers are hidden than before, or another mean is withheld.

    A mean itself stands as it was worked out, unless it is over other rows now.
    """
    return seal.withheld != before.withheld or _silent(seal.told) != _silent(before.told)


def _silent(told: Mapping[str, Any]) -> list[str]:
    """Return which of the means are not told."""
    return [
        f"{part}.{name}"
        for part, means in sorted(told.items())
        for name, mean in sorted(means.items())
        if mean is None
    ]


def _set(seal: EditionSeal, content: Mapping[str, Any], before: Seals) -> EditionSeal:
    seal.public_checksum = checksum(document_of(seal.edition, content, [*before, seal]))
    seal.save()
    return seal


def _written(withheld: Withheld, content: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return what of the withheld concerns an edition, as a seal remembers it."""
    rows = {row["id"] for row in content["rows"]}
    rows |= {change["row"] for change in content.get("changes", ()) if change["row"]}
    return {
        name: sorted(
            [cell.row, cell.what, cell.year]
            for cell in getattr(withheld, name)
            if cell.row in rows and cell.year in (year, EVERY_YEAR)
        )
        for name in ("cells", "unmarked")
    }


def _read(written: Mapping[str, Iterable[Sequence[Any]]]) -> Withheld:
    return Withheld(
        frozenset(Cell(*each) for each in written["cells"]),
        frozenset(Cell(*each) for each in written["unmarked"]),
    )


# --- The acts that change what is hidden ---


def connect() -> None:
    """Seal anew with every write that can change what is hidden; bulk writes do it themselves."""
    for changed in (post_save, post_delete):
        for model, act in (
            (Activity, _of_activity),
            (Indicator, _of_row),
            (Realization, _of_value),
        ):
            changed.connect(act, sender=model, dispatch_uid=f"seal.{model._meta.label}")


def _of_activity(sender: type[models.Model], instance: Activity, **kwargs: Any) -> None:
    _after(Plan.objects.filter(pk=instance.plan_id, editions__isnull=False))


def _of_row(sender: type[models.Model], instance: Indicator, **kwargs: Any) -> None:
    _after(Plan.objects.filter(activities=instance.activity_id, editions__isnull=False))


def _of_value(sender: type[models.Model], instance: Realization, **kwargs: Any) -> None:
    if instance.state == Realization.State.APPROVED:
        _after(
            Plan.objects.filter(
                activities__indicators=instance.indicator_id, editions__year=instance.year
            )
        )


def _after(plans: models.QuerySet[Plan]) -> None:
    plan = plans.distinct().first()
    if plan is not None:
        seal_anew(plan)
