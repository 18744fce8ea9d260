// Keeps the app's shell for the time without a network. SHELL stands before this: {version, files: [{path, integrity}]}.
//
// It answers GET for the shell and for the app's page, and lets everything else pass as if it were not there; nobody's
// data is ever kept here, and IndexedDB is never touched. SHELL is null when the server has switched it off.
const KEPT = "mingcha-shell-";
const NAME = KEPT + (SHELL ? SHELL.version : "");
const PAGE = "/phone/";
const FILES = "/phone/shell/";
const LIST = "/phone/shell/list";

self.addEventListener("install", (event) => event.waitUntil(SHELL ? install() : self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(SHELL ? activate() : leave()));
self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "apply") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const answer = SHELL && answering(event.request);
  if (answer) event.respondWith(answer);
});

// Every file, by its hash: out of an older shell that has it, else from the server. One that fails, and nothing is kept.
async function install() {
  const older = await known();
  const found = await Promise.all(SHELL.files.map(async (file) => [file.path, older.get(file.integrity) || (await fetched(file))]));
  const cache = await caches.open(NAME);
  try {
    await Promise.all(found.map(([path, answer]) => cache.put(path, answer)));
    await cache.put(LIST, new Response(JSON.stringify({ files: SHELL.files, at: Date.now() })));
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

async function fetched({ path, integrity }) {
  const answer = await fetch(path, { integrity, cache: "no-store", credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

// What older shells hold, by hash.
async function known() {
  const found = new Map();
  for (const name of await shells()) {
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    if (!list) continue;
    for (const { path, integrity } of (await list.json()).files) {
      const answer = await cache.match(path);
      if (answer) found.set(integrity, answer);
    }
  }
  return found;
}

// This shell and the one before it stay: a page that was opened with it may still ask for its files.
async function activate() {
  const others = (await shells()).filter((name) => name !== NAME);
  const ages = await Promise.all(others.map(async (name) => [await age(name), name]));
  ages.sort((a, b) => b[0] - a[0]);
  await Promise.all(ages.slice(1).map(([, name]) => caches.delete(name)));
  await self.clients.claim();
}

async function age(name) {
  const list = await (await caches.open(name)).match(LIST);
  return list ? (await list.json()).at : 0;
}

async function leave() {
  await Promise.all((await shells()).map((name) => caches.delete(name)));
  await self.registration.unregister();
}

async function shells() {
  return (await caches.keys()).filter((name) => name.startsWith(KEPT));
}

// The answer to a request that is ours; null for every other.
function answering(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (url.pathname.startsWith(FILES)) return kept(url.pathname, request);
  if (request.mode !== "navigate" || !url.pathname.startsWith(PAGE)) return null;
  if (url.pathname === PAGE) return kept(PAGE, request);
  return fetch(request).catch(() => kept(PAGE, request));
}

async function kept(path, request) {
  const mine = await (await caches.open(NAME)).match(path);
  return mine || (await caches.match(path)) || fetch(request);
}
