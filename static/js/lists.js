// A list of customers: select all rows of the page, and say how many are selected.
(() => {
  const boxes = () => [...document.querySelectorAll("input[name=ids][form=bulk]")];
  const all = () => document.querySelector("[data-pick-all]");

  function show() {
    const picked = boxes().filter((box) => box.checked).length;
    const count = document.querySelector("[data-bulk-count]");
    const button = document.querySelector("[data-bulk]");
    if (count) count.textContent = picked ? `（${picked}）` : "";
    if (button) button.disabled = !picked;
    const head = all();
    if (!head) return;
    head.hidden = false;
    head.checked = picked > 0 && picked === boxes().length;
    head.indeterminate = picked > 0 && picked < boxes().length;
  }
  document.addEventListener("change", (event) => {
    if (event.target === all()) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-pick-all], input[name=ids]")) show();
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
})();
