// What waits on this device, encrypted: a form that is being typed, and logs that are not sent yet.
// Used by pages and by the service worker, so it knows no document. One key for each user, which
// never leaves the browser: what lies in IndexedDB is unreadable without it.
(() => {
  const BASE = "crm-device";
  const STATE = "/offline/state/";
  const TARGET = "/visits/quick/";
  const DONE = /^\/visits\/\d+\/$/;
  const CHANNEL = "crm-queue";

  // --- IndexedDB ----------------------------------------------------------------------------------
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let opened = null;
  function open() {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(BASE, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("keys");
        request.result.createObjectStore("notes");
        request.result.createObjectStore("boxes").createIndex("user", "user");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        resolve(request.result);
      };
      request.onerror = () => { opened = null; reject(request.error); };
    });
    return opened;
  }
  async function store(name, mode = "readonly") {
    return (await open()).transaction(name, mode).objectStore(name);
  }
  const note = async (name) => ask((await store("notes")).get(name));
  const setNote = async (name, value) => ask((await store("notes", "readwrite")).put(value, name));

  // --- the key and the boxes ------------------------------------------------------------------------
  async function keyOf(user) {
    const known = await ask((await store("keys")).get(user));
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    try {
      await ask((await store("keys", "readwrite")).add(made, user));
      return made;
    } catch {
      return ask((await store("keys")).get(user)); // another tab was first
    }
  }
  async function put(user, name, content) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(content));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(user), text);
    await ask((await store("boxes", "readwrite")).put({ user, iv, data }, `${user}/${name}`));
  }
  async function unlock(user, box) {
    if (!box) return null;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, await keyOf(user), box.data);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null; // its key was thrown away
    }
  }
  const get = async (user, name) => unlock(user, await ask((await store("boxes")).get(`${user}/${name}`)));
  const drop = async (user, name) => ask((await store("boxes", "readwrite")).delete(`${user}/${name}`));
  async function entries(user) {
    const range = IDBKeyRange.bound(`${user}/entry/`, `${user}/entry/\uffff`);
    const boxes = await ask((await store("boxes")).getAll(range));
    const found = await Promise.all(boxes.map((box) => unlock(user, box)));
    return found.filter(Boolean).sort((a, b) => a.at - b.at);
  }

  // --- who may read it ------------------------------------------------------------------------------
  const current = () => note("user");
  async function forget(name, isGone) {
    const keys = await ask((await store(name)).getAllKeys());
    const place = await store(name, "readwrite");
    await Promise.all(keys.filter(isGone).map((key) => ask(place.delete(key))));
  }
  // Signing out: nothing of this user is left; what others wrote and have not sent stays theirs.
  async function wipe(user) {
    await forget("boxes", (key) => String(key).startsWith(`${user}/`));
    await forget("keys", (key) => key === user);
    await ask((await store("notes", "readwrite")).clear());
  }
  // Somebody else on this device: the names of the last one's customers go. What was typed and not
  // sent waits, unreadable, for its writer: to lose it would be worse.
  async function signedIn(user) {
    if ((await current()) === user) return;
    const typed = (key) => /\/(draft$|entry\/)/.test(key);
    await forget("boxes", (key) => !String(key).startsWith(`${user}/`) && !typed(key));
    const boxes = await ask((await store("boxes")).getAllKeys());
    await forget("keys", (key) => key !== user && !boxes.some((box) => String(box).startsWith(`${key}/`)));
    await setNote("user", user);
  }

  // --- sending ----------------------------------------------------------------------------------------
  const tell = () => { try { const c = new BroadcastChannel(CHANNEL); c.postMessage("changed"); c.close(); } catch { /* old browser */ } };

  async function state(keys = []) {
    const query = new URLSearchParams(keys.map((key) => ["key", key]));
    const answer = await fetch(`${STATE}?${query}`, { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } })
      .catch(async (error) => {
        // a redirect to the sign-in page and a dead network look alike: ask what it was
        const again = await fetch(STATE, { credentials: "same-origin", redirect: "manual" });
        if (again.type === "opaqueredirect") return null;
        throw error;
      });
    return answer && answer.ok ? answer.json() : null;
  }

  async function post(entry, token) {
    const body = new URLSearchParams(entry.fields.filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "submission_key"));
    body.set("submission_key", entry.key);
    return fetch(TARGET, {
      method: "POST", credentials: "same-origin", body,
      headers: { "X-CSRFToken": token, "X-Device-Queue": "1", Accept: "application/json" },
    });
  }

  async function sendOne(user, entry, token) {
    const answer = await post(entry, token);
    if (answer.redirected && DONE.test(new URL(answer.url).pathname)) return "done";
    if (answer.status === 422) {
      const { messages } = await answer.json();
      await put(user, `entry/${entry.key}`, { ...entry, messages });
      return "refused";
    }
    if (answer.ok && !answer.redirected) return (await answer.json()).url ? "done" : "later";
    return "later";
  }

  // {sent, left, refused, signedOut}: one sender at a time; the server takes each key only once.
  async function sendAll() {
    const user = await current();
    const result = { sent: 0, left: 0, refused: 0, signedOut: false };
    if (!user) return result;
    const waiting = await entries(user);
    const draft = await get(user, "draft");
    const doubtful = draft?.sent ? [draft.key] : [];
    if (!waiting.length && !doubtful.length) return result;
    const server = await state([...waiting.map((entry) => entry.key), ...doubtful]);
    if (!server || String(server.user) !== user) {
      return { ...result, left: waiting.length, signedOut: !server || server.user === null };
    }
    if (doubtful.length && server.done[draft.key]) await drop(user, "draft");
    for (const entry of waiting) {
      const how = server.done[entry.key] ? "done" : entry.messages ? "refused" : await sendOne(user, entry, server.csrf);
      if (how === "done") { await drop(user, `entry/${entry.key}`); result.sent += 1; }
      else if (how === "refused") result.refused += 1;
      else result.left += 1;
    }
    if (result.sent) tell();
    return result;
  }
  const send = () => (navigator.locks ? navigator.locks.request("crm-queue-send", sendAll) : sendAll());

  async function queue(user, entry) {
    await put(user, `entry/${entry.key}`, entry);
    await drop(user, "draft");
    tell();
  }

  self.crmQueue = { CHANNEL, put, get, drop, entries, current, wipe, signedIn, state, send, queue };
})();
