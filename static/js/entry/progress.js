/* How far the entry has come, counted over the rows: the bar at the bottom, the way to the next. */

export function showProgress(form, unsent, words) {
  const rows = [...form.querySelectorAll(".e-row")];
  const entered = rows.filter((row) => row.dataset.entered === "1").length;
  const open = rows.reduce((sum, row) => sum + Number(row.dataset.open), 0);
  const asked = document.getElementById("n-open");
  document.getElementById("n-entered").textContent = entered;
  asked.textContent = open + Number(asked.dataset.wide);
  document.getElementById("n-unsaved").textContent = unsent
    ? ` · ${words.waiting.replace("%s", unsent)}`
    : "";
  const empty = form.querySelector(".e-row[data-missing]");
  const way = document.getElementById("to-empty");
  way.hidden = !empty;
  if (empty) way.href = `#v${empty.dataset.pk}`;
  form.querySelector(".filled").setAttribute("width", `${(100 * entered) / rows.length}%`);
}
