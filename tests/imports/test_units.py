import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.names import fold, repair
from imports.units import (
    KnownUnit,
    UnitMatcher,
    WordRole,
    likeness,
    one_edit_apart,
    read_name,
    read_words,
    role_of,
)
from indicators.cells import DASHES

ROOT = Path(__file__).resolve().parents[2]
PLAN = ROOT / "fixtures" / "yeap-2024-2026.txt"
with (ROOT / "fixtures" / "units.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

# The shortest names of the fixture's units, as the tables below call them.
BASIN, FEN, KARIYER = "Basın Yayın ve Halkla İlişkiler", "Fen İşleri", "Kariyer Merkezi"
GENCLIK, TARIM = "Gençlik ve Spor", "Tarımsal ve Veterinerlik Hizmetleri"
MALI, ULASIM, INSAN = "Mali Hizmetler", "Ulaşım İşleri", "İnsan Kaynakları ve Eğitim"
SAGLIK, SOSYAL, KADIN = "Sağlık İşleri", "Sosyal Hizmetler", "Kadın ve Aile Hizmetleri"
KULTUR, PARK = "Kültür ve Sosyal İşler", "Park ve Bahçeler"
MUHTARLIK, BILGI, YAZI = "Muhtarlık İşleri", "Bilgi İşlem", "Yazı İşleri"
STK, HAVUZ, HALK = "STK'lar", "MBB Eğitici Havuzu", "Halk Eğitim Merkezi"

# Every responsible cell of the real plan, read by eye.
RESPONSIBLE = {
    "Basın Yayın ve Halkla İlişkiler Dairesi Başkanlığı": [BASIN],
    "Fen İşleri Dairesi Başkanlığı": [FEN],
    "MBB Kariyer Merkezi": [KARIYER],
    "Gençlik ve Spor Hizmetleri Dairesi Başkanlığı": [GENCLIK],
    "Tarımsal ve Veterinerlik Hiz. Dairesi Başkanlığı": [TARIM],
    "Tarımsal ve Veterinerlik D.B": [TARIM],
    "Mali Hizmetler Dairesi Başkanlığı": [MALI],
    "Strateji Şube Müdürlüğü": ["Strateji"],
    "Ulaşım Dairesi Başkanlığı": [ULASIM],
    "İnsan Kaynakları ve Eğitim Dairesi Başkanlığı": [INSAN],
    "İnsan Kaynakları Dairesi Başkanlığı": [INSAN],
    "Üst Yönetim": ["Üst Yönetim"],
    "Sağlık Hizmetleri Dairesi Başkanlığı": [SAGLIK],
    "Sağlık İşleri Dairesi Başkanlığı": [SAGLIK],
    "Sosyal Hizmetler Dairesi Başkanlığı Sağlık Dairesi Başkanlığı": [SOSYAL, SAGLIK],
    "Sosyal Hizmetler MERCEK": ["MERCEK"],
    "Sosyal Hizmetler Dairesi Başkanlığı": [SOSYAL],
    "Kadın ve Aile Hizmetleri Dairesi Başkanlığı Sosyal Hizmetler Daire Başkanlığı": [
        KADIN,
        SOSYAL,
    ],
    "Kadın ve Aile Hizmetleri Dairesi Başkanlığı": [KADIN],
    "Kadın ve Aile Hizmetleri Dairesi B": [KADIN],
    "Kadın ve Aile Hizmetleri D.B": [KADIN],
    "Kadın ve Aile Hizmetleri Daire Başkanlığı": [KADIN],
    "Kadın ve Aile Hiz. D.B.": [KADIN],
    "Kadı ve Aile Hizmetleri Dairesi Başkanlığı": [KADIN],
    "Kadın ve Aile Hizmetleri": [KADIN],
    "Kadın ve Aile Hizmetleri Dairesi": [KADIN],
    "Kültür ve Sosyal İşler Dairesi Başkanlığı": [KULTUR],
    "Kültür ve Sanat Hizmetleri Şube Müdürlüğü": ["Kültür ve Sanat Hizmetleri"],
    "Park ve Bahçeler Dairesi Başkanlığı": [PARK],
}

# Every supporting cell of the real plan, read by eye.
SUPPORTING = {
    "-": [],
    "İnsan Kaynakları ve Eğitim Daire Başkanlığı": [INSAN],
    "Ulaşım Dairesi Başkanlığı Park ve Bahçeler D.B": [ULASIM, PARK],
    "Basın Yayın ve Halkla İlişkiler Dairesi Başkanlığı": [BASIN],
    "İlgili birimler": ["İlgili Birimler"],
    "Muhtarlık İşleri D.B.": [MUHTARLIK],
    "Kooperatifler": ["Kooperatifler"],
    "Paydaşlar": ["Paydaşlar"],
    "Tüm Daireler": ["Tüm Daireler"],
    "Kadın ve Aile Hizmetleri Dairesi Başkanlığı": [KADIN],
    "Sağlık İşleri Dairesi Başkanlığı": [SAGLIK],
    "Kadın ve Aile Hizmetleri D.B": [KADIN],
    "Bilgi İşlem Dairesi Başkanlığı": [BILGI],
    "Fen İşleri Dairesi Başkanlığı": [FEN],
    "Belediye Şirketleri": ["Belediye Şirketleri"],
    "Mersin Üniversitesi STK'lar İnsan Kaynakları ve Eğitim D.B.": [
        "Mersin Üniversitesi",
        STK,
        INSAN,
    ],
    "Ulaşım Dairesi Başkanlığı": [ULASIM],
    "İnsan Kaynakları ve Eğitim Dairesi Başkanlığı": [INSAN],
    "MEÜSEM": ["MEÜSEM"],
    "Belediyemiz Birimleri": ["Tüm Birimler"],
    "Sosyal Hizmetler Dairesi Başkanlığı": [SOSYAL],
    "Sosyal Hizmetler Dairesi Başkanlığı STK'lar": [SOSYAL, STK],
    "Kamu Kurumları STK'lar TEKSİN uygulaması": ["Kamu Kurumları", STK, "TEKSİN uygulaması"],
    "STK'lar": [STK],
    "Kadın ve Aile Hizmetleri Daire Başkanlığı": [KADIN],
    "İnsan Kaynakları ve Eğitim Dairesi": [INSAN],
    "İl Milli Eğitim Müdürlüğü": ["İl Milli Eğitim Müdürlüğü"],
    "Kadın ve Aile Hizmetleri D.B.": [KADIN],
    "Kadın ve Aile Hizmetleri Dairesi Başkanlığı STK'lar": [KADIN, STK],
    "İŞKUR Halk Eğitim Merkezi": ["İŞKUR", HALK],
    "IOM": ["IOM"],
    "Mülteci Dernekleri": ["Mülteci Dernekleri"],
    "ILO IOM": ["ILO", "IOM"],
    "IOM ILO": ["IOM", "ILO"],
    "İlgili STK'lar": [STK],
    "Sağlık Hizmetleri D.B": [SAGLIK],
    "MBB Eğitici Havuzu": [HAVUZ],
    "Basın ve Halkla İlişkiler Daire Başkanı": [BASIN],
    "AÇEV MEB": ["AÇEV", "MEB"],
    "AÇEV": ["AÇEV"],
    "İŞKUR Halk Eğitim Merkezi Sosyal Hizmetler D.B": ["İŞKUR", HALK, SOSYAL],
    "Yazı İşleri Dairesi Başkanlığı": [YAZI],
    "Muhtarlıklar": ["Muhtarlıklar"],
    "Kültür ve Sosyal İşler Dairesi Başkanlığı": [KULTUR],
    "Paydaşlar MBB Eğitici Havuzu": ["Paydaşlar", HAVUZ],
    "Ulaşım Dairesi Başkanlığı Sağlık İşleri Dairesi Başkanlığı": [ULASIM, SAGLIK],
    "Eğitici Havuzu": [HAVUZ],
    "Eğitici Havuzu Mersin Barosu Muhtarlık Dairesi Başkanlığı": [
        HAVUZ,
        "Mersin Barosu",
        MUHTARLIK,
    ],
    "Muhtarlık Dairesi Başkanlığı Basın Yayın ve Halkla İlişkiler": [MUHTARLIK, BASIN],
    "Sağlık Dairesi Başkanlığı Sosyal Hizmetler": [SAGLIK, SOSYAL],
    "STK'lar Paydaşlar": [STK, "Paydaşlar"],
    "Muhtarlar": ["Muhtarlıklar"],
    "Kültür ve Sosyal İşler D.B": [KULTUR],
    "ASHİM": ["ASHİM"],
    "Fen İşleri Dairesi Başkanlığı Sosyal Hizmetler": [FEN, SOSYAL],
    "Üniversiteler / ŞÖNİM": ["Üniversiteler", "ŞÖNİM"],
    "Basın Yayın ve": [BASIN],
    "Mersin Üniversitesi STK'lar": ["Mersin Üniversitesi", STK],
    "Mersin Üniversitesi": ["Mersin Üniversitesi"],
    "İnsan Kaynakları ve Eğitim D.B.": [INSAN],
    "İlgili Birimler": ["İlgili Birimler"],
    "İlgili MBB Birimleri Kadın Koordinatörleri Yöneticiler": [
        "İlgili Birimler",
        "Kadın Koordinatörleri",
        "Yöneticiler",
    ],
    "Tüm Birimler İnsan Kaynakları": ["Tüm Birimler", INSAN],
    "STK'lar, paydaşlar": [STK, "Paydaşlar"],
    # "Merkez" is printed once more after the name; nobody else is called so.
    "İŞKUR Halk Eğitim Merkezi Merkez": ["İŞKUR", HALK],
    "Ulaşım D.B": [ULASIM],
}

OUTSIDE = {
    (row["short_name"] or row["name"]) for row in ROWS if row["kind"] in {"institution", "group"}
}


def known(row, *, aliases=True):
    return KnownUnit(
        id=row["name"],
        name=row["name"],
        kind=row["kind"],
        aliases=tuple(filter(None, row["aliases"].split("|"))) if aliases else (),
        short_name=row["short_name"] if aliases else "",
        parent=row["parent"] or None,
    )


EVERYTHING = UnitMatcher(known(row) for row in ROWS)


@pytest.fixture(scope="module")
def matcher():
    """Everything the fixture knows."""
    return EVERYTHING


@pytest.fixture(scope="module")
def internal():
    """The municipality's own units by their full names alone: no alias, nobody outside."""
    own = [row for row in ROWS if row["kind"] in {"department", "branch"}]
    return UnitMatcher(known(row, aliases=False) for row in own)


@pytest.fixture(scope="module")
def departments():
    """What an empty database knows after the headings: the 13 departments."""
    own = [row for row in ROWS if row["kind"] == "department" and row["number"]]
    return UnitMatcher(known(row, aliases=False) for row in own)


def called(match):
    """The shortest name of a match's unit; None if it has none."""
    if match.unit is None:
        return None
    row = next(row for row in ROWS if row["name"] == match.unit.name)
    return row["short_name"] or row["name"]


def cells_of_the_plan(column):
    lines = (line.split("\t") for line in PLAN.read_text(encoding="utf-8").splitlines())
    rows = [row for row in lines if len(row) > 3 and row[0].strip() != "Faaliyet"]
    return {row[column].strip() for row in rows} - {""}


def test_the_tables_are_the_plan():
    assert set(RESPONSIBLE) == cells_of_the_plan(1)
    assert set(SUPPORTING) == cells_of_the_plan(2)


@pytest.mark.parametrize(("cell", "expected"), [*RESPONSIBLE.items(), *SUPPORTING.items()])
def test_every_cell_of_the_plan_is_resolved(matcher, cell, expected):
    assert [called(match) for match in matcher.split(cell)] == expected


@pytest.mark.parametrize(("cell", "expected"), [*RESPONSIBLE.items(), *SUPPORTING.items()])
def test_own_units_are_found_without_aliases_and_outsiders_are_not(internal, cell, expected):
    found = [called(match) for match in internal.split(cell)]

    own = [unit for unit in expected if unit not in OUTSIDE]
    own = {
        # Nothing but an alias can tell the workshop's name from its department's …
        "Sosyal Hizmetler MERCEK": [SOSYAL, "MERCEK"],
        # … and a bare half name after a stranger stays a question.
        "Tüm Birimler İnsan Kaynakları": [],
    }.get(cell, own)
    assert [unit for unit in found if unit] == own


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        ("AÇEV MEB", [("AÇEV MEB", None)]),
        ("STK'lar, paydaşlar", [("STK'lar", None), ("paydaşlar", None)]),
        ("Üniversiteler / ŞÖNİM", [("Üniversiteler", None), ("ŞÖNİM", None)]),
        ("Muhtarlar", [("Muhtarlar", None)]),
        ("Belediye Şirketleri", [("Belediye Şirketleri", None)]),
        ("Strateji Şube Müdürlüğü", [("Strateji Şube Müdürlüğü", None)]),
        (
            "Kültür ve Sanat Hizmetleri Şube Müdürlüğü",
            [("Kültür ve Sanat Hizmetleri Şube Müdürlüğü", None)],
        ),
        (
            "Mersin Üniversitesi STK'lar İnsan Kaynakları ve Eğitim D.B.",
            [("Mersin Üniversitesi STK'lar", None), ("İnsan Kaynakları ve Eğitim D.B.", INSAN)],
        ),
        (
            "Muhtarlık Dairesi Başkanlığı Basın Yayın ve Halkla İlişkiler",
            [("Muhtarlık Dairesi Başkanlığı", None), ("Basın Yayın ve Halkla İlişkiler", BASIN)],
        ),
        (
            "Emniyet Müdürlüğü Afet İşleri Dairesi Başkanlığı Jandarma",
            [
                ("Emniyet Müdürlüğü", None),
                ("Afet İşleri Dairesi Başkanlığı", None),
                ("Jandarma", None),
            ],
        ),
        ("Sosyal Hizmetler MERCEK", [("Sosyal Hizmetler", SOSYAL), ("MERCEK", None)]),
    ],
)
def test_strangers_are_unknown_pieces(departments, cell, pieces):
    assert [(match.text, called(match)) for match in departments.split(cell)] == pieces


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("1.BASIN YAYIN VE HALKLA İLİŞKİLER DAİRESİ BAŞKANLIĞI", BASIN),
        ("2.FEN İŐLERİ DAİRESİ BAŐKANLIĐI", FEN),
        ("3.KARİYER MERKEZİ", KARIYER),
        ("4.GENÇLİK VE SPOR DAİRESİ BAŞKANLIĞI", GENCLIK),
        ("TARIMSAL VE VETERİNERLİK HİZ. DAİRESİ BAŞKANLIĞI", TARIM),
        ("MALİ HİZMETLER DAİRESİ BAŞKANLIĞI", MALI),
        ("7. ULAŞIM İŞLERİ DAİRESİ BAŞKANLIĞI", ULASIM),
        ("İNSAN KAYNAKLARI VE EĞİTİM DAİRESİ BAŞKANLIĞI", INSAN),
        ("SAĞLIK İŞLERİ DAİRESİ BAŞKANLIĞI", SAGLIK),
        ("10.SOSYAL HİZMETLER DAİRESİ BAŞKANLIĞI", SOSYAL),
        ("KADIN VE AİLE HİZMETLERİ DAİRESİ BAŞKANLIĞI", KADIN),
        ("KULTUR VE SOSYAL ISLER DAIRESI BASKANLIGI", KULTUR),
        ("PARK VE BAHÇELER DAİRESİ BAŞKANLIĞI", PARK),
        ("11.1. Aile ve Çocuk Şube Müdürlüğü", "Aile ve Çocuk"),
        ("11.2.Kadın Şube Müdürlüğü", "Kadın"),
        ("GÖNÜLLÜLER ŞUBE MÜDÜRLÜĞÜ", "Gönüllüler"),
    ],
)
def test_headings_match(matcher, internal, heading, unit):
    assert called(matcher.match(heading)) == unit
    assert called(internal.match(heading)) == unit


def test_only_some_kinds_are_looked_at(matcher):
    assert called(matcher.match("Kadın", only={"branch"})) == "Kadın"
    assert matcher.match("Kadın Şube Müdürlüğü", only={"department"}).unit is None
    assert called(matcher.match("KARİYER MERKEZİ", only={"department"})) == KARIYER


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        pytest.param("Kadın ve Aile Hiz.Dai.Bşk.", KADIN, id="abbreviated"),
        pytest.param("KADIN VE AİLE HİZMETLERİ DAİRESİ BAŞKANLIĞ", KADIN, id="cut off"),
        pytest.param("Kadın Şb. Md.", "Kadın", id="branch, abbreviated"),
        pytest.param("Ulaşm D.B", ULASIM, id="a letter lost"),
        pytest.param("Genlçik ve Spor", GENCLIK, id="letters swapped"),
        pytest.param("Tarım ve Veterinerlik D.B.", TARIM, id="a shorter word"),
        pytest.param("Halkla İlişkiler D.B.", BASIN, id="half of a name"),
        pytest.param("Basın, Yayın ve Halkla İlişkiler D.B.", BASIN, id="comma inside a name"),
        pytest.param("Ulaşım  Hizmetleri\xa0Dairesi", ULASIM, id="another generic word"),
        pytest.param("Anne Çocuk Eğitim Vakfı", "AÇEV", id="alias"),
        pytest.param("TEKSİN", "TEKSİN uygulaması", id="short alias"),
    ],
)
def test_other_spellings_match(matcher, text, unit):
    assert [called(match) for match in matcher.split(text)] == [unit]


@pytest.mark.parametrize(
    "text",
    [
        "Sosyal Hizmetler Müdürlüğü",
        "Mali Hizmetler Müdürlüğü",
        "Akdeniz Belediyesi Fen İşleri Müdürlüğü",
        "İl Sağlık Müdürlüğü",
        "Gençlik ve Spor İl Müdürlüğü",
        "Gençlik ve Spor Bakanlığı",
        "Sağlık Bakanlığı",
        "Sağlık Platformu",
        "Sosyal Hizmetler Uzmanları",
        "Kadın Dernekleri",
        "Kadın ve Aile Derneği",
        "Muhtarlar Derneği",
        "Mersin Üniversitesi Hastanesi",
        "Aile Hizmetleri",
        "Kadın Hizmetleri",
        "Kültür",
        "Gençlik",
        "Milli Eğitim",
        "Çevre Sağlık Dairesi Başkanlığı",
        "Sağlık ve Sosyal Hizmetler Dairesi Başkanlığı",
        "Hayvan Sağlığı ve Veterinerlik Hizmetleri Dairesi Başkanlığı",
        "Sosyal İşler Dairesi Başkanlığı",
        "Yapı İşleri Dairesi Başkanlığı",
        "Ulaşım Şube Müdürlüğü",
        "Daire Başkanlığı",
    ],
)
def test_a_doubtful_name_has_no_unit(matcher, departments, text):
    for knowing in (matcher, departments):
        assert {called(match) for match in knowing.split(text)} == {None}
        assert knowing.match(text).unit is None


def test_guesses_are_ranked(matcher):
    first, *others = matcher.match("Sosyal İşler Dairesi Başkanlığı").guesses

    assert first.name == "Sosyal Hizmetler Dairesi Başkanlığı"
    assert "Kültür ve Sosyal İşler Dairesi Başkanlığı" in {unit.name for unit in others}


def test_equally_good_units_are_left_to_a_person():
    twins = UnitMatcher(
        [KnownUnit(1, "Gençlik ve Spor", "department"), KnownUnit(2, "Gençlik ve Kültür", "branch")]
    )

    match = twins.match("Gençlik ve")

    assert match.unit is None
    assert {unit.id for unit in match.guesses} == {1, 2}


def test_one_spelling_of_two_units_is_left_to_a_person():
    twins = UnitMatcher([KnownUnit(1, "Meclis", "institution"), KnownUnit(2, "MECLİS", "group")])

    match = twins.match("Meclis")

    assert match.unit is None
    assert len(match.guesses) == 2


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Sağlık İşleri Dairesi Başkanlığı\nSTK'lar", [SAGLIK, STK]),
        ("• AÇEV • MEB; Mersin Barosu / IOM, ILO", ["AÇEV", "MEB", "Mersin Barosu", "IOM", "ILO"]),
        ("- Sağlık D.B\n- STK'lar", [SAGLIK, STK]),
        ("STK'lar ve Paydaşlar", [STK, "Paydaşlar"]),
        ("Ulaşım D.B ve Park ve Bahçeler D.B", [ULASIM, PARK]),
        ("Kadın ve Aile\nHizmetleri Dairesi\nBaşkanlığı", [KADIN]),
        ("Kadı ve Aile\nHizmetleri Dairesi Başkanlığı\nSTK'lar", [KADIN, STK]),
        ("Basın Yayın ve\r\nHalkla İlişkiler D.B\r\nMEB", [BASIN, "MEB"]),
        ("Kızılay, AÇEV", [None, "AÇEV"]),
        ("Kızılay\nAÇEV", [None, "AÇEV"]),
        ("Sosyal Hizmetler Dairesi Başk. Kızılay", [SOSYAL, None]),
    ],
)
def test_separators_and_wrapped_lines(matcher, cell, expected):
    assert [called(match) for match in matcher.split(cell)] == expected


@pytest.mark.parametrize("cell", ["", " ", *sorted(DASHES), " - \n", "...", "\u200b"])
def test_a_cell_without_names_has_no_pieces(matcher, cell):
    assert matcher.split(cell) == ()


@pytest.mark.parametrize("dash", sorted(DASHES))
def test_every_dash_parts_two_names(matcher, dash):
    names = [match.text for match in matcher.split(f"Fen İşleri D.B {dash} AÇEV")]

    assert names == ["Fen İşleri D.B", "AÇEV"]


def test_nobody_known_is_no_error():
    assert [match.text for match in UnitMatcher([]).split("Fen İşleri D.B\nAÇEV")] == [
        "Fen İşleri D.B",
        "AÇEV",
    ]


@given(st.lists(st.sampled_from([*RESPONSIBLE, *SUPPORTING]), max_size=5))
def test_cells_joined_by_lines_give_the_units_of_each(cells):
    found = [called(match) for match in EVERYTHING.split("\n".join(cells))]

    expected = [unit for cell in cells for unit in {**RESPONSIBLE, **SUPPORTING}[cell]]
    assert found == expected


@given(st.text(max_size=60))
@example("0):")
@example("1) a 2. b")
def test_any_text_is_read_and_no_word_is_lost(text):
    pieces = EVERYTHING.split(text)

    # "ve" between two units is dropped, and the number of a list.
    kept = {word for piece in pieces for word in fold(piece.text).split()}
    lost = set(fold(repair(text)).split()) - {"ve", "ile"} - kept
    assert not any(word.strip("0123456789") for word in lost)
    assert all(fold(piece.text) for piece in pieces)


def test_each_spelling_of_the_fixture_leads_to_one_unit():
    owners = {}
    for row in ROWS:
        for spelling in known(row).spellings:
            owners.setdefault(fold(spelling), set()).add(row["name"])

    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


def test_parents_of_the_fixture_exist():
    departments = {row["name"] for row in ROWS if row["kind"] == "department"}

    assert {row["parent"] for row in ROWS if row["kind"] == "branch"} <= departments
    assert not {row["parent"] for row in ROWS if row["kind"] != "branch"} - {""}


def test_units_and_names_need_no_django():
    check = "import sys, imports.units; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0


def test_strangers_kept_as_institutions_are_found_again(departments):
    """Importing a file twice changes nothing, though its strangers are known by then."""
    cells = [*RESPONSIBLE, *SUPPORTING]
    first = {
        cell: [(match.text, match.unit) for match in departments.split(cell)] for cell in cells
    }
    strangers = {fold(text): text for cell in cells for text, unit in first[cell] if not unit}
    kept = [KnownUnit(text, text, "institution") for text in strangers.values()]

    own = [row for row in ROWS if row["kind"] == "department" and row["number"]]
    again = UnitMatcher([*(known(row, aliases=False) for row in own), *kept])

    for cell in cells:
        names = [unit.name if unit else strangers[fold(text)] for text, unit in first[cell]]
        assert [match.unit and match.unit.name for match in again.split(cell)] == names


# --- Words ---


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param("ulasm", "ulasim", True, id="a letter lost"),
        pytest.param("fenn", "fen", True, id="a letter added at the end"),
        pytest.param("yapi", "yazi", True, id="a letter changed"),
        pytest.param("genlcik", "genclik", True, id="letters swapped"),
        pytest.param("fen", "fen", False, id="equal"),
        pytest.param("ulas", "ulasim", False, id="two lost"),
        pytest.param("kapi", "kazo", False, id="two changed"),
        pytest.param("genlcis", "genclik", False, id="swapped and changed"),
    ],
)
def test_one_edit_is_a_letter_lost_added_changed_or_swapped(one, other, apart):
    assert one_edit_apart(one, other) is apart
    assert one_edit_apart(other, one) is apart


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("hizmetleri", WordRole.WORK),
        ("hizme", WordRole.WORK),  # cut off after five letters
        ("mudur", WordRole.MUDURLUK),
        ("mudu", WordRole.CONTENT),  # cut off too early
        ("dairsi", WordRole.DAIRE),  # a letter lost
        ("baskanlgi", WordRole.OFFICE),
        ("baskanlk", WordRole.CONTENT),  # two lost
        ("bakanligi", WordRole.CONTENT),  # a ministry, not a misspelt presidency
        ("sube", WordRole.SUBE),
        ("ile", WordRole.JOIN),
        ("mbb", WordRole.OWN),
        ("ulasim", WordRole.CONTENT),
    ],
)
def test_what_a_word_does_in_a_name(word, role):
    assert role_of(word) is role


@pytest.mark.parametrize(
    ("word", "known", "how"),
    [
        ("yapi", "yapi", "same"),
        ("ulasm", "ulasim", "slip"),
        ("genlcik", "genclik", "slip"),
        ("yapi", "yazi", "other"),
        ("fen", "fan", ""),  # too short to be a misspelling
        ("fenn", "fen", ""),
        ("kul", "kultur", "cut"),
        ("ku", "kultur", ""),
        ("kultur", "kul", ""),
    ],
)
def test_how_a_printed_word_resembles_a_known_one(word, known, how):
    assert likeness(word, known) == how


@pytest.mark.parametrize(
    ("words", "content", "rank", "work", "closed"),
    [
        ("saglik isleri dairesi baskanligi", ("saglik",), WordRole.DAIRE, "i", True),
        ("kadin sube mudurlugu", ("kadin",), WordRole.SUBE, "", True),
        ("mali hizmetler mudurlugu", ("mali",), WordRole.MUDURLUK, "h", True),
        ("hizmetler ve isler", (), None, "i", False),
        ("mbb paydaslar", ("paydaslar",), None, "", False),
        ("", (), None, "", False),
    ],
)
def test_a_name_is_read(words, content, rank, work, closed):
    name = read_name(words.split())
    assert (name.content, name.rank, name.work, name.closed) == (content, rank, work, closed)


@pytest.mark.parametrize(
    ("text", "is_acronym", "may_end"),
    [
        ("MEB", True, True),
        ("M", False, False),
        ("Meb", False, False),
        ("M1", False, False),
        ("Muhtarlar", False, True),
        ("Dernekler", False, True),
        ("Barosu", False, True),
        ("Valiliği", False, True),
        ("Dairesi", False, True),
        ("Çevre", False, False),
        ("ve", False, False),
    ],
)
def test_where_a_name_may_end(text, is_acronym, may_end):
    [word] = read_words(text)
    assert (word.is_acronym, word.may_end_a_name) == (is_acronym, may_end)


# --- Ranks and guesses ---


@pytest.mark.parametrize(
    ("name", "kind", "text", "is_found"),
    [
        ("Kadın", "department", "Kadın Dairesi Başkanlığı", True),
        ("Kadın", "branch", "Kadın Dairesi Başkanlığı", False),
        ("Kadın Şube Müdürlüğü", "branch", "Kadın Dairesi Başkanlığı", False),
        ("Kadın Şube Müdürlüğü", "branch", "Kadın Müdürlüğü", True),
        ("Kadın Müdürlüğü", "institution", "Kadın Şube Müdürlüğü", False),
        ("Kadın Dairesi Başkanlığı", "department", "Kadın Müdürlüğü", False),
        ("Kadın", "institution", "Kadın Müdürlüğü", True),
    ],
)
def test_a_unit_answers_to_its_own_rank(name, kind, text, is_found):
    knowing = UnitMatcher([KnownUnit(1, name, kind)])
    assert (knowing.match(text).unit is not None) is is_found


@pytest.mark.parametrize(
    ("kind", "text", "is_found"),
    [
        # Half of our own unit's words are enough, of another's only if they begin its name.
        ("department", "Halkla İlişkiler", True),
        ("branch", "Halkla İlişkiler", True),
        ("institution", "Halkla İlişkiler", False),
        ("institution", "Basın Yayın", True),
        ("department", "Basın", False),
    ],
)
def test_half_of_a_name_is_enough_for_our_own_units(kind, text, is_found):
    knowing = UnitMatcher([KnownUnit(1, "Basın Yayın ve Halkla İlişkiler", kind)])
    assert (knowing.match(text).unit is not None) is is_found


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        # After a stranger that may be over, only an exact name with its ending is another name.
        ("Çukurova Barosu Jandarma", [("Çukurova Barosu Jandarma", None)]),
        (
            "Çukurova Barosu Muhtarlık Dairesi Başkanlığı",
            [("Çukurova Barosu", None), ("Muhtarlık Dairesi Başkanlığı", 1)],
        ),
        (
            "Çukurova Barosu Muhtarlk Dairesi Başkanlığı",
            [("Çukurova Barosu Muhtarlk Dairesi Başkanlığı", None)],
        ),
        # After one that is over, an exact name of two words is.
        (
            "Emniyet Müdürlüğü Halk Eğitim MEB",
            [("Emniyet Müdürlüğü", None), ("Halk Eğitim", 3), ("MEB", 4)],
        ),
    ],
)
def test_what_follows_a_stranger(cell, pieces):
    knowing = UnitMatcher(
        [
            KnownUnit(1, "Muhtarlık Dairesi Başkanlığı", "department"),
            KnownUnit(2, "Jandarma", "institution"),
            KnownUnit(3, "Halk Eğitim", "institution"),
            KnownUnit(4, "MEB", "institution"),
        ]
    )
    found = knowing.split(cell)
    assert [(match.text, match.unit and match.unit.id) for match in found] == pieces


def test_at_most_three_guesses_come_the_likest_first():
    """One word of "Deniz Kazası" is known, so of n words it shares 1 of n + 1."""
    units = [
        KnownUnit(1, "Deniz Ticaret Odası", "institution"),  # a quarter
        KnownUnit(2, "Deniz Canlı Koruma Vakfı", "institution"),  # a fifth: too little
        KnownUnit(3, "Deniz Araştırma", "institution"),  # a third
        KnownUnit(4, "Deniz Feneri", "institution", aliases=("Denizin Işığı Dergisi",)),
        KnownUnit(5, "Deniz Banyosu", "branch"),
    ]
    knowing = UnitMatcher(units)

    assert [unit.id for unit in knowing.match("Deniz Kazası").guesses] == [3, 5, 4]
    found = knowing.match("Deniz Kazası", only={"branch"})
    assert [unit.id for unit in found.guesses] == [5]
    assert [unit.id for unit in UnitMatcher(units[:2]).match("Deniz Kazası").guesses] == [1]
