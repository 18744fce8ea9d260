// What was photographed and has not been acknowledged yet (待发送): every change is on disk when it resolves.
//
// A record and its bytes are written in one transaction and read back before anyone is told that they are kept. Nothing
// here is ever removed because of a status code: only by the person, or seven days after a receipt whose hashes match.
import { sha256 } from "./digest.js";
import * as records from "./record.js";
import { ATTENTION, DRAFT, RECEIVED, WAITING } from "./record.js";
import { StorageBroken } from "./store.js";

/** A record cannot be changed any more: the server may know it already. */
export class TooLate extends Error {}

/**
 * The outbox of one phone. `who()` gives the id of whoever is signed in, `category(code)` the kit's row of a category,
 * `changed()` is called after each change, `now()` is in milliseconds, `newId()` gives a version 4 UUID.
 */
export function openOutbox(store, { who, category = () => null, gone = () => false, changed = () => {}, now = Date.now, newId = () => crypto.randomUUID() }) {
  let known = [];

  const mine = (record) => record.owner === who();
  const read = async () => (known = (await store.read(({ records: kept }) => kept.getAll())).sort(newestFirst));
  const told = async (record) => (await read(), changed(), record);

  // Read, change and write one record in one transaction; `more` may write bytes in it too.
  const alter = async (id, work, more = () => {}) => {
    const record = await store.change(async (stores) => {
      const kept = await stores.records.get(id);
      if (!kept) return null;
      work(kept);
      kept.changed_at = records.iso(now());
      await stores.records.put(kept);
      await more(stores, kept);
      return kept;
    });
    return told(record);
  };
  const editable = (record) => {
    if (record.state !== DRAFT) throw new TooLate(`a record that is ${record.state} is not to be changed`);
  };

  const add = async (id, list, data, entry) => {
    const digest = await sha256(data);
    const key = `${id}/${digest}`;
    const fresh = { ...entry, key, sha256: digest, bytes: data.byteLength };
    const put = ({ bytes }) => bytes.put({ key, record: id, data, type: entry.type });
    const enter = (record) => {
      editable(record);
      record[list] = [...record[list].filter((one) => one.key !== key), fresh];
    };
    const record = await alter(id, enter, put);
    await requireKept(store, [fresh]);
    return record;
  };
  const remove = (id, list, key) => alter(
    id,
    (record) => (editable(record), (record[list] = record[list].filter((one) => one.key !== key))),
    async ({ bytes }, record) => { if (!holds(record, key)) await bytes.delete(key); },
  );

  return {
    read,
    /** This person's records, newest first. */
    all: async () => (await read()).filter(mine),
    /** How much waits, as last read: the person's own. */
    counts: () => counted(known.filter(mine)),
    /** Everything that is not acknowledged, whoever took it. */
    unsent: () => known.filter((record) => record.state !== RECEIVED && !(record.state === DRAFT && isEmpty(record))),
    record: (id) => store.read(({ records: kept }) => kept.get(id)).then((record) => record ?? null),
    /** A new draft; `about` says of what, as record.js has it. */
    async begin(about = {}) {
      const record = records.blank({ ...about, id: newId(), owner: who(), now: now() });
      await store.change(({ records: kept }) => kept.put(record));
      return told(record);
    },
    change: (id, work) => alter(id, (record) => (editable(record), work(record))),
    addPhoto: (id, { data, ...entry }) => add(id, "photos", data, entry),
    removePhoto: (id, key) => remove(id, "photos", key),
    addRecording: (id, { data, ...entry }) => add(id, "recordings", data, entry),
    removeRecording: (id, key) => remove(id, "recordings", key),
    /** A photo's or recording's bytes, wrapped anew; null when they are gone. */
    async photo(id, key) {
      const kept = await store.read(({ bytes }) => bytes.get(key));
      return kept ? new Blob([kept.data], { type: kept.type }) : null;
    },
    /** Draft → waiting, when its bytes are all there; what is lacking is named and leaves it a draft. */
    async save(id) {
      const before = await this.record(id);
      editable(before);
      await requireKept(store, [...before.photos, ...before.recordings]);
      return alter(id, (record) => {
        editable(record);
        record.lacking = records.lacking(record, category(record.category), gone(record.category));
        if (record.lacking.length) return;
        const placeless = record.kind === "report" && !records.placeOf(record);
        record.state = placeless ? ATTENTION : WAITING;
        record.problem = placeless ? { field: "place", words: "", code: "no_place" } : null;
        Object.assign(record, { tries: 0, next_at: 0, walk: false });
      });
    },
    /** Back to a draft, to mend it. What the server may know already goes on as a new record in its place. */
    async reopen(id) {
      const record = await this.record(id);
      if (record.state === RECEIVED || (record.announced && record.state !== ATTENTION)) {
        throw new TooLate("the server may know this report already");
      }
      if (record.announced) return told(await renew(store, record, newId(), now()));
      return alter(id, (kept) => Object.assign(kept, { state: DRAFT, problem: null, manifest: null, tries: 0, next_at: 0 }));
    },
    /** Throw a record away that the server has never heard of, or does not want any more. */
    async discard(id) {
      await store.change(async (stores) => {
        const record = await stores.records.get(id);
        if (record?.announced && record.state !== RECEIVED && !records.isOver(record.problem)) throw new TooLate("the server may know this report already");
        await forget(stores, id);
      });
      return told(null);
    },
    /** This person's records of a kind, as last read. */
    of: (kind) => known.filter((record) => mine(record) && record.kind === kind),
    /** Put what the sender learned on disk; the sender alone calls this. Of a visit no picture stays once it is received. */
    settle: (id, work) => alter(id, work, async (stores, record) => {
      if (record.kind === "visit" && record.state === RECEIVED) await forgetBytes(stores, id);
    }),
    /** Drop the bytes of what was acknowledged seven days ago. */
    async tidy() {
      const old = (await read()).filter((record) => record.state === RECEIVED && Date.parse(record.purge_at) <= now());
      for (const record of old) await store.change((stores) => forget(stores, record.id));
      if (old.length) await told(null);
    },
  };
}

const newestFirst = (a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0);
const isEmpty = (record) => record.kind !== "visit" && !record.photos.length && !record.recordings.length;
const holds = (record, key) => [...record.photos, ...record.recordings].some((one) => one.key === key);

function counted(all) {
  const of = (state) => all.filter((record) => record.state === state);
  const unsent = [...of(WAITING), ...of(ATTENTION)];
  return {
    drafts: of(DRAFT).filter((record) => record.kind !== "visit" && !isEmpty(record)).length,
    visits: of(DRAFT).filter((record) => record.kind === "visit").length,
    unsorted: of(DRAFT).filter((record) => record.walk && !isEmpty(record)).length,
    waiting: of(WAITING).length,
    attention: of(ATTENTION).length,
    received: of(RECEIVED).length,
    oldest_at: unsent.map((record) => record.created_at).sort()[0] ?? null,
  };
}

/** Read bytes back and compare length and hash; throws StorageBroken where the phone did not keep them. */
async function requireKept(store, entries) {
  for (const entry of entries) {
    const kept = await store.read(({ bytes }) => bytes.get(entry.key));
    const whole = kept?.data.byteLength === entry.bytes && (await sha256(kept.data)) === entry.sha256;
    if (!whole) throw new StorageBroken("broken", `bytes of ${entry.sha256}`);
  }
}

// The same evidence under another id: the old one is withdrawn at the server once the new one has its receipt.
async function renew(store, record, id, now) {
  const moved = (one) => ({ ...one, key: `${id}/${one.sha256}` });
  const fresh = {
    ...record, id, state: DRAFT, announced: false, manifest: null, problem: null, tries: 0, next_at: 0,
    withdraws: record.kind === "report" ? record.id : null, changed_at: records.iso(now),
    photos: record.photos.map(moved), recordings: record.recordings.map(moved),
  };
  await store.change(async (stores) => {
    for (const one of [...record.photos, ...record.recordings]) {
      const kept = await stores.bytes.get(one.key);
      if (kept) await stores.bytes.put({ ...kept, key: `${id}/${one.sha256}`, record: id });
    }
    await stores.records.put(fresh);
    await forget(stores, record.id);
  });
  return fresh;
}

async function forget({ records: kept, bytes }, id) {
  await kept.delete(id);
  await forgetBytes({ bytes }, id);
}

async function forgetBytes({ bytes }, id) {
  for (const key of await bytes.index("record").getAllKeys(id)) await bytes.delete(key);
}
