// Whether this phone keeps what it is given, and how much room there is.

/** At this share of the quota it is time to say so. */
export const NEARLY_FULL = 0.8;

/** {ok, why, persisted, used, quota}: bytes; why (full, blocked, broken, newer) only where it is not ok. */
export async function health(store, storage = globalThis.navigator?.storage) {
  const [probed, persisted, estimate] = await Promise.all([
    store.probe().then(() => ({ ok: true }), (broken) => ({ ok: false, why: broken.why ?? "broken" })),
    kept(storage),
    storage?.estimate?.().catch(() => null),
  ]);
  return { ...probed, persisted, used: estimate?.usage ?? 0, quota: estimate?.quota ?? 0 };
}

/** Whether it is time to warn. */
export function nearlyFull({ used, quota }) {
  return quota > 0 && used / quota >= NEARLY_FULL;
}

async function kept(storage) {
  try {
    return (await storage?.persisted?.()) || (await storage?.persist?.()) || false;
  } catch {
    return false;
  }
}
