// The service worker, seen from the page: registered, and a new version taken on only when the person wishes it.

/** Register; onWaiting(apply) is called when a whole new version waits. apply() changes over and loads the page anew. */
export async function register(onWaiting, { workers = globalThis.navigator?.serviceWorker, address = globalThis.document?.documentElement.dataset.worker, reload = () => location.reload() } = {}) {
  if (!workers) return null;
  if (!address) return remove(workers);
  let wanted = false;
  workers.addEventListener("controllerchange", () => wanted && reload());
  const tell = (waiting) => onWaiting(() => ((wanted = true), waiting.postMessage({ type: "apply" })));
  try {
    const registration = await workers.register(address, { scope: "/phone/", updateViaCache: "none" });
    if (registration.waiting && workers.controller) tell(registration.waiting);
    registration.addEventListener("updatefound", () => follow(registration.installing, workers, tell));
    return registration;
  } catch (error) {
    console.info("the app is not kept for the time without a network:", error.message);
    return null;
  }
}

function follow(coming, workers, tell) {
  coming?.addEventListener("statechange", () => {
    if (coming.state === "installed" && workers.controller) tell(coming);
  });
}

// Switched off by the server: a worker from an earlier day goes, the person's data stays.
async function remove(workers) {
  const found = await workers.getRegistration("/phone/");
  await found?.unregister();
  return null;
}
