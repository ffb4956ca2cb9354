// The customer page: the chosen tab is in sight, also on a phone and after a swap.
(() => {
  const show = () => document.querySelector(".view-tabs [aria-current]")
    ?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "customer-view") show(); });
  show();
})();
