/* The entry page: brings its parts together. */

import { listenToButtons } from "./answers.js";
import { Device } from "./device.js";
import { listenToKeys } from "./keyboard.js";
import { listenToPanel } from "./panel.js";
import { listenToPaste } from "./paste.js";
import { restore } from "./restore.js";
import { Saving } from "./saving.js";
import { Server } from "./server.js";
import { SignIn } from "./sign_in.js";

const form = document.getElementById("entry");
if (form) start();

function start() {
  const words = JSON.parse(document.getElementById("words").textContent);
  const panel = document.getElementById("panel");
  const pasted = document.getElementById("paste");
  const device = new Device(`${form.dataset.key}#`);
  const server = new Server(form);
  const askToSignIn = () => signIn.ask();
  const saving = new Saving({ form, device, server, words, askToSignIn });
  const signIn = new SignIn(document.getElementById("login"), {
    saving,
    server,
    words,
    others: [panel, pasted],
  });
  const parts = { saving, server, words, askToSignIn };

  listenToKeys(form, saving);
  listenToPaste(form, pasted, parts);
  listenToButtons(form, parts);
  listenToPanel(form, panel, parts);
  window.addEventListener("online", () => saving.flush());

  for (const row of form.querySelectorAll(".e-row")) restore(row, saving);
  saving.showProgress();
}
