// The one sender: report by report, photo by photo, until the server's receipt says that it has them all.
//
// A record is announced by its manifest and its bytes follow by hash; asked again, the server says what it lacks, so a
// sending that was cut off goes on at the photo that is missing. There is no oldest age and no last try.
import { sha256 } from "./digest.js";
import { Trouble } from "./net.js";
import { ATTENTION, KEPT_AFTER_MS, RECEIVED, WAITING, answers, bytesPathOf, hashes, iso, manifestOf, pathOf, problemIn } from "./record.js";

export const SHORTEST_MS = 1_000;
export const LONGEST_MS = 300_000;
/** How long to leave the sending to another tab before looking again. */
const ELSEWHERE_MS = 30_000;
/** The one refusal that mends itself: too many photos for one day, which the person can do nothing about. */
const PASSING = "daily_limit";

/** How long to wait after so many failures in a row: 1 s doubling to 5 min, between half and all of it by chance. */
export function pause(tries, random = Math.random()) {
  const whole = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(tries, 20));
  return Math.max(SHORTEST_MS, whole * (0.5 + random / 2));
}

/** Whether a record's time has come; one that lies further ahead than any pause comes from a clock that jumped. */
export function due(record, now) {
  return record.state === WAITING && (record.next_at <= now || record.next_at - now > LONGEST_MS);
}

/**
 * A sender over an outbox. `only(work)` does work while no other tab does, and says whether it did; `bytesOf(key)` reads
 * the kept bytes; `onSession(session)`, `onReceived(record)` and `onChange(status)` tell the app. Times in milliseconds.
 */
export function openSender({
  outbox, net, bytesOf, only, onSession = () => {}, onReceived = () => {}, onChange = () => {}, onTrouble = console.error,
  now = Date.now, random = Math.random, after = setTimeout, stop = clearTimeout,
}) {
  const status = { sending: null, sent: 0, of: 0, paused: null, next_at: null };
  let session = null;
  let failures = 0;
  let running = null;
  let again = false;
  let timer = null;

  const tell = (news) => onChange(Object.assign(status, news));
  const headers = () => ({ "X-CSRFToken": session.csrf, "Mingcha-Person": session.person.id });

  const refresh = async () => {
    const told = await net.json("/api/v1/session");
    if (!told.person?.id || !told.csrf) throw new Trouble("portal");
    session = told;
    session.ahead = now() - Date.parse(session.now);
    onSession(session);
  };
  // A token that the server no longer knows is fetched anew, once.
  const put = async (path, content) => {
    try {
      return await net.ask("PUT", path, { ...content, headers: headers() });
    } catch (trouble) {
      if (trouble.kind !== "csrf") throw trouble;
      await refresh();
      return net.ask("PUT", path, { ...content, headers: headers() });
    }
  };

  const announce = async (record) => {
    if (record.manifest) return record;
    return outbox.settle(record.id, (kept) => Object.assign(kept, { manifest: manifestOf(kept, session.ahead), announced: true }));
  };
  const sendBytes = async (record, digest) => {
    const entry = [...record.photos, ...record.recordings].find((one) => one.sha256 === digest);
    const data = entry && (await bytesOf(entry.key));
    if (!data || (await sha256(data)) !== digest) throw new Lost(digest);
    return put(bytesPathOf(record, digest), { bytes: data, type: entry.type || "application/octet-stream" });
  };
  const sendOne = async (waiting, course) => {
    const record = await announce(waiting);
    tell({ sending: record.id, sent: 0, of: hashes(record).length, paused: null });
    let answer = await put(pathOf(record), { json: record.manifest });
    course.heard = true;
    while (!answer.receipt) {
      const missing = (answer.missing ?? []).filter((digest) => hashes(record).includes(digest));
      if (answer.id !== record.id || !missing.length) throw new Trouble("busy");
      tell({ sent: hashes(record).length - missing.length });
      answer = await sendBytes(record, missing[0]);
    }
    if (!answers(answer.receipt, record)) throw new Trouble("busy");
    onReceived(await outbox.settle(record.id, (kept) => Object.assign(kept, acknowledged(kept, answer, now()))));
    if (record.withdraws) await withdraw(record);
  };
  const withdraw = async ({ id, withdraws }) => {
    await put(`/api/v1/reports/${withdraws}/withdrawal`, { json: {} }).catch((trouble) => {
      if (trouble.kind !== "refused") throw trouble;
    });
    await outbox.settle(id, (kept) => (kept.withdraws = null));
  };

  // What went wrong with one record. Thrown on is what would go wrong with every other too.
  const failed = async (record, trouble, { heard }) => {
    const problem = trouble instanceof Lost ? trouble.problem : trouble.kind === "refused" && problemIn(trouble.problem);
    if (problem && problem.code !== PASSING) {
      const known = heard || trouble.status === 409;
      await outbox.settle(record.id, (kept) => {
        Object.assign(kept, { state: ATTENTION, problem, announced: known, manifest: known ? kept.manifest : null });
      });
      return;
    }
    if (!(trouble instanceof Trouble) || everyones(trouble)) throw trouble;
    await outbox.settle(record.id, (kept) => {
      kept.tries += 1;
      kept.next_at = now() + Math.max(trouble.retryAfterMs ?? 0, pause(kept.tries, random()));
    });
  };

  const next = async (tried) => {
    const mine = (await outbox.all()).filter((record) => record.owner === session.person.id && !tried.has(record.id));
    return mine.filter((record) => due(record, now())).at(-1);
  };
  const round = async () => {
    await refresh();
    const tried = new Set();
    for (let record = await next(tried); record; record = await next(tried)) {
      tried.add(record.id);
      const course = { heard: false };
      try {
        await sendOne(record, course);
      } catch (trouble) {
        await failed(record, trouble, course);
      }
    }
    await leftovers();
    await report();
  };
  const leftovers = async () => {
    for (const record of await outbox.all()) if (record.state === RECEIVED && record.withdraws) await withdraw(record);
  };
  const report = async () => {
    const { waiting, attention, oldest_at } = outbox.counts();
    await put("/api/v1/outbox", { json: { unsent: waiting + attention, oldest_at } });
  };

  const attempt = async () => {
    try {
      const mine = await only(round);
      failures = 0;
      tell({ sending: null, paused: null });
      await later(mine ? SHORTEST_MS : ELSEWHERE_MS);
    } catch (trouble) {
      failures += 1;
      const paused = reason(trouble);
      tell({ sending: null, paused });
      if (paused !== "signin") plan(now() + Math.max(trouble.retryAfterMs ?? 0, pause(failures, random())));
      if (paused === "broken") onTrouble(trouble);
    }
  };
  const later = async (soonest) => {
    const times = (await outbox.all()).filter((record) => record.state === WAITING).map((record) => record.next_at);
    plan(times.length ? Math.max(now() + soonest, Math.min(now() + LONGEST_MS, ...times)) : null);
  };
  const plan = (at) => {
    stop(timer);
    tell({ next_at: at });
    if (at !== null) timer = after(() => wake(), Math.max(0, at - now()));
  };

  // Something has happened that makes another try worth while; one at a time, and one more if asked meanwhile.
  const wake = () => {
    stop(timer);
    if (running) again = true;
    running ??= attempt().finally(() => {
      running = null;
      if (again) [again] = [false, wake()];
    });
    return running;
  };

  return {
    wake,
    /** The person's own wish: every record's turn comes at once. */
    async now() {
      failures = 0;
      const held = (await outbox.all()).filter((record) => record.state === WAITING && record.next_at > 0);
      for (const { id } of held) await outbox.settle(id, (kept) => (kept.next_at = 0));
      return wake();
    },
    status: () => ({ ...status }),
    stop: () => stop(timer),
  };
}

const everyones = ({ kind, problem }) => ["signin", "offline", "portal"].includes(kind) || problem?.code === "another_person";

/** Why nothing is sent just now: signin, offline, portal, busy or broken (the phone's own storage). */
function reason(trouble) {
  if (!(trouble instanceof Trouble)) return "broken";
  if (trouble.kind === "signin" || (trouble.kind === "refused" && trouble.status === 403)) return "signin";
  return ["offline", "portal"].includes(trouble.kind) ? trouble.kind : "busy";
}

/** Bytes that the phone no longer has, or no longer has right. */
class Lost extends Error {
  constructor(digest) {
    super(`the bytes of ${digest} are not in the phone any more`);
    this.problem = { field: "photos", words: "", code: "bytes_lost" };
  }
}

function acknowledged({ kind, visit }, { receipt, unused = "" }, now) {
  const at = iso(now);
  const told = { state: RECEIVED, receipt, unused, received_at: at, purge_at: iso(now + KEPT_AFTER_MS), problem: null, tries: 0, next_at: 0 };
  return kind === "visit" ? { ...told, ...bare(visit) } : told;
}

// Of a visit only that it was made and its receipt stay in the phone.
const bare = ({ id, name, asked }) => ({ visit: { id, name, asked: asked && {} }, answers: {}, told: null, manifest: null, arrived: null, photos: [], recordings: [] });
