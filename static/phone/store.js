// The phone's own database: records, their bytes, and small things that the app remembers.
//
// Every change is one strict transaction: it is on disk when the promise resolves, or nothing of it is. A connection
// that the system closed under the page (iOS does) is opened again, once, and the work done over: so the work given to
// change() must only read and put within its transaction.
import { openDB } from "../vendor/idb/index.js";

export const NAME = "mingcha";
const VERSION = 1;
const LOST = new Set(["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]);

/** The phone cannot keep what it was given; `why` is full, blocked or broken. */
export class StorageBroken extends Error {
  constructor(why, cause) {
    super(`the phone cannot keep this: ${why} (${cause?.name ?? cause})`, { cause });
    this.why = why;
  }
}

/** The store, opened when it is first used. `open` is idb's openDB, or a fake. */
export function openStore({ open = openDB, name = NAME } = {}) {
  let opening = null;

  const forget = () => (opening = null);
  const connect = () => {
    opening ??= open(name, VERSION, {
      upgrade,
      terminated: forget,
      blocking: (_now, _wanted, event) => (forget(), event.target.close()),
    });
    opening.catch(forget);
    return opening;
  };
  const attempt = async (mode, work) => {
    const database = await connect();
    const transaction = database.transaction(["records", "bytes", "kept"], mode, { durability: "strict" });
    const stores = Object.fromEntries(["records", "bytes", "kept"].map((one) => [one, transaction.objectStore(one)]));
    const ended = transaction.done.then(() => null, (error) => error);
    try {
      const result = await work(stores);
      const error = await ended;
      if (error) throw error;
      return result;
    } catch (error) {
      abort(transaction);
      const ending = await ended;
      throw error?.name === "AbortError" && ending ? ending : error; // the transaction knows why, its requests do not
    }
  };
  const run = async (mode, work) => {
    try {
      return await attempt(mode, work);
    } catch (error) {
      if (!LOST.has(error?.name)) throw broken(error);
      forget();
    }
    try {
      return await attempt(mode, work);
    } catch (error) {
      throw broken(error);
    }
  };

  return {
    /** Do work(stores) in one strict transaction, whole or not at all. */
    change: (work) => run("readwrite", work),
    /** Do work(stores) without changing anything. */
    read: (work) => run("readonly", work),
    /** Write something and read it again; throws StorageBroken where that does not work. */
    async probe() {
      const mark = `${Math.random()}`;
      await run("readwrite", ({ kept }) => kept.put(mark, "probe"));
      if ((await run("readonly", ({ kept }) => kept.get("probe"))) !== mark) throw new StorageBroken("broken", "probe");
    },
    close: async () => (await opening)?.close(),
  };
}

function upgrade(database) {
  database.createObjectStore("records", { keyPath: "id" }).createIndex("owner", "owner");
  database.createObjectStore("bytes", { keyPath: "key" }).createIndex("record", "record");
  database.createObjectStore("kept");
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // it has ended already
  }
}

// What our own work throws goes on as it is; what the browser's database throws becomes StorageBroken.
function broken(error) {
  if (error instanceof StorageBroken || !(error instanceof DOMException)) return error;
  const why = { QuotaExceededError: "full", SecurityError: "blocked", VersionError: "newer" }[error.name];
  return new StorageBroken(why ?? "broken", error);
}

/** Small things by key, for the app: get and set, both on disk when they resolve. */
export function keptIn(store) {
  return {
    get: (key) => store.read(({ kept }) => kept.get(key)),
    set: (key, value) => store.change(({ kept }) => kept.put(value, key)),
    remove: (key) => store.change(({ kept }) => kept.delete(key)),
  };
}
