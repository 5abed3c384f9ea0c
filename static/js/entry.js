/* The entry page: saves a row when it is left, and loses nothing that was typed.

   What is typed is written to this device at once, by person, page and row, and taken away when
   the server has it. A row has one request under way at most; a request whose answer was lost is
   sent again word for word before anything newer, so that the server can tell that it has it. */

const form = document.getElementById("entry");
if (form) start();

function start() {
  const words = JSON.parse(document.getElementById("words").textContent);
  const live = document.getElementById("live");
  const panel = document.getElementById("panel");
  const pasting = document.getElementById("paste");
  const login = document.getElementById("login");
  const prefix = `${form.dataset.key}#`;
  const NAMES = /^(written|absence|deviation_reason|measure_to_take|women|men|others)-\d+$/;
  const rows = new Map(); // number of the indicator → what is known of its row
  let signedOut = false;
  let swapping = false;

  /* --- rows and their fields --- */

  const rowOf = (element) => element.closest(".e-row");
  const element = (pk) => document.getElementById(`r${pk}`);
  const inputs = (row) =>
    [...row.querySelectorAll("input, select, textarea")].filter((one) => NAMES.test(one.name));
  const read = (row) => Object.fromEntries(inputs(row).map((one) => [one.name, one.value]));
  const seenOf = (row) => row.querySelector("[name^='seen-']")?.value ?? "0";
  const same = (one, other) =>
    Object.keys({ ...one, ...other }).every((name) => (one[name] ?? "") === (other[name] ?? ""));
  const cells = () => [...form.querySelectorAll("input.cell:not([readonly])")];

  function learn(row) {
    const state = rows.get(row.dataset.pk) ?? { tries: 0 };
    rows.set(row.dataset.pk, state);
    state.base = read(row);
    return state;
  }

  /* --- what is kept on this device --- */

  function kept(pk) {
    try {
      return JSON.parse(localStorage.getItem(prefix + pk));
    } catch {
      return null;
    }
  }

  function keep(pk, entry) {
    rows.get(pk).kept = entry;
    try {
      localStorage.setItem(prefix + pk, JSON.stringify(entry));
    } catch {
      /* A full or forbidden store: the page itself still holds it. */
    }
    count();
  }

  function forget(pk) {
    const state = rows.get(pk);
    if (state) delete state.kept;
    try {
      localStorage.removeItem(prefix + pk);
    } catch {
      /* as above */
    }
    count();
  }

  function note(row) {
    const state = rows.get(row.dataset.pk);
    const typed = read(row);
    if (state.kept?.sent === undefined && same(typed, state.base)) forget(row.dataset.pk);
    else keep(row.dataset.pk, { seen: seenOf(row), ...state.kept, typed, hold: false });
  }

  /* --- saving --- */

  function leave(row) {
    const state = rows.get(row.dataset.pk);
    clearTimeout(state.pause);
    if (!row.hasAttribute("data-editable") && !state.kept) return;
    if (state.kept?.hold && same(read(row), state.kept.typed)) return;
    note(row);
    if (state.kept) send(row.dataset.pk);
    else if (row.classList.contains("unsaved")) refresh(row.dataset.pk);
  }

  async function send(pk) {
    const state = rows.get(pk);
    if (!state.kept || state.kept.hold || state.busy || signedOut) return;
    clearTimeout(state.timer);
    const sent = state.kept.sent ?? state.kept.typed;
    keep(pk, { ...state.kept, sent });
    mark(pk, "saving", "spin", words.saving);
    const body = new FormData();
    for (const [name, value] of Object.entries(sent)) body.append(name, value);
    body.append(`seen-${pk}`, state.kept.seen);
    state.busy = post(element(pk).dataset.url, body);
    const response = await state.busy;
    const html = response?.text ?? "";
    state.busy = null;
    if (!response) return later(pk, words.offline);
    if (response.status === 401) return askLogin();
    if (response.status >= 500) return later(pk, words.fault, response.after);
    state.tries = 0;
    const { sent: _sent, ...rest } = state.kept;
    state.kept = rest;
    const typed = read(element(pk));
    if (response.status === 200) return saved(pk, html, sent, typed);
    if (!html.includes("e-row")) {
      keep(pk, { ...rest, typed, hold: true });
      return mark(pk, "unsaved", "x", words.unsaved);
    }
    // Refused, closed, or somebody else wrote: the fragment says which, what was typed stays.
    keep(pk, { ...rest, typed, hold: same(typed, sent) });
    swap(pk, html);
    fill(element(pk), typed);
    say(words.refused, name(pk));
    const field = document.activeElement?.name;
    if (!same(typed, sent) && (typed[field] ?? "") === (sent[field] ?? "")) send(pk);
  }

  function saved(pk, html, sent, typed) {
    swap(pk, html);
    const row = element(pk);
    learn(row);
    const changed = Object.entries(typed).filter(([field, value]) => value !== (sent[field] ?? ""));
    if (!changed.length) {
      forget(pk);
      return say(words.saved, name(pk));
    }
    // Typed on while the request was under way.
    fill(row, Object.fromEntries(changed));
    keep(pk, { seen: seenOf(row), typed: read(row), hold: false });
    if (!changed.some(([field]) => field === document.activeElement?.name)) send(pk);
  }

  function later(pk, why, after) {
    const state = rows.get(pk);
    state.tries += 1;
    const seconds = Math.min(60, Number(after) || 2 ** Math.min(state.tries, 6));
    mark(pk, "unsaved", "x", words.unsaved, `${why} ${words.retry.replace("%s", seconds)}`, true);
    state.timer = setTimeout(() => send(pk), seconds * 1000);
  }

  async function post(url, body, method = "POST") {
    try {
      const response = await fetch(url, {
        method,
        body,
        headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" },
        redirect: "manual",
        credentials: "same-origin",
      });
      let status = response.type === "opaqueredirect" ? 401 : response.status;
      // Without its cookie a request is not even looked at; mostly the session is gone, too.
      if (status === 403) status = (await whoIsIn()) === form.dataset.user ? 503 : 401;
      return { status, text: await response.text(), after: response.headers.get("Retry-After") };
    } catch {
      return null;
    }
  }

  function token() {
    const cookie = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
  }

  /* --- what is seen of it --- */

  function mark(pk, state, icon, text, why = "", again = false) {
    const row = element(pk);
    row.classList.remove("saved", "saving", "unsaved", "returned");
    row.classList.add(state);
    row.querySelector(".state").replaceChildren(picture(icon), span(text));
    row.querySelector(".why")?.remove();
    if (!why) return;
    const more = document.createElement("div");
    more.className = "e-more why";
    const line = document.createElement("p");
    line.textContent = why;
    more.append(line);
    if (again) more.append(button(words.again, () => send(pk)));
    row.append(more);
  }

  function picture(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  }

  function span(text) {
    const made = document.createElement("span");
    made.textContent = text;
    return made;
  }

  function button(text, press) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn small quiet";
    made.textContent = text;
    made.addEventListener("click", press);
    return made;
  }

  const name = (pk) => element(pk).querySelector("label").textContent.trim();

  function say(sentence, about = "") {
    live.textContent = sentence.replace("%s", about);
  }

  /* Put a row as the server sent it in its place; focus and open parts stay. */
  function swap(pk, html) {
    const old = element(pk);
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const row = holder.content.firstElementChild;
    if (!row?.classList.contains("e-row")) return;
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const range = active?.type === "text" ? [active.selectionStart, active.selectionEnd] : null;
    const opened = [...old.querySelectorAll("details.opt")].map((one) => one.open && one.contains(active));
    // The field in use stays where it is on the screen, whatever grows above it.
    const held = form.contains(document.activeElement) && !active ? document.activeElement : null;
    const top = held?.getBoundingClientRect().top;
    swapping = true;
    old.replaceWith(row);
    row.querySelectorAll("details.opt").forEach((one, at) => {
      if (opened[at]) one.open = true;
    });
    if (active) {
      const again = (active.id && document.getElementById(active.id)) || row.querySelector("input.cell, .ask button, a");
      again?.focus({ preventScroll: true });
      if (range && again?.setSelectionRange && again.id === active.id) again.setSelectionRange(...range);
    }
    swapping = false;
    if (held) window.scrollBy(0, held.getBoundingClientRect().top - top);
    count();
  }

  function fill(row, typed) {
    for (const input of inputs(row)) {
      if (input.name in typed && input.value !== typed[input.name]) input.value = typed[input.name];
    }
  }

  function count() {
    const all = [...form.querySelectorAll(".e-row")];
    const entered = all.filter((row) => row.dataset.entered === "1").length;
    const open = all.reduce((sum, row) => sum + Number(row.dataset.open), 0);
    const unsent = [...rows.values()].filter((state) => state.kept).length;
    const shown = document.getElementById("n-open");
    document.getElementById("n-entered").textContent = entered;
    shown.textContent = open + Number(shown.dataset.wide);
    document.getElementById("n-unsaved").textContent = unsent
      ? ` · ${words.waiting.replace("%s", unsent)}`
      : "";
    form.querySelector(".filled").setAttribute("width", `${(100 * entered) / all.length}%`);
  }

  async function refresh(pk) {
    const answer = await post(`${element(pk).dataset.url}?row`, undefined, "GET");
    if (answer?.status === 401) return askLogin();
    if (answer?.status !== 200) return;
    swap(pk, answer.text);
    learn(element(pk));
  }

  /* --- typing and moving --- */

  form.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row || !NAMES.test(event.target.name)) return;
    note(row);
    const state = rows.get(row.dataset.pk);
    clearTimeout(state.pause);
    if (event.target.localName === "textarea") state.pause = setTimeout(() => leave(row), 3000);
  });

  form.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (row && !swapping && NAMES.test(event.target.name)) leave(row);
  });

  form.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.localName === "select" && NAMES.test(event.target.name)) leave(row);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (field.matches?.("input[type=text]") && event.key === "Enter") event.preventDefault();
    if (!field.matches?.("input.cell")) {
      if (event.key === "Enter" && field.matches?.("input[type=text]")) leave(rowOf(field));
      return;
    }
    const up = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
    const down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
    if (up || down) {
      event.preventDefault();
      const all = cells();
      const next = all[all.indexOf(field) + (down ? 1 : -1)];
      if (!next) return leave(rowOf(field));
      next.focus();
      next.select();
    }
    if (event.key === "Escape") {
      const pk = rowOf(field).dataset.pk;
      field.value = rows.get(pk).base[field.name] ?? "";
      note(rowOf(field));
      if (!rows.get(pk).kept) refresh(pk);
    }
  });

  /* --- pasting a block --- */

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!event.target.matches("input.cell") || !/[\t\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    const body = new FormData();
    body.append("block", text);
    body.append("start", rowOf(event.target).dataset.pk);
    showPaste(body);
  });

  async function showPaste(body) {
    const answer = await post(`${form.action}paste/`, body);
    if (!answer) return say(words.offline);
    if (answer.status === 401) return askLogin();
    if (answer.status === 204) {
      pasting.close();
      return reload();
    }
    pasting.querySelector(".body").innerHTML = answer.text;
    if (!pasting.open) pasting.showModal();
    pasting.querySelector(".body button, .body h2")?.focus();
    if (answer.status === 409) reload();
  }

  pasting.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    const body = new FormData(event.target);
    if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
    showPaste(body);
  });

  /* Fetch the page once and renew every row on which nothing waits. */
  async function reload() {
    const answer = await post(form.action, undefined, "GET");
    if (answer?.status !== 200) return;
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    for (const [pk, state] of rows) {
      const row = page.getElementById(`r${pk}`);
      if (!row || state.kept) continue;
      swap(pk, row.outerHTML);
      learn(element(pk));
    }
    count();
  }

  /* --- buttons of the form --- */

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    if (!pressed) return flush();
    const row = rowOf(pressed);
    const pk = row?.dataset.pk;
    if (pressed.name === "send") return (await settle()) ? location.assign(`${form.action}send/`) : say(words.late);
    if (pressed.name === "save") return flush();
    if (pressed.name === "take") {
      forget(pk);
      return refresh(pk);
    }
    if (pressed.name === "leave") return refresh(pk);
    if (pressed.name === "keep") {
      keep(pk, { ...rows.get(pk).kept, seen: seenOf(row), typed: read(row), hold: false });
      return send(pk);
    }
    if (rows.get(pk).kept && !(await settle())) return say(words.late);
    const body = new FormData();
    const [finding, digest, answer] = pressed.value.split("|");
    body.append("finding", finding);
    body.append("digest", digest);
    body.append("answer", answer);
    if (pressed.name === "confirm") body.append("confirm", "1");
    body.append("note", row.querySelector("[name=note]")?.value ?? "");
    replace(pk, await post(`${form.action}questions/`, body));
  });

  function replace(pk, answer) {
    if (!answer) return say(words.offline);
    if (answer.status === 401) return askLogin();
    if (!answer.text.includes("e-row")) return refresh(pk);
    swap(pk, answer.text);
    learn(element(pk));
    element(pk).querySelector(".confirm button")?.focus();
  }

  function flush() {
    if (document.activeElement && rowOf(document.activeElement)) leave(rowOf(document.activeElement));
    for (const pk of rows.keys()) send(pk);
  }

  /* Send what waits and say whether everything is saved. */
  async function settle() {
    flush();
    for (const _turn of Array(20).keys()) {
      const busy = [...rows.values()].map((state) => state.busy).filter(Boolean);
      if (!busy.length) break;
      await Promise.all(busy);
      await new Promise((done) => setTimeout(done, 0));
    }
    return ![...rows.values()].some((state) => state.kept);
  }

  /* --- evidence and comments beside a row --- */

  form.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-panel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    panel.dataset.pk = rowOf(link).dataset.pk;
    const answer = await post(rowOf(link).dataset.url, undefined, "GET");
    if (!showPanel(answer)) return;
    panel.querySelector(`#${link.dataset.panel}`)?.scrollIntoView({ block: "start" });
    panel.querySelector(`#${link.dataset.panel} :is(button, input, textarea, select)`)?.focus();
  });

  function showPanel(answer) {
    if (!answer) return say(words.offline), false;
    if (answer.status === 401) return askLogin(), false;
    panel.querySelector(".body").innerHTML = answer.text;
    if (!panel.open) panel.showModal();
    return true;
  }

  panel.addEventListener("submit", async (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    const body = new FormData(event.target);
    if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
    const answer = await post(event.target.action, body);
    // Settling how a number is read answers with its row.
    if (answer?.status === 200 && answer.text.includes("e-row")) panel.close();
    else showPanel(answer);
  });

  panel.addEventListener("close", () => {
    const { pk } = panel.dataset;
    panel.querySelector(".body").replaceChildren();
    if (rows.get(pk).kept) return;
    refresh(pk).then(() => element(pk).querySelector("[data-panel]")?.focus());
  });

  /* --- signing in again, in place --- */

  function askLogin() {
    signedOut = true;
    for (const [pk, state] of rows) {
      if (state.kept) mark(pk, "unsaved", "x", words.unsaved, words.session);
    }
    say(words.session);
    if (login.open) return;
    for (const other of [panel, pasting]) if (other.open) other.close();
    login.showModal();
    login.querySelector("[type=password]").focus();
  }

  async function whoIsIn() {
    const page = await fetch(form.action, { redirect: "manual", credentials: "same-origin" });
    if (page.type === "opaqueredirect" || !page.ok) return "";
    return (await page.text()).match(/data-user="(\d+)"/)?.[1] ?? "";
  }

  login.addEventListener("submit", async (event) => {
    event.preventDefault();
    const shown = login.querySelector("[role=alert]");
    const address = form.dataset.login;
    shown.textContent = "";
    try {
      // Signing in needs a fresh token, which the sign-in page brings in its cookie.
      await fetch(address, { redirect: "manual", credentials: "same-origin" });
      const body = new FormData(event.target);
      const answer = await fetch(address, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token() },
        redirect: "manual",
        credentials: "same-origin",
      });
      if (answer.type !== "opaqueredirect") {
        shown.textContent = answer.status === 200 ? words.login : words.locked;
        return;
      }
      if ((await whoIsIn()) !== form.dataset.user) {
        say(words.other);
        location.reload();
        return;
      }
    } catch {
      shown.textContent = words.offline;
      return;
    }
    // Signing in changes the token; forms sent without script carry it in a field.
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
    login.querySelector("[type=password]").value = "";
    login.close();
    signedOut = false;
    flush();
  });

  /* --- beginning, and leaving --- */

  window.addEventListener("online", flush);
  window.addEventListener("beforeunload", (event) => {
    const active = document.activeElement && rowOf(document.activeElement);
    if (active && rows.has(active.dataset.pk) && active.hasAttribute("data-editable")) note(active);
    if ([...rows.values()].some((state) => state.kept)) event.preventDefault();
  });

  for (const row of form.querySelectorAll(".e-row")) {
    const state = learn(row);
    const entry = kept(row.dataset.pk);
    if (!entry?.typed) continue;
    state.kept = { ...entry, hold: false };
    if (row.hasAttribute("data-editable")) {
      if (entry.sent === undefined && same({ ...state.base, ...entry.typed }, state.base)) {
        forget(row.dataset.pk);
        continue;
      }
      fill(row, entry.typed);
      mark(row.dataset.pk, "unsaved", "x", words.unsaved, words.restored);
      send(row.dataset.pk);
    } else {
      const typed = Object.values(entry.typed).filter(Boolean).join(" · ");
      state.kept.hold = true;
      mark(row.dataset.pk, "unsaved", "x", words.unsaved, words.kept.replace("%s", typed));
      row.querySelector(".why").append(
        button(words.discard, () => {
          forget(row.dataset.pk);
          refresh(row.dataset.pk);
        }),
      );
    }
  }
  count();
}
