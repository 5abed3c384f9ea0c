/* The field in use stays where it is on the screen, whatever grows or goes above it. */

export function holdStill(form, change) {
  const held = form.contains(document.activeElement) ? document.activeElement : null;
  const top = held?.getBoundingClientRect().top;
  change();
  if (!held) return;
  // Its row may have been replaced, and the field with it.
  const now = held.isConnected ? held : held.id && document.getElementById(held.id);
  if (now) window.scrollBy(0, now.getBoundingClientRect().top - top);
}
