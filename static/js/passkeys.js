/* Passkeys: what the browser's own dialogs ask for, put into a form and taken out of it.

   A form with data-passkey says what is to be done ("add", "use", "sign-in"); what the server wants
   to know stands in the page as JSON, or is fetched where somebody signs in with a passkey alone.
   Without passkeys in the browser its button stays hidden, and the page says what else there is. */

const supported = Boolean(window.PublicKeyCredential);

const toBytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const named = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

/* What the server sends holds text where the browser wants bytes. */
function forBrowser({ publicKey }) {
  return {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    ...(publicKey.user && { user: { ...publicKey.user, id: toBytes(publicKey.user.id) } }),
    ...(publicKey.excludeCredentials && { excludeCredentials: named(publicKey.excludeCredentials) }),
    ...(publicKey.allowCredentials && { allowCredentials: named(publicKey.allowCredentials) }),
  };
}

function forServer(credential) {
  const { response } = credential;
  const parts = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) parts[part] = toText(response[part]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function ask(form) {
  if (form.dataset.passkey === "add") {
    const publicKey = forBrowser(told(form).creation_options);
    const alone = form.elements.passwordless?.checked ?? false;
    const chosen = { ...publicKey.authenticatorSelection };
    chosen.residentKey = alone ? "required" : "discouraged";
    chosen.requireResidentKey = alone;
    if (alone) chosen.userVerification = "required";
    return navigator.credentials.create({ publicKey: { ...publicKey, authenticatorSelection: chosen } });
  }
  const { request_options: wanted } = form.dataset.passkey === "sign-in" ? await fetched(form) : told(form);
  return navigator.credentials.get({ publicKey: forBrowser(wanted) });
}

const told = (form) => JSON.parse(document.getElementById(form.dataset.options).textContent);

async function fetched(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const fault = form.querySelector("[role=alert]");
  form.hidden = !supported && form.dataset.passkey === "sign-in"; // shown by script alone
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    if (!supported) {
      fault.textContent = form.dataset.unsupported;
      return;
    }
    try {
      form.elements.credential.value = JSON.stringify(forServer(await ask(form)));
    } catch {
      // Taken back, too late, or no passkey at hand: browsers do not say which.
      fault.textContent = form.dataset.fault;
      return;
    }
    form.submit();
  });
}
