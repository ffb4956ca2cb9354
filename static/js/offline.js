// Every page: who is signed in, what waits to be sent. The page 快速记: every keystroke is kept on the
// device, and a log that cannot be sent now waits there until it can.
(() => {
  const { crmQueue: queue } = window;
  if (!queue || !window.indexedDB || !window.crypto?.subtle) return;
  const { body } = document;
  const say = (text, options) => window.crm?.say(text, options);
  const form = document.querySelector("form[data-device=quick]");
  const isShell = body.hasAttribute("data-shell"); // the skeleton that the service worker keeps
  const TRANSIENT = new Set(["csrfmiddlewaretoken", "submission_key"]);
  const EVERY = 6 * 3600 * 1000;
  const LONGEST = 72 * 3600 * 1000;
  let user = body.dataset.user || null;

  // --- the outbox -------------------------------------------------------------------------------
  const line = document.getElementById("outbox");
  async function showOutbox(result = {}) {
    if (!line || !user) return;
    const waiting = await queue.entries(user);
    const refused = waiting.filter((entry) => entry.messages).length;
    const words = [];
    if (waiting.length - refused) words.push(`待发送 ${waiting.length - refused} 条`);
    if (refused) words.push(`${refused} 条没有通过检查，请修改`);
    if (result.signedOut && waiting.length) words.push("登录已过期，重新登录后自动发送");
    line.hidden = !waiting.length;
    line.querySelector("[data-words]").textContent = words.join("；");
    listOutbox(waiting);
  }

  function listOutbox(waiting) {
    const list = document.getElementById("outbox-list");
    if (!list) return;
    list.hidden = !waiting.length;
    list.querySelector("ul").replaceChildren(...waiting.map((entry) => {
      const row = document.createElement("li");
      row.className = "row-item";
      const main = document.createElement("span");
      main.className = "row-main";
      main.append(entry.customer || "客户");
      const sub = document.createElement("span");
      sub.className = "row-sub";
      sub.textContent = [new Date(entry.at).toLocaleString("zh-CN"), ...(entry.messages || [])].join(" · ");
      main.append(sub);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-primary";
      button.textContent = "打开修改";
      button.addEventListener("click", () => reopen(entry));
      row.append(main, button);
      return row;
    }));
  }

  async function send() {
    if (!user || isShell && !navigator.onLine) return;
    try {
      const result = await queue.send();
      if (result.sent) say(`已发送 ${result.sent} 条拜访记录。`);
      await showOutbox(result);
      if (result.sent && form) await forgetSent();
    } catch {
      await showOutbox(); // no network: it waits
    }
  }

  async function askForSync() {
    try {
      const registration = await navigator.serviceWorker.ready;
      await registration.sync?.register("crm-queue");
    } catch { /* not known here: the next page sends */ }
  }

  // --- customers to choose from without a network -------------------------------------------------
  async function refreshCustomers() {
    const kept = await queue.get(user, "customers");
    if (kept && Date.now() - kept.at < EVERY) return;
    try {
      const answer = await fetch(body.dataset.customersUrl, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) await queue.put(user, "customers", { at: Date.now(), rows: (await answer.json()).customers });
      else if (answer.status === 403) await queue.drop(user, "customers");
    } catch { /* the next page tries again */ }
  }

  // --- the form -------------------------------------------------------------------------------------
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string");
  const typed = (rows) => JSON.stringify(rows.filter(([name]) => !TRANSIENT.has(name)));
  const keyField = () => form.querySelector("[name=submission_key]");
  let last = null;
  let saving = null;
  let again = false;
  let closed = false;

  function draftNow(more = {}) {
    return { fields: fields(), key: keyField().value, at: Date.now(), customer: customerName(), ...more };
  }
  function customerName() {
    const choice = form.elements.customer;
    return choice?.selectedOptions?.[0]?.text || "";
  }

  // Saved at once; while one save runs, the next waits and takes everything typed until then.
  async function keep(more) {
    if (!user || closed) return;
    const now = typed(fields());
    if (now === last && !more) return;
    if (saving) { again = true; return; }
    last = now;
    saving = queue.put(user, "draft", draftNow(more));
    try { await saving; badge("已存在本机"); } catch { last = null; badge("本机存不下，请尽快联网提交"); } finally { saving = null; }
    if (again) { again = false; await keep(); }
  }
  function badge(text) {
    if (navigator.onLine && !isShell) return; // the server's own badge speaks
    const place = form.querySelector(".save-state") || form.querySelector(".form-actions").appendChild(Object.assign(document.createElement("span"), { className: "save-state" }));
    place.textContent = text;
  }

  function fill(rows) {
    const many = new Map();
    rows.filter(([name]) => !TRANSIENT.has(name)).forEach(([name, value]) => many.set(name, [...(many.get(name) || []), value]));
    for (const control of form.elements) {
      if (!control.name || TRANSIENT.has(control.name) || control.type === "submit") continue;
      const values = many.get(control.name) || [];
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (control.tagName !== "BUTTON") control.value = values[0] ?? "";
    }
  }

  function complain(messages) {
    const old = form.querySelector(".device-errors");
    old?.remove();
    if (!messages?.length) return;
    const box = document.createElement("div");
    box.className = "error-summary device-errors";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    const list = document.createElement("ul");
    list.append(...messages.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    box.append(list);
    form.prepend(box);
    box.focus();
  }

  // What the server would refuse in any case is said at once.
  function missing() {
    const has = (name) => fields().some(([field, value]) => field === name && value.trim());
    const found = [];
    if (!has("customer")) found.push("请选择客户。");
    if (!has("contacts")) found.push("请选择见了谁。");
    if (!has("customer_opinions")) found.push("请写客户怎么说。");
    if (!has("summary_points")) found.push("请写谈定了什么。");
    if (!has("next_step") && !has("has_no_next_step")) found.push("请填写下一步安排，或勾选没有后续安排。");
    if (!has("no_view_change")) found.push("客户视图有变化的，请联网后用完整的拜访记录填写；没有变化的，请勾选。");
    return found;
  }

  async function toQueue() {
    const problems = missing();
    complain(problems);
    if (problems.length) return;
    const entry = draftNow();
    closed = true;
    if (saving) await saving.catch(() => {});
    await queue.queue(user, entry);
    startAnew();
    await showOutbox();
    say("没有网络：已存在本机，联网后自动发送。", { stays: true });
    askForSync();
  }

  function startAnew() {
    for (const control of form.querySelectorAll("textarea, input[type=text], input:not([type])")) control.value = "";
    for (const box of form.querySelectorAll("[name=has_no_next_step], [name=contacts]")) box.checked = false;
    keyField().value = crypto.randomUUID();
    last = typed(fields());
    closed = false;
  }

  // Back on the network with words of the device that the server does not know.
  async function toServer(draft, { reload = true } = {}) {
    const payload = {};
    for (const [name, value] of draft.fields) {
      if (TRANSIENT.has(name)) continue;
      payload[name] = name in payload ? [].concat(payload[name], value) : value;
    }
    const answer = await fetch(body.dataset.draftUrl, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "X-CSRFToken": body.dataset.csrf, "X-Requested-With": "XMLHttpRequest" },
      body: new URLSearchParams({ form: form.dataset.draft, payload: JSON.stringify(payload) }),
    });
    if (answer.ok && reload) window.location.assign(window.location.pathname);
  }

  async function reopen(entry) {
    if (saving) await saving.catch(() => {});
    closed = true;
    await queue.put(user, "draft", { ...entry, messages: entry.messages || [], moved: true });
    await queue.drop(user, `entry/${entry.key}`);
    if (isShell) window.location.reload();
    else await toServer(entry);
  }

  async function forgetSent() {
    const draft = await queue.get(user, "draft");
    if (!draft && isShell) startAnew();
  }

  async function restore() {
    const draft = await queue.get(user, "draft");
    if (!draft) return;
    if (isShell) return restoreInShell(draft);
    if (draft.sent || new URLSearchParams(window.location.search).has("customer")) return;
    if (typed(draft.fields) === typed(fields())) {
      keyField().value = draft.key;
      complain(draft.messages);
      last = typed(draft.fields);
      return;
    }
    if (draft.messages || !form.hasAttribute("data-restored")) {
      if (draft.tried) { fill(draft.fields); complain(draft.messages); return; }
      await queue.put(user, "draft", { ...draft, tried: true });
      await toServer(draft);
      return;
    }
    offer(draft);
  }

  // The server has other words, perhaps of another device: nobody's are thrown away unasked.
  function offer(draft) {
    const box = document.createElement("p");
    box.className = "note note-warn";
    box.append(`本机还有 ${new Date(draft.at).toLocaleString("zh-CN")} 写下的内容，与这里的不同。`);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-link", textContent: "换成本机的内容" });
    button.addEventListener("click", async () => {
      closed = true;
      await queue.put(user, "draft", { ...draft, tried: true });
      await toServer(draft);
    });
    box.append(button);
    form.prepend(box);
  }

  async function restoreInShell(draft) {
    fill(draft.fields);
    showContacts();
    fill(draft.fields);
    keyField().value = draft.key;
    last = typed(fields());
    complain(draft.messages);
    if (draft.sent) await toQueue(); // the answer never came: the key makes sure it counts once
  }

  // --- the skeleton: customers and contacts come from the device ------------------------------------
  let known = [];
  async function offerCustomers() {
    const kept = await queue.get(user, "customers");
    if (kept && Date.now() - kept.at > LONGEST) await queue.drop(user, "customers");
    else known = kept?.rows || [];
    const choice = form.elements.customer;
    choice.append(...known.map(([pk, name]) => new Option(name, pk)));
    form.querySelector("[data-nobody]").hidden = known.length > 0;
    choice.addEventListener("change", showContacts);
  }
  function showContacts() {
    const place = document.getElementById("device-contacts");
    const [, , people = []] = known.find(([pk]) => String(pk) === form.elements.customer.value) || [];
    place.replaceChildren(...people.flatMap(([pk, name, title], number) => {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", className: "btn-check", name: "contacts", value: pk, id: `contact-${pk}`, checked: number === 0 });
      const label = Object.assign(document.createElement("label"), { className: "btn btn-outline-secondary", htmlFor: box.id, textContent: title ? `${name}（${title}）` : name });
      return [box, label];
    }));
    keep();
  }
  function localMinute() {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }

  async function startForm() {
    if (isShell) {
      await offerCustomers();
      form.elements.ended_at.value = localMinute();
      keyField().value = crypto.randomUUID();
    }
    await restore();
    last ??= typed(fields());
    for (const kind of ["input", "change", "compositionend"]) form.addEventListener(kind, () => keep());
    window.addEventListener("pagehide", () => keep());
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
    form.addEventListener("submit", (event) => {
      const name = event.submitter?.name;
      if (name === "restart") { queue.drop(user, "draft"); closed = true; return; }
      if (name) return;
      if (isShell || !navigator.onLine) {
        event.preventDefault();
        event.stopImmediatePropagation();
        toQueue();
      } else {
        queue.put(user, "draft", draftNow({ sent: true }));
        closed = true;
      }
    }, true);
    body.addEventListener("htmx:afterSwap", () => keep());
  }

  // --- signing out leaves nothing behind --------------------------------------------------------------
  document.addEventListener("submit", async (event) => {
    const out = event.target.closest("form[data-sign-out]");
    if (!out || out.dataset.wiped) return;
    event.preventDefault();
    const waiting = user ? await queue.entries(user).catch(() => []) : [];
    if (waiting.length && !out.dataset.warned) {
      out.dataset.warned = "1";
      say(`还有 ${waiting.length} 条拜访没有发送，退出后会从本机删除。仍要退出，请再点一次。`, { stays: true });
      return;
    }
    if (user) await queue.wipe(user).catch(() => {});
    out.dataset.wiped = "1";
    out.submit();
  });

  async function start() {
    if (isShell) user = (await queue.current()) || null;
    else if (user) await queue.signedIn(user);
    if (!user) return;
    if (form) await startForm();
    form?.setAttribute("data-ready", "1");
    await showOutbox();
    if (navigator.onLine) await send();
    if (!isShell && body.dataset.customersUrl && navigator.onLine) await refreshCustomers();
  }
  window.addEventListener("online", send);
  try {
    new BroadcastChannel(queue.CHANNEL).addEventListener("message", () => showOutbox());
  } catch { /* old browser */ }
  if (!isShell && "serviceWorker" in navigator && body.dataset.worker) navigator.serviceWorker.register(body.dataset.worker, { scope: "/" }).catch(() => {});
  start().catch(() => {});
})();
