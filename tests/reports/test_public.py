"""The public edition: what anybody may read, and what nobody may find out from it."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.test import Client
from django.utils import timezone

from indicators import editions, steps
from indicators.models import Realization
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_published_year,
    make_user,
)
from tests.reports.html import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def plan():
    return make_plan(is_public=True, slug="p", municipality="Işıklı Belediyesi")


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1", name="Işık İşleri Dairesi"), "4.1.1")


def publish(plan):
    make_period(plan, state="closed")
    person = make_user("reviewer", municipality=plan.municipality)
    return make_published_year(plan, YEAR, person=person)


def page(client, path="", **given):
    return client.get(f"/public/p/{YEAR}/{path}", **given)


def text_of(client, path=""):
    response = page(client, path)
    assert response.status_code == 200
    return response.content.decode()


def test_only_the_units_own_words_are_marked_as_turkish(plan, activity, stranger):
    make_indicator(activity, target=10, realization=5)
    make_indicator(activity, target=10, realization=5)
    Realization.objects.update(state=Realization.State.APPROVED)
    Realization.objects.filter(pk=Realization.objects.first().pk).update(deviation_reason="Sel")
    publish(plan)

    told = text_of(stranger, "?lang=en")

    assert '<td class="why"><span lang="tr">Sel</span></td>' in told
    assert '<td class="why">The unit gave no reason.</td>' in told


def test_why_no_reason_was_asked_is_turkish_on_an_english_page(plan, activity, stranger):
    make_indicator(activity, target=10, realization=5, state="approved")
    Realization.objects.update(reason_waived="Dosyayla <geldi>")
    publish(plan)
    told = text_of(stranger, "?lang=en")
    assert 'because: <span lang="tr">Dosyayla &lt;geldi&gt;</span>' in told
    assert "Dosyayla &lt;geldi&gt;</td>" in text_of(stranger)


def test_an_objective_without_a_title_is_not_marked_as_turkish(plan, activity, stranger):
    make_indicator(activity, target=10, realization=5, state="approved")
    publish(plan)
    assert "<h1>Objective 4</h1>" in text_of(stranger, "objectives/4/?lang=en")
    assert ">Objective 4</a>" in text_of(stranger, "?lang=en")
    assert '<h1 lang="tr">' in text_of(stranger, "departments/1/?lang=en")


PAGES = ("", "departments/1/", "objectives/4/", "objectives/4.1/", "?q=gösterge")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("is_public", "state"),
    [(False, "published"), (True, "closed"), (True, "open"), (True, "planned")],
)
def test_what_is_not_published_does_not_exist(path, is_public, state, stranger):
    plan = make_plan(slug="p", is_public=is_public)
    make_indicator(make_activity(plan, make_department(plan, "1"), "4.1.1"), target=1)
    make_period(plan, state=state)
    editions.freeze(plan, YEAR, person=None)
    assert page(stranger, path).status_code == 404
    assert "p/2024" not in stranger.get("/public/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_published_year_is_read_without_an_account_a_session_or_a_cookie(
    path, plan, activity, stranger
):
    make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    response = page(stranger, path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "public" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_who_chose_a_language_reads_the_public_pages_in_it(path, plan, activity, stranger):
    make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    stranger.cookies["django_language"] = "en"
    response = page(stranger, path)
    assert response.status_code == 302
    assert "no-store" in response.headers["Cache-Control"]
    english = stranger.get(response.url)
    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    # The other language is an address that says it, so that it is not led back, nor its links.
    [other] = [a["href"] for a in parse(english.text).all("a") if a["hreflang"] == "tr"]
    turkish = stranger.get(other)
    assert (turkish.status_code, turkish.headers["Content-Language"]) == (200, "tr")
    links = [a["href"] for a in parse(turkish.text).all("a") if a["href"] and not a["hreflang"]]
    inside = [href for href in links if "/public/" in href and "/data/" not in href]
    assert inside and all("lang=tr" in href for href in inside)


@pytest.mark.parametrize("path", ["departments/2/", "departments//", "objectives/9/"])
def test_what_the_edition_does_not_hold_does_not_exist(path, plan, activity, stranger):
    make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    assert page(stranger, path).status_code == 404


def test_only_approved_values_are_told(plan, activity, stranger):
    for state in Realization.State.values:
        # Longer than any id on the page.
        name = f"Sayı {state}"
        make_indicator(activity, target=10**6, realization=987601, state=state, name=name)
    Realization.objects.exclude(state="approved").update(value=987602, text="")
    publish(plan)
    told = text_of(stranger).replace(".", "")
    assert "987601" in told
    assert "987602" not in told


def test_a_reason_of_a_deviation_is_told_and_its_absence_too(plan, activity, stranger):
    make_indicator(activity, target=100, realization=50, state="approved")
    Realization.objects.update(deviation_reason="Bina geç teslim edildi")
    make_indicator(activity, target=100, realization=40, state="approved")
    publish(plan)
    told = text_of(stranger, "departments/1/")
    assert "Bina geç teslim edildi" in told
    assert told.count("Birim neden yazmadı.") == 1


def test_a_reason_that_was_not_asked_for_is_told_as_that(plan, activity, stranger):
    make_indicator(activity, target=10, realization=5)
    Realization.objects.update(state="approved", reason_waived="2024 tek seferde aktarıldı")
    publish(plan)

    told = text_of(stranger, "?lang=en")

    assert 'No reason was asked, because: <span lang="tr">2024 tek seferde aktarıldı</span>' in told
    assert "The unit gave no reason." not in told


@pytest.mark.parametrize("is_own", [True, False])
def test_what_was_verified_by_who_entered_it_is_counted_without_names(
    plan, activity, stranger, is_own
):
    person, other = (make_user("reviewer", last_name=name) for name in ("Kaya", "Yıldız"))
    for _each in range(2):
        make_indicator(activity, target=10, realization=10)
    decided = person if is_own else other
    Realization.objects.update(state="approved", entered_by=person, decided_by=decided)
    publish(plan)

    told = text_of(stranger, "?lang=en")

    assert ("2 values were verified by the person who entered them." in told) is is_own
    assert "Kaya" not in told and "Yıldız" not in told


def test_what_was_corrected_after_its_verification_is_counted_without_names(
    plan, activity, stranger
):
    person, other = (make_user("reviewer", last_name=name) for name in ("Kaya", "Yıldız"))
    make_indicator(activity, target=10, realization=10, state="approved")
    now = timezone.now()
    Realization.objects.update(
        entered_by=person, decided_by=other, entered_at=now, decided_at=now - timedelta(hours=1)
    )
    make_indicator(activity, target=10, realization=10, state="approved")
    publish(plan)

    told = text_of(stranger, "?lang=en")

    assert "1 value was corrected after it was verified." in told
    assert "Kaya" not in told and "Yıldız" not in told


def test_0_a_dash_and_nothing_stay_apart(plan, activity, stranger):
    for name, cell in (("A", 0), ("B", "-"), ("C", "belli olacak")):
        make_indicator(activity, target=100, realization=cell, state="approved", name=name)
    make_indicator(activity, target=100, name="D")
    publish(plan)
    told = text_of(stranger, "departments/1/")
    assert "belli olacak" in told
    assert ">0<" in told


def test_the_page_answers_in_the_language_of_its_address(plan, activity, stranger):
    make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    assert 'lang="tr"' in text_of(stranger)[:200]
    assert 'lang="en"' in text_of(stranger, "?lang=en")[:200]
    # What the browser speaks does not decide: a cache keeps one page per address.
    assert 'lang="tr"' in page(stranger, headers={"Accept-Language": "en"}).text[:200]


def test_an_unchanged_page_is_not_sent_again(plan, activity, stranger):
    indicator = make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    first = page(stranger)
    again = page(stranger, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    value = indicator.realizations.get()
    boss = make_user("administrator")
    steps.correct(value, D(90), boss, plan.periods.get(year=YEAR), "Düzeltme")
    changed = page(stranger, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_correction_stands_beside_what_was_published(plan, activity, stranger):
    indicator = make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    value = indicator.realizations.get()
    boss = make_user("administrator")
    steps.correct(value, D(93), boss, plan.periods.get(year=YEAR), "Tutanakta 93 yazıyor")
    told = text_of(stranger)
    assert "93" in told
    assert "Tutanakta 93 yazıyor" in told
    # The score stays that of the edition.
    assert "%80,0" in told
    assert "%93,0" not in told


@pytest.mark.parametrize(
    ("kept", "language", "told"),
    [
        ("Tutanak yanlış okunmuş.", "en", ' lang="tr">Tutanak yanlış okunmuş.'),
        ("import 10: Birim düzeltti.", "en", ' lang="tr">Birim düzeltti.'),
        ("import 10", "en", ">Corrected with a file that was read in."),
        ("import 10", "tr", ">Okunan bir dosyayla düzeltildi."),
        ("undo of import 10", "tr", ">Yapılan bir düzeltme geri alındı."),
    ],
)
def test_a_correction_tells_its_reason_without_the_import(
    kept, language, told, plan, activity, stranger
):
    row = make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    value = row.realizations.get()
    value.value, value._change_reason = D(93), kept
    value.save()
    # What changes no number has a reason of its own.
    value.note, value._change_reason = "Görüldü", "Not eklendi"
    value.save()

    html = text_of(stranger, f"?lang={language}")

    corrections = html.split('aria-labelledby="h-errata"')[1]
    assert corrections.split('<td class="why"')[1].split("</td>")[0] == told


@pytest.mark.parametrize("words", ["ışık", "IŞIK", "isik", "işleri ışık", "4.1.1"])
def test_a_search_finds_whatever_the_case_and_the_dots(words, plan, activity, stranger):
    make_indicator(activity, target=100, realization=80, state="approved", name="Kurs")
    publish(plan)
    assert "Kurs" in text_of(stranger, f"?q={words}").split("h-hits")[-1]


def test_a_search_without_a_hit_says_so(plan, activity, stranger):
    make_indicator(activity, target=100, realization=80, state="approved", name="Kurs")
    publish(plan)
    assert "Kurs" not in text_of(stranger, "?q=otobüs").split("h-hits")[-1].split("h-know")[0]


# --- What is verified, reported, and not reported ---


@pytest.fixture
def partly(plan, activity):
    """Publish five results: four verified (100, 60, 30 and 120 %), one not (50 %); one missing."""
    for value in (100, 60, 30, 120):
        make_indicator(activity, target=100, realization=value, state="approved")
    make_indicator(activity, target=100, realization=50, name="Bekleyen")
    other = make_activity(plan, make_department(plan, "2"), "5.1.1", title="Kreş açmak")
    make_indicator(other, target=100)
    return publish(plan)


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_the_first_sentence_has_three_counts_and_two_means_follow(partly, stranger):
    told = text_of(stranger)

    sentence = (
        "Işıklı Belediyesi 2024 için 6 hedef koydu: 4 sonuç doğrulandı, 1 sonuç bildirildi ama "
        "doğrulanmadı, 1 sonuç bildirilmedi."
    )
    assert sentence in words(told)
    # Four of six are too few for a mean; that of all five: (100 + 60 + 30 + 100 + 50) ÷ 5.
    means = (
        "Ortalama, hedeflerin en az %80 kadarının sonucu doğrulandıysa yazılır. Bildirilen 5 "
        "sonucun ortalaması %68,0. Her hedef en çok %100 sayılır."
    )
    assert means in words(told)
    assert f'<meta property="og:description" content="{sentence} {means}">' in told
    assert 'aria-label="4 doğrulandı, 1 bildirildi, doğrulanmadı, 1 bildirilmedi"' in told


def test_a_units_percent_stands_with_its_n_and_from_80_of_100_verified_on(partly, stranger):
    told = words(text_of(stranger))
    # (100 + 60 + 30 + 100) ÷ 4, four of five verified; the other unit has nothing.
    assert "%72,5 n=4 · 4/5 doğrulandı" in told
    assert "— 0/1 doğrulandı" in told
    assert "Ortalama: %72,5 n=4 · 4/5 doğrulandı" in words(text_of(stranger, "departments/1/"))
    assert "Ortalama: — 0/1 doğrulandı" in words(text_of(stranger, "objectives/5/"))


def test_what_is_not_verified_has_a_state_and_no_number(partly, stranger):
    row = text_of(stranger, "departments/1/").split("Bekleyen")[1].split("</tr>")[0]
    assert "Bildirildi, doğrulanmadı" in row
    assert "Bildirilmedi" not in row and "50" not in row


def test_that_no_reason_was_given_is_said_only_where_it_fell_short_and_was_asked(
    plan, activity, stranger
):
    for value in (89, 90, 111, 40):
        make_indicator(activity, target=100, realization=value, state="approved")
    Realization.objects.filter(value=40).update(reason_waived="Küçük iş")
    publish(plan)
    whys = re.findall(r'<td class="why">(.*?)</td>', text_of(stranger, "departments/1/"))
    assert whys == ["Birim neden yazmadı.", "", "", "Neden istenmedi, çünkü: Küçük iş"]


def test_why_more_was_done_than_planned_may_be_told(plan, activity, stranger):
    make_indicator(activity, target=100, realization=150, state="approved")
    Realization.objects.update(deviation_reason="Yeni bina")
    publish(plan)
    assert "Yeni bina" in text_of(stranger)


def test_why_it_was_published_in_spite_of_a_condition_stands_below_the_first_sentence(
    partly, stranger
):
    assert "gerekçe:" not in text_of(stranger)
    editions.freeze(
        partly.plan, YEAR, person=None, reason="Yeniden", override_reason="Meclis <bekliyor>"
    )
    head = text_of(stranger).split("</article>")[0]
    assert "sonuç bildirilmedi.</p>" in head.split("Meclis &lt;bekliyor&gt;")[0]


def test_an_objective_without_a_title_says_so_and_names_its_first_activity(plan, partly, stranger):
    told = words(text_of(stranger))
    assert "başlık bekleniyor 1 faaliyet; ilki: 5.1.1 Kreş açmak" in told
    plan.objectives.filter(code__in=("4", "5")).update(title="Bakım")
    editions.freeze(plan, YEAR, person=None, reason="Başlıklar geldi")
    assert "başlık bekleniyor" not in text_of(stranger)


def test_the_public_table_has_the_baseline(plan, activity, stranger):
    make_indicator(activity, baseline=12345, target=20000, realization=20000, state="approved")
    publish(plan)
    assert '<td class="num" data-l="Mevcut">12.345</td>' in text_of(stranger, "departments/1/")


def test_a_mean_that_is_withheld_stands_in_no_other_sentence_and_not_in_the_api(
    plan, activity, stranger
):
    # Three of five are verified, the good ones: too few for a percent that the public reads.
    for realization, state in [(20, "approved")] * 3 + [(1, "submitted")] * 2:
        make_indicator(activity, baseline=10, target=20, realization=realization, state=state)
    publish(plan)
    told = words(text_of(stranger))
    assert "Başlangıcı bilinen 3 hedeften" in told
    assert "Hiçbir şey değişmeseydi" not in told
    answer = stranger.get(f"/api/v1/plans/{plan.slug}/achievement?year={YEAR}").json()
    found = answer["headline"]
    assert (found["n"], found["score"]) == (3, None)
    assert found["nothing_moved"] == {"supposed": None, "real": None, "n": 0}
    assert not {"score", "nothing_moved"} & set(found["sentences"]["tr"])


def test_how_hard_the_targets_were_is_told_of_what_is_verified(plan, activity, stranger):
    # Met by the baseline; 10 % above it; far above it; and one that is not verified.
    for baseline, target, state in (
        (10, 10, "approved"),
        (10, 11, "approved"),
        (10, 20, "approved"),
        (10, 10, "submitted"),
    ):
        make_indicator(activity, baseline=baseline, target=target, realization=10, state=state)
    publish(plan)
    told = words(text_of(stranger))
    assert "Başlangıcı bilinen 3 hedeften 1 tanesi plan başlamadan karşılanmıştı." in told
    assert "Başlangıcı bilinen 3 hedeften 2 tanesi başlangıcın en çok %10 ötesindeydi" in told


def test_what_a_search_finds_stands_on_top_the_indicator_itself_first(plan, stranger):
    by_unit = make_activity(plan, make_department(plan, "1", name="Kadın Dairesi"), "4.1.1")
    make_indicator(by_unit, target=1, realization=1, state="approved", name="Kurs")
    other = make_activity(plan, make_department(plan, "2"), "5.1.1")
    make_indicator(other, target=1, realization=1, state="approved", name="Kadın sayısı")
    publish(plan)
    told = text_of(stranger, "?q=kadın")
    assert told.index("h-hits") < told.index("h-results")
    assert "h-units" not in told
    assert told.index("Kadın sayısı") < told.index("Kurs")


# --- Small numbers ---


def test_a_small_number_is_hidden_wherever_it_could_be_read(plan, activity, stranger):
    make_indicator(
        activity,
        target=7,
        realization=3,
        state="approved",
        hides_small_numbers=True,
        name="Sığınma evine alınan kadın sayısı",
    )
    make_indicator(activity, target=100, realization=50, state="approved")
    publish(plan)
    for path in PAGES:
        told = text_of(stranger, path)
        assert "&lt;5" in told or "Sığınma" not in told
        assert ">3<" not in told
        assert "%42,9" not in told  # 3 ÷ 7
        # (3/7 + 1/2) ÷ 2 = 46,4 %: nobody subtracts the known half from a mean of both.
        assert "%46,4" not in told
    assert "%50,0" in text_of(stranger)


@pytest.mark.parametrize(("value", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_1_to_4_are_small(value, is_hidden, plan, activity, stranger):
    make_indicator(
        activity, target=10, realization=value, state="approved", hides_small_numbers=True
    )
    publish(plan)
    assert ("&lt;5" in text_of(stranger, "departments/1/")) == is_hidden


def test_a_number_found_to_identify_people_later_is_hidden_at_once(plan, activity, stranger):
    indicator = make_indicator(activity, target=10, realization=3, state="approved")
    publish(plan)
    assert ">3<" in text_of(stranger)
    indicator.hides_small_numbers = True
    indicator.save()
    assert ">3<" not in text_of(stranger)


def test_a_total_that_would_give_a_hidden_number_away_is_hidden_with_it(plan, activity, stranger):
    parts = {"Kadın": 3, "Çocuk": 41, "Toplam": 44}
    for name, value in parts.items():
        make_indicator(
            activity,
            target=50,
            realization=value,
            state="approved",
            name=name,
            hides_small_numbers=name != "Toplam",
        )
    publish(plan)
    told = text_of(stranger, "departments/1/")
    assert ">41<" in told
    assert ">44<" not in told


def test_a_hidden_number_is_not_told_by_its_correction(plan, activity, stranger):
    indicator = make_indicator(
        activity, target=10, realization=3, state="approved", hides_small_numbers=True
    )
    publish(plan)
    value = indicator.realizations.get()
    boss = make_user("administrator")
    steps.correct(value, D(93), boss, plan.periods.get(year=YEAR), "Yanlış yazılmış")
    assert "93" not in text_of(stranger).split("h-errata")[-1].split("h-know")[0]
    assert "Yanlış yazılmış" not in text_of(stranger)


# --- Figures and cost ---


def test_the_public_reads_the_figures_of_the_plan(real_plan, stranger):
    Realization.objects.filter(indicator__activity__plan=real_plan).update(state="approved")
    real_plan.is_public = True
    real_plan.save()
    make_published_year(real_plan, 2024, person=make_user("reviewer"))
    told = stranger.get(f"/public/{real_plan.slug}/2024/").content.decode()
    for figure in ("%82,8", "%80,4", "%55,0", "%58,6", "%43,6", "<b>136</b>", "<b>96</b>"):
        assert figure in told


def test_a_page_costs_the_same_however_many_rows_it_has(
    plan, activity, stranger, django_assert_num_queries
):
    for _ in range(5):
        make_indicator(activity, target=100, realization=80, state="approved")
    publish(plan)
    page(stranger)
    # plan and its revision; edition; its seals; what is hidden: every edition, indicators and
    # values of today; for the errata the plan's units and its rows as they are now
    with django_assert_num_queries(8):
        page(stranger)
    # plan and its revision; edition; its seals; what is hidden, which every edition decides
    etag = page(stranger).headers["ETag"]
    with django_assert_num_queries(6):
        page(stranger, headers={"If-None-Match": etag})


def test_all_published_years_are_listed_page_by_page(
    stranger, plan, activity, django_assert_max_num_queries
):
    make_indicator(activity, target=10, realization=9, state="approved")
    edition = publish(plan)
    edition.pk, edition.number = None, 2
    edition.save()
    for number in range(50):
        other = make_plan(is_public=True, slug=f"q{number}", municipality=f"Belediye {number:02}")
        make_period(other, state="published")
        edition.pk, edition.plan, edition.number = None, other, 1
        edition.save()

    # municipalities; how many; the editions of the page
    with django_assert_max_num_queries(3):
        first = stranger.get("/public/").text
    second = stranger.get("/public/", {"page": "2"}).text

    listed = [re.findall(r'href="/public/(p|q\d+)/', text) for text in (first, second)]
    assert [len(slugs) for slugs in listed] == [50, 1]
    assert len({slug for slugs in listed for slug in slugs}) == 51
    assert 'href="?lang=en&amp;page=2"' in stranger.get("/public/?lang=en").text
