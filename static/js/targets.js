// The grid of targets: keys and paste as in a spreadsheet, sums at once, every change kept at once.
(() => {
  const WAIT = 700;
  const RETRY = 10000;
  const QUARTERS = ["q1", "q2", "q3", "q4"];
  const form = document.querySelector("form[data-targets]");
  if (!form) return;
  const state = form.querySelector("[data-state]");
  const token = document.body.dataset.csrf;
  const lines = [...form.querySelectorAll("tr[data-line]")].filter((line) => line.querySelector("input.form-control"));
  const cellOf = (line, name) => line.querySelector(`input[name="${name}_${line.dataset.line}"]`);
  const shownOf = (line, name) => line.querySelector(`input[name="was_${name}_${line.dataset.line}"]`);
  const editOf = (line) => line.querySelector(`input[name="edit_${line.dataset.line}"]`);
  const grid = lines.map((line) => QUARTERS.map((name) => cellOf(line, name)));
  let timer = null;
  let sending = false;

  // --- numbers ---------------------------------------------------------------------------------
  const cleaned = (text) => text.normalize("NFKC").replace(/[\s,，\u3000]/g, "").replace("−", "-").replace(/^(-?)¥(?=[-\d.])|(?<=[\d.])万元?$/g, "$1");
  // Hundredths, so that nothing is lost in binary fractions.
  function hundredths(text) {
    const found = /^(-?)(\d*)(?:\.(\d{0,2}))?$/.exec(cleaned(text));
    if (!found) return 0;
    const whole = Number(found[2] || 0) * 100 + Number((found[3] || "").padEnd(2, "0") || 0);
    return found[1] ? -whole : whole;
  }
  function words(amount) {
    const [whole, rest] = (amount / 100).toFixed(2).split(".");
    const trimmed = rest.replace(/0+$/, "");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (trimmed ? `.${trimmed}` : "");
  }
  function put(key, amount) {
    form.querySelectorAll(`[data-sum="${key}"]`).forEach((place) => { place.textContent = words(amount); });
  }
  function add() {
    const whole = [0, 0, 0, 0];
    for (const group of form.querySelectorAll("tbody[data-group]")) {
      const sums = [0, 0, 0, 0];
      for (const line of group.querySelectorAll("tr[data-line]")) {
        const parts = QUARTERS.map((name) => hundredths(cellOf(line, name).value));
        parts.forEach((part, place) => { sums[place] += part; whole[place] += part; });
        line.querySelector("[data-year]").textContent = words(parts.reduce((a, b) => a + b));
      }
      QUARTERS.forEach((name, place) => put(`${group.dataset.group}-${name}`, sums[place]));
      put(`${group.dataset.group}-year`, sums.reduce((a, b) => a + b));
    }
    QUARTERS.forEach((name, place) => put(`all-${name}`, whole[place]));
    put("all-year", whole.reduce((a, b) => a + b));
  }

  // --- moving about ----------------------------------------------------------------------------
  function placeOf(input) {
    const row = grid.findIndex((cells) => cells.includes(input));
    return row < 0 ? null : [row, grid[row].indexOf(input)];
  }
  function go(row, column) {
    const target = grid[row] && grid[row][column];
    if (target) { target.focus(); target.select(); }
    return Boolean(target);
  }
  form.addEventListener("keydown", (event) => {
    const place = placeOf(event.target);
    if (!place || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = place;
    const input = event.target;
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const atStart = input.selectionEnd === 0 || all;
    const atEnd = input.selectionStart === input.value.length || all;
    let done = false;
    if (event.key === "Enter") {
      done = true;
      if (!go(row + (event.shiftKey ? -1 : 1), column)) input.blur();
    } else if (event.key === "ArrowDown") done = go(row + 1, column);
    else if (event.key === "ArrowUp") done = go(row - 1, column);
    else if (event.key === "ArrowLeft" && atStart) done = go(row, column - 1);
    else if (event.key === "ArrowRight" && atEnd) done = go(row, column + 1);
    if (done) event.preventDefault();
  });
  form.addEventListener("paste", (event) => {
    const place = placeOf(event.target);
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    if (!place || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    let left = 0;
    text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
      const target = grid[place[0] + down] && grid[place[0] + down][place[1] + right];
      if (target) { target.value = cleaned(value); calm(target); }
      else left += 1;
    }));
    add();
    later(0);
    if (left) say(`粘贴的内容比表格大，有 ${left} 格没有放下。`, true);
  });

  // --- keeping ---------------------------------------------------------------------------------
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };
  function say(text, isBad = false) {
    state.textContent = text;
    state.classList.toggle("is-bad", isBad);
  }
  // A cell that two changed is open until somebody has chosen; one that the server refused waits for
  // another number. Neither is sent, and neither keeps the others from being saved.
  const isOpen = (input) => input.classList.contains("is-stale");
  const refused = new Map();
  const differs = (line, name) => cellOf(line, name).value !== shownOf(line, name).value;
  const isWaiting = (input) => isOpen(input) || refused.get(input) === input.value;
  const isDirty = (line) => QUARTERS.some((name) => differs(line, name) && !isWaiting(cellOf(line, name)));
  const isUnsaved = (line) => QUARTERS.some((name) => differs(line, name) || isOpen(cellOf(line, name)));

  async function save() {
    const dirty = lines.filter(isDirty);
    if (sending || !dirty.length) return;
    sending = true;
    const body = new URLSearchParams();
    const sent = new Map();
    for (const line of dirty) {
      const values = QUARTERS.map((name) => (isOpen(cellOf(line, name)) ? shownOf(line, name) : cellOf(line, name)).value);
      QUARTERS.forEach((name, place) => {
        body.append(cellOf(line, name).name, values[place]);
        body.append(shownOf(line, name).name, shownOf(line, name).value);
      });
      body.append(editOf(line).name, editOf(line).value);
      sent.set(line, values);
    }
    say("正在保存…");
    try {
      const answer = await fetch(form.action, {
        method: "POST", credentials: "same-origin", redirect: "error", body,
        headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
      take(await answer.json(), sent);
    } catch {
      say("没有保存，十秒后再试。请不要关闭页面。", true);
      later(RETRY);
    } finally {
      sending = false;
    }
  }

  function take(told, sent) {
    if (told.refused) {
      say(told.refused, true);
      return;
    }
    for (const [line, values] of sent) {
      QUARTERS.forEach((name, place) => fault(cellOf(line, name), told.faults[cellOf(line, name).name], values[place]));
    }
    told.saved.forEach((one) => kept(lineOf(one.pk), one, sent));
    told.clashes.forEach((one) => clash(lineOf(one.pk), one, sent));
    add();
    const open = lines.filter((line) => QUARTERS.some((name) => isOpen(cellOf(line, name)))).length;
    const bad = form.querySelectorAll("input.is-invalid").length;
    if (open) say(`有 ${open} 行被别人改过，请选择用哪个数。`, true);
    else if (bad) say(`有 ${bad} 格没有保存，请改正；其余已保存 ${told.at}`, true);
    else say(`已保存 ${told.at}`);
    if (lines.some(isDirty)) later(WAIT);
  }
  const lineOf = (pk) => form.querySelector(`tr[data-line="${pk}"]`);

  function calm(input) {
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
    input.parentElement.querySelector(".cell-error")?.remove();
    refused.delete(input);
  }
  function fault(input, text, value) {
    calm(input);
    if (!text) return;
    input.classList.add("is-invalid");
    refused.set(input, value);
    input.setAttribute("aria-invalid", "true");
    const place = document.createElement("small");
    place.className = "cell-error";
    place.textContent = text;
    input.parentElement.append(place);
  }

  const same = (one, other) => hundredths(one) === hundredths(other);
  // What others wrote in cells that were not touched here comes in with the answer. What was typed
  // while it was on its way stays; where others wrote in that cell, the next save is asked.
  function kept(line, one, sent) {
    editOf(line).value = one.edit;
    QUARTERS.forEach((name, place) => {
      const input = cellOf(line, name), shown = shownOf(line, name);
      const mine = sent.get(line)[place], now = one.cells[name];
      if (isOpen(input) || refused.has(input)) return;
      if (input.value === mine) input.value = now;
      else if (!same(now, mine) && !same(now, shown.value)) return;
      shown.value = now;
      input.classList.add("is-saved");
    });
  }

  function clash(line, one, sent) {
    line.classList.add("has-clash");
    const names = Object.keys(one.both);
    names.forEach((name) => cellOf(line, name).classList.add("is-stale"));
    kept(line, one, sent);
    const labels = names.map((name) => `${name[1]} 季度您填 ${one.both[name][0]}，现在是 ${one.both[name][1]}`);
    const row = document.createElement("tr");
    row.className = "target-clash";
    const cell = row.appendChild(document.createElement("td"));
    cell.colSpan = 7;
    const note = cell.appendChild(document.createElement("p"));
    note.className = "note note-late";
    note.setAttribute("role", "alert");
    note.textContent = `${one.by || "他人"}在 ${one.changed_at} 改过这一行：${labels.join("；")}。`;
    const choices = cell.appendChild(document.createElement("div"));
    choices.className = "btn-row";
    const settle = (mine) => {
      names.forEach((name) => {
        cellOf(line, name).classList.remove("is-stale");
        shownOf(line, name).value = one.cells[name];
        if (!mine) cellOf(line, name).value = one.cells[name];
      });
      line.classList.toggle("has-clash", QUARTERS.some((name) => isOpen(cellOf(line, name))));
      row.remove();
      add();
      say("");
      later(0);
      cellOf(line, names[0]).focus();
    };
    for (const [label, mine] of [["用我填的", true], ["用现在的", false]]) {
      const button = choices.appendChild(document.createElement("button"));
      button.type = "button";
      button.className = `btn btn-sm ${mine ? "btn-outline-primary" : "btn-outline-secondary"}`;
      button.textContent = label;
      button.addEventListener("click", () => settle(mine));
    }
    line.after(row);
  }

  form.addEventListener("input", (event) => { calm(event.target); add(); later(WAIT); });
  form.addEventListener("focusout", () => { if (timer) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  let isLeaving = false;
  form.addEventListener("submit", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving || !lines.some(isUnsaved)) return;
    save();
    event.preventDefault();
  });
  add();
})();
