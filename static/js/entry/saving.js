/* Saves a row when it is left, and loses nothing that was typed.

   What is typed is kept on this device at once, and taken away when the server has it. A row has
   one request under way at most; a request whose answer was lost is sent again word for word before
   anything newer, so that the server can tell that it has it.

   Of each row is known: `base`, its fields as the server last sent them; `kept`, what waits to be
   saved (`typed`; `sent`, while its answer is awaited; `seen`, the version it was typed on; `hold`,
   where the server refused it); `busy`, its request; `tries`, how often that failed. */

import { fill, given, isEditable, nameOf, read, rowAt, rowOf, same, seenOf } from "./fields.js";
import { renewHints } from "./hints.js";
import { mark, say } from "./marks.js";
import { showProgress } from "./progress.js";
import { holdStill } from "./still.js";
import { isRow, swap } from "./swap.js";

export class Saving {
  constructor({ form, device, server, words, askToSignIn }) {
    Object.assign(this, { form, device, server, words, askToSignIn });
    this.rows = new Map();
    this.isHalted = false; // while nobody is signed in
  }

  learn(row) {
    const state = this.rows.get(row.dataset.pk) ?? { tries: 0 };
    this.rows.set(row.dataset.pk, state);
    state.base = given(row);
    return state;
  }

  get waiting() {
    return [...this.rows].filter(([, state]) => state.kept).map(([pk]) => pk);
  }

  showProgress() {
    showProgress(this.form, this.waiting.length, this.words);
  }

  /* --- what is kept --- */

  keep(pk, entry) {
    this.rows.get(pk).kept = entry;
    this.device.set(pk, entry);
    this.showProgress();
  }

  forget(pk) {
    delete this.rows.get(pk)?.kept;
    this.device.remove(pk);
    this.showProgress();
  }

  /* Keep what a row's fields hold, unless it is what the server has. */
  note(row) {
    const { pk } = row.dataset;
    const { kept, base } = this.rows.get(pk);
    const typed = read(row);
    if (kept?.sent === undefined && same(typed, base)) this.forget(pk);
    else this.keep(pk, { seen: seenOf(row), ...kept, typed, hold: false });
  }

  /* Give a field the value again that the server has. */
  takeBack(field) {
    const row = rowOf(field);
    const { pk } = row.dataset;
    field.value = this.rows.get(pk).base[field.name] ?? "";
    this.note(row);
    if (!this.rows.get(pk).kept) this.refresh(pk);
  }

  /* Keep a row's fields as typed on the version that the row shows now. */
  keepMine(row) {
    const { pk } = row.dataset;
    this.keep(pk, { ...this.rows.get(pk).kept, seen: seenOf(row), typed: read(row), hold: false });
    return this.send(pk);
  }

  /* --- sending it --- */

  leave(row) {
    const { pk } = row.dataset;
    const state = this.rows.get(pk);
    clearTimeout(state.pause);
    if (!isEditable(row) && !state.kept) return;
    if (state.kept?.hold && same(read(row), state.kept.typed)) return;
    this.note(row);
    if (state.kept) this.send(pk);
    else if (row.classList.contains("unsaved")) this.refresh(pk);
  }

  leaveLater(row, milliseconds) {
    const state = this.rows.get(row.dataset.pk);
    clearTimeout(state.pause);
    state.pause = setTimeout(() => this.leave(row), milliseconds);
  }

  async send(pk) {
    const state = this.rows.get(pk);
    if (!state.kept || state.kept.hold || state.busy || this.isHalted) return;
    clearTimeout(state.timer);
    const sent = state.kept.sent ?? state.kept.typed;
    this.keep(pk, { ...state.kept, sent });
    mark(rowAt(pk), "saving", "spin", this.words.saving);
    state.busy = this.server.post(rowAt(pk).dataset.url, bodyOf(pk, sent, state.kept.seen));
    const answer = await state.busy;
    state.busy = null;
    if (!state.kept) return this.refresh(pk); // given up meanwhile
    if (!answer) return this.sendLater(pk, this.words.offline);
    if (answer.status === 401) return this.askToSignIn();
    if (answer.status >= 500) return this.sendLater(pk, this.words.fault, answer.after);
    state.tries = 0;
    delete state.kept.sent;
    return answer.status === 200
      ? this.accepted(pk, answer.text, sent)
      : this.refused(pk, answer.text, sent);
  }

  accepted(pk, html, sent) {
    const typed = read(rowAt(pk));
    const changed = Object.entries(typed).filter(([name, value]) => value !== (sent[name] ?? ""));
    this.renew(pk, html);
    if (!changed.length) {
      this.forget(pk);
      return say(this.words.saved, nameOf(rowAt(pk)));
    }
    // Typed on while the request was under way.
    fill(rowAt(pk), Object.fromEntries(changed));
    this.keep(pk, { seen: seenOf(rowAt(pk)), typed: read(rowAt(pk)), hold: false });
    if (!changed.some(([name]) => name === document.activeElement?.name)) this.send(pk);
  }

  /* Refused, closed, or somebody else wrote: the row says which, what was typed stays. */
  refused(pk, html, sent) {
    const { kept } = this.rows.get(pk);
    const typed = read(rowAt(pk));
    if (!isRow(html)) {
      this.keep(pk, { ...kept, typed, hold: true });
      return mark(rowAt(pk), "unsaved", "x", this.words.unsaved);
    }
    this.keep(pk, { ...kept, typed, hold: same(typed, sent) });
    this.put(pk, html);
    fill(rowAt(pk), typed);
    say(this.words.refused, nameOf(rowAt(pk)));
    const field = document.activeElement?.name;
    if (!same(typed, sent) && (typed[field] ?? "") === (sent[field] ?? "")) this.send(pk);
  }

  sendLater(pk, why, after) {
    const { unsaved, retry, again } = this.words;
    const state = this.rows.get(pk);
    state.tries += 1;
    const seconds = Math.min(60, Number(after) || 2 ** Math.min(state.tries, 6));
    const press = { word: again, act: () => this.send(pk) };
    mark(rowAt(pk), "unsaved", "x", unsaved, `${why} ${retry.replace("%s", seconds)}`, press);
    state.timer = setTimeout(() => this.send(pk), seconds * 1000);
  }

  /* Send everything that waits. */
  flush() {
    const row = document.activeElement && rowOf(document.activeElement);
    if (row) this.leave(row);
    for (const pk of this.rows.keys()) this.send(pk);
  }

  /* Send everything that waits and say whether all of it is saved. */
  async settle() {
    this.flush();
    for (const _turn of Array(20).keys()) {
      const busy = [...this.rows.values()].map((state) => state.busy).filter(Boolean);
      if (!busy.length) break;
      await Promise.all(busy);
      await new Promise((done) => setTimeout(done, 0));
    }
    return !this.waiting.length;
  }

  /* --- rows as the server has them --- */

  put(pk, html) {
    holdStill(this.form, () => {
      swap(rowAt(pk), html);
      renewHints(this.form, pk, html);
    });
    this.showProgress();
  }

  /* Show a row that the server sent as what it has. */
  renew(pk, html) {
    this.put(pk, html);
    this.learn(rowAt(pk));
  }

  async refresh(pk) {
    const answer = await this.server.get(`${rowAt(pk).dataset.url}?row`);
    if (answer?.status === 401) return this.askToSignIn();
    if (answer?.status === 200) this.renew(pk, answer.text);
  }

  /* Fetch the page once and renew every row on which nothing waits. */
  async reload() {
    const answer = await this.server.get(this.form.action);
    if (answer?.status !== 200) return;
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    for (const [pk, state] of this.rows) {
      const row = page.getElementById(`r${pk}`);
      if (row && !state.kept) this.renew(pk, row.outerHTML);
    }
    holdStill(this.form, () => {
      for (const id of ["hints", "undo", "asks"]) {
        const fresh = page.getElementById(id);
        if (fresh) document.getElementById(id)?.replaceWith(fresh);
      }
    });
  }
}

function bodyOf(pk, sent, seen) {
  const body = new FormData();
  for (const [name, value] of Object.entries(sent)) body.append(name, value);
  body.append(`seen-${pk}`, seen);
  return body;
}
