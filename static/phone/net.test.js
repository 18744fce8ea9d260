import assert from "node:assert/strict";
import test from "node:test";

import { Trouble, connection } from "./net.js";

const answer = (status, body, type = "application/json", more = {}) => async () => new Response(body, { status, headers: { "Content-Type": type, ...more } });
const kindOf = async (fetch) => connection({ fetch }).json("/x").then(() => "fine", (trouble) => trouble.kind);

test("JSON of ours is handed on, an empty answer too", async () => {
  assert.deepEqual(await connection({ fetch: answer(200, '{"id":"r"}') }).json("/x"), { id: "r" });
  assert.deepEqual(await connection({ fetch: async () => new Response(null, { status: 204 }) }).ask("PUT", "/x", { json: {} }), {});
});

test("a portal's page with 200, a redirect to a sign-in page, and half an answer are not the server's word", async () => {
  assert.equal(await kindOf(answer(200, "<html>欢迎使用免费网络</html>", "text/html")), "portal");
  assert.equal(await kindOf(async () => ({ type: "opaqueredirect", headers: new Headers() })), "portal");
  assert.equal(await kindOf(answer(200, '{"id":')), "offline");
});

test("a refusal in our words is one, another's page with the same status passes", async () => {
  const problem = JSON.stringify({ code: "invalid", errors: { place: ["不在北京市内"] } });

  assert.equal(await kindOf(answer(422, problem, "application/problem+json")), "refused");
  assert.equal(await kindOf(answer(403, "<html>blocked</html>", "text/html")), "busy");
  assert.equal(await kindOf(answer(413, "<html>too large</html>", "text/html")), "busy");
});

test("signed out, a stale token, too many, and a server in trouble are told apart", async () => {
  const ours = (status, code) => kindOf(answer(status, JSON.stringify({ code }), "application/problem+json"));

  assert.deepEqual(
    [await ours(401, "not_signed_in"), await ours(400, "csrf"), await ours(429, "too_many"), await ours(503, "busy"), await ours(507, "storage_full")],
    ["signin", "csrf", "busy", "busy", "busy"],
  );
});

test("how long the server asks to be left alone is kept", async () => {
  const fetch = answer(503, "{}", "application/problem+json", { "Retry-After": "7" });

  await assert.rejects(connection({ fetch }).json("/x"), (trouble) => trouble.retryAfterMs === 7_000);
});

test("no answer is offline, and so is one that takes too long", async () => {
  assert.equal(await kindOf(async () => { throw new TypeError("Failed to fetch"); }), "offline");

  const patience = [];
  const fetch = (_path, { signal }) => new Promise((_done, fail) => signal.addEventListener("abort", () => fail(new Error("aborted"))));
  const after = (work, milliseconds) => (patience.push(milliseconds), queueMicrotask(work));
  const slow = connection({ fetch, after, stop: () => {} });
  await assert.rejects(slow.ask("PUT", "/x", { bytes: new ArrayBuffer(400_000), type: "image/jpeg" }), Trouble);

  assert.deepEqual(patience, [130_000]);
});

test("bytes are wrapped anew each time, with their type", async () => {
  let sent;
  const fetch = async (_path, given) => ((sent = given), new Response("{}", { headers: { "Content-Type": "application/json" } }));

  await connection({ fetch }).ask("PUT", "/x", { bytes: new ArrayBuffer(3), type: "image/jpeg", headers: { "X-CSRFToken": "t" } });

  assert.deepEqual([sent.body.size, sent.body.type, sent.headers["X-CSRFToken"], sent.redirect], [3, "image/jpeg", "t", "manual"]);
});
