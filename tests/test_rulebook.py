"""The reader of the rulebook: what it finds, and what it says where something is missing."""

import pytest

from tests import rulebook

PAGE = """\
# The domain

## Steps

No table yet.

```
## Not a heading
| not | a table |
|---|---|
| 1 | 2 |
```

| step | needs |
|---|:---:|
| send | *something* said |
| return | `a \\| b` |

| who | may |
|-----|-----|
| reviewer | |

Words below it.

## Words

Nothing but words.
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_table_is_its_rows_by_column(page):
    assert rulebook.table("Steps", document=page) == [
        {"step": "send", "needs": "something said"},
        {"step": "return", "needs": "a | b"},
    ]


def test_of_several_tables_the_columns_choose(page):
    assert rulebook.table("Steps", "may", document=page) == [{"who": "reviewer", "may": ""}]


def test_lines_are_parameters_named_by_their_first_cell(page):
    found = rulebook.lines("Steps", "step", document=page)
    assert [each.id for each in found] == ["send-1", "return-2"]
    assert found[0].values == ({"step": "send", "needs": "something said"},)


@pytest.mark.parametrize(
    ("heading", "columns", "message"),
    [
        ("Stepz", (), "page.md has no heading “Stepz”, only: The domain, Steps, Words."),
        ("Not a heading", (), "page.md has no heading “Not a heading”"),
        ("Words", (), "page.md has no table under “Words”."),
        ("Steps", ("step", "may"), "step, may, only: step, needs; who, may."),
    ],
)
def test_what_does_not_stand_there_is_named(page, heading, columns, message):
    with pytest.raises(rulebook.NotInTheRulebook) as raised:
        rulebook.table(heading, *columns, document=page)
    assert message in str(raised.value)


def test_a_row_with_too_few_cells_is_named_by_its_line(page):
    page.write_text(PAGE.replace("| send | *something* said |", "| send |"), encoding="utf-8")
    with pytest.raises(rulebook.NotInTheRulebook, match=r"line 16: 1 cells under 2 columns"):
        rulebook.table("Steps", document=page)


def test_a_heading_that_stands_twice_is_refused(page):
    page.write_text(f"{PAGE}\n## Steps\n", encoding="utf-8")
    with pytest.raises(rulebook.NotInTheRulebook, match=r"a second heading “Steps”"):
        rulebook.table("Words", document=page)
