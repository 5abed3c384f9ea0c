/* How numbers are counted: what is chosen is counted on beside the button. */

const bar = document.querySelector("[data-kinds]");

if (bar) {
  const form = bar.closest("form");
  const told = bar.querySelector("[data-chosen]");
  form.addEventListener("change", () => {
    const chosen = [...form.querySelectorAll("input[type=radio]:checked")].map((one) => one.value);
    told.textContent = chosen.filter((code) => code !== "unsure").length;
    for (const part of bar.querySelectorAll("[data-code]")) {
      const count = chosen.filter((code) => code === part.dataset.code).length;
      part.querySelector("[data-n]").textContent = count;
      part.hidden = count === 0;
    }
  });
}
