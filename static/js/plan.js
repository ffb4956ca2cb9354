// A section saves itself; a grid moves by keys and takes a block copied from a spreadsheet.
(() => {
  const WAIT = 4000;
  const RETRY = 10000;

  // --- a section -----------------------------------------------------------------------------
  function autosave(form) {
    const text = form.elements.text, reason = form.elements.none_reason, edit = form.elements.base_edit, number = form.elements.base_number;
    const state = form.querySelector(".save-state"), clash = form.querySelector("[data-clash]");
    const typed = () => JSON.stringify([text.value, reason.value]);
    let kept = typed(), timer = null, sending = false, composing = false, waits = null;
    // Autosave ends at a conflict; what is typed after it is kept as a draft until the form is sent.
    let stopped = false, isLeaving = false, drafted = null;

    const say = (words, bad) => { state.textContent = words; state.classList.toggle("is-bad", Boolean(bad)); };
    const run = () => (stopped ? keep() : save());
    const later = (ms) => { clearTimeout(timer); timer = setTimeout(run, ms); };
    const send = (url, body) => fetch(url, {
      method: "POST", credentials: "same-origin", redirect: "error", keepalive: text.value.length < 15000,
      headers: { "X-CSRFToken": document.body.dataset.csrf, "X-Requested-With": "XMLHttpRequest" },
      body: new URLSearchParams(body),
    });
    function landed() {
      sending = false;
      if (!waits) return;
      const by = waits;
      waits = null;
      form.requestSubmit(by === form ? null : by);
    }

    function put(field, value) {
      const [from, to] = [field.selectionStart, field.selectionEnd];
      field.value = value;
      if (document.activeElement === field) field.setSelectionRange(from, to);
    }

    async function save() {
      const now = typed();
      if (stopped || isLeaving || sending || composing || now === kept) return;
      sending = true;
      try {
        const answer = await send(form.action, new FormData(form));
        const said = await answer.json();
        if (answer.status === 409 || answer.status === 422) return stop(said);
        if (!answer.ok) throw new Error(String(answer.status));
        if (said.text === undefined) {
          edit.value = said.edit; number.value = said.number;
          kept = now;
          say(`已保存 ${said.saved_at}`);
        } else if (typed() === now) {
          edit.value = said.edit; number.value = said.number;
          put(text, said.text); put(reason, said.none_reason);
          kept = typed();
          say(`已保存 ${said.saved_at}，并入了他人刚写的内容`);
        } else {
          // Typed on while others' words were joined on the server: they are not on this page, so
          // the next save still begins where this page began, and is joined once more.
          kept = "";
          say("正在保存");
        }
        if (typed() !== kept) later(WAIT);
      } catch {
        say("未保存，正在重试", true);
        later(RETRY);
      } finally {
        landed();
      }
    }

    function stop(said) {
      stopped = true;
      say("未保存", true);
      later(0);
      clash.hidden = false;
      clash.querySelector("[data-clash-text]").textContent = said.conflict
        ? `${said.conflict}同时改了同一处，自动保存已停下。您写的还在，点下面对照。` : said.fault;
    }

    // Not in the plan, but not lost: it comes back when this section is opened again.
    async function keep() {
      const now = typed();
      if (isLeaving || sending || composing || now === drafted) return;
      sending = true;
      const payload = { text: text.value, none_reason: reason.value, base_edit: edit.value, base_number: number.value };
      try {
        const answer = await send(document.body.dataset.draftUrl, { form: form.dataset.draftKey, payload: JSON.stringify(payload) });
        if (!answer.ok) throw new Error(String(answer.status));
        say(`没有写进计划，已存为草稿 ${(await answer.json()).saved_at}`, true);
        drafted = now;
        if (typed() !== now) later(WAIT);
      } catch {
        say("未保存，正在重试", true);
        later(RETRY);
      } finally {
        landed();
      }
    }

    form.addEventListener("compositionstart", () => { composing = true; });
    form.addEventListener("compositionend", () => { composing = false; later(WAIT); });
    form.addEventListener("input", () => later(WAIT));
    form.addEventListener("focusout", () => { composing = false; if (timer) later(0); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) run(); });
    form.addEventListener("submit", (event) => {
      // A save in the air has to land first, or this one would be taken for somebody else's.
      if (sending) { waits = event.submitter || form; event.preventDefault(); return; }
      isLeaving = true;
      clearTimeout(timer);
    });
    window.addEventListener("pageshow", () => { isLeaving = false; });
    window.addEventListener("beforeunload", (event) => { if (!isLeaving && typed() !== kept) event.preventDefault(); });
  }

  // --- a grid --------------------------------------------------------------------------------
  const CELLS = "input:not([type=hidden]):not([type=checkbox]), select, textarea";

  function grid(form) {
    const body = form.querySelector("tbody");
    const rows = () => [...body.rows];
    const cells = (row) => [...row.querySelectorAll(CELLS)];
    let serial = 0;

    const place = (cell) => {
      const row = cell.closest("tr");
      return [rows().indexOf(row), cells(row).indexOf(cell)];
    };

    function addRow() {
      const last = rows().at(-1);
      if (!last) return null;
      const made = last.cloneNode(true), key = last.querySelector("[name=row]").value, fresh = `n${800000 + (serial += 1)}`;
      made.classList.remove("is-clash");
      made.querySelectorAll("[name]").forEach((one) => {
        if (one.name === "row") one.value = fresh;
        else if (one.name === `${key}-edit` || one.name === `${key}-delete`) one.remove();
        else { one.name = one.name.replace(key, fresh); one.value = ""; one.classList.remove("is-invalid"); }
      });
      made.querySelectorAll(".invalid-feedback").forEach((one) => one.remove());
      body.append(made);
      return made;
    }

    function go(event, down, right) {
      const [row, column] = place(event.target);
      const target = rows()[row + down] || (down > 0 ? addRow() : null);
      const cell = target && cells(target)[column + right];
      if (!cell) return;
      event.preventDefault();
      cell.focus();
      if (cell.select) cell.select();
    }

    body.addEventListener("keydown", (event) => {
      const cell = event.target;
      if (!cell.matches(CELLS) || event.isComposing) return;
      const isText = cell.tagName === "TEXTAREA", isList = cell.tagName === "SELECT";
      if (event.key === "Enter" && (!isText || event.ctrlKey) && !isList) go(event, event.shiftKey ? -1 : 1, 0);
      else if (event.key === "ArrowDown" && !isText && !isList) go(event, 1, 0);
      else if (event.key === "ArrowUp" && !isText && !isList) go(event, -1, 0);
      else if (event.altKey && event.key === "ArrowRight") go(event, 0, 1);
      else if (event.altKey && event.key === "ArrowLeft") go(event, 0, -1);
    });

    function fill(cell, value) {
      if (cell.tagName !== "SELECT") { cell.value = value; return; }
      const wanted = value.trim();
      const known = [...cell.options].find((one) => one.value === wanted || one.text === wanted);
      if (known) cell.value = known.value;
      else if (wanted) cell.add(new Option(`${wanted}？`, wanted, true, true));
    }

    body.addEventListener("paste", (event) => {
      const cell = event.target.closest(CELLS), text = event.clipboardData.getData("text/plain");
      if (!cell || (!text.includes("\t") && !(text.trim().includes("\n") && cell.tagName !== "TEXTAREA"))) return;
      event.preventDefault();
      const [row, column] = place(cell);
      split(text).forEach((line, down) => {
        const target = rows()[row + down] || addRow();
        line.forEach((value, right) => { const one = cells(target)[column + right]; if (one) fill(one, value); });
      });
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });

    // Lines and cells of a copied block; a quoted cell keeps its line breaks.
    function split(text) {
      const found = [[]];
      let cell = "", quoted = false;
      const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
      for (let at = 0; at < plain.length; at += 1) {
        const char = plain[at];
        if (quoted && char === '"') { if (plain[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false; }
        else if (!quoted && char === '"' && cell === "") quoted = true;
        else if (!quoted && (char === "\t" || char === "\n")) { found.at(-1).push(cell); cell = ""; if (char === "\n") found.push([]); }
        else cell += char;
      }
      found.at(-1).push(cell);
      return found;
    }
  }

  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll("form[data-grid]").forEach(grid);
})();
