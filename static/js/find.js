// The search field in the head: "/" leads to it, unless something else has the focus or is open.

const isShown = field => field.offsetParent !== null

addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  if (document.activeElement !== document.body || document.querySelector("dialog[open]")) return
  const fields = [...document.querySelectorAll("[data-find]")]
  const menu = fields[0]?.closest("details")
  if (menu && !fields.some(isShown)) menu.open = true
  const field = fields.find(isShown)
  if (!field) return
  event.preventDefault()
  field.focus()
  field.select()
})
