"""History tells who changed what and why, and is never written."""

import re

import pytest

from indicators.models import Indicator, Realization
from tests.administration.pages import edit, form_data, page
from tests.administration.rows import add_values

pytestmark = pytest.mark.django_db


def test_deleting_takes_a_reason_into_the_history(staff, indicator):
    staff.post(
        page(Indicator, "delete", indicator.pk), {"post": "yes", "reason": "İki kez girilmiş"}
    )

    assert not Indicator.objects.exists()
    assert Indicator.history.first().history_change_reason == "İki kez girilmiş"


def test_history_tells_who_changed_what_and_why(staff, administrator, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")
    edit(staff, row, written="1.234,5", reason="Tutanak düzeltildi")

    told = staff.get(page(Realization, "history", row.pk)).text

    assert "Tutanak düzeltildi" in told
    assert "yonetici" in told
    assert "7 → 1.234,5" in re.sub(r"\s+", " ", told)


def test_history_cannot_be_written(staff, indicator):
    version = indicator.history.get()
    address = page(Indicator, "simple_history", indicator.pk, version.pk)

    answer = staff.post(
        address, form_data(staff.get(page(Indicator, "change", indicator.pk))) | {"name": "X"}
    )

    assert answer.status_code == 403
    indicator.refresh_from_db()
    assert indicator.name == "Iğdır seferi sayısı"
    assert indicator.history.count() == 1
