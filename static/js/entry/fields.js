/* The rows of the form and their fields, named as a browser without script posts them. */

const SAVED = /^(written|absence|deviation_reason|measure_to_take|women|men|others)-\d+$/;

export const rowOf = (element) => element.closest(".e-row");
export const rowAt = (pk) => document.getElementById(`r${pk}`);
export const isSaved = (field) => SAVED.test(field.name);
export const fieldsOf = (row) => [...row.querySelectorAll("input, select, textarea")].filter(isSaved);
export const read = (row) => Object.fromEntries(fieldsOf(row).map((field) => [field.name, field.value]));
/* What the server sent, whatever was typed since. */
export const given = (row) => Object.fromEntries(fieldsOf(row).map((field) => [field.name, givenTo(field)]));
const givenTo = (field) =>
  field.options ? ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value ?? "" : field.defaultValue;
export const seenOf = (row) => row.querySelector("[name^='seen-']")?.value ?? "0";
export const nameOf = (row) => row.querySelector("label").textContent.trim();
export const isEditable = (row) => fieldsOf(row).some((field) => !field.readOnly);
/* Whether the number can be written; beside a sent one it may be its reason alone. */
export const takesNumber = (row) => Boolean(row.querySelector("input.cell:not([readonly])"));

/* Whether two readings say the same; a field that one of them lacks is empty. */
export const same = (one, other) =>
  Object.keys({ ...one, ...other }).every((name) => (one[name] ?? "") === (other[name] ?? ""));

export function fill(row, typed) {
  for (const field of fieldsOf(row)) {
    if (field.name in typed && field.value !== typed[field.name]) field.value = typed[field.name];
  }
}
