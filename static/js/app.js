// What every page does: messages, questions before an action, one submit only, htmx answers.
(() => {
  const body = document.body;

  // --- messages -------------------------------------------------------------------------------
  function say(text, { stays = false } = {}) {
    const line = document.createElement("div");
    line.className = "toast-line";
    line.append(Object.assign(document.createElement("span"), { textContent: text }));
    const close = document.createElement("button");
    close.type = "button";
    close.setAttribute("aria-label", "关闭");
    close.textContent = "×";
    close.addEventListener("click", () => line.remove());
    line.append(close);
    document.getElementById("toasts")?.append(line);
    if (!stays) setTimeout(() => line.remove(), 6000);
  }
  window.crm = { say };

  // --- a question before an action: <form data-confirm="…"> or <button data-confirm="…"> --------
  const dialog = document.getElementById("ask");
  let agreed = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const text = button?.dataset.confirm || form.dataset.confirm;
    if (!text || !dialog?.showModal || agreed === form) { agreed = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog.querySelector("p").textContent = text;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      agreed = form;
      form.requestSubmit(button || undefined);
    }, { once: true });
    dialog.showModal();
  }, true);

  // --- one submit only: <form data-once> ----------------------------------------------------------
  const busy = (button, on) => {
    button.toggleAttribute("aria-busy", on);
    if (on) button.setAttribute("aria-busy", "true");
    button.disabled = on;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const buttons = [...document.querySelectorAll("button[type=submit]")].filter((b) => b.form === form);
    // Later: a disabled button would not send its own name and value.
    setTimeout(() => buttons.forEach((button) => busy(button, true)), 0);
  });
  const release = (form) => {
    delete form.dataset.sent;
    document.querySelectorAll("button[aria-busy]").forEach((b) => { if (b.form === form) busy(b, false); });
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach(release));

  // --- copy: <button data-copy="text"> or data-copy="#id" -----------------------------------------
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const value = button.dataset.copy;
    const source = value.startsWith("#") ? document.querySelector(value) : null;
    try {
      await navigator.clipboard.writeText(source ? source.value ?? source.textContent : value);
      say("已复制");
    } catch {
      say("浏览器不允许复制，请手动选择文字。");
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

  // --- the sheet of the tab bar closes on Escape and on a tap beside it -----------------------------
  const closeSheets = (except) => document.querySelectorAll("details.sheet-toggle[open]").forEach((d) => {
    if (!except || !d.contains(except)) d.open = false;
  });
  document.addEventListener("click", (event) => closeSheets(event.target));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSheets(); });

  // Enter while a Chinese input method composes must never send a form.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
  document.querySelector(".error-summary")?.focus();

  // --- on a phone a long filter form shows its first field; the rest unfolds -----------------------
  function fold(form) {
    const fields = [...form.children].filter((c) => c.querySelector("input:not([type=hidden]), select"));
    const rest = fields.slice(1);
    const isUsed = rest.some((c) => [...c.querySelectorAll("input, select")].some((f) => (f.type === "checkbox" ? f.checked : f.value)));
    if (rest.length < 2 || isUsed) return;
    rest.forEach((c) => c.classList.add("may-fold"));
    form.classList.add("is-folded");
    const more = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link", textContent: "更多条件" });
    more.addEventListener("click", () => { form.classList.remove("is-folded"); more.remove(); rest[0].querySelector("input, select").focus(); });
    form.append(more);
  }
  if (window.matchMedia("(max-width: 767.98px)").matches) document.querySelectorAll("form.filters").forEach(fold);

  // --- htmx ---------------------------------------------------------------------------------------
  const signedOut = (xhr) => xhr.status === 401 || (xhr.responseURL && new URL(xhr.responseURL).pathname === body.dataset.login);
  body.addEventListener("htmx:beforeSwap", (event) => {
    if (!signedOut(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    window.location.assign(`${body.dataset.login}?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  });
  // A long table folds on a phone, where each of its rows is a list; without script it stays open.
  if (matchMedia("(max-width: 767.98px)").matches) {
    for (const part of document.querySelectorAll("details[data-narrow=closed]")) part.open = false;
  }
  body.addEventListener("htmx:afterSwap", (event) => event.detail.target.querySelector?.(".error-summary")?.focus());
  body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (form) release(form);
  });
  // A part that loads late says in its own place that it did not come: nothing was to be saved.
  const hasSaid = (event) => {
    const words = event.detail.elt.querySelector(":scope > [data-load-failed]");
    if (words) words.hidden = false;
    return Boolean(words);
  };
  body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401 || hasSaid(event)) return;
    const words = { 403: "您的岗位没有这项权限。", 404: "内容不存在或不在您的范围内。", 413: "文件过大。", 429: "操作过于频繁，请稍后再试。" };
    say(words[status] || "系统出错，未保存。请稍后重试。", { stays: true });
  });
  body.addEventListener("htmx:sendError", (event) => hasSaid(event) || say("网络不通，未保存。请检查网络后重试。", { stays: true }));
  body.addEventListener("htmx:timeout", (event) => hasSaid(event) || say("服务器没有及时回应，请重试。", { stays: true }));
})();
