"""Indicators that count people: which they are, and how their values split by sex."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from activities import names
from activities.models import Plan
from indicators.models import Indicator

# Beginnings of words for people, as they are folded: "kadin" also finds "kadınlara".
WORDS = (
    *("anne", "baba", "bebek", "birey", "calisan", "cocuk", "danisan", "engelli", "erkek"),
    *("esnaf", "gebe", "genc", "gocmen", "gonullu", "hasta", "kadin", "katilan", "katilimci"),
    *("kisi", "kiz", "kursiyer", "muhtar", "multeci", "ogrenci", "ogretmen", "oyuncu"),
    *("personel", "sporcu", "uye", "uzman", "vatandas", "yararlan", "yasli", "yolcu"),
)


# What a name ends in after the word for what is counted.
AMOUNTS = ("sayisi", "sayi", "adedi", "adet", "toplam", "toplami")


def suggests_people(name: str) -> bool:
    """Whether a word of the name is one for people.

    >>> suggests_people("Eğitime katılan KADIN sayısı"), suggests_people("Durak sayısı")
    (True, False)
    """
    return any(word.startswith(WORDS) for word in names.fold(name).split())


def ends_in_people(name: str) -> bool:
    """Whether it is people whose number the name asks for, and not their trainings.

    >>> ends_in_people("Eğitim alan kadın sayısı"), ends_in_people("Kadınlara eğitim sayısı")
    (True, False)
    """
    words = [word for word in names.fold(name).split() if word not in AMOUNTS]
    return bool(words) and words[-1].startswith(WORDS)


def count_people(plan: Plan, ids: Collection[int]) -> int:
    """Say of indicators in use that they count people; return of how many it was not said yet."""
    with transaction.atomic():
        found = list(
            Indicator.objects.of_plan(plan)
            .in_use()
            .select_for_update(of=("self",))
            .filter(pk__in=set(ids), counts_people=False)
            .exclude(measure=Indicator.Measure.PERCENT)
            .order_by("pk")
        )
        for indicator in found:
            indicator.counts_people = True
            indicator.save()
    return len(found)
