import pytest

from imports import layouts, readers
from imports.readers import UnreadableFile
from tests.imports import files

HEADER = "Birim;Kod;Faaliyet;Gösterge;Mevcut;2024;Gerçekleşme"
ROW = "Ulaşım Dairesi;4.1.2;Taşımak;Işık ve ağaç sayısı;1;2;3"


def read(tmp_path, data, name="plan.csv"):
    """Return the reader's name and the table of a file of these bytes."""
    path = tmp_path / name
    path.write_bytes(data)
    reader, lines = readers.read(path)
    return reader, layouts.parse(lines)


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1254",
        "iso-8859-9",
    ],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encodings_and_delimiters_are_found_out(encoding, delimiter, tmp_path):
    text = f"{HEADER}\r\n{ROW}\r\n".replace(";", delimiter)
    reader, table = read(tmp_path, text.encode(encoding))

    [activity] = table.activities
    assert (reader, table.form) == ("csv", "flat")
    assert activity.department.name == "Ulaşım Dairesi"
    assert activity.indicators[0].name == "Işık ve ağaç sayısı"
    assert not table.errors


@pytest.mark.parametrize("encoding", ["cp1254", "iso-8859-9", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_whole_plan_in_old_encodings(encoding, delimiter, tmp_path):
    table = files.read(files.flat_csv(tmp_path / "plan.csv", delimiter, encoding))

    assert table.rows == 149
    assert [row[5] for row in files.rows_of(table)] == [
        row[5] for row in files.rows_of(files.plan())
    ]


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks(tmp_path):
    row = 'Ulaşım;4.1.2;"Mor; ""Bayrak"" projesi";"Sayı\nve oran";1;"1.234,5";3'
    _reader, table = read(tmp_path, f"{HEADER}\n{row}\n{ROW}".encode())

    first, second = table.activities
    assert first.title == 'Mor; "Bayrak" projesi'
    assert first.indicators[0].name == "Sayı ve oran"
    assert str(first.indicators[0].targets[2024].value) == "1234.5"
    # The second row begins on the fourth line of the file.
    assert (first.where, second.where) == ("2", "4")


def test_excels_separator_line_is_obeyed(tmp_path):
    _reader, table = read(tmp_path, f"sep=;\r\n{HEADER}\r\n{ROW}".encode("cp1254"))
    assert table.rows == 1
    assert table.activities[0].where == "3"


def test_a_decimal_comma_between_commas_is_a_stray_cell(tmp_path):
    text = f"{HEADER}\n{ROW.replace(';3', ';3,5')}".replace(";", ",")
    _reader, table = read(tmp_path, text.encode())
    assert [problem.value for problem in table.errors] == ["5"]


def test_quotation_marks_that_do_not_match_are_refused(tmp_path):
    with pytest.raises(UnreadableFile, match=r"plan\.csv: quotation marks"):
        read(tmp_path, f'{HEADER}\n"{ROW}\n{ROW}\n'.encode())


@pytest.mark.parametrize(
    ("name", "delimiter", "reader"),
    [
        ("plan.txt", "\t", "text"),
        ("plan.tsv", "\t", "text"),
        ("plan.txt", ";", "csv"),
        ("plan.CSV", "\t", "csv"),
    ],
)
def test_a_text_file_is_told_by_its_delimiter(name, delimiter, reader, tmp_path):
    text = f"{HEADER}\n{ROW}".replace(";", delimiter)
    assert read(tmp_path, text.encode(), name)[0] == reader


def test_a_tab_separated_text_with_quoted_cells_is_unquoted(tmp_path):
    row = 'Ulaşım\t4.1.2\t"Mor ""Bayrak""\nprojesi"\tSayı\t1\t2\t3'
    reader, table = read(
        tmp_path, f"{HEADER}\n".replace(";", "\t").encode() + row.encode(), "a.txt"
    )
    assert reader == "csv"
    assert table.activities[0].title == 'Mor "Bayrak" projesi'


def test_a_quotation_mark_in_plain_text_is_a_letter(tmp_path):
    text = f"{HEADER}\n{ROW}".replace(";", "\t").replace("Taşımak", '"Mor" taşıt')
    reader, table = read(tmp_path, text.encode(), "plan.txt")
    assert reader == "text"
    assert table.activities[0].title == '"Mor" taşıt'


@pytest.mark.parametrize("wrong", ["cp857", "mac_turkish", "koi8-r"])
def test_letters_nobody_can_read_are_refused(wrong, tmp_path):
    text = "\n".join([HEADER, *[ROW] * 5])
    data = text.replace("ş", "ц").encode("koi8-r", "ignore") if wrong == "koi8-r" else None
    with pytest.raises(UnreadableFile, match=r"plan\.csv: the letters cannot be read"):
        read(tmp_path, data or text.encode(wrong))


def test_letters_encoded_twice_are_refused(tmp_path):
    data = "\n".join([HEADER, *[ROW] * 3]).encode().decode("cp1254").encode()
    with pytest.raises(UnreadableFile, match="letters cannot be read"):
        read(tmp_path, data)


def test_lost_letters_are_warned_of(tmp_path):
    lost = ROW.replace("ğ", "\ufffd")
    _reader, table = read(tmp_path, f"{HEADER}\n{lost}".encode())
    [warning] = table.warnings
    assert warning.where == "2"


def test_control_and_direction_characters_go_with_a_warning(tmp_path):
    row = ROW.replace("Taşımak", "Ta\u202eşı\x07mak").replace(";2;", ";\u200b2;")
    _reader, table = read(tmp_path, f"{HEADER}\n{row}".encode())

    assert table.activities[0].title == "Taşımak"
    assert table.activities[0].indicators[0].targets[2024].value == 2
    assert [warning.where for warning in table.warnings] == ["2"]
