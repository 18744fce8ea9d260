// What a history of tests/browser/test_kills.py does on the app's own page, with the app's own modules.

const shell = () => document.querySelector("script[type=module]").src;
const module = (name) => import(new URL(name, shell()));

// Take a report, or another kind if `about` says so, as the screens do; at `step` of it the page is killed by whoever hears of it through told().
const take = async ({ person, pictures, place, step, about = {}, role = "far", told = { category: "street_clutter" } }) => {
  const { openStore } = await module("store.js");
  const { openOutbox } = await module("outbox.js");
  let armed = step.startsWith("put ") ? step : "";
  const doomed = (store, value) => ({
    "put bytes": store === "bytes",
    "put record": store === "records" && value.photos?.length > 0,
    "put received": store === "records" && value.state === "received",
  })[armed];
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...more) {
    const request = put.call(this, value, ...more);
    if (doomed(this.name, value)) {
      armed = "";
      globalThis.told("kill");
      for (const until = performance.now() + 400; performance.now() < until; );
    }
    return request;
  };
  const outbox = openOutbox(openStore(), { who: () => person });
  const { id } = await outbox.begin(about);
  await globalThis.told("begun", id);
  for (const text of pictures) {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
    const entry = { data, type: "image/jpeg", role, taken_at: new Date().toISOString(), place, original: null };
    const { photos } = await outbox.addPhoto(id, entry);
    await globalThis.told("taken", id, photos.map((photo) => photo.sha256));
  }
  await outbox.change(id, (record) => Object.assign(record, told));
  const { state } = await outbox.save(id);
  await globalThis.told("saved", id, [state]);
  dispatchEvent(new Event("online"));
  await new Promise((done) => setTimeout(done, 250));
};

globalThis.taken = (content) => {
  const stuck = (_, fail) => setTimeout(() => fail(new Error("the app hangs")), content.stuck_ms);
  return Promise.race([take(content), new Promise(stuck)]);
};

// What the phone holds of somebody's.
globalThis.holding = async (person) => {
  const { openStore } = await module("store.js");
  const all = await openStore().read(({ records }) => records.getAll());
  const told = ({ id, state, photos, problem }) => ({ id, state, problem, photos: photos.map((photo) => photo.sha256) });
  return all.filter((record) => record.owner === person).map(told);
};
