import assert from "node:assert/strict";
import test from "node:test";

import { Trouble } from "./net.js";
import { LONGEST_MS, due, pause } from "./send.js";
import { PERSON, Server, bytesOf, chance, phone, saved, senderOf } from "./test/fakes.js";

const OFFLINE = new Trouble("offline");
const BUSY = new Trouble("busy", { status: 503, problem: { code: "busy" }, retryAfterMs: 7_000 });

const states = async (outbox) => (await outbox.all()).map((record) => record.state);

test("a report goes over photo by photo and has its receipt", async () => {
  const mine = phone();
  const server = new Server();
  const { id, photos } = await saved(mine.outbox, "one", "two");
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual(server.asked, [
    "GET /api/v1/session",
    `PUT /api/v1/reports/${id}`,
    `PUT /api/v1/reports/${id}/photos/${photos[0].sha256}`,
    `PUT /api/v1/reports/${id}/photos/${photos[1].sha256}`,
    "PUT /api/v1/outbox",
  ]);
  const record = await mine.outbox.record(id);
  assert.deepEqual([record.state, record.receipt.number, record.purge_at], ["received", "731906482", "2026-11-30T01:42:00.000Z"]);
  assert.deepEqual(server.outbox, { unsent: 0, oldest_at: null });
});

async function repaired(outbox, ...texts) {
  const { id } = await outbox.begin({ kind: "answer", ticket: "t", round: 1, address: "月牙胡同 5 号" });
  for (const text of texts) await outbox.addPhoto(id, { data: bytesOf(text), type: "image/jpeg", role: "after", taken_at: "2026-11-23T01:40:00Z", place: null, original: null });
  await outbox.change(id, (record) => (record.note = "已清走"));
  return outbox.save(id);
}

test("a repair goes over to where answers are kept, and waits for no place", async () => {
  const mine = phone();
  const server = new Server();
  const { id, photos, state } = await repaired(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.equal(state, "waiting");
  assert.deepEqual(server.asked.slice(1, 3), [`PUT /api/v1/answers/${id}`, `PUT /api/v1/answers/${id}/photos/${photos[0].sha256}`]);
  assert.deepEqual(await states(mine.outbox), ["received"]);
});

test("what has its receipt is told at once, so that what was waited for can be asked for anew", async () => {
  const mine = phone();
  const server = new Server();
  const { id } = await repaired(mine.outbox, "one");
  const told = [];
  const { sender } = senderOf(mine, server, { onReceived: (record) => told.push([record.kind, record.id, record.state]) });

  await sender.wake();
  await sender.wake();

  assert.deepEqual(told, [["answer", id, "received"]]);
});

test("a ticket that moved on between two photos leaves both in the phone, for another try or to be thrown away", async () => {
  const mine = phone();
  const server = new Server();
  const { id, photos } = await repaired(mine.outbox, "one", "two");
  server.refusesBytes = (digest) => digest === photos[1].sha256 && server.refusal(409, "ticket_moved");
  const { sender } = senderOf(mine, server);
  await sender.wake();

  const record = await mine.outbox.record(id);
  assert.deepEqual([record.state, record.problem.code, record.photos.length], ["attention", "ticket_moved", 2]);
  const fresh = await mine.outbox.reopen(id);
  assert.deepEqual([fresh.kind, fresh.ticket, fresh.note, fresh.withdraws], ["answer", "t", "已清走", null]);
  assert.equal(await (await mine.outbox.photo(fresh.id, fresh.photos[1].key)).text(), "two");
  server.refusesBytes = null;
  await mine.outbox.change(fresh.id, (kept) => (kept.round = 2));
  await mine.outbox.save(fresh.id);
  await sender.wake();

  assert.deepEqual([await states(mine.outbox), server.withdrawn], [["received"], []]);
});

test("a sending that was cut off goes on at the photo that is missing", async () => {
  const mine = phone();
  let cut = 3;
  const server = new Server({ fault: (method) => (method === "PUT" && (cut -= 1) === 0 ? { before: OFFLINE } : null) });
  const { id, photos } = await saved(mine.outbox, "one", "two");
  const { sender, timers } = senderOf(mine, server);

  await sender.wake();
  assert.equal(sender.status().paused, "offline");
  server.asked.length = 0;
  await sender.wake();

  assert.deepEqual(server.asked.slice(1, 3), [`PUT /api/v1/reports/${id}`, `PUT /api/v1/reports/${id}/photos/${photos[1].sha256}`]);
  assert.deepEqual(await states(mine.outbox), ["received"]);
  assert.equal(timers[0].milliseconds, 1500);
});

test("an answer that was lost after the server had all makes no second report", async () => {
  const mine = phone();
  let lose = true;
  const server = new Server({ fault: (_method, path) => (path.includes("/photos/") && lose ? ((lose = false), { after: OFFLINE }) : null) });
  await saved(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await sender.wake();
  assert.deepEqual(await states(mine.outbox), ["waiting"]);
  await sender.wake();

  assert.deepEqual([await states(mine.outbox), server.complete().length], [["received"], 1]);
});

test("signed out: everything is kept and nothing is tried until there is a reason", async () => {
  const mine = phone();
  const server = new Server();
  server.person = null;
  await saved(mine.outbox, "one");
  const { sender, timers } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual([sender.status().paused, timers.length, await states(mine.outbox)], ["signin", 0, ["waiting"]]);
  server.person = PERSON;
  await sender.now();
  assert.deepEqual(await states(mine.outbox), ["received"]);
});

test("a refusal that names a field asks for the person, and the next report goes over", async () => {
  const mine = phone();
  const server = new Server();
  server.refuses = (manifest) => manifest.address && server.refusal(422, "invalid", { place: ["不在北京市内"] });
  const { id } = await mine.outbox.begin();
  const other = await saved(mine.outbox, "two");
  await mine.outbox.addPhoto(id, { data: new ArrayBuffer(4), type: "image/jpeg", role: "far", taken_at: null, place: { lat: 1, lng: 1 } });
  await mine.outbox.change(id, (record) => Object.assign(record, { category: "other", address: "海上" }));
  await mine.outbox.save(id);
  const { sender } = senderOf(mine, server);

  await sender.wake();

  const record = await mine.outbox.record(id);
  assert.deepEqual([record.state, record.problem, record.announced], ["attention", { field: "place", words: "不在北京市内", code: "invalid" }, false]);
  assert.equal((await mine.outbox.record(other.id)).state, "received");
  assert.equal((await mine.outbox.reopen(id)).id, id);
});

test("a photo that the server cannot read leads to a new report without it, and the old one is withdrawn", async () => {
  const mine = phone();
  const server = new Server();
  const { id, photos } = await saved(mine.outbox, "good", "bad");
  server.refusesBytes = (digest) => digest === photos[1].sha256 && server.refusal(422, "unreadable_photo", { photo: ["打不开"] });
  const { sender } = senderOf(mine, server);
  await sender.wake();

  const fresh = await mine.outbox.reopen(id);
  await mine.outbox.removePhoto(fresh.id, fresh.photos[1].key);
  await mine.outbox.save(fresh.id);
  await sender.wake();

  assert.deepEqual([(await mine.outbox.record(fresh.id)).state, server.withdrawn], ["received", [id]]);
});

test("an empty body that the server refuses by its hash is sent again", async () => {
  const mine = phone();
  let empty = true;
  const server = new Server({ fault: (_method, path) => (path.includes("/photos/") && empty ? ((empty = false), { empty: true }) : null) });
  await saved(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await sender.wake();
  assert.deepEqual(await states(mine.outbox), ["waiting"]);
  mine.world.now += LONGEST_MS;
  await sender.wake();

  assert.deepEqual(await states(mine.outbox), ["received"]);
});

test("a receipt for something else removes nothing", async () => {
  const mine = phone();
  const wrong = { id: "x", missing: [], receipt: { document: JSON.stringify({ report: "x", photos: [], recordings: [] }) } };
  const server = new Server({ fault: (_method, path) => (path.includes("/photos/") ? { instead: wrong } : null) });
  await saved(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual(await states(mine.outbox), ["waiting"]);
});

test("one that fails again and again does not hold up the others", async () => {
  const mine = phone();
  const { id } = await saved(mine.outbox, "poison");
  mine.world.now += 1000;
  await saved(mine.outbox, "fine");
  const server = new Server({ fault: (_method, path) => (path.endsWith(id) ? { before: BUSY } : null) });
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual(await states(mine.outbox), ["received", "waiting"]);
  assert.equal((await mine.outbox.record(id)).next_at, mine.world.now + 7_000);
});

test("a token that went stale is fetched anew in the middle", async () => {
  const mine = phone();
  const server = new Server();
  server.fault = (_method, path) => { if (path.includes("/photos/")) server.csrf = "token-2"; };
  await saved(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual(await states(mine.outbox), ["received"]);
});

test("what one person took is never sent as another", async () => {
  const mine = phone();
  await saved(mine.outbox, "one");
  const server = new Server({ person: "someone else" });
  const { sender } = senderOf(mine, server, { onSession: (session) => (mine.world.person = session.person.id) });

  await sender.wake();

  assert.equal(server.manifests.size, 0);
  mine.world.person = PERSON;
  assert.deepEqual(await states(mine.outbox), ["waiting"]);
});

test("too many for one day wait for the next, without the person", async () => {
  const mine = phone();
  const { id } = await saved(mine.outbox, "one");
  const server = new Server();
  const said = { code: "daily_limit", errors: { photos: ["今天的照片已经太多"] } };
  server.fault = (_method, path) => { if (path.endsWith(id)) throw new Trouble("refused", { status: 422, problem: said }); };
  const { sender } = senderOf(mine, server);

  await sender.wake();
  const { state, problem, next_at } = await mine.outbox.record(id);
  server.fault = () => {};
  mine.world.now = next_at;
  await sender.wake();

  assert.deepEqual([state, problem], ["waiting", null]);
  assert.deepEqual(await states(mine.outbox), ["received"]);
});

test("bytes that rotted in the phone are told, not sent", async () => {
  const mine = phone();
  const { id, photos: [photo] } = await saved(mine.outbox, "one");
  await mine.store.change(({ bytes }) => bytes.put({ key: photo.key, record: id, data: new ArrayBuffer(3), type: "image/jpeg" }));
  const server = new Server();
  const { sender } = senderOf(mine, server);

  await sender.wake();

  const record = await mine.outbox.record(id);
  assert.deepEqual([record.state, record.problem.code, server.blobs.size], ["attention", "bytes_lost", 0]);
});

test("a clock that is a day off neither stops the sending nor tells a wrong day", async () => {
  const mine = phone();
  const server = new Server();
  server.now = mine.world.now;
  mine.world.now += 86_400_000;
  const { id } = await saved(mine.outbox, "one");
  await mine.outbox.settle(id, (record) => (record.next_at = mine.world.now + 200_000));
  mine.world.now -= 2 * 86_400_000;
  const { sender } = senderOf(mine, server);

  await sender.wake();

  assert.deepEqual(await states(mine.outbox), ["received"]);
  assert.equal(JSON.parse(server.manifests.get(id)).captured_at, "2026-11-24T01:40:00.000Z");
});

test("waiting doubles from a second to five minutes, with chance in it", () => {
  assert.deepEqual([0, 1, 4, 8, 9, 30].map((tries) => pause(tries, 1)), [1_000, 2_000, 16_000, 256_000, 300_000, 300_000]);
  assert.deepEqual([pause(0, 0), pause(4, 0)], [1_000, 8_000]);
});

test("a time that lies further ahead than any pause does not hold a report back", () => {
  assert.deepEqual([0, 1_000, LONGEST_MS + 1].map((wait) => due({ state: "waiting", next_at: 5 + wait }, 5)), [true, false, true]);
});

test("asked twice at once, it sends once and looks once more", async () => {
  const mine = phone();
  const server = new Server();
  await saved(mine.outbox, "one");
  const { sender } = senderOf(mine, server);

  await Promise.all([sender.wake(), sender.wake(), sender.wake()]);

  assert.equal(server.asked.filter((line) => line.includes("/photos/")).length, 1);
});

const FAULTS = [
  { before: OFFLINE },
  { after: OFFLINE },
  { before: BUSY },
  { after: new Trouble("portal", { status: 200 }) },
  { before: new Trouble("csrf", { status: 400 }) },
  { before: new Trouble("busy", { status: 413 }) },
  { empty: true },
  { instead: { id: "portal", missing: [] } },
];

test("through three hundred unlucky histories the server ends with what the phone had, once each", async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = chance(seed);
    const mine = phone();
    const fault = () => (random() < 0.4 ? FAULTS[Math.floor(random() * FAULTS.length)] : null);
    const server = new Server({ fault });
    const wanted = [];
    for (let made = 0; made < 1 + random() * 2; made += 1) {
      mine.world.now += 1000;
      wanted.push(await saved(mine.outbox, ...Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => `${seed}-${made}-${at}`)));
    }
    for (let round = 0; round < 60 && (await states(mine.outbox)).includes("waiting"); round += 1) {
      const { sender } = senderOf(mine, server, { random }); // each round as after a restart
      await sender.wake();
      mine.world.now += LONGEST_MS;
    }

    assert.deepEqual(server.complete().sort(), wanted.map((record) => record.id).sort(), `seed ${seed}`);
    for (const { id, photos } of wanted) for (const photo of photos) assert.equal(server.blobs.get(`${id}/${photo.sha256}`), photo.sha256);
    assert.deepEqual(new Set(await states(mine.outbox)), new Set(["received"]), `seed ${seed}`);
  }
});

async function sealedVisit(outbox, ...pictures) {
  const { id } = await outbox.begin({ kind: "visit", visit: { id: "v", name: "东四六条", content: {}, asked: null, max_photos: 60 }, answers: { q1: { yes: true } }, told: null, arrived: {} });
  for (const text of pictures) await outbox.addPhoto(id, { data: bytesOf(text), type: "image/jpeg", role: "visit", item: "q1", taken_at: "2026-11-23T01:40:00Z", place: null, original: null });
  await outbox.change(id, (record) => (record.told = { visit: "v", outcome: "done", answers: [], note: "", far_reason: "", place: null, arrived_at: "2026-11-23T01:10:00Z", finished_at: "2026-11-23T01:42:00Z" }));
  return outbox.save(id);
}

test("of a visit the phone keeps the receipt and nothing else", async () => {
  const mine = phone();
  const server = new Server();
  const { id } = await sealedVisit(mine.outbox, "one", "two");

  await senderOf(mine, server).sender.now();

  const kept = await mine.outbox.record(id);
  assert.deepEqual([kept.state, kept.receipt.number, kept.answers, kept.photos, kept.told, kept.manifest], ["received", "731906482", {}, [], null, null]);
  assert.deepEqual(kept.visit, { id: "v", name: "东四六条", asked: null });
  assert.equal((await mine.store.read(({ bytes }) => bytes.getAllKeys())).length, 0);
  assert.deepEqual(server.asked.filter((line) => line.includes("/photos/")).length, 2);
});

test("what a visit brought stays whole in the phone until its receipt, whatever is answered before", async () => {
  const mine = phone();
  const server = new Server({ fault: (method, path) => (path.includes("/photos/") ? { after: new Trouble("offline") } : null) });
  const { id } = await sealedVisit(mine.outbox, "one");

  await senderOf(mine, server).sender.now();

  const kept = await mine.outbox.record(id);
  assert.deepEqual([kept.state, kept.photos.length, kept.answers], ["waiting", 1, { q1: { yes: true } }]);
  assert.equal((await mine.store.read(({ bytes }) => bytes.getAllKeys())).length, 1);
});

test("why a visit does not count is kept with its receipt", async () => {
  const mine = phone();
  const server = new Server();
  const { id } = await sealedVisit(mine.outbox);
  const net = server.net();
  const telling = { ...net, ask: async (...given) => ({ ...(await net.ask(...given)), unused: "撤销了" }) };

  await senderOf(mine, server, { net: telling }).sender.now();

  assert.deepEqual([(await mine.outbox.record(id)).state, (await mine.outbox.record(id)).unused], ["received", "撤销了"]);
});

test("a visit's draft is no empty one, and is counted by itself", async () => {
  const mine = phone();

  await mine.outbox.begin({ kind: "visit", visit: { id: "v" }, answers: {}, told: null, arrived: {} });

  assert.deepEqual([mine.outbox.counts().visits, mine.outbox.counts().drafts, mine.outbox.unsent().length, mine.outbox.of("visit").length], [1, 0, 1, 1]);
});
