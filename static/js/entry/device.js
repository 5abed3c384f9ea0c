/* What is typed, kept on this device by person, page and row until the server has it. */

export class Device {
  /* The prefix names the person and the page. */
  constructor(prefix) {
    this.prefix = prefix;
    this.own = new Map(); // what this window read or wrote last, by row
  }

  get(pk) {
    try {
      const text = localStorage.getItem(this.prefix + pk);
      this.own.set(pk, text);
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  set(pk, entry) {
    const text = JSON.stringify(entry);
    this.own.set(pk, text);
    try {
      localStorage.setItem(this.prefix + pk, text);
    } catch {
      /* A full or forbidden store: the page itself still holds it. */
    }
  }

  /* Take an entry away, unless another window has written its own since. */
  remove(pk) {
    try {
      if (localStorage.getItem(this.prefix + pk) !== this.own.get(pk)) return;
      localStorage.removeItem(this.prefix + pk);
    } catch {
      /* as above */
    }
  }
}
