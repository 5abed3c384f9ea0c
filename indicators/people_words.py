"""Which names ask for a number of people, and for which of them it could tell too much.

Nothing here knows Django.
"""

from __future__ import annotations

from activities import names

# Beginnings of words for people, as they are folded: "kadin" also finds "kadınlara".
WORDS = (
    *(
        "anne",
        "baba",
        "basvuran",
        "bebek",
        "birey",
        "calisan",
        "cocuk",
        "danisan",
        "engelli",
        "erkek",
    ),
    *("esnaf", "gebe", "genc", "gocmen", "gonullu", "hasta", "kadin", "katilan", "katilimci"),
    *("kisi", "kiz", "kursiyer", "magdur", "muhtar", "multeci", "ogrenci", "ogretmen", "oyuncu"),
    *("personel", "sporcu", "uye", "uzman", "vatandas", "yararlan", "yasli", "yolcu"),
)
# Beginnings of words for what a few people could be known by: violence, shelter, counselling.
TELLING = (
    *("bagimli", "danisan", "danisma", "istismar", "konukev", "magdur", "sigin", "siddet"),
    *("taciz", "tecavuz"),
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


def tells_much(name: str) -> bool:
    """Whether a word of the name is one for violence, shelter or counselling.

    >>> tells_much("ŞİDDET başvurusu sayısı"), tells_much("Durak sayısı")
    (True, False)
    """
    return any(word.startswith(TELLING) for word in names.fold(name).split())
