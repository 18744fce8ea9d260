import assert from "node:assert/strict";
import test from "node:test";

import { register } from "./worker.js";

function workers({ waiting = null, controller = {}, fails = false } = {}) {
  const container = Object.assign(new EventTarget(), { controller, asked: [] });
  const registration = Object.assign(new EventTarget(), { waiting, unregister: async () => (container.gone = true) });
  container.register = async (...how) => {
    container.asked.push(how);
    if (fails) throw new Error("no");
    return registration;
  };
  container.getRegistration = async () => registration;
  return { container, registration };
}

test("a version that waits is told, and taken on only when the person wishes it", async () => {
  const said = [];
  const { container } = workers({ waiting: { postMessage: (data) => said.push(data) } });
  let apply;
  let reloads = 0;
  await register((given) => (apply = given), { workers: container, address: "/phone/sw.js", reload: () => (reloads += 1) });

  container.dispatchEvent(new Event("controllerchange"));
  assert.deepEqual([reloads, said], [0, []]);
  apply();
  container.dispatchEvent(new Event("controllerchange"));

  assert.deepEqual([reloads, said], [1, [{ type: "apply" }]]);
  assert.deepEqual(container.asked, [["/phone/sw.js", { scope: "/phone/", updateViaCache: "none" }]]);
});

test("the first version on a phone is no news", async () => {
  const { container, registration } = workers({ controller: null });
  let news = 0;
  await register(() => (news += 1), { workers: container, address: "/phone/sw.js" });

  registration.installing = Object.assign(new EventTarget(), { state: "installed" });
  registration.dispatchEvent(new Event("updatefound"));
  registration.installing.dispatchEvent(new Event("statechange"));
  assert.equal(news, 0);
  container.controller = {};
  registration.installing.dispatchEvent(new Event("statechange"));

  assert.equal(news, 1);
});

test("switched off by the server, the worker of an earlier day goes", async () => {
  const { container } = workers();

  await register(() => {}, { workers: container, address: undefined });

  assert.deepEqual([container.gone, container.asked], [true, []]);
});

test("a browser without workers, or one that refuses, goes on without", async () => {
  assert.equal(await register(() => {}, { workers: undefined, address: "/phone/sw.js" }), null);
  assert.equal(await register(() => {}, { workers: workers({ fails: true }).container, address: "/phone/sw.js" }), null);
});
