// Sums of weights while they are typed, and reciprocals below the diagonal of judgements.
const places = 10000;
for (const level of document.querySelectorAll("[data-weights]")) {
  const shown = level.querySelector("[data-sum]");
  const fields = [...level.querySelectorAll("input[type=number]")];
  const add = () => {
    const total = fields.reduce((sum, one) => sum + Math.round(Number(one.value) * places), 0);
    shown.textContent = `合计 ${total / places}`;
    shown.classList.toggle("is-wrong", total !== places);
  };
  level.addEventListener("input", add);
  add();
}
for (const form of document.querySelectorAll("[data-pairs]")) {
  form.addEventListener("change", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    const [row, column] = cell.dataset.cell.split("_");
    const [top, bottom = "1"] = event.target.value.split("/");
    const twin = form.querySelector(`[data-cell="${column}_${row}"]`);
    twin.textContent = top === "1" ? bottom : `${bottom}/${top}`;
  });
}
