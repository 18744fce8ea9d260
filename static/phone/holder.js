// One record as a screen holds it: read anew after each change, its pictures as addresses that are given back when left.

export function holder(app, id, { onMissing = () => app.replace("/") } = {}) {
  const urls = new Map();
  const held = { record: null };

  const show = async (key) => {
    if (urls.has(key)) return;
    urls.set(key, "");
    const blob = await app.outbox.photo(id, key);
    if (blob && urls.has(key)) urls.set(key, URL.createObjectURL(blob));
  };
  return Object.assign(held, {
    /** Where a picture can be seen; empty while it is being read. */
    url: (key) => urls.get(key) || "",
    async read() {
      held.record = await app.outbox.record(id);
      if (!held.record) return onMissing();
      await Promise.all(held.record.photos.map((photo) => show(photo.key)));
      return app.refresh();
    },
    async change(work) {
      held.record = await app.outbox.change(id, work);
      app.refresh();
    },
    /** For a screen's start: reads, and gives the addresses back when the screen is left. */
    start() {
      held.read();
      return () => {
        for (const address of urls.values()) if (address) URL.revokeObjectURL(address);
        urls.clear();
      };
    },
  });
}
