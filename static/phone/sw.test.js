import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("sw.js", import.meta.url), "utf8");
const file = (path, content) => ({ path, integrity: `sha256-${content}` });
const shellOf = (version, ...files) => ({ version, files });

/** Caches as a browser has them, kept from one worker to the next. */
function kept() {
  const named = new Map();
  const open = async (name) => {
    if (!named.has(name)) named.set(name, new Map());
    const entries = named.get(name);
    const key = (request) => (typeof request === "string" ? request : new URL(request.url).pathname);
    return { match: async (request) => entries.get(key(request)), put: async (request, answer) => void entries.set(key(request), answer) };
  };
  return {
    named,
    open,
    keys: async () => [...named.keys()],
    delete: async (name) => named.delete(name),
    match: async (path) => [...named.values()].map((entries) => entries.get(path)).find(Boolean),
  };
}

/** A worker with a list of files; `served` says what the server answers, path by path, and is told what was asked. */
function worker(SHELL, { caches = kept(), served = {}, offline = false } = {}) {
  const heard = {};
  const asked = [];
  const world = { skipped: 0, claimed: 0, unregistered: 0 };
  const self = {
    location: { origin: "https://mingcha.example" },
    addEventListener: (name, hear) => (heard[name] = hear),
    skipWaiting: async () => (world.skipped += 1),
    clients: { claim: async () => (world.claimed += 1) },
    registration: { unregister: async () => (world.unregistered += 1) },
  };
  const answer = (content) => ({ ok: true, content, json: async () => JSON.parse(content) });
  const fetch = async (request, { integrity } = {}) => {
    const path = typeof request === "string" ? request : new URL(request.url).pathname;
    asked.push(path);
    if (offline) throw new TypeError("Failed to fetch");
    const content = served[path] ?? "";
    if (integrity && integrity !== `sha256-${content}`) throw new TypeError("integrity");
    return answer(content);
  };
  class Response {
    constructor(text) {
      return answer(text);
    }
  }
  vm.runInNewContext(SOURCE, { SHELL, self, caches, fetch, Response, URL, Map, Promise, JSON, Date, Error });
  const wait = async (name, event = {}) => {
    let waited;
    heard[name]({ ...event, waitUntil: (promise) => (waited = promise) });
    return waited;
  };
  const request = async (path, more = {}) => {
    let answered = null;
    const event = { request: { method: "GET", mode: "cors", url: `https://mingcha.example${path}`, ...more }, respondWith: (promise) => (answered = promise) };
    heard.fetch(event);
    return answered && (await answered);
  };
  return { caches, asked, world, install: () => wait("install"), activate: () => wait("activate"), say: (data) => heard.message({ data }), request };
}

const PAGE = file("/phone/", "page");
const APP = file("/phone/shell/1/app.js", "app");
const SERVED = { "/phone/": "page", "/phone/shell/1/app.js": "app" };

test("the whole shell is kept, by hash, and then opens without a network", async () => {
  const caches = kept();
  await worker(shellOf("1", PAGE, APP), { caches, served: SERVED }).install();

  const later = worker(shellOf("1", PAGE, APP), { caches, offline: true });

  assert.equal((await later.request("/phone/", { mode: "navigate" })).content, "page");
  assert.equal((await later.request("/phone/shell/1/app.js")).content, "app");
  assert.deepEqual(later.asked, []);
});

test("one file that is not what it should be, and nothing at all is kept", async () => {
  const portal = worker(shellOf("1", PAGE, APP), { served: { ...SERVED, "/phone/shell/1/app.js": "<html>Free Wi-Fi" } });

  await assert.rejects(portal.install());

  assert.deepEqual(await portal.caches.keys(), []);
});

test("a file that an older shell has is not fetched again", async () => {
  const caches = kept();
  await worker(shellOf("1", PAGE, APP), { caches, served: SERVED }).install();
  const next = worker(shellOf("2", PAGE, file("/phone/shell/2/app.js", "app"), file("/phone/shell/2/new.js", "new")), { caches, served: { "/phone/shell/2/new.js": "new" } });

  await next.install();

  assert.deepEqual(next.asked, ["/phone/shell/2/new.js"]);
  assert.equal((await next.request("/phone/shell/2/app.js")).content, "app");
});

test("a new shell waits until it is told to take over, and keeps the one before it", async () => {
  const caches = kept();
  for (const version of ["1", "2", "3"]) {
    const one = worker(shellOf(version, PAGE), { caches, served: SERVED });
    await one.install();
    assert.equal(one.world.skipped, 0);
    one.say({ type: "apply" });
    await one.activate();
    assert.deepEqual([one.world.skipped, one.world.claimed], [1, 1]);
    await new Promise((done) => setImmediate(done));
  }
  const names = await caches.keys();

  assert.equal(names.length, 2);
  assert.ok(names.includes("mingcha-shell-3"));
});

test("only GET of the shell and the app's page is answered; data, sending and other hosts pass by", async () => {
  const caches = kept();
  const one = worker(shellOf("1", PAGE, APP), { caches, served: SERVED });
  await one.install();

  const passed = [
    await one.request("/api/v1/reports/1", { method: "PUT" }),
    await one.request("/api/v1/session"),
    await one.request("/phone/", { method: "POST", mode: "navigate" }),
    await one.request("/pictures/1/thumb.jpg"),
    await one.request("/desk/", { mode: "navigate" }),
    await one.request("/phone/shell/1/app.js", { url: "https://elsewhere.example/phone/shell/1/app.js" }),
  ];

  assert.deepEqual(passed, [null, null, null, null, null, null]);
});

test("a page of the server's that cannot be reached leads to the app", async () => {
  const caches = kept();
  await worker(shellOf("1", PAGE, APP), { caches, served: SERVED }).install();
  const there = worker(shellOf("1", PAGE, APP), { caches, served: { "/phone/reports": "list" } });
  const away = worker(shellOf("1", PAGE, APP), { caches, offline: true });

  assert.equal((await there.request("/phone/reports", { mode: "navigate" })).content, "list");
  assert.equal((await away.request("/phone/reports", { mode: "navigate" })).content, "page");
});

test("switched off, it takes the kept files and itself away and answers nothing", async () => {
  const caches = kept();
  await worker(shellOf("1", PAGE, APP), { caches, served: SERVED }).install();
  await caches.open("somebody else's");
  const off = worker(null, { caches });

  await off.install();
  await off.activate();

  assert.deepEqual([await caches.keys(), off.world.unregistered, off.world.skipped], [["somebody else's"], 1, 1]);
  assert.equal(await off.request("/phone/", { mode: "navigate" }), null);
});
