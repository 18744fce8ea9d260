// Asking the server, and never taking anyone else's answer for the server's.
//
// A captive portal answers anything with 200 and a page, or leads to its own: only JSON of ours counts. Whatever is not
// plainly a refusal in our own words is a trouble that passes.

/** kind: offline, portal, signin, csrf, busy (try again later), refused (`problem` says why). */
export class Trouble extends Error {
  constructor(kind, { status = 0, problem = null, retryAfterMs = null, cause } = {}) {
    super(`${kind} ${status}`, { cause });
    Object.assign(this, { kind, status, problem, retryAfterMs });
  }
}

const JSON_TYPES = /^application\/(problem\+)?json/;
const ASK_MS = 30_000;
const SLOWEST_BYTES_A_SECOND = 4_000;

/** `fetch` and the timers are the browser's, or fakes. */
export function connection({ fetch = globalThis.fetch.bind(globalThis), after = setTimeout, stop = clearTimeout } = {}) {
  const ask = async (method, path, { json, bytes, type, headers = {} } = {}) => {
    const body = json === undefined ? bytes && new Blob([bytes], { type }) : JSON.stringify(json);
    const abort = new AbortController();
    const patience = ASK_MS + (bytes ? (bytes.byteLength / SLOWEST_BYTES_A_SECOND) * 1000 : 0);
    const timer = after(() => abort.abort(), patience);
    try {
      const answer = await fetch(path, {
        method, body, signal: abort.signal, cache: "no-store", credentials: "same-origin", redirect: "manual",
        headers: { Accept: "application/json", ...(body && { "Content-Type": json === undefined ? type : "application/json" }), ...headers },
      });
      return await understood(answer);
    } catch (error) {
      throw error instanceof Trouble ? error : new Trouble("offline", { cause: error });
    } finally {
      stop(timer);
    }
  };
  return {
    ask,
    /** Get JSON. */
    json: (path) => ask("GET", path),
  };
}

async function understood(answer) {
  if (answer.type === "opaqueredirect" || answer.redirected) throw new Trouble("portal");
  const ours = JSON_TYPES.test(answer.headers.get("Content-Type") ?? "");
  const told = answer.status === 204 ? {} : ours ? await answer.json() : null;
  if (answer.ok && told) return told;
  if (answer.ok) throw new Trouble("portal", { status: answer.status });
  throw refusal(answer, told);
}

function refusal({ status, headers }, problem) {
  const waits = Number(headers.get("Retry-After"));
  const more = { status, problem, retryAfterMs: waits > 0 ? waits * 1000 : null };
  if (!problem || status >= 500 || status === 429 || status === 408) return new Trouble("busy", more);
  if (status === 401) return new Trouble("signin", more);
  if (problem.code === "csrf") return new Trouble("csrf", more);
  return new Trouble("refused", more);
}
