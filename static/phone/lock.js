// One sender for all tabs: the browser's own locks, or a lease in the store where they are missing.

const LEASE_MS = 30_000;

/** A function only(work): does work unless another tab is at it, and says whether it did. */
export function exclusively({ name = "mingcha-sender", locks = globalThis.navigator?.locks, store, me, now = Date.now, every = setInterval, stop = clearInterval }) {
  if (locks) {
    return (work) => locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      await work();
      return true;
    });
  }
  return async (work) => {
    if (!(await take(store, name, me, now()))) return false;
    const timer = every(() => take(store, name, me, now()).catch(() => {}), LEASE_MS / 3);
    try {
      await work();
    } finally {
      stop(timer);
      await store.change(({ kept }) => kept.delete(name));
    }
    return true;
  };
}

// A lease that ends later than any lease can was taken under a clock that has jumped since: it does not count.
async function take(store, name, me, now) {
  return store.change(async ({ kept }) => {
    const lease = await kept.get(name);
    const held = lease && lease.holder !== me && lease.until > now && lease.until - now <= LEASE_MS;
    if (!held) await kept.put({ holder: me, until: now + LEASE_MS }, name);
    return !held;
  });
}
