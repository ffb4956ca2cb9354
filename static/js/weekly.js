// One screen of plans: j and k (or the links) go to the next and the previous one.
const pile = document.querySelector("[data-pile]");
if (pile) {
  const cards = [...pile.querySelectorAll("article")];
  const step = (by) => {
    const here = cards.findIndex((card) => card.contains(document.activeElement));
    const next = cards[Math.min(cards.length - 1, Math.max(0, here + by))];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, input:not([type=radio]), select")) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
}
