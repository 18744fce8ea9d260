import assert from "node:assert/strict";
import test from "node:test";

import { holder } from "./holder.js";
import { phone, saved } from "./test/fakes.js";

const draft = async (outbox) => {
  const { id } = await outbox.begin();
  return outbox.addPhoto(id, { data: new TextEncoder().encode("one").buffer, type: "image/jpeg", role: "far", taken_at: null, place: null });
};

function shown() {
  const { outbox } = phone();
  const went = [];
  const app = { outbox, refresh() {}, replace: (path) => went.push(path) };
  const listeners = new Set();
  globalThis.document = {
    visibilityState: "visible",
    addEventListener: (_event, hear) => listeners.add(hear), removeEventListener: (_event, hear) => listeners.delete(hear),
  };
  return { outbox, app, went, listeners };
}

test("what is typed is in the draft when the page is hidden, before any pause is over", async () => {
  const { outbox, app, listeners } = shown();
  const { id } = await draft(outbox);
  const held = holder(app, id);
  const stop = held.start();
  await held.arrive();

  held.typing("address")({ target: { value: "六条 63 号" } });
  assert.equal(held.text("address"), "六条 63 号");
  globalThis.document.visibilityState = "hidden";
  await Promise.all([...listeners].map((hear) => hear()));

  assert.equal((await outbox.record(id)).address, "六条 63 号");
  stop();
  assert.equal(listeners.size, 0);
});

test("a draft remembers the step it is at", async () => {
  const { outbox, app, went } = shown();
  const { id } = await draft(outbox);

  await holder(app, id, { step: "category" }).arrive();

  assert.equal((await outbox.record(id)).step, "category");
  assert.deepEqual(went, []);
});

test("what waits already is shown on its own page, and what is gone leads home", async () => {
  const { outbox, app, went } = shown();
  const { id } = await saved(outbox, "one");

  await holder(app, id, { step: "place" }).arrive();
  await holder(app, "nothing").read();

  assert.deepEqual(went, [`/item/${id}`, "/"]);
});

test("a picture's address is made once and given back when the screen is left", async () => {
  const { outbox, app } = shown();
  const { id, photos: [photo] } = await draft(outbox);
  const made = [];
  const revoked = [];
  const { createObjectURL, revokeObjectURL } = URL;
  Object.assign(URL, { createObjectURL: () => (made.push("blob:1"), "blob:1"), revokeObjectURL: (address) => revoked.push(address) });

  try {
    const held = holder(app, id);
    const stop = held.start();
    await held.read();
    await held.read();
    assert.equal(held.url(photo.key), "blob:1");
    stop();
  } finally {
    Object.assign(URL, { createObjectURL, revokeObjectURL });
  }

  assert.deepEqual([made, revoked], [["blob:1"], ["blob:1"]]);
});
