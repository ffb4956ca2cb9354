// A new customer: asks whether it is there already, half a second after the last whole character.
// While an input method composes, nothing is asked; `compositionend` counts as typing.
(() => {
  const WAIT = 500;
  const fields = document.querySelectorAll("[data-duplicates]");
  let timer = 0;
  let composes = false;
  let asked = "";

  function ask() {
    const text = [...fields].map((field) => field.value.trim()).join("\n");
    if (text === asked) return;
    asked = text;
    fields[0].dispatchEvent(new CustomEvent("duplicates"));
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }
  fields.forEach((field) => {
    field.addEventListener("compositionstart", () => { composes = true; clearTimeout(timer); });
    field.addEventListener("compositionend", () => { composes = false; later(); });
    field.addEventListener("input", (event) => { if (!event.isComposing && !composes) later(); });
  });
})();
