// The camera in the page with the old picture over it, so that the same picture can be taken again from the same place.
import { html, icon, nothing } from "./dom.js";
import { canShow, closeCamera, firstPicture, frameOf, openCamera } from "./overlay.js";
import { pick, saidOf } from "./taking.js";
import { _ } from "./words.js";

/**
 * `role()` is what the next picture shows; `title` names the screen; `before()` gives the old picture's address or null,
 * `shadow()` what that shows in words, `way()` the words that lead to its place; `record()` is the draft that a picture
 * goes into, `after(record)` leads on with it.
 */
export function viewfinder(app, { role, title, before, shadow, way, record, after }) {
  let stream = null;
  let ghost = true;
  let wanted = false;

  const shoot = async () => {
    try {
      const video = document.querySelector(".cam video");
      await firstPicture(video);
      const file = await frameOf(video);
      if (!file) return;
      const { record: kept, refused } = await pick(app, record(), [file], { role: role() });
      await after(kept);
      if (refused) app.tell("late", ...saidOf(refused));
    } catch (trouble) {
      app.tell("late", ...saidOf(trouble));
    }
  };
  const turn = () => {
    ghost = !ghost;
    app.refresh();
  };

  return {
    /** Whether it shows what the camera sees. */
    isOpen: () => stream !== null,
    /** Begin, where the browser can and the person lets it. */
    async open() {
      wanted = true;
      const opened = canShow() ? await openCamera().catch(() => null) : null;
      if (wanted) stream = opened;
      else closeCamera(opened);
      app.refresh();
    },
    /** End it: the lamp goes out. */
    close() {
      wanted = false;
      closeCamera(stream);
      stream = null;
    },
    view: () => html`<h1 class="sr">${title}</h1><div class="cam"><video autoplay playsinline muted .srcObject=${stream}></video>
      ${ghost && before() ? html`<img class="ghost" src=${before()} alt=${_("叠在上面的整改前照片")}>` : nothing}
      <div class="vf"><i></i><i></i><i></i><i></i></div>
      <p class="tip"><b>${_("站到老地方，让门和墙对上")}</b><br>${ghost && before() ? shadow() : _("拍的地方要和原来一样")}</p>
      <p class="tip" data-low>${icon("pin", 28)}<span aria-live="polite">${way()}</span></p></div>`,
    /** The shutter between two buttons, of which `other` is the screen's own. */
    dock: (other) => html`<div class="camdock"><button class="btn" aria-pressed=${ghost} @click=${turn}>${icon("eye", 28)}${ghost ? _("关影子") : _("开影子")}</button><button class="shut" aria-label=${_("拍照")} @click=${shoot}>${icon("camera", 48)}</button>${other}</div>`,
  };
}
