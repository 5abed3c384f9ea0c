/* The list of what is left to do before sending, above the rows: renewed row by row. */

import { rowAt } from "./fields.js";

/* Take what an answer says is left to do on a row; an answer that says nothing changes nothing. */
export function renewHints(form, pk, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const hints = holder.content.querySelector(".hints");
  if (!hints) return;
  const box = document.getElementById("hints");
  for (const old of box.querySelectorAll(`[data-of="${pk}"]`)) old.remove();
  const next = [...box.querySelectorAll("[data-of]")].find((each) => isBelow(each.dataset.of, pk));
  const unconfirmed = document.getElementById("unconfirmed");
  (next ?? unconfirmed).before(...hints.children);
  const count = form.querySelectorAll(".e-row [data-panel=kind]").length;
  unconfirmed.querySelector("b").textContent = count;
  unconfirmed.hidden = !count;
  box.hidden = !box.querySelector("li:not([hidden])");
}

/* Whether a row stands below another one. */
function isBelow(pk, other) {
  return rowAt(other).compareDocumentPosition(rowAt(pk)) & Node.DOCUMENT_POSITION_FOLLOWING;
}
