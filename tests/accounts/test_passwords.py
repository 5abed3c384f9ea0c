"""Passwords that anybody in a town hall would guess are refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords import OfficeWordsValidator, hidden, words_of
from activities.models import Municipality

pytestmark = pytest.mark.django_db


def refuse(password, user=None):
    with pytest.raises(ValidationError) as refused:
        OfficeWordsValidator().validate(password, user)
    return refused.value.messages


@pytest.mark.parametrize(
    "password",
    [
        # Taken before there was this list.
        "belediye2025", "mersin2025!", "esitlik2026", "koordinator1",
        # In other letters, with figures and signs for letters, doubled, with a run of keys.
        "Eşitlik2026", "EŞİTLİK-2026", "B3l3d1ye2026", "beledıye2026!", "yeap-izleme-2026",
        "belediyebelediye", "kadinveaile1", "ankara06ankara", "parola123456", "Sifre.2025.Sifre",
        "fenerbahce1907", "qwertyuiop12", "pazartesi2026", "abcdefgh1234", "İstanbul34!!",
    ],
)  # fmt: skip
def test_words_of_the_office_are_no_password(password):
    assert "kolay tahmin edilir" in refuse(password)[0]


@pytest.mark.parametrize(
    "password",
    [
        "kedi-masa-49-dolap", "mersin-limon-kayik-tren", "Gül4y!n-çay-7-deniz", "x7Kq-2mWp-9Rt",
        "uzun bir yürüyüş yaptık", "belediye-vişne-bisiklet", "dilsiz uzun zürafa",
    ],
)  # fmt: skip
def test_words_that_have_nothing_to_do_with_each_other_are(password):
    OfficeWordsValidator().validate(password)


@pytest.mark.parametrize("password", ["Okur-okur-okur", "okur2okur2", "Salt.Okur.2025"])
def test_a_persons_own_name_is_none(password):
    user = User(username="okur", first_name="Salt", last_name="Okur", email="okur@example.org")
    refuse(password, user)


def test_the_own_municipality_is_none_either():
    password = "Yenişehirli-2026"
    OfficeWordsValidator().validate("yenisehirlice")
    Municipality.objects.create(name="Yenişehirli Belediyesi")
    refuse(password)


@pytest.mark.parametrize(
    ("password", "left"),
    [
        ("masamasa", 0),
        ("masa-kedi", 4),  # k e d i
        ("ma-sa", 3),  # a gap is no word: m a s
        ("masa2025", 0),
        ("masa1987x", 1),
        ("m4s4", 0),
        ("aaaabbbb", 2),
    ],
)
def test_what_is_left_without_known_words_is_counted(password, left):
    assert hidden(password, words_of(["Masa"])) == left


def test_it_is_asked_with_the_others():
    with pytest.raises(ValidationError) as refused:
        validate_password("belediye2025", User(username="ayse"))
    assert any("kolay tahmin edilir" in text for text in refused.value.messages)
