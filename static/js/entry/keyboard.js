/* Typing, and moving from field to field. */

import { isEditable, isSaved, rowOf, takesNumber } from "./fields.js";
import { isSwapping } from "./swap.js";

const PAUSE = 3000; // milliseconds after which a text is saved although its field is not left

/* Return 1 for the field below, -1 for the one above, 0 for a key that does not move. */
export function stepOf({ key, shiftKey }) {
  if (key === "ArrowDown" || (key === "Enter" && !shiftKey)) return 1;
  if (key === "ArrowUp" || (key === "Enter" && shiftKey)) return -1;
  return 0;
}

export function listenToKeys(form, saving) {
  const savedRowOf = ({ target }) => (isSaved(target) ? rowOf(target) : null);

  form.addEventListener("input", (event) => {
    const row = savedRowOf(event);
    if (!row) return;
    saving.note(row);
    if (event.target.localName === "textarea" && takesNumber(row)) saving.leaveLater(row, PAUSE);
  });

  form.addEventListener("focusout", (event) => {
    const row = savedRowOf(event);
    if (row && !isSwapping() && !(isWrittenOnce(row) && isWithin(row, event))) saving.leave(row);
  });

  form.addEventListener("change", (event) => {
    const row = savedRowOf(event);
    if (row && event.target.localName === "select") saving.leave(row);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!field.matches("input[type=text]")) return;
    const step = stepOf(event);
    if (event.key === "Enter") event.preventDefault();
    if (!field.matches("input.cell")) {
      if (event.key === "Enter") saving.leave(rowOf(field));
    } else if (step) {
      event.preventDefault();
      move(form, field, step) || saving.leave(rowOf(field));
    } else if (event.key === "Escape") {
      saving.takeBack(field);
    }
  });

  window.addEventListener("beforeunload", (event) => {
    const row = document.activeElement && rowOf(document.activeElement);
    if (row && isEditable(row)) saving.note(row);
    if (saving.waiting.length) event.preventDefault();
  });
}

/* Whether a row takes reason and measure alone: once both are there they are no longer asked for,
   so they are saved together. */
const isWrittenOnce = (row) => isEditable(row) && !takesNumber(row);

/* Whether the focus stays in the row, or comes back to it because only the window was left. */
const isWithin = (row, { relatedTarget }) => row.contains(relatedTarget ?? document.activeElement);

/* Go to the next field up or down the page; say whether there was one. */
function move(form, field, step) {
  const fields = [...form.querySelectorAll("input.cell:not([readonly])")];
  const next = fields[fields.indexOf(field) + step];
  next?.focus();
  next?.select();
  return Boolean(next);
}
