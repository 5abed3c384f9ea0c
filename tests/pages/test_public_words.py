"""The first sentence of a public year: three counts that add up."""

import pytest
from django.utils import translation

from indicators.progress import Counts
from pages.public_words import first_sentence, first_sentence_html

# 136 targets: 132 numbers, 7 of them not verified; 4 without a number.
YEAR = Counts(due=136, said=132, reported=132, sent=132, verified=125, unverified=7, missing=4)


class Before:
    """A year of which it was not recorded what had been reported and not verified."""

    due, verified_results, unverified, not_reported = 136, 125, None, 11


@pytest.mark.parametrize(
    ("language", "results", "who", "said"),
    [
        ("tr", YEAR, "",
         "Belediye 2024 için 136 hedef koydu: 125 sonuç doğrulandı, 7 sonuç bildirildi ama "
         "doğrulanmadı, 4 sonuç bildirilmedi."),
        ("tr", YEAR, "Mersin Büyükşehir Belediyesi",
         "Mersin Büyükşehir Belediyesi 2024 için 136 hedef koydu: 125 sonuç doğrulandı, 7 sonuç "
         "bildirildi ama doğrulanmadı, 4 sonuç bildirilmedi."),
        ("en", YEAR, "",
         "The municipality set 136 targets for 2024: 125 results are verified, 7 results are "
         "reported but not verified, 4 results are not reported."),
        ("en", Counts(due=1, reported=1, verified=1), "",
         "The municipality set 1 target for 2024: 1 result is verified, 0 results are reported "
         "but not verified, 0 results are not reported."),
        ("tr", Counts(due=1500, reported=1200, verified=1200), "",
         "Belediye 2024 için 1.500 hedef koydu: 1.200 sonuç doğrulandı, 0 sonuç bildirildi ama "
         "doğrulanmadı, 300 sonuç bildirilmedi."),
        ("tr", Before, "",
         "Belediye 2024 için 136 hedef koydu: 125 sonuç doğrulandı, 11 sonuç bildirilmedi ya da "
         "doğrulanmadı."),
        ("tr", Counts(), "", "Belediye 2024 için ölçülebilir bir hedef koymadı."),
    ],
)  # fmt: skip
def test_the_first_sentence_says_three_counts(language, results, who, said):
    with translation.override(language):
        assert first_sentence(results, 2024, who) == said


def test_with_its_counts_set_off_it_is_the_same_sentence():
    with translation.override("tr"):
        told = first_sentence_html(YEAR, 2024, "A & B")
        assert told.startswith("A &amp; B 2024 için <b>136</b> hedef koydu: <b>125</b> sonuç")
        plain = told.replace("<b>", "").replace("</b>", "").replace("&amp;", "&")
        assert plain == first_sentence(YEAR, 2024, "A & B")


def test_what_has_no_figure_is_no_result_though_it_was_verified():
    counts = Counts(due=3, said=3, reported=2, sent=3, verified=2, unverified=1)
    with translation.override("en"):
        assert first_sentence(counts, 2024).endswith(
            "1 result is verified, 1 result is reported but not verified, 1 result is not reported."
        )
