// Keeps the pages in the browser. The build writes the list of files and its version into this.
const VERSION = '__VERSION__';
const FILES = __FILES__;
const PAGES = { '/': '/', '/console': '/console', '/terminal': '/terminal', '/wall': '/wall' };
const PATIENCE_MS = 3000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(VERSION).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()),
  );
});

// The version before stays: pages that were opened with it go on for weeks, and fetch some of their parts late.
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== VERSION).slice(0, -1).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  const page = event.request.mode === 'navigate' ? PAGES[url.pathname] : undefined;
  if (page) event.respondWith(networkFirst(event.request, page));
  else if (FILES.includes(url.pathname)) event.respondWith(cacheFirst(event.request, url.pathname));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(ofAnyVersion(event.request, url.pathname));
});

// The hub's page if it answers soon; otherwise the one that is kept. A page never waits for a hub that is gone.
async function networkFirst(request, page) {
  const cache = await caches.open(VERSION);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: patience.signal });
    if (response.ok) return response;
  } catch {
    // Below.
  } finally {
    clearTimeout(timer);
  }
  return (await cache.match(page)) ?? Response.error();
}

async function cacheFirst(request, path) {
  const cache = await caches.open(VERSION);
  return (await cache.match(path)) ?? fetch(request);
}

// Such a file has its content's hash in its name: whichever version has it has the right one.
async function ofAnyVersion(request, path) {
  return (await caches.match(path)) ?? fetch(request);
}
