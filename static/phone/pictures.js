// The small copies of the pictures that one is to compare with: fetched while there is a network, for when there is none.

const KEY = "pictures";

/**
 * A shelf over what the phone keeps by key. keep(addresses) fetches what it has not got and drops all others; read()
 * makes what is kept ready to be shown; url(address) says where, empty for one that is not kept; clear() forgets.
 */
export function shelf(kept, { fetched = bytesAt, made = URL.createObjectURL, given = URL.revokeObjectURL } = {}) {
  const urls = new Map();
  let cleared = 0;
  const all = async () => (await kept.get(KEY)) ?? new Map();
  const leave = (address) => {
    given(urls.get(address));
    urls.delete(address);
  };

  return {
    async keep(addresses) {
      const before = cleared;
      const old = await all();
      const wanted = [...new Set(addresses)];
      const fresh = wanted.filter((address) => !old.has(address));
      if (!fresh.length && old.size === wanted.length) return;
      const got = new Map(await Promise.all(fresh.map(async (address) => [address, await fetched(address).catch(() => null)])));
      if (before !== cleared) return; // somebody signed out meanwhile: nothing of theirs comes back
      await kept.set(KEY, new Map(wanted.map((address) => [address, old.get(address) ?? got.get(address)]).filter(([, data]) => data)));
    },
    async read() {
      const now = await all();
      for (const address of [...urls.keys()]) if (!now.has(address)) leave(address);
      for (const [address, data] of now) if (!urls.has(address)) urls.set(address, made(new Blob([data], { type: "image/jpeg" })));
    },
    url: (address) => urls.get(address) ?? "",
    clear() {
      cleared += 1;
      for (const address of [...urls.keys()]) leave(address);
    },
  };
}

async function bytesAt(address) {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("image/")) throw new Error(`${address}: ${answer.status}`);
  return answer.arrayBuffer();
}
