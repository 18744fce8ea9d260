// The button that opens the camera or the album; what it does with the picture is in taking.js.
import { html, icon, nothing } from "./dom.js";
import { expecting, pick, saidOf } from "./taking.js";
import { _ } from "./words.js";

export { interrupted, saidOf } from "./taking.js";

/**
 * A label that is a file input. `look` draws what stands in it; `record()` gives the draft to add to, or null for a new
 * one; `album` picks several from the gallery; `replaces` is the key of the picture that is taken anew, `about` is kept with it; `after(record)`
 * leads on. Classes and kinds as the look has them.
 */
export function shutter(app, { look, cls = "btn", kind = nothing, size = nothing, record = null, walk = false, role = null, album = false, replaces = null, about = {}, after }) {
  const taking = { app, record, walk, role, replaces, about, after, draft: null };
  return html`<label class="shutter ${cls}" data-kind=${kind} data-size=${size} data-busy=${app.saving ? "" : nothing}>
    ${app.saving ? html`${icon("inphone", 30)}<b>${_("正在存…")}</b>` : look}
    <input class="sr" type="file" accept="image/*" capture=${album ? nothing : "environment"} ?multiple=${album} ?disabled=${Boolean(app.saving)}
      @click=${() => opening(taking)} @change=${(event) => taken(taking, event.target)}></label>`;
}

// Not waited for, since a browser opens the camera only while the finger's touch still counts.
function opening(taking) {
  const { app, record, walk } = taking;
  taking.draft = Promise.resolve(record?.()).then((given) => expecting(app, { given: given ?? null, walk }));
  taking.draft.catch(() => {});
}

async function taken(taking, input) {
  const { app, role, replaces, about, after } = taking;
  const files = [...input.files];
  if (!files.length) return;
  app.saving = true;
  app.refresh();
  try {
    if (!taking.draft) opening(taking);
    const { record, refused } = await pick(app, await taking.draft, files, { role, replaces, about });
    app.saving = false;
    if (record.photos.length) await after(record);
    if (refused) app.tell("late", ...saidOf(refused));
  } catch (trouble) {
    app.tell("late", ...saidOf(trouble));
  } finally {
    app.saving = false;
    input.value = "";
    app.refresh();
  }
}
