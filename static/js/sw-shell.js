// The service worker: the shell of 快速记拜访 for a place without a network. It keeps the skeleton
// page, which holds nobody's data, and files whose names change with their content. Never a page.
(() => {
  const { version, page, files } = self.CRM_SHELL;
  const NAME = `crm-shell-${version}`;
  const HASHED = /\/static\/.*\.[0-9a-f]{12}\.[a-z0-9]+$/;

  self.addEventListener("install", (event) => {
    event.waitUntil((async () => {
      const cache = await caches.open(NAME);
      await cache.add(new Request(page, { credentials: "omit", cache: "reload" }));
      await Promise.allSettled(files.map((file) => cache.add(file)));
      await self.skipWaiting();
    })());
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("crm-shell-") && name !== NAME).map((name) => caches.delete(name)));
      await self.clients.claim();
    })());
  });

  async function asset(request) {
    const cache = await caches.open(NAME);
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok && HASHED.test(new URL(request.url).pathname)) await cache.put(request, answer.clone());
    return answer;
  }

  async function visit(request) {
    try {
      return await fetch(request);
    } catch (error) {
      const kept = await (await caches.open(NAME)).match(page);
      if (!kept) throw error;
      return kept;
    }
  }

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== self.location.origin) return;
    if (request.mode === "navigate") event.respondWith(visit(request));
    else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  });

  self.addEventListener("sync", (event) => {
    if (event.tag === "crm-queue") event.waitUntil(self.crmQueue.send());
  });
})();
