import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import names

TURKISH = "abcçdefgğhıijklmnoöprsştuüvyz"
UPPER = "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ"

words = st.text(TURKISH + UPPER, min_size=1, max_size=8)
texts = st.text(TURKISH + UPPER + string.digits + " .-/'âîûÂÎÛ", max_size=30)
anything = st.text(max_size=30)


def test_case_is_turkish():
    assert names.lower("IŞIK İZMİR ÇĞÖÜ") == "ışık izmir çğöü"
    assert names.upper("ışık izmir çğöü") == "IŞIK İZMİR ÇĞÖÜ"
    assert names.lower(UPPER) == TURKISH
    assert names.upper(TURKISH) == UPPER


def test_case_of_a_dot_that_stands_apart():
    assert names.lower("I\u0307zmir") == "izmir"
    assert names.upper("i\u0307zmir") == "İZMİR"


@pytest.mark.parametrize("spelling", ["IŞIK", "ışık", "Isik", "ISIK", "IS\u0327IK"])
def test_fold_finds_every_spelling(spelling):
    assert names.fold(spelling) == "isik"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("STK'lar", "stk lar", id="apostrophe"),
        pytest.param("STK’lar", "stk lar", id="curly apostrophe"),
        pytest.param(" Kadın  ve\xa0Aile Hiz. D.B. ", "kadin ve aile hiz d b", id="punctuation"),
        pytest.param("Mekân, rüzgâr, millî", "mekan ruzgar milli", id="circumflex"),
        pytest.param("%55,55–%60", "55 55 60", id="numbers"),
        pytest.param("straße Łódź", "strasse lodz", id="foreign letters"),
        pytest.param("—", "", id="nothing to find"),
    ],
)
def test_fold(text, folded):
    assert names.fold(text) == folded


@given(anything)
def test_fold_is_idempotent_ascii_and_tidy(text):
    folded = names.fold(text)

    assert names.fold(folded) == folded
    assert set(folded) <= set(string.ascii_lowercase + string.digits + " ")
    assert folded == " ".join(folded.split())


@given(texts)
def test_keys_ignore_case(text):
    for same in (names.upper(text), names.lower(text)):
        assert names.fold(same) == names.fold(text)
        assert names.sort_key(same) == names.sort_key(text)


@given(texts)
def test_keys_ignore_how_letters_are_composed(text):
    apart = unicodedata.normalize("NFD", text)

    assert names.fold(apart) == names.fold(text)
    assert names.sort_key(apart) == names.sort_key(text)
    assert names.slugify(apart) == names.slugify(text)


def test_sort_order_is_the_turkish_alphabet():
    assert sorted(set(TURKISH), key=names.sort_key) == list(TURKISH)
    assert sorted("qwxprvy", key=names.sort_key) == list("pqrvwxy")


@given(words, words)
def test_words_sort_letter_by_letter(one, other):
    one, other = names.lower(one), names.lower(other)
    ranks = [[TURKISH.index(letter) for letter in word] for word in (one, other)]

    assert (names.sort_key(one) < names.sort_key(other)) == (ranks[0] < ranks[1])


@pytest.mark.parametrize(
    "in_order",
    [
        ["Cam", "Çam", "Dam"],
        ["Iğdır", "İzmir"],
        ["Kadın", "Kadın 9", "Kadın 10", "Kadın Şube", "Kadınlar"],
        ["2. Şube", "11. Şube", "Basın"],
        ["Kar", "Kâr 2", "Kara"],
        ["“Zeytin”", "zeytinli"],
    ],
)
def test_names_sort_as_a_reader_expects(in_order):
    assert sorted(set(in_order), key=names.sort_key) == in_order


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_sort_by_size(one, other):
    keys = names.sort_key(f"Madde {one}"), names.sort_key(f"Madde {other}")

    assert (keys[0] < keys[1]) == (one < other)


@given(anything)
def test_sort_key_has_only_digits_so_that_no_collation_disagrees(text):
    assert set(names.sort_key(text)) <= set(string.digits)


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("4.10.2", "0004.0010.0002"),
        (" 8.1 ", "0008.0001"),
        ("7.3.3.", "0007.0003.0003"),
        ("11.2", "0011.0002"),
        ("4.2.8.a", "0004.0002.0008.000a"),
        ("", ""),
        (" . ", ""),
    ],
)
def test_code_key(code, key):
    assert names.code_key(code) == key


@given(st.lists(st.lists(st.integers(0, 9999), min_size=1, max_size=4), max_size=8))
def test_codes_sort_by_their_numbers(codes):
    printed = [".".join(map(str, code)) for code in codes]

    in_order = sorted(printed, key=names.code_key)

    assert in_order == [".".join(map(str, code)) for code in sorted(codes)]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Işık", "isik"),
        ("  İleri Yaş / Çocuk! ", "ileri-yas-cocuk"),
        ("YEAP 2024–2026", "yeap-2024-2026"),
    ],
)
def test_slugify(text, slug):
    assert names.slugify(text) == slug


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        pytest.param("FEN İŐLERİ DAİRESİ BAŐKANLIĐI", "FEN İŞLERİ DAİRESİ BAŞKANLIĞI", id="OCR"),
        pytest.param("Kuruluő, dađ", "Kuruluş, dağ", id="OCR, small"),
        pytest.param("BAO\u030bKAN", "BAŞKAN", id="OCR, decomposed"),
        pytest.param("Iþýk DAÐ ÝL", "Işık DAĞ İL", id="Turkish read as Western"),
        pytest.param("S\u0327ube i\u0307\u015f", "Şube iş", id="decomposed"),
        pytest.param("a\xa0b\u2003c\td\r\ne", "a b c d e", id="blanks"),
        pytest.param("\ufeffKa\u200bdın\u202e \xadx\x00", "Kadın x", id="invisible"),
    ],
)
def test_repair(damaged, repaired):
    assert names.repair(damaged) == repaired


@given(anything)
def test_repair_is_idempotent(text):
    assert names.repair(names.repair(text)) == names.repair(text)


@given(texts)
def test_repair_leaves_sound_letters_alone(text):
    assert names.repair(text) == " ".join(text.split())


@given(anything)
def test_repair_leaves_nothing_invisible(text):
    categories = {unicodedata.category(character) for character in names.repair(text)}

    assert not categories & {"Cc", "Cf", "Cs"}


@pytest.mark.parametrize(
    "text", ["BAŐKANLIĐI", "Kuruluő", "Iþýk", "O\u030b", "Kаdın", "x\ufffd", "Ș"]
)
def test_damaged_letters_are_noticed(text):
    assert names.is_damaged(text)


@pytest.mark.parametrize(
    "text", ["İğdır’da “ŞÖNİM” – %50…", "mekân, café", "S\u0327ube", "≥ 3 m²\xa0₺"]
)
def test_usual_text_is_not_damaged(text):
    assert not names.is_damaged(text)


@given(texts)
def test_turkish_is_never_damaged(text):
    assert not names.is_damaged(text)
