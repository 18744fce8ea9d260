// The button that opens the camera or the album. The draft is on disk before the camera opens, so that a page that is
// killed behind it finds its way back.
import { pictureOf } from "./camera.js";
import { html, icon, nothing } from "./dom.js";
import { StorageBroken } from "./store.js";
import { _ } from "./words.js";

const CAMERA = "camera";

/**
 * A label that is a file input. `look` draws what stands in it; `record()` gives the draft to add to, or null for a new
 * one; `album` picks several from the gallery; `after(record)` leads on. Classes and kinds as the look has them.
 */
export function shutter(app, { look, cls = "btn", kind = nothing, size = nothing, record = null, walk = false, role = null, album = false, after }) {
  const taking = { app, record, walk, role, after, draft: null };
  return html`<label class="shutter ${cls}" data-kind=${kind} data-size=${size} data-busy=${app.saving ? "" : nothing}>
    ${app.saving ? html`${icon("inphone", 30)}<b>${_("正在存…")}</b>` : look}
    <input class="sr" type="file" accept="image/*" capture=${album ? nothing : "environment"} ?multiple=${album} ?disabled=${Boolean(app.saving)}
      @click=${() => opened(taking)} @change=${(event) => taken(taking, event.target)}></label>`;
}

/** The draft that was open when the page was killed behind the camera, if one was; asked once. */
export async function interrupted(app) {
  const left = await app.kept.get(CAMERA);
  if (!left) return null;
  await app.kept.remove(CAMERA);
  const record = await app.outbox.record(left.record);
  return record?.state === "draft" && record.photos.length === left.photos ? record : null;
}

// The camera is about to open: not waited for, since a browser opens it only while the finger's touch still counts.
function opened(taking) {
  taking.draft = (async () => {
    const { app } = taking;
    const record = (await taking.record?.()) ?? (await emptyDraft(app, taking.walk));
    await app.kept.set(CAMERA, { record: record.id, photos: record.photos.length, at: Date.now() });
    return record;
  })();
  taking.draft.catch(() => {});
}

// One that was begun and left without a picture serves again.
async function emptyDraft(app, walk) {
  const left = (await app.outbox.all()).find((one) => one.state === "draft" && one.kind === "report" && !one.photos.length && !one.recordings.length);
  if (!left) return app.outbox.begin({ walk });
  return app.outbox.change(left.id, (kept) => Object.assign(kept, { walk, captured_at: new Date().toISOString() }));
}

async function taken(taking, input) {
  const { app, after } = taking;
  const files = [...input.files];
  if (!files.length) return;
  app.saving = true;
  app.refresh();
  try {
    if (!taking.draft) opened(taking);
    let record = await taking.draft;
    for (const file of files) record = await keep(app, record, file, taking.role);
    await app.kept.remove(CAMERA);
    app.saving = false;
    after(record);
  } catch (trouble) {
    app.saving = false;
    app.tell("late", ...saidOf(trouble));
  } finally {
    input.value = "";
    app.refresh();
  }
}

async function keep(app, record, file, role) {
  const { settings } = app.session;
  if (record.photos.length >= settings.max_photos) throw new TooMany(settings.max_photos);
  const whole = Boolean(await app.kept.get("original"));
  const fix = app.place.best();
  const picture = await pictureOf(file, { settings, whole, fix, role: role ?? roleOf(record) });
  if (picture.data.byteLength > settings.max_photo_bytes) throw new TooLarge(settings.max_photo_bytes);
  return app.outbox.addPhoto(record.id, picture);
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
    super(_("这张照片太大，最多 {n} 兆。请在“我的”里关掉原图再拍。", { n: Math.floor(most / 1_048_576) }));
  }
}

/** Title and sentence for something that went wrong while keeping a picture. */
export function saidOf(trouble) {
  if (trouble instanceof TooMany || trouble instanceof TooLarge) return [_("没有存进去"), trouble.message];
  if (trouble instanceof StorageBroken && trouble.why === "full") return [_("手机存满了，没有存住"), _("请删掉手机里不用的东西，再拍一次。")];
  return [_("没有存住，请再拍一次"), _("还不行，请给联络员打电话。")];
}
