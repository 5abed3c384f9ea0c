"""Answering questions on the entry page, and sending values for review."""

import pytest

from activities.models import Period
from indicators.models import FindingAnswer, Indicator, Realization, Target
from tests import factories
from tests.entry.conftest import FETCH, YEAR, signed_in, stored, text_of

pytestmark = pytest.mark.django_db
State = Realization.State


@pytest.fixture
def asked(desk):
    """Make the row of 4.1.2: 427 exist, the target is 432, "5" was typed."""
    row = desk.row(name="Durak sayısı", baseline=427, target=432)
    desk.save(row, written="5")
    return row


def buttons(response):
    """Return the values of an answer's buttons: question, digest and answer."""
    return [
        part.split('"')[0].split("|") for part in response.text.split('name="answer" value="')[1:]
    ]


def give(desk, key, digest, code, client=None, headers=FETCH, **more):
    data = {"finding": key, "digest": digest, "answer": code, **more}
    return (client or desk.client).post(desk.url("entry_answer"), data, headers=headers)


def test_an_answer_that_changes_something_shows_what_and_asks(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))

    response = give(desk, *increment)

    seen = text_of(response)
    assert response.status_code == 200
    assert "Birikimli" in seen
    assert 'name="confirm"' in response.text
    assert not FindingAnswer.objects.exists()
    assert Indicator.objects.get(pk=asked.pk).kind == "count"


@pytest.fixture
def settled(desk, asked):
    """Close the year before, in which the row stood at 410 of 432: as what was added, 837."""
    desk.plan.first_year = desk.year - 1
    desk.plan.save()
    factories.make_period(desk.plan, desk.year - 1, state="closed")
    factories.make_target(asked, 432, year=desk.year - 1)
    factories.make_realization(asked, 410, year=desk.year - 1)


@pytest.mark.parametrize("headers", [FETCH, {}])
def test_what_would_change_a_settled_year_is_refused_before_it_is_confirmed(
    desk, asked, settled, headers
):
    [increment, _total] = buttons(desk.client.get(desk.url()))

    response = give(desk, *increment, headers=headers)

    assert response.status_code == 422
    assert str(desk.year - 1) in text_of(response)
    assert 'name="confirm"' not in response.text
    assert not FindingAnswer.objects.exists()


def test_a_reviewer_is_asked_for_the_reason_where_she_confirms(desk, asked, settled):
    client = signed_in(factories.make_user("reviewer"))
    [increment, _total] = buttons(client.get(desk.url()))

    response = give(desk, *increment, client=client)

    assert response.status_code == 200
    assert str(desk.year - 1) in text_of(response)
    assert 'name="note"' in response.text
    assert give(desk, *increment, client=client, confirm="1").status_code == 422
    given = give(desk, *increment, client=client, confirm="1", note="Eklenen bildiriliyor")
    assert given.status_code == 200
    assert Indicator.objects.get(pk=asked.pk).reported_as == "increment"


def test_once_confirmed_it_is_given_and_recorded(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))

    response = give(desk, *increment, confirm="1")

    answer = FindingAnswer.objects.get()
    row = Indicator.objects.get(pk=asked.pk)
    assert (answer.answered_by, answer.answer) == (desk.person, "increment")
    assert (row.kind, row.reported_as, row.kind_confirmed) == ("level", "increment", True)
    # (427 + 5 − 427) ÷ (432 − 427)
    assert "%100,0" in text_of(response)
    assert 'data-open="0"' in response.text


def test_an_answer_that_changes_nothing_is_recorded_at_once_and_can_be_given_anew(desk, asked):
    [increment, total] = buttons(desk.client.get(desk.url()))

    response = give(desk, *total)

    assert FindingAnswer.objects.get().answer == "total"
    assert desk.person.get_full_name() in text_of(response)
    assert [code for _key, _digest, code in buttons(response)] == ["increment", "total"]
    give(desk, *increment, confirm="1")
    assert FindingAnswer.objects.get().answer == "increment"


def test_without_script_the_button_leads_to_a_page_that_asks(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))

    pressed = desk.client.post(desk.url(), {"answer": "|".join(increment)})
    page = desk.client.get(pressed.url)
    given = give(desk, *increment, headers={}, confirm="1")

    assert "Birikimli" in text_of(page)
    assert 'name="confirm"' in page.text
    assert given.url == f"{desk.url()}#r{asked.pk}"
    assert FindingAnswer.objects.get().answer == "increment"


def test_a_question_about_other_numbers_is_not_answered(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))
    desk.save(asked, written="6")  # increment, certain is now increment, likely

    response = give(desk, *increment, confirm="1")

    assert response.status_code == 409
    assert not FindingAnswer.objects.exists()


@pytest.mark.parametrize("headers", [FETCH, {}])
def test_a_published_year_asks_an_administrator_for_the_reason_and_takes_it(desk, asked, headers):
    """She was told to write a reason and given no field."""
    [increment, _total] = buttons(desk.client.get(desk.url()))
    Realization.objects.update(state="approved")
    Period.objects.update(state="published")
    administrator = signed_in(factories.make_user("administrator"))

    refused = give(desk, *increment, client=administrator, headers=headers, confirm="1")
    assert refused.status_code == 422
    assert 'name="note"' in refused.text
    assert Indicator.objects.get(pk=asked.pk).kind == "count"

    given = give(
        desk, *increment, client=administrator, headers=headers, confirm="1", note="Birim doğruladı"
    )
    assert given.status_code == (200 if headers else 302)
    assert Indicator.objects.get(pk=asked.pk).kind == "level"
    assert FindingAnswer.objects.get().note == "Birim doğruladı"


def test_what_was_planned_is_not_the_units_to_change(desk):
    row = desk.row(baseline=109, target=54, kind="level")
    desk.save(row, written="163")
    page = desk.client.get(desk.url())

    assert 'aria-disabled="true"' in page.text
    key, digest, _code = buttons(page)[0]
    refused = give(desk, key, digest, "target_is_increment", confirm="1", note="x")
    assert refused.status_code == 422
    assert Target.objects.get().value == 54


def test_a_reviewer_changes_a_target_only_with_a_reason(desk):
    row = desk.row(baseline=109, target=54, kind="level")
    desk.save(row, written="163")
    client = signed_in(factories.make_user("reviewer"))
    key, digest, code = next(
        each for each in buttons(client.get(desk.url())) if each[2] == "target_is_increment"
    )

    silent = give(desk, key, digest, code, client, confirm="1")
    assert silent.status_code == 422
    assert Target.objects.get().value == 54

    give(desk, key, digest, code, client, confirm="1", note="Artış yazılmış")
    assert Target.objects.get().value == 163


def test_strangers_to_the_unit_answer_nothing(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))

    for person in (factories.make_user(),):
        assert give(desk, *increment, signed_in(person), confirm="1").status_code == 404
    assert not FindingAnswer.objects.exists()


def test_nobody_answers_behind_a_closed_door_but_reviewers(desk, asked):
    [increment, _total] = buttons(desk.client.get(desk.url()))
    Period.objects.update(state="closed")

    assert give(desk, *increment, confirm="1").status_code == 409
    assert not FindingAnswer.objects.exists()


def test_a_slip_of_several_rows_is_asked_above_them(desk):
    numbers = ((1, 432), (432, 1), (1, 250), (250, 1), (1, 90), (90, 1))
    for target, realization in numbers:
        row = desk.row(target=target)
        factories.make_realization(row, realization, state=State.DRAFT)

    page = desk.client.get(desk.url())

    assert page.text.count("questions/?finding=row_slip") == 1
    address = page.text.split('href="')[1:]
    [link] = [each.split('"')[0] for each in address if "row_slip" in each.split('"')[0]]
    assert "432" in text_of(desk.client.get(link))


# --- sending ---


def send(desk, *rows, client=None, version=None):
    picked = [f"{row.pk}:{version or (stored(row).version if stored(row) else 0)}" for row in rows]
    return (client or desk.client).post(desk.url("entry_send"), {"row": picked})


def test_the_page_says_what_is_missing_first(desk):
    ready, lacking = desk.row(target=100, name="Hazır"), desk.row(target=100, name="Nedensiz")
    empty = desk.row(target=100, name="Boş")
    desk.save(ready, written="100")
    desk.save(lacking, written="50")

    page = desk.client.get(desk.url("entry_send"))

    assert page.text.count('name="row"') == 1
    assert f'value="{ready.pk}:1"' in page.text
    assert f"#n{lacking.pk}" in page.text
    assert f"#v{empty.pk}" in page.text


def test_chosen_rows_are_sent_and_read_only(desk):
    one, two = desk.row(target=100), desk.row(target=100)
    desk.save(one, written="100")
    desk.save(two, written="101")

    response = send(desk, one)

    assert response.url == desk.url()
    assert stored(one).state == State.SUBMITTED
    assert stored(one).submitted_by == desk.person
    assert stored(two).state == State.DRAFT
    assert f'name="written-{one.pk}"' not in desk.client.get(desk.url()).text


def test_a_deviation_without_its_reason_is_not_sent_and_the_others_are(desk):
    good, bad = desk.row(target=100), desk.row(target=100, name="Nedensiz")
    desk.save(good, written="100")
    desk.save(bad, written="50")

    response = send(desk, good, bad)

    assert response.status_code == 422
    assert stored(good).state == State.SUBMITTED
    assert stored(bad).state == State.DRAFT
    assert f"#v{bad.pk}" in response.text

    desk.save(bad, written="50", deviation_reason="Araç yoktu")
    assert send(desk, bad).status_code == 422
    desk.save(bad, written="50", measure_to_take="Araç alınacak")
    assert send(desk, bad).status_code == 302


def test_no_figure_with_a_reason_can_be_sent(desk):
    row = desk.row(target=100)
    desk.save(row, written="", absence="not_measured")

    send(desk, row)

    assert stored(row).state == State.SUBMITTED


def test_nothing_entered_is_not_sent(desk):
    row = desk.row(target=100)

    assert send(desk, row).status_code == 422
    assert stored(row) is None


def test_a_value_that_somebody_changed_meanwhile_is_not_sent(desk):
    row = desk.row(target=100)
    desk.save(row, written="100")
    desk.save(row, written="101")

    response = send(desk, row, version=1)

    assert response.status_code == 422
    assert stored(row).state == State.DRAFT


def test_sending_twice_sends_once(desk):
    row = desk.row(target=100)
    desk.save(row, written="100")
    send(desk, row)
    before = stored(row).submitted_at

    assert send(desk, row).status_code == 422
    assert stored(row).submitted_at == before
    assert stored(row).version == 2


def test_nothing_chosen_is_told(desk):
    assert send(desk).status_code == 422


def test_nothing_is_sent_behind_a_closed_door(desk):
    row = desk.row(target=100)
    desk.save(row, written="100")
    Period.objects.update(state="closed")

    assert send(desk, row).status_code == 409
    assert stored(row).state == State.DRAFT


def test_rows_of_others_are_not_sent(desk):
    other = factories.make_department(desk.plan, "10")
    row = factories.make_indicator(
        factories.make_activity(desk.plan, other, "2.1.1"), target=1, realization=1, state="draft"
    )

    assert send(desk, row).status_code == 404
    assert send(desk, row, client=signed_in(factories.make_user())).status_code == 404
    assert Realization.objects.get(year=YEAR).state == State.DRAFT
