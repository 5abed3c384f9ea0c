/* What a row says of itself while it is saved, and what is said aloud. */

const SVG = "http://www.w3.org/2000/svg";

/* Show a state with its icon and word; `why` and a button, if any, stand below the row. */
export function mark(row, state, icon, word, why = "", press = null) {
  row.classList.remove("saved", "saving", "unsaved", "returned");
  row.classList.add(state);
  row.querySelector(".state").replaceChildren(picture(icon), made("span", word));
  row.querySelector(".why")?.remove();
  if (!why) return;
  const more = made("div");
  more.className = "e-more why";
  more.append(made("p", why));
  if (press) more.append(button(press.word, press.act));
  row.append(more);
}

export function say(sentence, about = "") {
  document.getElementById("live").textContent = sentence.replace("%s", about);
}

function picture(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function button(word, act) {
  const pressed = made("button", word);
  pressed.type = "button";
  pressed.className = "btn small quiet";
  pressed.addEventListener("click", act);
  return pressed;
}

function made(tag, text = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
