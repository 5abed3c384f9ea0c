/* Asking the server. An answer is {status, text, after}; null where none came. */

export class Server {
  constructor(form) {
    this.form = form;
  }

  get(url) {
    return this.ask(url, { method: "GET" });
  }

  post(url, body) {
    return this.ask(url, { method: "POST", body });
  }

  async ask(url, options) {
    try {
      const response = await fetch(url, {
        ...options,
        headers: { "X-CSRFToken": this.token(), "X-Requested-With": "fetch" },
        redirect: "manual",
        credentials: "same-origin",
      });
      let status = response.type === "opaqueredirect" ? 401 : response.status;
      // Without its cookie a request is not even looked at; mostly the session is gone, too.
      if (status === 403) status = (await this.isSamePerson()) ? 503 : 401;
      return { status, text: await response.text(), after: response.headers.get("Retry-After") };
    } catch {
      return null;
    }
  }

  token() {
    const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return cookie ? cookie[1] : this.form.elements.csrfmiddlewaretoken.value;
  }

  /* Whether the person who opened the page is the one who is signed in now. */
  async isSamePerson() {
    const page = await fetch(this.form.action, { redirect: "manual", credentials: "same-origin" });
    if (page.type === "opaqueredirect" || !page.ok) return false;
    const found = (await page.text()).match(/data-user="(\d+)"/);
    return found?.[1] === this.form.dataset.user;
  }

  /* Sign in with what a form holds; return the status, 0 once it is done. */
  async signIn(body) {
    const address = this.form.dataset.login;
    // It needs a fresh token, which the sign-in page brings in its cookie.
    await fetch(address, { redirect: "manual", credentials: "same-origin" });
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": this.token() },
      redirect: "manual",
      credentials: "same-origin",
    });
    return answer.type === "opaqueredirect" ? 0 : answer.status;
  }
}
