// The field app: puts its parts together, remembers who is here, and draws one screen at a time.
import { connection } from "./net.js";
import { categoryOf, isGone } from "./kit.js";
import { exclusively } from "./lock.js";
import { openOutbox } from "./outbox.js";
import { watcher } from "./place.js";
import { shelf } from "./pictures.js";
import { current, route } from "./router.js";
import { handles } from "./role.js";
import { warm } from "./screens.js";
import { openSender } from "./send.js";
import { openStore, keptIn } from "./store.js";
import { frame } from "./frame.js";
import { health } from "./health.js";
import { loadWords } from "./words.js";
import { register } from "./worker.js";

const KIT_MS = 6 * 3_600_000;
const NEARBY_MS = 30 * 60_000;
/** Cached for whoever is signed in, and dropped when it is somebody else. */
const PERSONAL = ["kit", "reports", "tasks", "nearby", "received", "tickets", "pictures", "visits"];
/** Of these, what the screens look at as it is now. */
const IN_HAND = ["kit", "tasks", "received", "tickets", "visits"];

if (able()) start();

/** Whether this browser can keep and send anything; others have the plain pages. */
function able() {
  const plain = document.documentElement.hasAttribute("data-plain");
  return !plain && globalThis.isSecureContext && "indexedDB" in globalThis && Boolean(globalThis.crypto?.subtle);
}

async function start() {
  const app = await assembled();
  await loadWords();
  frame(app, document.getElementById("app"));
  route(app);
  for (const [target, event] of [[globalThis, "online"], [globalThis, "pageshow"], [document, "visibilitychange"]]) {
    target.addEventListener(event, () => document.visibilityState === "visible" && app.wake());
  }
  globalThis.addEventListener("offline", () => app.refresh());
  await app.begin();
}

async function assembled() {
  const store = openStore();
  const kept = keptIn(store);
  const net = connection();
  const [session, ...inHand] = await Promise.all(["session", ...IN_HAND].map((key) => kept.get(key))).catch(() => []);
  const listeners = new Set();
  const app = {
    /** Hear of every change to the outbox, and of what waits for one's unit; gives back how to stop. */
    onOutbox: (hear) => (listeners.add(hear), () => listeners.delete(hear)),
    saving: false, message: null,
    /** Say something until the person has read it. */
    tell: (kind, title, text = "") => ((app.message = { kind, title, text }), app.refresh()),
    store, kept, net, shelf: shelf(kept), session: session ?? null, signedOut: false,
    ...Object.fromEntries(IN_HAND.map((key, at) => [key, inHand[at] ?? null])),
    storage: { ok: true, persisted: false, used: 0, quota: 0 }, update: { ready: false, apply() {} },
    refresh() {}, go() {}, replace() {}, back() {},
    get online() {
      return navigator.onLine;
    },
  };
  const channel = new BroadcastChannel("mingcha-outbox");
  const heard = () => {
    for (const hear of [...listeners]) hear();
    app.refresh();
  };
  app.heard = heard;
  app.outbox = openOutbox(store, {
    who: () => app.session?.person.id ?? null,
    category: (code) => categoryOf(app.kit, code),
    gone: (code) => isGone(app.kit, code),
    changed: () => (channel.postMessage("changed"), heard()),
  });
  channel.addEventListener("message", () => app.outbox.read().then(heard));
  app.sender = openSender({
    outbox: app.outbox,
    net,
    bytesOf: (key) => store.read(({ bytes }) => bytes.get(key)).then((one) => one?.data),
    only: exclusively({ store, me: crypto.randomUUID() }),
    onSession: (given) => signedIn(app, given),
    onReceived: (record) => record.kind !== "report" && news(app), // what was waited for is done: so is its task
    onChange: (status) => ((app.signedOut = status.paused === "signin"), app.refresh()),
  });
  app.place = watcher(navigator.geolocation, { onChange: () => placed(app) });
  return Object.assign(app, deeds(app));
}

/** What the screens may ask for beyond looking. */
function deeds(app) {
  return {
    /** After the first screen: is the storage sound, is there a new version, what waits, what is new. */
    async begin() {
      await app.outbox.read().catch(() => {});
      app.refresh();
      app.storage = await health(app.store);
      register((apply) => ((app.update = { ready: true, apply }), app.refresh()));
      app.refresh();
      warm(app);
      await app.outbox.tidy().catch(() => {});
      await app.wake();
    },
    /** Something changed for the better: send, then see what the server has that is new. */
    async wake() {
      app.refresh();
      await app.sender.now();
      await news(app);
    },
    export: async () => (await import("./rescue.js")).exportOf(app),
    /** Sign out at the server; what is unsent stays. Throws when the server cannot be asked. */
    async signOut() {
      const { csrf } = await app.net.json("/api/v1/session");
      await app.net.ask("POST", "/sign-out", { headers: { "X-CSRFToken": csrf } }).catch(expected("portal"));
      await app.net.json("/api/v1/session").catch(expected("signin"));
      await forget(app, null);
      app.signedOut = true;
      app.replace("/signin");
    },
  };
}

const expected = (kind) => (trouble) => {
  if (trouble.kind !== kind) throw trouble;
};

async function signedIn(app, session) {
  const back = !app.session || app.signedOut;
  const changed = app.session?.person.id !== session.person.id;
  if (changed) await forget(app, session);
  app.session = session;
  app.signedOut = false;
  if (back && current() === "/signin") app.replace(app.wanted ?? "/");
  else if (changed && current() === "/") app.replace("/");
  await app.kept.set("session", { person: session.person, settings: session.settings });
  app.received = { month: session.received_this_month, lessons: session.lessons_waiting };
  await app.kept.set("received", app.received);
  await app.outbox.read();
  app.refresh();
}

async function forget(app, session) {
  app.session = session;
  for (const key of IN_HAND) app[key] = null;
  app.shelf.clear();
  // In one go: what is fetched meanwhile for whoever comes is not to go with it.
  await app.store.change(({ kept }) => Promise.all([...PERSONAL, "session"].map((key) => kept.delete(key))));
}

const news = (app) => (handles(app) ? unitsNews(app) : inspectorsNews(app));

async function inspectorsNews(app) {
  await Promise.all([fresh(app, "kit", "/api/v1/field-kit", KIT_MS), fresh(app, "tasks", "/api/v1/tasks", 0), nearby(app), fresh(app, "visits", "/api/v1/visits", 0)]);
  await shelve(app, [...(app.tasks?.items ?? []).map((task) => task.thumb), ...(await places(app))]);
  app.refresh();
}

// Where one was drawn to go: what is needed there is fetched at once, screens too; gives its pictures' addresses.
async function places({ visits }) {
  return visits?.items.length ? (await import("./visits.js")).ready(visits.items) : [];
}

async function unitsNews(app) {
  await fresh(app, "tickets", "/api/v1/tickets/in-hand", 0);
  await shelve(app, app.tickets?.items.flatMap((ticket) => ticket.before.map((one) => one.thumb)));
  app.heard();
}

// The small copies of what one is to compare with; of what waits no more they go.
async function shelve(app, addresses) {
  if (app.online && app.session && addresses) await app.shelf.keep(addresses.filter(Boolean)).catch((trouble) => console.info(`pictures: ${trouble.message}`));
  await app.shelf.read();
}

// What the server has, kept for the time without a network; quietly left as it was when it cannot be asked.
async function fresh(app, key, path, age) {
  if (!app.session || app.signedOut || !app.online) return;
  const known = await app.kept.get(key);
  if (known && age && Date.now() - known.at < age) {
    if (IN_HAND.includes(key)) app[key] = known;
    return;
  }
  try {
    const told = { ...(await app.net.json(path)), at: Date.now() };
    await app.kept.set(key, told);
    if (IN_HAND.includes(key)) app[key] = told;
    app.refresh();
  } catch (trouble) {
    console.info(`${path}: ${trouble.message}`);
  }
}

// Open reports around, asked for again half an hour or a kilometre later.
async function nearby(app) {
  const fix = app.place.best();
  if (!fix || handles(app)) return;
  const known = await app.kept.get("nearby");
  const moved = known ? Math.hypot(known.lat - fix.lat, known.lng - fix.lng) * 111_000 : Infinity;
  const path = `/api/v1/nearby?lat=${fix.lat.toFixed(3)}&lng=${fix.lng.toFixed(3)}`;
  await fresh(app, "nearby", path, moved < 1_000 ? NEARBY_MS : 1);
}

function placed(app) {
  app.refresh();
  if (app.place.best() && !app.located) {
    app.located = true;
    nearby(app);
  }
}
