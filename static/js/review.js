// Keys for the queue's table. Everything they do, a button or a link on the page does as well.
// They work only while the focus is inside the table (n: inside the unit's part of the page), so
// they disturb no other typing.

const unit = document.getElementById("queue")
const table = document.querySelector("[data-keys]")
const help = document.getElementById("keys")
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
  const folded = row.querySelector("[data-give-back]")
  if (!folded) return
  folded.open = true
  folded.querySelector("textarea").focus()
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

const isPlain = event =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.target.matches(typing))

unit?.addEventListener("keydown", event => {
  if (event.key === "n" && isPlain(event) && !event.repeat) unit.querySelector("[data-next]")?.click()
})

table?.addEventListener("keydown", event => {
  const row = event.target.closest("tbody")
  if (!row || !isPlain(event)) return
  const act = keys[event.key]
  if (!act || (event.repeat && "ar?".includes(event.key))) return
  event.preventDefault()
  act(row)
})

// How many rows the buttons speak of.
const counters = document.querySelectorAll("[data-count]")

function count() {
  const ticked = document.querySelectorAll(`${boxes}:checked`).length
  for (const counter of counters) counter.textContent = ticked
}

document.addEventListener("change", count)
count()
