"""The parts of the entry page's script, each by itself, in the browser that runs them.

The modules come from the served site. The rows are made here, and the server is a list of what
was asked, which a test answers when it likes.
"""

import pytest

# Two rows as the server writes them, what the modules show their progress in, and the fake server.
MAKE = """async () => {
    const part = (name) => import(`/static/js/entry/${name}.js`);
    const [{ Saving }, { Device }] = await Promise.all(["saving", "device"].map(part));
    window.row = (pk, { value = "", seen = 0, more = "", open = 0, editable = true } = {}) => `
        <div class="e-row" id="r${pk}" data-pk="${pk}" data-url="/cells/${pk}/" data-open="${open}"
            data-entered="${value ? 1 : 0}" 
            ${value || !editable ? "" : "data-missing"}>
            <label for="v${pk}">Satır ${pk}</label>
            <input class="cell" type="text" id="v${pk}" name="written-${pk}" value="${value}"
                ${editable ? "" : "readonly"}>
            <input type="hidden" name="seen-${pk}" value="${seen}">
            <textarea id="n${pk}" name="deviation_reason-${pk}"
                ${editable ? "" : "readonly"}></textarea>
            <input name="note"><div class="state"></div>${more}
        </div>`;
    document.body.innerHTML = `<a id="to-empty">Boş</a>
        <div id="hints"><ul><li id="unconfirmed"><b></b></li></ul></div>
        <form id="entry" action="/desk/">
        ${row(1)}${row(2)}${row(3, { editable: false })}
        <i id="n-entered"></i><i id="n-open" data-wide="1"></i><i id="n-unsaved"></i>
        <svg><rect class="filled"/></svg></form><p id="live"></p>`;
    const form = document.getElementById("entry");
    const words = new Proxy({}, { get: (_, name) => `${String(name)} %s` });
    const ask = (method) => (url, body) => new Promise((answer) => {
        asked.push({ method, url, fields: body ? Object.fromEntries(body) : {}, answer });
    });
    window.asked = [];
    window.signIns = 0;
    window.part = part;
    window.at = (pk) => document.getElementById(`r${pk}`);
    window.saving = new Saving({
        form, words, device: new Device("yeap:7:/desk/#"),
        server: { get: ask("GET"), post: ask("POST") },
        askToSignIn: () => { window.signIns += 1; saving.isHalted = true; },
    });
    const { restore } = await part("restore");
    const { listenToKeys } = await part("keyboard");
    listenToKeys(form, saving);
    for (const each of form.querySelectorAll(".e-row")) restore(each, saving);
    saving.showProgress();
}"""


class Desk:
    """The made page: what is typed on it, what it asked, what the server answers."""

    def __init__(self, page):
        self.page = page

    def run(self, script, given=None):
        return self.page.evaluate(script, given)

    def part(self, name, expression, given=None):
        """Return an expression's value; in it ``it`` is the module, ``given`` what is given."""
        script = f"async (given) => {{ const it = await part('{name}'); return {expression}; }}"
        return self.run(script, given)

    def type(self, pk, text):
        self.page.fill(f"#v{pk}", text)

    def leave(self, pk):
        self.page.focus(f"#v{pk}")
        self.run("() => document.activeElement.blur()")

    def enter(self, pk, text):
        self.type(pk, text)
        self.leave(pk)

    @property
    def asked(self):
        """Return what was asked so far: what is typed and the version it was typed on."""
        return [
            tuple(text for name, text in each.items() if name.startswith(("written", "seen")))
            for each in self.run("() => asked.map((each) => each.fields)")
        ]

    def answer(self, at, status=200, pk=1, after=None, **row):
        """Answer one request, and wait until it is dealt with; status 0 is a cut line."""
        self.run(
            """async ({ at, status, pk, after, given, html }) => {
                const text = html ?? row(pk, given);
                asked[at].answer(status ? { status, text, after } : null);
                await new Promise((done) => setTimeout(done, 0));
            }""",
            {
                "at": at,
                "status": status,
                "pk": pk,
                "after": after,
                "html": row.pop("html", None),
                "given": row,
            },
        )

    def value(self, pk):
        return self.page.input_value(f"#v{pk}")

    def state(self, pk):
        """Return the word of a row's state: the name of the sentence that it shows."""
        return self.page.locator(f"#r{pk} .state").inner_text().replace(" %s", "")

    @property
    def waiting(self):
        return self.run("() => saving.waiting")

    @property
    def kept(self):
        """Return what is typed and kept on the device, by row."""
        return self.run(
            """() => Object.fromEntries(Object.entries(localStorage).map(([key, text]) => {
                const pk = key.split("#")[1];
                return [pk, JSON.parse(text).typed[`written-${pk}`]];
            }))"""
        )


@pytest.fixture
def window(site, chromium):
    """Open the made page in windows of one browser; no script may fail in any."""
    faults = []
    context = chromium.new_context(base_url=site.url)

    def open_window():
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/accounts/login/")
        page.evaluate(MAKE)
        return Desk(page)

    yield open_window
    context.close()
    assert faults == []


@pytest.fixture
def desk(window):
    return window()


# --- fields ---


def test_only_what_is_saved_is_read_from_a_row(desk):
    read = desk.part("fields", "it.read(at(1))")

    assert read == {"written-1": "", "deviation_reason-1": ""}
    assert desk.part("fields", "it.seenOf(at(1))") == "0"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"a": "1"}, {"a": "1"}, True),
        ({"a": "1"}, {"a": "1", "b": ""}, True),
        ({"a": "1", "b": ""}, {"a": "1"}, True),
        ({"a": "1"}, {"a": "01"}, False),
        ({"a": "0"}, {}, False),
    ],
)
def test_a_field_that_is_lacking_is_empty_and_never_zero(desk, one, other, is_same):
    assert desk.part("fields", "it.same(...given)", [one, other]) is is_same


# --- keys ---


@pytest.mark.parametrize(
    ("key", "shift", "step"),
    [
        ("Enter", False, 1),
        ("ArrowDown", False, 1),
        ("Enter", True, -1),
        ("ArrowUp", False, -1),
        ("Tab", False, 0),
        ("5", False, 0),
    ],
)
def test_keys_that_move(desk, key, shift, step):
    given = {"key": key, "shiftKey": shift}
    assert desk.part("keyboard", "it.stepOf(given)", given) == step


def test_enter_goes_down_selects_what_is_there_and_saves_what_was_left(desk):
    desk.page.fill("#v2", "8")
    desk.page.focus("#v1")
    desk.page.keyboard.type("12")
    desk.page.keyboard.press("Enter")

    assert desk.run("() => document.activeElement.id") == "v2"
    assert desk.run("() => getSelection().toString()") == "8"
    assert desk.asked[-1] == ("12", "0")
    desk.page.keyboard.press("Shift+Enter")
    assert desk.run("() => document.activeElement.id") == "v1"


def test_keys_with_control_do_what_the_browser_does(desk):
    desk.page.focus("#v1")
    desk.page.keyboard.press("Control+ArrowDown")

    assert desk.run("() => document.activeElement.id") == "v1"


def test_escape_gives_a_field_back_what_the_server_has(desk):
    desk.run("() => saving.renew('1', row(1, { value: '5' }))")
    desk.type(1, "12")
    desk.page.keyboard.press("Escape")

    assert (desk.value(1), desk.kept) == ("5", {})
    assert desk.run("() => asked.map((each) => [each.method, each.url])") == [
        ["GET", "/cells/1/?row"]
    ]


def test_a_choice_is_saved_at_once(desk):
    more = "<select name='absence-1'><option value=''></option><option value='other'>x</option>"
    desk.run("(more) => saving.renew('1', row(1, { more }))", f"{more}</select>")
    desk.page.select_option("#r1 select", "other")

    assert desk.run("() => asked.map((each) => each.fields['absence-1'])") == ["other"]


def test_a_long_text_is_saved_while_it_is_being_written(desk):
    desk.page.clock.install()
    desk.page.fill("#n1", "uzun")
    assert desk.asked == []
    desk.page.clock.fast_forward(3000)

    assert len(desk.asked) == 1


def test_leaving_the_page_is_asked_about_while_something_waits(desk):
    leave = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert desk.run(leave) is False
    desk.type(1, "12")

    assert desk.run(leave) is True


# --- pasting ---


@pytest.mark.parametrize(
    ("text", "is_block"),
    [("12", False), ("12\r\n", False), ("12\n13", True), ("Adı\t12", True), ("", False)],
)
def test_a_block_is_more_than_one_field(desk, text, is_block):
    assert desk.part("paste", "it.isBlock(given)", text) is is_block


# --- what is kept on the device ---


def test_what_is_typed_is_on_the_device_at_once_and_goes_when_it_is_typed_back(desk):
    desk.type(1, "12")
    assert desk.kept == {"1": "12"}
    desk.type(1, "")

    assert desk.kept == {}
    assert desk.asked == []


def test_another_person_or_page_finds_nothing(desk):
    desk.type(1, "12")

    for prefix in ("yeap:8:/desk/#", "yeap:7:/other/#"):
        assert desk.part("device", "new it.Device(given).get('1')", prefix) is None


def test_a_full_device_hinders_no_saving(desk):
    desk.run("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    desk.enter(1, "12")

    assert desk.asked == [("12", "0")]
    desk.answer(0, value="12", seen=1)
    assert desk.waiting == []


def test_a_window_opened_anew_puts_back_and_sends_what_was_not_saved(window):
    first = window()
    first.type(1, "12")
    first.page.close()

    second = window()

    assert second.value(1) == "12"
    assert second.state(1) == "saving"
    assert second.asked == [("12", "0")]


def test_what_the_server_has_already_is_only_taken_from_the_device(desk):
    desk.run(
        """async () => {
            saving.renew("1", row(1, { value: "12", seen: 1 }));
            saving.device.set("1", { seen: "0", typed: { "written-1": "12" } });
            (await part("restore")).restore(at(1), saving);
        }"""
    )

    assert (desk.kept, desk.waiting, desk.asked) == ({}, [], [])


def test_what_was_typed_into_a_row_now_closed_is_shown_and_not_sent(desk):
    desk.run(
        """async () => {
            saving.device.set("3", { seen: "0", typed: { "written-3": "9" } });
            (await part("restore")).restore(at(3), saving);
        }"""
    )

    assert "kept 9" in desk.page.inner_text("#r3 .why")
    assert desk.asked == []
    desk.page.click("#r3 .why button")
    assert desk.kept == {}


START_AGAIN = """async () => {
    saving.rows.clear();
    const { restore } = await part("restore");
    for (const each of document.querySelectorAll(".e-row")) restore(each, saving);
}"""


def typed_before_the_script(desk, pk, text):
    desk.page.locator(f"#v{pk}").evaluate("(field, text) => { field.value = text; }", text)


def test_what_was_typed_before_the_script_was_there_is_saved(desk):
    typed_before_the_script(desk, 1, "21")

    desk.run(START_AGAIN)

    assert desk.asked == [("21", "0")]
    assert desk.kept == {"1": "21"}


def test_who_still_types_when_the_script_comes_is_not_cut_short(desk):
    desk.page.focus("#v2")
    typed_before_the_script(desk, 2, "4")

    desk.run(START_AGAIN)
    assert (desk.asked, desk.kept) == ([], {"2": "4"})

    desk.page.keyboard.type("2")
    desk.leave(2)
    assert desk.asked == [("42", "0")]


# --- saving ---


def test_a_saved_row_is_shown_as_the_server_sent_it(desk):
    desk.enter(1, "1234")
    assert desk.state(1) == "saving"
    desk.answer(0, value="1.234", seen=1)

    assert desk.value(1) == "1.234"
    assert desk.page.inner_text("#live") == "saved Satır 1"
    assert (desk.waiting, desk.kept) == ([], {})


def test_the_icon_of_a_state_is_drawn_as_every_icon_is(desk):
    desk.enter(1, "12")

    assert desk.page.get_attribute("#r1 .state svg", "class") == "icon"


def test_leaving_a_row_that_was_not_touched_asks_nothing(desk):
    desk.leave(1)

    assert desk.asked == []


def test_a_row_has_one_request_under_way_and_the_newer_value_follows_on_the_new_version(desk):
    desk.enter(1, "1")
    desk.enter(1, "12")
    assert desk.asked == [("1", "0")]
    desk.answer(0, value="1", seen=1)

    assert desk.asked == [("1", "0"), ("12", "1")]
    assert desk.value(1) == "12"
    desk.answer(1, value="12", seen=2)
    assert desk.waiting == []


def test_rows_are_sent_in_the_order_in_which_they_were_left(desk):
    desk.enter(2, "2")
    desk.enter(1, "1")

    assert desk.run("() => asked.map((each) => each.url)") == ["/cells/2/", "/cells/1/"]


def test_a_value_typed_while_its_row_is_being_saved_is_not_typed_over(desk):
    desk.enter(1, "1")
    desk.page.focus("#v1")
    desk.page.keyboard.press("End")
    desk.page.keyboard.type("5")
    desk.answer(0, value="1", seen=1)

    assert desk.value(1) == "15"
    assert desk.run("() => [document.activeElement.id, document.activeElement.selectionEnd]") == [
        "v1",
        2,
    ]
    assert len(desk.asked) == 1  # it is still being typed
    desk.leave(1)
    assert desk.asked[1] == ("15", "1")


def test_on_a_cut_line_a_request_is_sent_again_word_for_word_before_anything_newer(desk):
    desk.enter(1, "1")
    desk.answer(0, status=0)
    assert desk.state(1) == "unsaved"
    assert "offline" in desk.page.inner_text("#r1 .why")
    assert desk.kept == {"1": "1"}

    desk.enter(1, "12")

    assert desk.asked == [("1", "0"), ("1", "0")]
    desk.answer(1, value="1", seen=1)
    assert desk.asked[2] == ("12", "1")


def test_a_cut_line_is_tried_again_by_a_button_and_when_it_is_back(desk):
    desk.enter(1, "1")
    desk.answer(0, status=0)
    desk.page.click("#r1 .why button")
    assert len(desk.asked) == 2
    desk.answer(1, status=0)
    desk.run("() => saving.flush()")

    assert len(desk.asked) == 3


def test_a_cut_line_is_tried_again_by_itself_ever_later(desk):
    desk.page.clock.install()
    desk.enter(1, "1")
    for at, seconds in enumerate((2, 4, 8)):
        desk.answer(at, status=0)
        desk.page.clock.fast_forward((seconds - 1) * 1000)
        assert len(desk.asked) == at + 1
        desk.page.clock.fast_forward(1000)
        assert len(desk.asked) == at + 2


@pytest.mark.parametrize(("after", "seconds"), [(None, "2"), ("7", "7"), ("900", "60")])
def test_a_server_in_trouble_is_asked_again_when_it_says(desk, after, seconds):
    desk.enter(1, "1")
    desk.answer(0, status=503, after=after)

    assert f"retry {seconds}" in desk.page.inner_text("#r1 .why")
    assert desk.kept == {"1": "1"}


def test_a_refused_value_stays_and_is_not_sent_again_until_it_is_changed(desk):
    desk.enter(1, "7l2")
    desk.answer(0, status=422, value="7l2", more='<p class="err">7l2?</p>')
    desk.leave(1)
    desk.run("() => saving.flush()")

    assert desk.value(1) == "7l2"
    assert desk.page.inner_text("#r1 .err") == "7l2?"
    assert desk.kept == {"1": "7l2"}
    assert len(desk.asked) == 1
    desk.enter(1, "712")
    assert desk.asked[1] == ("712", "0")


def test_an_answer_that_is_no_row_leaves_the_row_as_it_was_typed(desk):
    desk.enter(1, "12")
    desk.answer(0, status=404, html="<h1>Yok</h1>")

    assert (desk.value(1), desk.state(1), desk.kept) == ("12", "unsaved", {"1": "12"})


def test_nothing_is_sent_until_somebody_has_signed_in_again(desk):
    desk.enter(1, "1")
    desk.answer(0, status=401)
    desk.enter(2, "2")

    assert desk.run("() => signIns") == 1
    assert (desk.kept, len(desk.asked)) == ({"1": "1", "2": "2"}, 1)
    desk.run("() => { saving.isHalted = false; saving.flush(); }")
    assert desk.asked[1:] == [("1", "0"), ("2", "0")]


def test_what_is_given_up_while_it_is_sent_is_asked_for_anew(desk):
    desk.enter(1, "1")
    desk.run("() => saving.forget('1')")
    desk.answer(0, value="1", seen=1)

    assert desk.run("() => asked.map((each) => each.method)") == ["POST", "GET"]


def test_all_is_saved_only_when_every_answer_came(desk):
    desk.enter(1, "1")
    desk.run("() => { window.settled = saving.settle(); }")
    desk.answer(0, value="1", seen=1)
    assert desk.run("() => settled") is True

    desk.enter(1, "2")
    desk.run("() => { window.settled = saving.settle(); }")
    desk.answer(1, status=0)
    assert desk.run("() => settled") is False


# --- two windows on one row ---


def test_of_two_windows_the_second_keeps_its_value_and_chooses(window):
    one, other = window(), window()
    one.enter(1, "5")
    one.answer(0, value="5", seen=1)
    other.enter(1, "7")
    other.answer(0, status=409, value="5", seen=1, more='<div class="conflict"></div>')

    assert other.value(1) == "7"
    assert len(other.asked) == 1
    other.run("() => { saving.keepMine(at(1)); }")
    assert other.asked[1] == ("7", "1")
    other.answer(1, value="7", seen=2)
    assert other.waiting == []


def test_a_window_takes_away_only_what_it_kept_itself(window):
    one, other = window(), window()
    one.enter(1, "5")
    other.enter(1, "7")
    one.answer(0, value="5", seen=1)

    assert other.kept == {"1": "7"}
    other.answer(0, value="7", seen=2)
    assert other.kept == {}


# --- replacing a row, and the bar ---


def test_an_open_part_and_the_focus_in_it_outlive_the_replacing_of_a_row(desk):
    more = '<details class="opt"><summary>x</summary><select id="a1"></select></details>'
    renew = "(more) => saving.renew('1', row(1, { more }))"
    desk.run(renew, more)
    desk.page.click("#r1 summary")
    desk.page.focus("#a1")
    desk.run(renew, more)

    assert desk.run("() => document.activeElement.id") == "a1"
    assert desk.run("() => at(1).querySelector('details').open") is True


def test_the_caret_outlives_the_replacing_of_a_row(desk):
    renew = "() => saving.renew('1', row(1, { value: '1234' }))"
    desk.run(renew)
    desk.page.focus("#v1")
    desk.run("() => document.activeElement.setSelectionRange(1, 3)")
    desk.run(renew)

    assert desk.run("() => getSelection().toString()") == "23"


def test_replacing_a_row_in_use_does_not_count_as_leaving_it(desk):
    desk.page.focus("#v1")
    desk.page.keyboard.type("1")
    desk.run("() => saving.renew('1', row(1))")

    assert desk.asked == []


def test_the_bar_counts_what_the_rows_say(desk):
    desk.run("() => saving.renew('1', row(1, { value: '5', open: 2 }))")
    desk.type(2, "8")

    shown = [desk.page.inner_text(f"#{name}") for name in ("n-entered", "n-open", "n-unsaved")]
    assert shown == ["1", "3", " · waiting 1"]


def test_the_way_to_the_first_empty_row_leads_on(desk):
    way = desk.page.locator("#to-empty")
    assert way.get_attribute("href") == "#v1"
    desk.run("() => saving.renew('1', row(1, { value: '5' }))")
    assert way.get_attribute("href") == "#v2"
    desk.run("() => saving.renew('2', row(2, { value: '5' }))")

    assert way.is_hidden()


# --- what is left to do ---


def left(pk, *sentences):
    items = "".join(f"<li data-of='{pk}'>{sentence}</li>" for sentence in sentences)
    return f"<ul class='hints'>{items}</ul>"


def told(desk):
    return desk.page.locator("#hints [data-of]").all_inner_texts()


def test_what_is_left_to_do_stands_in_the_order_of_the_rows(desk):
    renew = "([pk, hints]) => saving.renew(pk, row(pk) + hints)"
    assert desk.page.locator("#hints").is_visible()
    desk.run(renew, ["2", left(2, "iki")])
    desk.run(renew, ["1", left(1, "bir", "bir daha")])
    assert told(desk) == ["bir", "bir daha", "iki"]

    desk.run(renew, ["1", left(1, "bir")])
    assert told(desk) == ["bir", "iki"]
    desk.run(renew, ["2", ""])
    assert told(desk) == ["bir", "iki"]  # that answer said nothing of it
    desk.run(renew, ["1", left(1)])
    desk.run(renew, ["2", left(2)])
    assert told(desk) == []
    assert desk.run("() => document.getElementById('hints').hidden") is True
    desk.run(renew, ["2", left(2, "iki")])
    assert desk.run("() => document.getElementById('hints').hidden") is False


def test_how_many_are_not_confirmed_is_counted_over_the_rows(desk):
    more = '<a class="opt kind" data-panel="kind" href="#">?</a>'
    renew = "([pk, more]) => saving.renew(pk, row(pk, { more }) + '<ul class=hints></ul>')"
    desk.run(renew, ["1", more])
    desk.run(renew, ["2", more])
    assert desk.page.inner_text("#unconfirmed") == "2"
    desk.run(renew, ["1", ""])
    desk.run(renew, ["2", ""])

    assert desk.page.locator("#unconfirmed").is_hidden()


def test_the_field_in_use_stays_where_it_is_when_something_grows_above_it(desk):
    desk.run("() => { document.body.style.minHeight = '3000px'; }")
    desk.page.focus("#v2")
    top = "() => document.getElementById('v2').getBoundingClientRect().top"
    desk.run("() => scrollTo(0, 0)")
    before = desk.run(top)
    hints = left(1, *["uzun"] * 5)
    desk.run("(hints) => saving.renew('1', row(1) + hints)", hints)

    assert desk.run("() => scrollY") > 50
    assert abs(desk.run(top) - before) < 1


# --- asking the server ---


def test_an_answer_that_does_not_come_is_none_and_a_lost_session_is_401(desk):
    get = "new it.Server(document.getElementById('entry')).get(given)"
    address = "/entry/mersin-2024-2026/2025/9/"
    # The made form has no token of its own; the sign-in page gave a cookie.
    assert desk.part("server", f"{get}.then((answer) => answer.status)", "/healthz") == 200
    assert desk.part("server", f"{get}.then((answer) => answer.status)", address) == 401
    assert desk.part("server", f"{get}.then((answer) => answer.status)", "/") == 401

    desk.page.context.set_offline(True)
    assert desk.part("server", get, "/healthz") is None


# --- answers to questions ---


def test_an_answer_says_which_question_it_was_given_to(desk):
    desk.page.fill("#r1 [name=note]", "çünkü")
    body = "Object.fromEntries(it.answerOf(at(1), given))"

    answer = desk.part("answers", body, {"name": "answer", "value": "outlier-1|abc|right"})
    confirm = desk.part("answers", body, {"name": "confirm", "value": "outlier-1|abc|right"})

    assert answer == {"finding": "outlier-1", "digest": "abc", "answer": "right", "note": "çünkü"}
    assert confirm == {**answer, "confirm": "1"}
