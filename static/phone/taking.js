// Between the finger on the shutter and the picture in the outbox. The draft is on disk before the camera opens, so that
// a page that is killed behind it finds its way back.
import { pictureOf } from "./camera.js";
import { iso } from "./record.js";
import { StorageBroken } from "./store.js";
import { _ } from "./words.js";

const CAMERA = "camera";
/** Cameras that this very page opened: it is alive, so none of them killed it. */
const opened = new Set();

/** The draft that was open when the page was killed behind the camera, if one was; asked once. */
export async function interrupted(app) {
  const left = await app.kept.get(CAMERA);
  if (!left || opened.has(left.at)) return null;
  await app.kept.remove(CAMERA);
  const record = await app.outbox.record(left.record);
  return record?.state === "draft" && record.photos.length === left.photos ? record : null;
}

/** The camera is about to open: the record to take into, stored as waiting for a picture. `given` is one or null. */
export async function expecting(app, { given = null, walk = false, now = Date.now() } = {}) {
  opened.add(now);
  let record = given ?? (await emptyDraft(app, walk, now));
  if (record.step !== "photos") record = await app.outbox.change(record.id, (kept) => (kept.step = "photos"));
  await app.kept.set(CAMERA, { record: record.id, photos: record.photos.length, at: now });
  return record;
}

// One that was begun and left without a picture serves again.
async function emptyDraft(app, walk, now) {
  const left = (await app.outbox.all()).find((one) => one.state === "draft" && one.kind === "report" && isUnused(one));
  if (!left) return app.outbox.begin({ walk });
  return app.outbox.change(left.id, (kept) => Object.assign(kept, { walk, captured_at: iso(now) }));
}

const isUnused = (record) => !record.photos.length && !record.recordings.length && !record.category && !record.count;

/**
 * Keep the picked files in a record: {record, refused}, where `refused` is what to say about those that could not be
 * taken, or null; one that is refused does not hold up the next. `replaces` is the key of a picture that the first new
 * one stands in for; `about` is kept with each picture. Throws StorageBroken where the phone cannot keep them.
 */
export async function pick(app, record, files, { role = null, replaces = null, about = {}, picture = pictureOf } = {}) {
  let refused = null;
  let old = record.photos.find((one) => one.key === replaces) ?? null;
  for (const file of files) {
    try {
      record = await keep(app, record, file, { role: role ?? old?.role ?? roleOf(record), spare: old ? 1 : 0, about, picture });
      if (old) record = await inPlaceOf(app, record, old);
      old = null;
    } catch (trouble) {
      if (trouble instanceof StorageBroken) throw trouble;
      refused = trouble;
    }
  }
  await app.kept.remove(CAMERA);
  return { record, refused };
}

// The new picture is kept before the old one goes; the same picture once more is no new one.
async function inPlaceOf(app, record, old) {
  if (record.photos.at(-1).key === old.key) return record;
  const at = record.photos.findIndex((one) => one.key === old.key);
  await app.outbox.removePhoto(record.id, old.key);
  return app.outbox.change(record.id, (kept) => kept.photos.splice(at, 0, kept.photos.pop()));
}

async function keep(app, record, file, { role, spare, about, picture }) {
  const { settings } = app.session;
  const most = record.visit?.max_photos ?? settings.max_photos;
  if (record.photos.length >= most + spare) throw new TooMany(most);
  const whole = Boolean(await app.kept.get("original"));
  const taken = await picture(file, { settings, whole, fix: app.place.best(), role });
  if (taken.data.byteLength > settings.max_photo_bytes) throw new TooLarge(settings.max_photo_bytes);
  return app.outbox.addPhoto(record.id, { ...taken, ...about });
}

/** What the next picture most likely shows. */
export function roleOf(record) {
  return record.photos.length ? "near" : "far";
}

class TooMany extends Error {
  constructor(most) {
    super(_("一条最多 {n} 张照片，多的没有放进去。", { n: most }));
  }
}

class TooLarge extends Error {
  constructor(most) {
    super(_("这张照片太大，最多 {n} 兆。请再拍一次。", { n: Math.floor(most / 1_048_576) }));
  }
}

/** Title and sentence for something that went wrong while keeping a picture. */
export function saidOf(trouble) {
  if (trouble instanceof TooMany || trouble instanceof TooLarge) return [_("有照片没有存进去"), trouble.message];
  if (trouble instanceof StorageBroken && trouble.why === "full") return [_("手机存满了，没有存住"), _("请删掉手机里不用的东西，再拍一次。")];
  return [_("没有存住，请再拍一次"), _("还不行，请给联络员打电话。")];
}
