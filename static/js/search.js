// The palette that finds a customer from any page: Ctrl/⌘+K or "/", arrows, Enter, Esc.
// Nothing happens while an input method composes: its Enter, Esc and letters belong to it.
(() => {
  // Every other search field asks when its text is whole, not for each letter of the composition.
  const elsewhere = (target) => target.matches?.("input[type=search]") && !target.closest("#palette");
  document.addEventListener("input", (event) => {
    if (event.isComposing && elsewhere(event.target)) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("compositionend", (event) => {
    if (elsewhere(event.target)) event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  const palette = document.getElementById("palette");
  if (!palette?.showModal) return;
  const input = palette.querySelector("input");
  const results = document.getElementById("palette-results");
  const WAIT = 120;
  let timer = 0;
  let asked = null; // the text whose suggestions are on their way
  let shown = null; // the text whose suggestions are on the screen
  let goes = false; // Enter was pressed before the suggestions came
  let composes = false;

  const composing = (event) => event.isComposing || event.keyCode === 229;
  const options = () => [...results.querySelectorAll("[role=option]")];
  const current = () => results.querySelector("[aria-selected=true]");

  function mark(option) {
    options().forEach((o) => o.setAttribute("aria-selected", String(o === option)));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(current());
    mark(all[(at + by + all.length) % all.length]);
  }
  function ask() {
    clearTimeout(timer);
    asked = input.value;
    input.dispatchEvent(new CustomEvent("palette"));
  }
  function go() {
    const option = current();
    if (option) window.location.assign(option.href);
  }
  function open() {
    if (document.querySelector("dialog[open]")) return;
    input.value = "";
    goes = false;
    palette.showModal();
    input.focus();
    ask();
  }

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.defaultPrevented || event.altKey || event.shiftKey) return;
    const command = event.ctrlKey || event.metaKey;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (command && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    } else if (!command && event.key === "/" && !typing) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });

  input.addEventListener("compositionstart", () => { composes = true; clearTimeout(timer); });
  input.addEventListener("compositionend", () => { composes = false; ask(); });
  input.addEventListener("input", (event) => {
    if (event.isComposing || composes) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") {
      if (shown === input.value) go();
      else { goes = true; if (asked !== input.value) ask(); }
    } else return;
    event.preventDefault();
  });
  palette.addEventListener("cancel", (event) => { if (composes) event.preventDefault(); });
  palette.querySelector(".palette-close").addEventListener("click", () => palette.close());
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });

  results.addEventListener("htmx:afterSwap", () => {
    shown = asked;
    input.setAttribute("aria-expanded", String(options().length > 0));
    mark(options()[0]);
    if (goes && shown === input.value) go();
    goes = false;
  });
})();
