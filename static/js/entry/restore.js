/* Puts back what was typed earlier and not saved then: the line was cut, or the tab was closed. */

import { fill, isEditable, read, same, takesNumber } from "./fields.js";
import { mark } from "./marks.js";

export function restore(row, saving) {
  const { pk } = row.dataset;
  const { unsaved, restored } = saving.words;
  const state = saving.learn(row);
  const entry = saving.device.get(pk);
  if (!entry?.typed) return takeUp(row, state, saving);
  const isNumberLost = `written-${pk}` in entry.typed && !takesNumber(row);
  if (isNumberLost || !isEditable(row)) return offer(row, entry, saving);
  if (entry.sent === undefined && same({ ...state.base, ...entry.typed }, state.base)) {
    return saving.forget(pk);
  }
  state.kept = { ...entry, hold: false };
  fill(row, entry.typed);
  mark(row, "unsaved", "x", unsaved, restored);
  saving.send(pk);
}

/* Take up what was typed before the script was there; who still types is not cut short. */
function takeUp(row, state, saving) {
  if (!isEditable(row) || same(read(row), state.base)) return;
  if (row.contains(document.activeElement)) saving.note(row);
  else saving.leave(row);
}

/* Say what was typed into a row that can no longer be written on. */
function offer(row, entry, saving) {
  const { pk } = row.dataset;
  const { unsaved, kept, discard } = saving.words;
  const typed = Object.values(entry.typed).filter(Boolean).join(" · ");
  saving.rows.get(pk).kept = { ...entry, hold: true };
  const act = () => {
    saving.forget(pk);
    saving.refresh(pk);
  };
  mark(row, "unsaved", "x", unsaved, kept.replace("%s", typed), { word: discard, act });
}
