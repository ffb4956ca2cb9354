// 「已到达」 of somebody who shares the place: one look at the position, rounded here to about
// 100 metres. Refused, switched off or slow: the arrival is noted all the same, without it.
(() => {
  const PATIENCE = 6000;
  const coarse = (degrees) => (Math.round(degrees * 1000) / 1000).toFixed(3);
  const asked = new WeakSet();

  function fill(form, coords) {
    form.querySelector("[data-place=latitude]").value = coarse(coords.latitude);
    form.querySelector("[data-place=longitude]").value = coarse(coords.longitude);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("form button[type=submit]");
    const form = button?.form;
    if (!form?.querySelector("[data-place]") || asked.has(form) || !navigator.geolocation) return;
    asked.add(form);
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    let sent = false;
    const send = () => {
      if (sent) return;
      sent = true;
      button.removeAttribute("aria-busy");
      form.requestSubmit(button);
    };
    setTimeout(send, PATIENCE + 500); // a browser whose question nobody answers calls nothing back
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { fill(form, coords); send(); },
      send,
      { enableHighAccuracy: false, timeout: PATIENCE, maximumAge: 60000 },
    );
  }, true);
})();
