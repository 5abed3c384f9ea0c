/* Signing in again in place, after the session has ended. */

import { rowAt } from "./fields.js";
import { mark, say } from "./marks.js";

export class SignIn {
  constructor(dialog, { saving, server, words, others }) {
    Object.assign(this, { dialog, saving, server, words, others });
    this.shown = dialog.querySelector("[role=alert]");
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      this.tryWith(new FormData(event.target));
    });
  }

  ask() {
    const { unsaved, session } = this.words;
    this.saving.isHalted = true;
    for (const pk of this.saving.waiting) mark(rowAt(pk), "unsaved", "x", unsaved, session);
    say(session);
    if (this.dialog.open) return;
    for (const other of this.others) other.close();
    this.dialog.showModal();
    this.password.focus();
  }

  get password() {
    return this.dialog.querySelector("[type=password]");
  }

  async tryWith(body) {
    this.shown.textContent = "";
    try {
      const status = await this.server.signIn(body);
      if (status) {
        this.shown.textContent = status === 200 ? this.words.login : this.words.locked;
        return;
      }
      if (!(await this.server.isSamePerson())) {
        say(this.words.other);
        location.reload();
        return;
      }
    } catch {
      this.shown.textContent = this.words.offline;
      return;
    }
    this.goOn();
  }

  goOn() {
    // Signing in changes the token; forms sent without script carry it in a field.
    const token = this.server.token();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    this.password.value = "";
    this.dialog.close();
    this.saving.isHalted = false;
    this.saving.flush();
  }
}
