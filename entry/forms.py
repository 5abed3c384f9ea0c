"""The forms beside a value: evidence as a file or a link, and a comment."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import names
from activities.sentences import Sentence
from activities.wording import say
from entry import evidence
from indicators.models import Evidence

LONGEST_NAME, LONGEST_COMMENT = 200, 4_000


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), required=False, allow_empty_file=True, max_length=500
    )
    link = forms.CharField(
        label=gettext_lazy("or a link"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    name = forms.CharField(
        label=gettext_lazy("What it shows"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Left empty, it is called by the file's name."),
    )

    judged: evidence.Judged | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file is not None:
            try:
                self.judged = evidence.judge(file)
            except Sentence as error:
                raise forms.ValidationError(say(error)) from None
        return file

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link:
            URLValidator(
                schemes=["http", "https"],
                message=_("Write a web address that begins with https:// or http://."),
            )(link)
        return link

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_file, has_link = bool(cleaned.get("file")), bool(cleaned.get("link"))
        if not self.errors and has_file == has_link:
            self.add_error("file", _("Choose a file, or give a link."))
        return cleaned

    def made(self) -> Evidence:
        """Return the evidence, its file kept, still without its value."""
        made = Evidence(name=self._called(), link=self.cleaned_data["link"])
        if self.judged is not None:
            evidence.keep(made, self.judged)
        return made

    def _called(self) -> str:
        given = names.repair(self.cleaned_data["name"])
        if given:
            return given
        if self.judged is None:
            parts = urlsplit(self.cleaned_data["link"])
            return f"{parts.hostname or ''}{unquote(parts.path)}"[:LONGEST_NAME]
        name = names.repair(str(self.cleaned_data["file"].name)).replace("/", "-")
        # What it is called says what it is, whatever the person called it.
        suffix = f".{self.judged.kind}"
        known = (suffix, ".jpeg", ".heif") if self.judged.kind in ("jpg", "heic") else (suffix,)
        if not name.lower().endswith(known):
            name = f"{name[: LONGEST_NAME - len(suffix)]}{suffix}"
        return name[-LONGEST_NAME:]


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
