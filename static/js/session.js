/* The session of the person who opened the page.

   Where it ends by itself, typing and clicking here counts as a sign of life, a dialog asks before
   the end, and after it the page stays as it is: what was typed can be sent once its reader has
   signed in in another tab, as forms take the newest token when they are sent.
   Leaving takes along what was typed and not sent, but asks before. */

const dialog = document.getElementById("session");
const { user, limit, stay, drafts } = dialog.dataset;
const SOON = Math.min(5 * 60, limit / 2) * 1000; // before the end
const TELL_EVERY = Math.min(4 * 60, limit / 4) * 1000;

let end = Date.now() + limit * 1000;
let told = Date.now();
let done = false; // something, since the server was told

const token = () => document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/)?.[1];

/* Ask how long the session has, or say that somebody is here. */
async function ask(method) {
  const answer = await fetch(stay, { method, headers: { "X-CSRFToken": token() ?? "" }, redirect: "manual" });
  const left = answer.ok ? (await answer.json()).left : 0;
  end = left === null ? Infinity : Date.now() + left * 1000;
}

function show(when) {
  for (const part of dialog.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== when;
  if (when && !dialog.open) dialog.showModal();
  if (!when) dialog.close();
}

async function look() {
  const now = Date.now();
  try {
    if (done && now - told >= TELL_EVERY && now < end) {
      told = now;
      done = false;
      await ask("POST");
    } else if (now >= end - SOON) {
      await ask("GET"); // another tab may have been busy
    }
  } catch {
    return; // no connection: nothing is known, nothing is said
  }
  if (Date.now() >= end) show("over");
  else if (Date.now() >= end - SOON) show("soon");
  else if (dialog.open) show("");
}

if (limit) {
  for (const sign of ["keydown", "pointerdown", "input"]) {
    addEventListener(sign, () => { done = true; }, { passive: true, capture: true });
  }
  setInterval(look, Math.min(30_000, SOON / 4));
  addEventListener("visibilitychange", look);
  dialog.querySelector("button[data-when=soon]").addEventListener("click", async () => {
    await ask("POST").catch(() => {});
    look();
  });
}

/* A form of a page that was open while its reader signed in anew elsewhere. */
addEventListener("submit", ({ target }) => {
  const field = target.elements?.csrfmiddlewaretoken;
  if (field && token()) field.value = token();
}, { capture: true });

/* What is on paper has left the house. */
addEventListener("beforeprint", () => {
  const body = new URLSearchParams({ page: location.pathname });
  const headers = { "X-CSRFToken": token() ?? "" };
  fetch(dialog.dataset.printed, { method: "POST", body, headers, keepalive: true, redirect: "manual" }).catch(() => {});
});

/* Leaving: one's own drafts go along, other people's on this device stay. */
const own = () => Object.keys(localStorage).filter((key) => key.startsWith(`yeap:${user}:`));

for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", (event) => {
    let keys = [];
    try { keys = own(); } catch { /* a store that is forbidden holds nothing */ }
    if (keys.length && !confirm(drafts)) {
      event.preventDefault();
      return;
    }
    for (const key of keys) localStorage.removeItem(key);
  });
}
