"""Words that somebody typed: in any order and letters, codes, and how they are marked."""

import pytest

from activities import typed
from activities.typed import LONGEST, MOST_WORDS, pieces, read


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("isik", "Işık Evi"),
        ("IŞIK", "ışıklandırılan durak"),
        ("ışık", "ISIK"),
        ("İZMİR", "izmir"),
        ("sayısı kadın", "Kadın sürücü sayısı"),
        ("cocuk", "Çocuk gündüz bakımevi"),
        ("kadın/erkek", "Erkek ve kadın"),
    ],
)
def test_words_are_found_in_any_letters_and_order(words, text):
    assert read(words).fits(text)


@pytest.mark.parametrize(
    ("words", "text"),
    [("kadın erkek", "Kadın sürücü"), ("zürafa", "Kadın"), ("", "Kadın"), ("!?", "Kadın")],
)
def test_each_word_must_be_there_and_nothing_finds_nothing(words, text):
    assert not read(words).fits(text)


def test_a_word_is_within_one_text():
    assert not read("evikadın").fits("Işık Evi", "Kadın")
    assert read("evi kadın").fits("Işık Evi", "Kadın")


@pytest.mark.parametrize(
    ("words", "code", "fits"),
    [
        ("4.4.2", "4.4.2", True),
        ("4.4.2.", "4.4.2", True),
        ("4.4", "4.4.2", True),
        ("4", "4.4.2", True),
        ("4.4.2", "4.4.20", False),
        ("4.4.2", "14.4.2", False),
        ("11.2", "11.2", True),
        ("durak 4.4", "4.4.2", True),
        ("durak 5.4", "4.4.2", False),
    ],
)
def test_a_code_is_found_by_its_parts(words, code, fits):
    assert read(words).fits("Otobüs durağı, durak", codes=(code,)) is fits


def test_a_code_itself_stands_before_words_and_beginnings_before_the_rest():
    assert read("4.4.2").rank("Durak 4.4.2", codes=("4.4.2",)) == 0
    assert read("4.4").rank("4.4", codes=("4.4.2",)) == 1
    assert read("dur").rank("Otobüs durağı") == 1
    assert read("rak").rank("Otobüs durak") == 2


@pytest.mark.parametrize(
    "sent",
    [
        "\x00",
        "ka\x00dın",
        "\ud800",
        "%",
        "_",
        "\\",
        "'; --",
        "٣",
        "ı" * 5000,
        "a " * 5000,
        "\u0307",
    ],
)
def test_whatever_is_typed_is_read(sent):
    found = read(sent)

    assert len(found.text) <= LONGEST and len(found.words) <= MOST_WORDS
    assert "\x00" not in found.text + "".join(word.key for word in found.words)
    pieces(sent, found.words)


@pytest.mark.parametrize(
    ("sent", "is_cut"),
    [
        ("kadın", False),
        ("ı" * LONGEST, False),
        ("ı" * (LONGEST + 1), True),
        ("a b c d e f g h i", True),
    ],
)
def test_it_says_where_not_all_of_it_is_searched(sent, is_cut):
    assert read(sent).is_cut is is_cut


def marked(text, words):
    return "".join(
        f"[{piece.text}]" if piece.is_found else piece.text
        for piece in pieces(text, read(words).words)
    )


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Işık Evi", "isik", "[Işık] Evi"),
        ("IŞIKLANDIRMA", "ışık", "[IŞIK]LANDIRMA"),
        ("Kadın ve kadın", "kadin", "[Kadın] ve [kadın]"),
        ("4.4.2 Durak", "4.4.2", "[4.4.2] Durak"),
        ("Kadın – erkek", "erkek kadın", "[Kadın] – [erkek]"),
        ("I\u0307zmir", "izmir", "[I\u0307zmir]"),
        ("straße", "strasse", "[straße]"),
        ("<b>kadın</b>", "b", "<[b]>kadın</[b]>"),
        ("Kadın", "erkek", "Kadın"),
        ("", "kadın", ""),
    ],
)
def test_what_was_found_is_marked_as_it_is_written(text, words, shown):
    assert marked(text, words) == shown


def test_words_are_read_once():
    assert [word.key for word in typed.read("kadın KADIN kadin").words] == ["kadin"]
