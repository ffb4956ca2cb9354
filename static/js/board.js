// The board: a card dragged onto another column sends the form that its menu has. Nothing else.
(() => {
  let dragged = null;
  const column = (event) => event.target.closest?.(".board-column[data-stage]");
  const clear = () => document.querySelectorAll(".is-over").forEach((c) => c.classList.remove("is-over"));

  document.querySelectorAll("[data-card]").forEach((card) => { card.draggable = true; });
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; clear(); });
  document.addEventListener("dragover", (event) => {
    const over = column(event);
    if (!dragged || !over || over.contains(dragged)) return;
    event.preventDefault();
    clear();
    over.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const over = column(event);
    const form = dragged?.querySelector("form[data-move]");
    if (!over || !form || over.contains(dragged)) return;
    event.preventDefault();
    const to = document.createElement("input");
    Object.assign(to, { type: "hidden", name: "to", value: over.dataset.stage });
    form.append(to);
    form.submit();
  });

  // One open menu at a time; Escape closes it and gives the focus back.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.(".board-menu") || !event.target.open) return;
    document.querySelectorAll(".board-menu[open]").forEach((menu) => { if (menu !== event.target) menu.open = false; });
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".board-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
