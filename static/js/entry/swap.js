/* Puts a row as the server sent it in its place; focus and open parts stay. */

let swapping = false;

/* Whether a field loses its focus only because its row is being replaced. */
export const isSwapping = () => swapping;

/* Whether an answer is a row; a fault answers with a page. */
export const isRow = (html) => rowIn(html) !== null;

export function swap(old, html) {
  const row = rowIn(html);
  if (!row) return;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  const range = active?.type === "text" ? [active.selectionStart, active.selectionEnd] : null;
  const opened = [...old.querySelectorAll("details.opt")].map((one) => one.open && one.contains(active));
  swapping = true;
  old.replaceWith(row);
  row.querySelectorAll("details.opt").forEach((one, at) => {
    if (opened[at]) one.open = true;
  });
  if (active) focusAgain(row, active.id, range);
  swapping = false;
}

function rowIn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const row = holder.content.firstElementChild;
  return row?.classList.contains("e-row") ? row : null;
}

function focusAgain(row, id, range) {
  const same = id ? document.getElementById(id) : null;
  const again = same ?? row.querySelector("input.cell, .ask button, a");
  again?.focus({ preventScroll: true });
  if (range && same?.setSelectionRange) same.setSelectionRange(...range);
}
