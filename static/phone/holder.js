// One record as a screen holds it: read anew after each change, its pictures as addresses that are given back when left.

const TYPED_MS = 400;

/** `step` is the report's step that the screen is: kept in the draft. One that is a draft no more goes to its own page. */
export function holder(app, id, { step = null, onMissing = () => app.replace("/") } = {}) {
  const urls = new Map();
  const typed = new Map();
  let timer = null;
  const held = { record: null };

  const show = async (key) => {
    if (urls.has(key)) return;
    urls.set(key, "");
    const blob = await app.outbox.photo(id, key);
    if (blob && urls.has(key)) urls.set(key, URL.createObjectURL(blob));
  };
  const hidden = () => document.visibilityState === "hidden" && held.flush();

  return Object.assign(held, {
    /** Where a picture can be seen; empty while it is being read. */
    url: (key) => urls.get(key) || "",
    async read() {
      held.record = await app.outbox.record(id);
      if (!held.record) return onMissing();
      await Promise.all(held.record.photos.map((photo) => show(photo.key)));
      return app.refresh();
    },
    /** Read, and note in the draft that it has come to this step. */
    async arrive() {
      await held.read();
      if (!step || !held.record) return;
      if (held.record.state !== "draft") app.replace(`/item/${id}`);
      else if (held.record.step !== step) await held.change((record) => (record.step = step));
    },
    async change(work) {
      held.record = await app.outbox.change(id, work);
      app.refresh();
    },
    /** A text field's value, and what it does with each key: kept a moment later, and at once when it is left. */
    text: (name) => typed.get(name) ?? held.record[name] ?? "",
    typing: (name) => (event) => {
      typed.set(name, event.target.value);
      clearTimeout(timer);
      timer = setTimeout(held.flush, TYPED_MS);
    },
    async flush() {
      clearTimeout(timer);
      if (!typed.size) return;
      const fresh = [...typed];
      await held.change((record) => Object.assign(record, Object.fromEntries(fresh)));
      for (const [name, value] of fresh) if (typed.get(name) === value) typed.delete(name);
    },
    /** For a screen's start: reads, and gives the addresses back when the screen is left. */
    start() {
      held.arrive();
      document.addEventListener("visibilitychange", hidden);
      return () => {
        document.removeEventListener("visibilitychange", hidden);
        held.flush();
        for (const address of urls.values()) if (address) URL.revokeObjectURL(address);
        urls.clear();
      };
    },
  });
}
