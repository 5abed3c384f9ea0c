// Keys for the queue's table. Everything they do, a button or a link on the page does as well.
// They work only while the focus is inside the table, so they disturb no other typing.

const table = document.querySelector("[data-keys]")
const help = document.getElementById("keys")
const note = document.getElementById("note")
const opener = document.querySelector("[data-help]")

if (opener) {
  opener.hidden = false
  opener.addEventListener("click", () => help.showModal())
}

const rows = table ? [...table.tBodies] : []
const boxes = "input[name=rows]"

function go(row) {
  const stop = row.querySelector(boxes) ?? row.querySelector(".actions :is(button, a)")
  stop?.focus()
  row.scrollIntoView({ block: "nearest" })
}

function move(row, step) {
  const next = rows[rows.indexOf(row) + step]
  if (next) go(next)
}

function returnOne(row) {
  if (!note) return
  for (const box of document.querySelectorAll(boxes)) box.checked = row.contains(box)
  count()
  note.focus()
}

const keys = {
  j: row => move(row, 1),
  ArrowDown: row => move(row, 1),
  k: row => move(row, -1),
  ArrowUp: row => move(row, -1),
  a: row => row.querySelector("[data-approve]")?.click(),
  r: returnOne,
  "?": () => help.showModal(),
}

const typing = "textarea, select, input:not([type=checkbox], [type=radio])"

table?.addEventListener("keydown", event => {
  const row = event.target.closest("tbody")
  if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches(typing)) return
  const act = keys[event.key]
  if (!act || (event.repeat && "ar?".includes(event.key))) return
  event.preventDefault()
  act(row)
})

// How many rows the button speaks of.
const counter = document.querySelector("[data-count]")

function count() {
  if (counter) counter.textContent = table.querySelectorAll(`${boxes}:checked`).length
}

table?.addEventListener("change", count)
if (table) count()
