"""What nobody makes by hand can be read: imports, answers, editions and e-mails."""

import datetime

import pytest

from imports.models import ColumnMapping, ImportBatch
from indicators.models import Edition, FindingAnswer, Notice
from mail import sending
from tests.administration.pages import export, page
from tests.factories import make_edition, make_notice

pytestmark = pytest.mark.django_db


def test_what_imports_and_answers_left_is_read_only(staff, plan, indicator):
    answer = FindingAnswer.objects.create(plan=plan, year=2024, finding="text:1", answer="right")
    answer.indicators.add(indicator)
    batch = ImportBatch.objects.create(
        plan=plan, year=2024, file_name="a.txt", digest="0" * 64, reader="text",
        counts={"new": 1}, changes=[{"kind": "new", "department": "1", "code": "4.4.2"}],
    )  # fmt: skip
    mapping = ColumnMapping.objects.create(shape="a", headers=["Kod"], columns={"Kod": "code"})

    for row in (answer, batch, mapping):
        assert staff.get(page(type(row), "changelist")).status_code == 200
        shown = staff.get(page(type(row), "change", row.pk))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.text
        assert staff.post(page(type(row), "change", row.pk), {"answer": "x"}).status_code == 403
        assert staff.get(page(type(row), "history", row.pk)).status_code == 200


def test_an_edition_tells_whether_its_content_is_what_was_published(staff, plan, indicator):
    edition = make_edition(plan)
    address = page(Edition, "change", edition.pk)

    shown = staff.get(address).text
    assert "doğru" in shown
    assert "Iğdır seferi" not in shown
    assert "Iğdır seferi" not in export(staff, Edition, file_format="1").decode()

    Edition.objects.update(content=edition.content + " ")
    assert "bozuk" in staff.get(address).text


def test_editions_and_e_mails_are_only_read(staff, plan):
    for row in (make_edition(plan), make_notice()):
        address = page(type(row), "change", row.pk)
        assert staff.get(address).status_code == 200
        assert 'name="_save"' not in staff.get(address).text
        assert staff.post(address, {"number": "7"}).status_code == 403
        assert staff.get(page(type(row), "add")).status_code == 403
        assert staff.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert staff.get(page(Edition, "history", Edition.objects.get().pk)).status_code == 200


NOW = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
SENDING = {
    "waiting": {},
    "sent": {"claimed_at": NOW, "sent_at": NOW},
    "uncertain": {"claimed_at": NOW},
    "refused": {"problem": "1. SMTPDataError: hayır"},
    "given_up": {"problem": "\n".join(f"{n}. SMTPDataError: hayır" for n in range(1, 6))},
}


@pytest.mark.parametrize("state", SENDING)
def test_e_mails_are_listed_by_the_state_of_sending(staff, state):
    notices = {name: make_notice(**given) for name, given in SENDING.items()}

    listed = staff.get(page(Notice, "changelist"), {"sending": state}).context["cl"].result_list

    assert list(listed) == [notices[state]]
    assert sending.state_of(notices[state]) == state
