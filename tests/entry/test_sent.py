"""Once everything is sent the page says so, what comes next, and what can be taken back."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from activities.models import Period
from entry.views import recall
from indicators import steps
from indicators.models import Comment, Evidence, Realization
from pages.plan_page import PlanPage
from review import actions
from tests import factories
from tests.entry.conftest import FETCH, YEAR, field, is_read_only, signed_in, stored, text_of
from tests.entry.test_page import post
from tests.entry.test_questions_and_sending import send
from tests.reports.html import OF_SESSION

pytestmark = pytest.mark.django_db
State = Realization.State
ALL_SENT = "satırın tümü gönderildi"


@pytest.fixture
def rows(desk):
    """Make three rows of which each was sent from the desk."""
    found = [desk.row(target=100, name=name) for name in ("Bir", "İki", "Üç")]
    for row in found:
        assert desk.save(row, written="100").status_code == 200
    assert send(desk, *found).status_code == 302
    return found


def take_back(desk, *rows, client=None, everything=False):
    tokens = [f"{row.pk}:{stored(row).version}" for row in rows]
    data = {"all": "1", "seen": tokens} if everything else {"row": tokens}
    return (client or desk.client).post(desk.url("entry_recall"), data, follow=True)


def remark(row, person):
    Comment.objects.create(realization=stored(row), text="Bakıyorum.", written_by=person)


def test_the_page_says_that_all_is_sent_and_that_nothing_is_expected(desk, rows):
    page = desk.client.get(desk.url())
    seen = text_of(page)

    assert f"3 {ALL_SENT}" in seen
    assert "Şimdi sizden bir şey beklenmiyor" in seen
    assert "0 doğrulandı, 0 inceleniyor, 3 sırada" in seen
    assert timezone.localtime().strftime("%H:") in seen
    gone = ("btn primary", "paste/", "entry.js", 'name="send"', 'name="save"', 'type="text"')
    shown = OF_SESSION.sub("", page.text)
    assert [each for each in gone if each in shown] == []
    assert all(is_read_only(page, row) for row in rows)


def test_one_row_that_is_not_sent_keeps_the_page_as_it_is(desk, rows):
    desk.row(target=10)

    page = desk.client.get(desk.url())

    assert ALL_SENT not in text_of(page)
    assert 'name="send"' in page.text
    assert page.text.count('form="recall" name="row"') == 3


def test_a_reason_that_is_asked_for_is_expected(desk, rows):
    Realization.objects.filter(indicator=rows[0]).update(reason_asked_at=timezone.now())

    assert ALL_SENT not in text_of(desk.client.get(desk.url()))


@pytest.fixture
def awaited(desk):
    """Make a row that was sent without its reason, for which a reviewer asks in a closed year."""
    row = desk.row(target=100, realization=70, name="Beklenen")
    Realization.objects.update(state=State.SUBMITTED)
    Period.objects.update(state="closed")
    person = factories.make_user("reviewer")
    assert actions.ask_reason(desk.plan, YEAR, {stored(row).pk: stored(row).version}, person).done
    return row


def test_a_reason_that_is_awaited_is_named_at_the_top_and_has_its_fields(desk, awaited):
    page = desk.client.get(desk.url())
    alone = desk.client.get(desk.url("entry_cell", awaited.pk))

    seen = text_of(page)
    assert "Sizden beklenenler" in seen and "Göndermeden önce" not in seen
    assert "inceleyenler hedeften neden saptığını soruyor" in seen
    assert "Şu anda yalnız inceleyenlerin istedikleri yazılabilir" in seen
    for each in (page, alone):
        assert "gönderilemez" not in text_of(each)
        assert field(each, awaited, "seen") == "2"
        assert field(each, awaited, "deviation_reason") == ""
        assert is_read_only(each, awaited)
        assert each.text.count('name="save"') == 2


@pytest.mark.parametrize("whole", [True, False])
def test_an_awaited_reason_is_written_and_awaited_until_the_measure_is_there(desk, awaited, whole):
    def write(**texts):
        page = desk.client.get(desk.url())
        fields = {f"{name}-{awaited.pk}": text for name, text in texts.items()}
        fields[f"seen-{awaited.pk}"] = field(page, awaited, "seen")
        place = desk.url() if whole else desk.url("entry_cell", awaited.pk)
        return desk.client.post(place, fields, **({} if whole else {"headers": FETCH}))

    assert write(deviation_reason="Sel", measure_to_take="").status_code in (200, 302)
    assert stored(awaited).reason_asked_at is not None

    assert write(deviation_reason="Sel", measure_to_take="Araç").status_code in (200, 302)
    value = stored(awaited)
    assert (value.deviation_reason, value.measure_to_take) == ("Sel", "Araç")
    assert (value.state, value.value, value.reason_asked_at) == (State.SUBMITTED, 70, None)
    page = desk.client.get(desk.url())
    assert "Satır gönderildi" in text_of(page)
    assert field(page, awaited, "deviation_reason") is None


def test_the_counts_of_the_review_are_told(desk, rows):
    reviewer = factories.make_user("reviewer")
    remark(rows[0], reviewer)
    Realization.objects.filter(indicator=rows[1]).update(state=State.APPROVED)

    seen = text_of(desk.client.get(desk.url()))

    assert "1 doğrulandı, 1 inceleniyor, 1 sırada" in seen
    Realization.objects.update(state=State.APPROVED)
    assert "Yapılacak bir şey kalmadı" in text_of(desk.client.get(desk.url()))


def test_an_open_question_is_asked_for_although_all_is_sent(desk):
    row = desk.row(baseline=427, target=432)
    desk.save(row, written="5", deviation_reason="Sel", measure_to_take="Araç")
    send(desk, row)

    page = desk.client.get(desk.url())

    assert "Satır gönderildi" in text_of(page)
    assert "1 soru hâlâ açık" in text_of(page)
    assert 'name="answer"' in page.text
    assert "Satır gönderildi; bu soru yanıtlanana kadar doğrulanamaz." in text_of(page)
    assert "Yanıtlamadan gönderebilirsiniz" not in text_of(page)


def test_a_second_window_is_told_that_the_row_can_be_taken_back(desk, rows):
    answer = desk.save(rows[0], seen=1, written="99")

    assert answer.status_code == 409
    assert "“Geri çek”" in text_of(answer) and 'form="recall"' in answer.text
    free = desk.row(target=100)
    desk.save(free, written="100")
    assert "“Geri çek”" in text_of(desk.client.get(desk.url("entry_send")))


def test_a_missing_figure_is_told_in_the_words_it_was_chosen_in(desk):
    row = desk.row(target=100)
    page = desk.save(row, written="", absence="other", deviation_reason="Proje ertelendi")

    words = re.search(r'<option value="other" selected>([^<]*)<', page.text)[1]
    assert f"Rakam yok: {words}" in text_of(page)


def test_a_row_of_which_nothing_is_expected_can_still_be_written_on(desk, rows):
    free = desk.row(target="-")

    page = desk.client.get(desk.url())
    assert ALL_SENT in text_of(page) and 'name="save"' in page.text

    assert post(desk, {free: (0, "4")}).status_code == 302
    assert stored(free).value == 4


# --- Taking back ---


def test_a_row_is_taken_back_and_what_was_written_stays(desk, rows):
    Evidence.objects.create(realization=stored(rows[0]), name="Tutanak", link="https://example.org")

    answer = take_back(desk, rows[0])

    value = stored(rows[0])
    assert (value.state, value.value) == (State.DRAFT, 100)
    assert value.evidence.count() == 1
    assert value.history.first().history_user == desk.person
    assert "1 satır yeniden taslak oldu." in text_of(answer)
    assert [stored(row).state for row in rows[1:]] == [State.SUBMITTED] * 2
    assert "Taslak" in text_of(desk.client.get(desk.url("entry_cell", rows[0].pk)))


def test_all_are_taken_back_but_those_a_reviewer_has_begun_with(desk, rows):
    remark(rows[0], factories.make_user("reviewer"))
    page = desk.client.get(desk.url())
    assert page.text.count('name="seen"') == 2

    answer = take_back(desk, *rows[1:], everything=True)

    assert "2 satır yeniden taslak" in text_of(answer)
    assert [stored(row).state for row in rows] == [State.SUBMITTED, State.DRAFT, State.DRAFT]


def test_what_a_reviewer_has_begun_with_stays_and_says_so(desk, rows):
    remark(rows[0], factories.make_user("reviewer"))

    answer = take_back(desk, rows[0])

    assert stored(rows[0]).state == State.SUBMITTED
    assert "Geri alınmadı: 1.5.1 Bir" in text_of(answer)
    assert "İnceleniyor" in text_of(answer)


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
def test_who_reviews_is_offered_no_recall(desk, rows, who):
    client = signed_in(factories.make_user(who))

    assert 'form="recall" name="row"' not in client.get(desk.url()).text
    assert take_back(desk, rows[0], client=client).status_code == 404
    assert stored(rows[0]).state == State.SUBMITTED


def test_for_others_there_is_nothing_to_take_back(desk, rows):
    other = factories.make_department(desk.plan, "10")
    for person in (factories.make_user(), factories.make_user(departments=[other])):
        assert take_back(desk, rows[0], client=signed_in(person)).status_code == 404
    foreign = factories.make_indicator(
        factories.make_activity(desk.plan, other, "2.1.1"), target=1, realization=1
    )
    assert take_back(desk, foreign).status_code == 404


def test_after_the_closing_nothing_is_taken_back(desk, rows):
    Period.objects.update(state="closed")

    page = desk.client.get(desk.url())
    answer = take_back(desk, rows[0])

    assert 'form="recall" name="row"' not in page.text
    assert "Yıl kapanır" in text_of(page)
    assert stored(rows[0]).state == State.SUBMITTED
    assert "kapal" in text_of(answer) or "kapan" in text_of(answer)


def test_once_the_year_is_published_nothing_is_under_way(desk, rows):
    odd = desk.row(target=100)
    factories.make_realization(odd, 9.5, state=State.SUBMITTED)  # a count: it is asked about
    Period.objects.update(state="published")

    seen = text_of(desk.client.get(desk.url()))

    assert "tümü gönderildi" in seen and "dönemi yayımlandı" in seen
    assert ", şimdi" not in seen
    assert "kolaylaştırır" not in seen and "her satıra bakıyor" not in seen


# --- Of a recall and a verdict the second is told ---


def approve(desk, row, version):
    reviewer = factories.make_user("reviewer")
    return actions.approve(desk.plan, YEAR, {stored(row).pk: version}, reviewer)


def test_a_recall_after_the_verification_is_told(desk, rows):
    version = stored(rows[0]).version
    assert approve(desk, rows[0], version).done

    data = {"row": [f"{rows[0].pk}:{version}"]}
    answer = desk.client.post(desk.url("entry_recall"), data, follow=True)

    assert stored(rows[0]).state == State.APPROVED
    assert "Geri alınmadı" in text_of(answer) and "doğrulan" in text_of(answer)


def test_a_verification_after_the_recall_is_told(desk, rows):
    version = stored(rows[0]).version
    take_back(desk, rows[0])

    outcome = approve(desk, rows[0], version)

    assert (outcome.done, list(outcome.changed)) == ([], [stored(rows[0]).pk])
    assert stored(rows[0]).state == State.DRAFT


def test_a_row_in_another_version_is_not_taken_back(desk, rows):
    data = {"row": [f"{rows[0].pk}:1"]}

    answer = desk.client.post(desk.url("entry_recall"), data, follow=True)

    assert stored(rows[0]).state == State.SUBMITTED
    assert "Bu arada başkası değiştirdi" in text_of(answer)


def test_a_year_closed_after_the_look_at_its_door_is_told(desk, rows, monkeypatch):
    made = []

    def look_and_close(*given):
        here = PlanPage(*given)
        assert here.periods[YEAR].state == ("closed" if made else "open")
        made.append(here.plan.revision_row.calendar)
        desk.period.state = "closed"
        desk.period.save()
        return here

    monkeypatch.setattr(recall, "PlanPage", look_and_close)

    answer = take_back(desk, rows[0])

    assert len(made) == 2
    assert stored(rows[0]).state == State.SUBMITTED
    assert "Geri alınmadı" in text_of(answer)


def test_a_number_that_was_corrected_is_told_with_what_it_was_and_why(desk):
    row = desk.row(target=500, name="Katılan kadın sayısı")
    desk.save(row, written="275", deviation_reason="Salon tadilattaydı", measure_to_take="Salon")
    send(desk, row)
    person = factories.make_user("reviewer", first_name="Ayşe", last_name="Yılmaz")
    value = stored(row)
    value._history_user = person
    steps.correct(value, Decimal(490), person, desk.period, "Tutanakta 490 yazıyor")

    for page in (desk.client.get(desk.url()), desk.client.get(desk.url("entry_cell", row.pk))):
        seen = text_of(page)
        assert "Gönderildikten sonra düzeltildi: 275 → 490 Ayşe Yılmaz" in seen
        assert "Tutanakta 490 yazıyor" in seen
        assert "275 için yazıldı; sayı sonra düzeltildi. Şimdiki sayı neden istemiyor." in seen


def test_a_number_that_was_corrected_after_its_verification_says_so(desk):
    desk.row(target=100, realization=100, state="approved")
    now = timezone.now()
    Realization.objects.update(decided_at=now - timedelta(hours=1), entered_at=now)

    assert "Doğrulandı, sonra düzeltildi" in text_of(desk.client.get(desk.url()))
