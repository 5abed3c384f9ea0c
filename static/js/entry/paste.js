/* Pasting a block from a spreadsheet: what goes where is shown before it is saved. */

import { rowOf } from "./fields.js";
import { say } from "./marks.js";

/* Whether a text is more than the content of one field. */
export const isBlock = (text) => /[\t\n]/.test(text.replace(/[\r\n]+$/, ""));

export function listenToPaste(form, dialog, { saving, server, words, askToSignIn }) {
  form.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!event.target.matches("input.cell") || !isBlock(text)) return;
    event.preventDefault();
    const body = new FormData();
    body.append("block", text);
    body.append("start", rowOf(event.target).dataset.pk);
    show(body);
  });

  dialog.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    show(new FormData(event.target, event.submitter));
  });

  async function show(body) {
    const answer = await server.post(`${form.action}paste/`, body);
    if (!answer) return say(words.offline);
    if (answer.status === 401) return askToSignIn();
    if (answer.status === 204) {
      dialog.close();
      return saving.reload();
    }
    dialog.querySelector(".body").innerHTML = answer.text;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector(".body button, .body h2")?.focus();
    if (answer.status === 409) saving.reload();
  }
}
