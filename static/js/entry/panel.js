/* Evidence, comments and how a number is counted, in a panel beside the page. */

import { rowAt, rowOf } from "./fields.js";
import { say } from "./marks.js";
import { isRow } from "./swap.js";

export function listenToPanel(form, panel, { saving, server, words, askToSignIn }) {
  form.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-panel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = rowOf(link);
    panel.dataset.pk = row.dataset.pk;
    if (!show(await server.get(row.dataset.url))) return;
    const part = panel.querySelector(`#${link.dataset.panel}`);
    part?.scrollIntoView({ block: "start" });
    part?.querySelector("button, input, textarea, select")?.focus();
  });

  panel.addEventListener("submit", async (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    const answer = await server.post(event.target.action, body);
    // Settling how a number is counted answers with its row.
    if (answer?.status === 200 && isRow(answer.text)) panel.close();
    else show(answer);
  });

  panel.addEventListener("close", async () => {
    const { pk } = panel.dataset;
    panel.querySelector(".body").replaceChildren();
    if (saving.waiting.includes(pk)) return;
    await saving.refresh(pk);
    rowAt(pk).querySelector("[data-panel]")?.focus();
  });

  /* Show an answer in the panel; say whether it could be shown. */
  function show(answer) {
    if (!answer) say(words.offline);
    else if (answer.status === 401) askToSignIn();
    else {
      panel.querySelector(".body").innerHTML = answer.text;
      if (!panel.open) panel.showModal();
      return true;
    }
    return false;
  }
}
