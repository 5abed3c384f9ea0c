"""The same plan in every form gives the same 149 rows."""

import pytest

from activities.names import fold
from imports import readers
from tests.imports import files


@pytest.mark.parametrize(
    ("write", "name", "reader", "form"),
    [
        pytest.param(files.xlsx_on_one_sheet, "plan.xlsx", "xlsx", "published", id="one sheet"),
        pytest.param(files.xlsx_by_department, "plan.xlsx", "xlsx", "published", id="sheets"),
        pytest.param(files.flat_xlsx, "plan.xlsx", "xlsx", "flat", id="flat xlsx"),
        pytest.param(files.docx, "plan.docx", "docx", "published", id="docx"),
        pytest.param(files.published_csv, "plan.csv", "csv", "published", id="published csv"),
        pytest.param(files.flat_csv, "plan.csv", "csv", "flat", id="flat csv"),
    ],
)
def test_the_plan_reads_the_same(write, name, reader, form, tmp_path):
    path = write(tmp_path / name)
    table = files.read(path)

    assert files.rows_of(table) == files.rows_of(files.plan())
    assert not table.errors
    assert not table.unread_columns
    assert (readers.read(path)[0], table.form) == (reader, form)
    # 8.2 holds a text for a number; there is nothing else to ask about.
    assert len(table.warnings) == 1


def test_the_plan_as_pdf_reads_the_same_but_for_texts_in_doubt(tmp_path):
    table = files.read(files.pdf(tmp_path / "plan.pdf"))

    pairs = list(zip(files.rows_of(table), files.rows_of(files.plan()), strict=True))
    doubtful = {warning.where for warning in table.warnings}
    places = [row.where for activity in table.activities for row in activity.indicators]
    assert len(pairs) == 149
    assert not table.errors
    for place, (row, expected) in zip(places, pairs, strict=True):
        assert row[7:] == expected[7:]  # the numbers, always
        if row != expected:
            assert place in doubtful
            assert fold(str(row[:7])) == fold(str(expected[:7]))
    assert len(doubtful) < 8


def test_the_plan_counts_what_it_counts():
    table = files.plan()
    rows = [row for activity in table.activities for row in activity.indicators]

    assert (len(table.activities), table.rows) == (120, 149)
    assert sum(row.targets[2024].value is not None for row in rows) == 136
    assert sum(row.realization.value is not None for row in rows) == 135
