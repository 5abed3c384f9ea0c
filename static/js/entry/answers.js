/* The buttons of the form: sending it, settling a conflict, answering a question. */

import { rowAt, rowOf } from "./fields.js";
import { say } from "./marks.js";
import { isRow } from "./swap.js";

export function listenToButtons(form, { saving, server, words, askToSignIn }) {
  const press = {
    save: () => saving.flush(),
    send: async () => {
      if (await saving.settle()) location.assign(`${form.action}send/`);
      else say(words.late);
    },
    take: (row) => {
      saving.forget(row.dataset.pk);
      saving.refresh(row.dataset.pk);
    },
    leave: (row) => saving.refresh(row.dataset.pk),
    keep: (row) => saving.keepMine(row),
    answer,
    confirm: answer,
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    if (!pressed) return saving.flush();
    press[pressed.name](rowOf(pressed), pressed);
  });

  async function answer(row, pressed) {
    const { pk } = row.dataset;
    const body = answerOf(row, pressed); // before the row may be replaced
    if (saving.waiting.includes(pk) && !(await saving.settle())) return say(words.late);
    show(pk, await server.post(`${form.action}questions/`, body));
  }

  function show(pk, reply) {
    if (!reply) return say(words.offline);
    if (reply.status === 401) return askToSignIn();
    if (!isRow(reply.text)) return saving.refresh(pk);
    saving.renew(pk, reply.text);
    rowAt(pk).querySelector(".confirm button")?.focus();
  }
}

/* What an answer's button posts: the question, its state when it was asked, and the answer. */
export function answerOf(row, { name, value }) {
  const body = new FormData();
  const [finding, digest, answer] = value.split("|");
  body.append("finding", finding);
  body.append("digest", digest);
  body.append("answer", answer);
  if (name === "confirm") body.append("confirm", "1");
  body.append("note", row.querySelector("[name=note]")?.value ?? "");
  return body;
}
