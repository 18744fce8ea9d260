// What the tests stand in for the world with: a server that keeps what it is sent, and a clock that is set by hand.
import { createHash } from "node:crypto";

import "fake-indexeddb/auto";

import { Trouble } from "../net.js";
import { openOutbox } from "../outbox.js";
import { openSender } from "../send.js";
import { openStore } from "../store.js";

export const PERSON = "6f9c1b0e-0000-4000-8000-000000000001";
let number = 0;

export const bytesOf = (text) => new TextEncoder().encode(text).buffer;
export const hashOf = (data) => createHash("sha256").update(new Uint8Array(data)).digest("hex");

/** A store of its own, an outbox over it, and what the test turns by hand. */
export function phone({ person = PERSON, name = `mingcha-${(number += 1)}` } = {}) {
  const world = { person, now: Date.parse("2026-11-23T01:42:00Z"), changes: 0, gone: [] };
  const store = openStore({ name });
  const outbox = openOutbox(store, { who: () => world.person, gone: (code) => world.gone.includes(code), changed: () => (world.changes += 1), now: () => world.now });
  return { world, store, outbox, name };
}

/** A report with as many photos as there are texts, saved for sending. */
export async function saved(outbox, ...texts) {
  const { id } = await outbox.begin();
  for (const text of texts) await outbox.addPhoto(id, { data: bytesOf(text), type: "image/jpeg", role: "far", taken_at: "2026-11-23T01:40:00Z", place: PLACE, original: null });
  await outbox.change(id, (record) => Object.assign(record, { category: "street_clutter" }));
  return outbox.save(id);
}

export const PLACE = { lat: 39.9289, lng: 116.4178, accuracy_m: 8, source: "live", fixed_at: "2026-11-23T01:40:00Z" };

/** A server as the wire protocol has it; `fault(method, path)` may throw before it does what it is asked, or after. */
export class Server {
  constructor({ person = PERSON, fault = () => null } = {}) {
    Object.assign(this, { person, fault, csrf: "token-1", manifests: new Map(), blobs: new Map(), asked: [], outbox: null, withdrawn: [], kinds: new Map() });
  }

  net() {
    const ask = (method, path, given = {}) => this.answer(method, path, given);
    return { ask, json: (path) => ask("GET", path) };
  }

  async answer(method, path, { json, bytes, headers = {} }) {
    this.asked.push(`${method} ${path}`);
    const fault = this.fault(method, path) ?? {};
    if (fault.before) throw fault.before;
    const given = fault.empty ? new ArrayBuffer(0) : bytes;
    const told = structuredClone(this.done(method, path, json, given, headers));
    if (fault.after) throw fault.after;
    return fault.instead ?? told;
  }

  done(method, path, json, bytes, headers) {
    if (!this.person) throw new Trouble("signin", { status: 401 });
    if (path === "/api/v1/session") return { person: { id: this.person }, csrf: this.csrf, now: new Date(this.now ?? Date.parse("2026-11-23T01:42:00Z")).toISOString() };
    if (headers["X-CSRFToken"] !== this.csrf) throw new Trouble("csrf", { status: 400 });
    if (headers["Mingcha-Person"] !== this.person) throw this.refusal(409, "another_person");
    if (path === "/api/v1/outbox") return (this.outbox = json);
    const [, , , noun, id, list, digest] = path.replace("/visits/records/", "/visits/").split("/");
    this.kinds.set(id, noun.slice(0, -1));
    if (list === "withdrawal") return this.withdrawn.push(id);
    return digest ? this.takeBytes(id, digest, bytes) : this.takeManifest(id, json);
  }

  takeManifest(id, manifest) {
    const text = JSON.stringify(manifest);
    if (this.refuses?.(manifest)) throw this.refuses(manifest);
    if ((this.manifests.get(id) ?? text) !== text) throw this.refusal(409, "different_content");
    this.manifests.set(id, text);
    return this.progress(id);
  }

  takeBytes(id, digest, bytes) {
    if (hashOf(bytes) !== digest) throw this.refusal(422, "digest_mismatch", { photo: ["照片没有传完整"] });
    if (this.refusesBytes?.(digest)) throw this.refusesBytes(digest);
    this.blobs.set(`${id}/${digest}`, hashOf(bytes));
    return this.progress(id);
  }

  progress(id) {
    const manifest = JSON.parse(this.manifests.get(id));
    const [photos, recordings] = [manifest.photos, manifest.recordings ?? []].map((list) => list.map((one) => one.sha256));
    const missing = [...new Set([...photos, ...recordings])].filter((digest) => !this.blobs.has(`${id}/${digest}`));
    const receipt = missing.length ? null : { number: "731906482", document: JSON.stringify({ [this.kinds.get(id)]: id, photos, recordings }) };
    return { id, missing, receipt };
  }

  refusal(status, code, errors) {
    return new Trouble("refused", { status, problem: { code, detail: code, ...(errors && { errors }) } });
  }

  complete() {
    return [...this.manifests.keys()].filter((id) => this.progress(id).receipt);
  }
}

/** A sender that never waits: the test asks for each round. */
export function senderOf({ store, outbox, world }, server, more = {}) {
  const timers = [];
  const sender = openSender({
    outbox,
    net: server.net(),
    bytesOf: (key) => store.read(({ bytes }) => bytes.get(key)).then((kept) => kept?.data),
    only: async (work) => (await work(), true),
    now: () => world.now,
    random: () => 0.5,
    after: (work, milliseconds) => timers.push({ work, milliseconds }),
    stop: () => {},
    ...more,
  });
  return { sender, timers };
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
