"""Evidence judged by its content, who may fetch it, and comments beside a value."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activities.models import Period
from activities.sentences import Sentence
from entry.evidence import TYPES, kind_of
from indicators.models import Comment, Evidence, Realization
from tests import factories
from tests.entry.conftest import FETCH, signed_in, stored, text_of

pytestmark = pytest.mark.django_db
State = Realization.State
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def package(parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def office(main, extra=()):
    types = f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}"/>'
    return package({"[Content_Types].xml": types, "a.xml": "<a/>", **dict(extra)})


def open_document(kind, extra=()):
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return package({"mimetype": mime, "content.xml": "<a/>", **dict(extra)})


def old_office(*streams):
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)


def picture(kind):
    held = io.BytesIO()
    Image.new("RGB", (4, 4)).save(held, kind)
    return held.getvalue()


GOOD = {
    "pdf": PDF,
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "webp": picture("WEBP"),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64),
    "doc": old_office("Root Entry", "WordDocument"),
    "xls": old_office("Root Entry", "Workbook"),
    "ppt": old_office("Root Entry", "PowerPoint Document"),
    "docx": office("wordprocessingml.document.main+xml"),
    "xlsx": office("spreadsheetml.sheet.main+xml"),
    "pptx": office("presentationml.presentation.main+xml"),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "odp": open_document("presentation"),
}
MACRO = {"xl/vbaProject.bin": b"x"}
BAD = {
    "nothing": b"",
    "a program": b"MZ\x90\x00" + bytes(200),
    "a Linux program": b"\x7fELF" + bytes(200),
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "a picture with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "a script": b"#!/bin/sh\nrm -rf /\n",
    "text": b"hello",
    "a moving picture": b"GIF89a" + bytes(64),
    "a plain archive": package({"a.txt": "x"}),
    "a program in an archive": package({"AndroidManifest.xml": "x", "META-INF/MANIFEST.MF": "x"}),
    "a workbook with macros": office("spreadsheetml.sheet.main+xml", MACRO),
    "a macro workbook": office("ms-excel.sheet.macroEnabled.main+xml"),
    "an old file with macros": old_office("Workbook", "_VBA_PROJECT"),
    "an old Word file with macros": old_office("WordDocument", "Macros"),
    "a locked file": old_office("EncryptedPackage"),
    "some OLE file": old_office("Root Entry"),
    "an OpenDocument with macros": open_document("text", {"Basic/Standard/m.xml": "x"}),
    "a drawing": open_document("graphics"),
    "a cut archive": office("wordprocessingml.document.main+xml")[:60],
    "a late PDF": b"<html>" + PDF,
    "half a picture's name": b"\x89PNG",
    "a bomb": package(
        {"[Content_Types].xml": "wordprocessingml.document.main+xml" + "0" * 40_000_000}
    ),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_what_it_holds(kind):
    assert kind_of(GOOD[kind]) == kind
    assert kind in TYPES


@pytest.mark.parametrize("name", [name for name in BAD if name != "nothing"])
def test_what_may_run_or_is_unknown_is_refused(name):
    with pytest.raises(Sentence):
        kind_of(BAD[name])


def upload(desk, row, data, name="kanit.pdf", client=None, **more):
    file = SimpleUploadedFile(name, data, content_type="application/pdf")
    address = desk.url("entry_evidence", row.pk)
    return (client or desk.client).post(address, {"file": file, **more})


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def row(desk):
    return desk.row(target=100)


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_file_leaves_nothing_behind(desk, row, name, tmp_path):
    response = upload(desk, row, BAD[name])

    assert response.status_code == 422
    assert 'class="err"' in response.text
    assert not Evidence.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_file_is_kept_under_a_made_up_name(desk, row, tmp_path):
    response = upload(desk, row, PDF, name="../../Gizli Rapor.exe")

    kept = Evidence.objects.get()
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert response.status_code == 302
    assert kept.name == "Gizli Rapor.exe.pdf"
    assert "Gizli" not in path.name
    assert "." not in path.name
    assert (kept.content_type, kept.size, kept.added_by) == (
        "application/pdf",
        len(PDF),
        desk.person,
    )
    assert len(kept.digest) == 64


def test_a_file_comes_back_as_a_download(desk, row):
    upload(desk, row, PDF)

    response = desk.client.get(f"/evidence/{Evidence.objects.get().pk}/")

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith('attachment; filename="kanit.pdf"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "status"), [("reviewer", 200), ("administrator", 200), ("", 404), ("other", 404)]
)
def test_a_file_exists_for_who_may_see_its_value(desk, row, who, status):
    upload(desk, row, PDF)
    Realization.objects.update(state=State.APPROVED)
    other = factories.make_department(desk.plan, "10")
    person = (
        factories.make_user(departments=[other]) if who == "other" else factories.make_user(who)
    )
    address = f"/evidence/{Evidence.objects.get().pk}/"

    assert signed_in(person).get(address).status_code == status
    assert signed_in(person).post(f"{address}delete/", {"number": "9"}).status_code == 404
    assert Evidence.objects.exists()


def test_a_file_too_large_is_refused_by_its_size(desk, row, settings):
    settings.EVIDENCE_FILE_BYTES = 1024 * 1024

    response = upload(desk, row, PDF + bytes(1024 * 1024))

    assert response.status_code == 422
    assert "1 MB" in text_of(response)


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("https://example.org/rapor", 302),
        ("http://example.org", 302),
        ("javascript:alert(1)", 422),
        ("data:text/html,x", 422),
        ("ftp://example.org/x", 422),
        ("//example.org", 422),
        ("", 422),
    ],
)
def test_links_lead_to_the_web_only(desk, row, link, status):
    response = desk.client.post(desk.url("entry_evidence", row.pk), {"link": link})

    assert response.status_code == status
    assert Evidence.objects.count() == (status == 302)


def test_ones_own_evidence_can_be_taken_back_and_its_history_stays(
    desk, row, tmp_path, django_capture_on_commit_callbacks
):
    upload(desk, row, PDF)
    pk = Evidence.objects.get().pk

    with django_capture_on_commit_callbacks(execute=True):
        response = desk.client.post(f"/evidence/{pk}/delete/", {"number": "9"})

    assert response.status_code == 302
    assert not Evidence.objects.exists()
    assert [each.history_type for each in Evidence.history.order_by("history_id")] == ["+", "-"]
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_evidence_of_a_colleague_or_of_a_sent_value_stays(desk, row):
    upload(desk, row, PDF)
    pk = Evidence.objects.get().pk
    colleague = signed_in(factories.make_user(departments=[desk.unit]))

    assert colleague.post(f"/evidence/{pk}/delete/", {"number": "9"}).status_code == 404
    Realization.objects.update(state=State.SUBMITTED)
    assert desk.client.post(f"/evidence/{pk}/delete/", {"number": "9"}).status_code == 409
    assert Evidence.objects.exists()


def test_no_evidence_is_added_to_a_sent_value_or_a_closed_year(desk, row):
    desk.save(row, written="100")
    Realization.objects.update(state=State.SUBMITTED)
    assert upload(desk, row, PDF).status_code == 409
    Realization.objects.update(state=State.DRAFT)
    Period.objects.update(state="closed")
    assert upload(desk, row, PDF).status_code == 409
    assert not Evidence.objects.exists()


def test_evidence_before_a_number_does_not_count_as_one(desk, row):
    upload(desk, row, PDF)

    assert stored(row).value is None
    assert '<span id="n-entered">0</span>/1' in desk.client.get(desk.url()).text


# --- comments ---


def test_unit_and_reviewer_write_to_each_other_in_any_state(desk, row):
    address = desk.url("entry_comment", row.pk)
    reviewer = factories.make_user("reviewer", first_name="Fatma", last_name="Demir")

    signed_in(reviewer).post(address, {"text": "4.3.8 ile aynı mı?"})
    Period.objects.update(state="closed")
    desk.client.post(address, {"text": "<b>Evet</b>"})

    page = desk.client.get(desk.url("entry_cell", row.pk))
    assert "Fatma Demir" in page.text
    assert "&lt;b&gt;Evet&lt;/b&gt;" in page.text
    assert Comment.objects.count() == 2


def test_an_empty_comment_and_a_strangers_are_refused(desk, row):
    address = desk.url("entry_comment", row.pk)

    assert desk.client.post(address, {"text": " "}).status_code == 422
    assert signed_in(factories.make_user()).post(address, {"text": "x"}).status_code == 404
    assert not Comment.objects.exists()


def test_the_page_of_a_value_tells_its_history(desk, row):
    desk.save(row, written="90")
    desk.save(row, written="100")

    page = desk.client.get(desk.url("entry_cell", row.pk))
    panel = desk.client.get(desk.url("entry_cell", row.pk), headers=FETCH)

    for seen in (text_of(page), text_of(panel)):
        assert "90" in seen
        assert "Ayşe Yılmaz" in seen
    assert "<html" not in panel.text


def test_the_numbers_of_a_value_have_their_headings_on_its_own_page(desk, row):
    page = desk.client.get(desk.url("entry_cell", row.pk))
    panel = desk.client.get(desk.url("entry_cell", row.pk), headers=FETCH)

    assert page.text.count('class="e-head"') == 1
    assert "e-head" not in panel.text


def test_a_value_can_be_saved_on_its_own_page(desk, row):
    address = desk.url("entry_cell", row.pk)

    saved = desk.client.post(address, {f"written-{row.pk}": "90", f"seen-{row.pk}": 0})
    refused = desk.client.post(address, {f"written-{row.pk}": "9o", f"seen-{row.pk}": 1})

    assert saved.url == address
    assert refused.status_code == 422
    assert "<html" in refused.text
    assert stored(row).value == 90
