// <form data-draft="visits:quick_log">: what is typed is kept on the server, three seconds behind.
(() => {
  const WAIT = 3000;
  const RETRY = 10000;
  const url = document.body.dataset.draftUrl;
  const token = document.body.dataset.csrf;
  const LEFT_OUT = new Set(["csrfmiddlewaretoken", "submission_key"]);

  function collect(form) {
    const payload = {};
    for (const [name, value] of new FormData(form)) {
      if (LEFT_OUT.has(name) || value instanceof File) continue;
      if (!(name in payload)) payload[name] = value;
      else payload[name] = [].concat(payload[name], value);
    }
    return JSON.stringify(payload);
  }

  function badge(form) {
    const place = form.querySelector(".save-state");
    if (place) return place;
    const made = document.createElement("span");
    made.className = "save-state";
    made.setAttribute("role", "status");
    (form.querySelector(".form-actions") || form).append(made);
    return made;
  }

  function watch(form) {
    const state = badge(form);
    let kept = collect(form);
    let timer = null;
    let composing = false;
    let sending = false;
    let closed = false;

    const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };

    async function save() {
      const payload = collect(form);
      if (closed || sending || composing || payload === kept) return;
      sending = true;
      try {
        const answer = await fetch(url, {
          method: "POST", keepalive: true, credentials: "same-origin", redirect: "error",
          headers: { "X-CSRFToken": token, "X-Requested-With": "XMLHttpRequest" },
          body: new URLSearchParams({ form: form.dataset.draft, payload }),
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { saved_at: savedAt } = await answer.json();
        kept = payload;
        state.classList.remove("is-bad");
        state.textContent = `已保存 ${savedAt}`;
        if (collect(form) !== kept) later(WAIT);
      } catch {
        state.classList.add("is-bad");
        state.textContent = "未保存，正在重试";
        later(RETRY);
      } finally {
        sending = false;
      }
    }

    form.addEventListener("compositionstart", () => { composing = true; });
    form.addEventListener("compositionend", () => { composing = false; later(WAIT); });
    form.addEventListener("input", () => later(WAIT));
    form.addEventListener("change", () => later(WAIT));
    form.addEventListener("focusout", () => { composing = false; if (timer) later(0); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    // The real submit discards the draft; a late save must not bring it back.
    form.addEventListener("submit", (event) => { if (!event.defaultPrevented) { closed = true; clearTimeout(timer); } });
    window.addEventListener("pageshow", () => { closed = false; });
  }

  if (url) document.querySelectorAll("form[data-draft]").forEach(watch);
})();
