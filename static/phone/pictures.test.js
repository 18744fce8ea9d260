import assert from "node:assert/strict";
import test from "node:test";

import { shelf } from "./pictures.js";
import { keptIn } from "./store.js";
import { bytesOf, phone } from "./test/fakes.js";

function opened(broken = []) {
  const asked = [];
  const given = [];
  const kept = keptIn(phone().store);
  const fetched = async (address) => {
    asked.push(address);
    if (broken.includes(address)) throw new Error("no network");
    return bytesOf(address);
  };
  const mine = () => shelf(kept, { fetched, made: (blob) => `blob:${blob.size}`, given: (url) => given.push(url) });
  return { asked, given, kept, mine };
}

test("each picture is fetched once, and is there after the app was closed", async () => {
  const { asked, mine } = opened();
  const first = mine();
  await first.keep(["/a", "/bb", "/a"]);
  await first.keep(["/a", "/bb"]);

  const later = mine();
  await later.read();

  assert.deepEqual(asked, ["/a", "/bb"]);
  assert.deepEqual(["/a", "/bb", "/none", undefined].map(later.url), ["blob:2", "blob:3", "", ""]);
});

test("what is no longer to be compared with goes, and its address is given back", async () => {
  const { given, mine } = opened();
  const one = mine();
  await one.keep(["/a", "/bb"]);
  await one.read();

  await one.keep(["/bb"]);
  await one.read();

  assert.deepEqual([one.url("/a"), one.url("/bb"), given], ["", "blob:3", ["blob:2"]]);
  one.clear();
  assert.deepEqual([one.url("/bb"), given], ["", ["blob:2", "blob:3"]]);
});

test("what was still on its way when somebody signed out is not kept", async () => {
  const { kept, mine } = opened();
  const one = mine();
  const going = one.keep(["/a"]);

  one.clear();
  await going;

  assert.equal(await kept.get("pictures"), undefined);
});

test("one that could not be fetched holds up no other, and is asked for again", async () => {
  const broken = ["/a"];
  const { asked, mine } = opened(broken);
  const one = mine();
  await one.keep(["/a", "/bb"]);
  broken.length = 0;
  await one.keep(["/a", "/bb"]);
  await one.read();

  assert.deepEqual(asked, ["/a", "/bb", "/a"]);
  assert.equal(one.url("/a"), "blob:2");
});
