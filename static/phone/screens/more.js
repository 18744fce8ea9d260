// What can be added and need not be: words, a plate, a count, a voice note, the original picture.
import { counter } from "../counter.js";
import { html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { categoryOf } from "../kit.js";
import { notes } from "../notes.js";
import { _ } from "../words.js";

export function more(app, { id }) {
  const held = holder(app, id, { step: "more" });
  const spoken = notes(app, held);
  let whole = false;

  const plate = () => html`<div class="field"><label for="plate">${_("车牌号")}</label><span class="hint" id="plate-hint">${_("看得清才写，没有就空着")}</span><input class="input plate" id="plate" aria-describedby="plate-hint" maxlength="12" autocapitalize="characters" autocomplete="off" enterkeyhint="done" .value=${held.text("plate")} @input=${held.typing("plate")} @change=${held.flush}></div>`;
  const words = () => html`<div class="field"><label for="description">${_("想说的话")}</label><textarea class="input" id="description" rows="3" maxlength="2000" .value=${held.text("description")} @input=${held.typing("description")} @change=${held.flush}></textarea></div>`;
  const original = () => html`<label class="card switch"><input type="checkbox" .checked=${whole} @change=${(event) => app.kept.set("original", (whole = event.target.checked))}><span class="grow"><b>${_("以后拍的用原图")}</b><span class="note soft">${_("更清楚，但发得慢，费流量")}</span></span></label>`;
  const done = async () => {
    await held.flush();
    app.go(`/report/${id}/place`);
  };

  return {
    title: _("补充几句"),
    start() {
      app.kept.get("original").then((on) => ((whole = Boolean(on)), app.refresh()));
      const timer = setInterval(() => held.record?.count?.began_at && app.refresh(), 1000);
      const stop = held.start();
      return () => (clearInterval(timer), spoken.stop(), stop());
    },
    speak: () => _("想补充的可以写，可以说，也可以什么都不写"),
    view: () => {
      const row = categoryOf(app.kit, held.record?.category);
      return html`<h1 class="ask">${_("还想补充吗？")}</h1><p class="soft">${_("可以什么都不写，直接按“好了”")}</p>
        ${held.record ? html`${row?.record === "count" ? counter(held, Date.now()) : nothing}${row?.plate ? plate() : nothing}${words()}${spoken.view()}${original()}` : nothing}`;
    },
    dock: () => held.record && html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${done}>${icon("check", 30)}${_("好了，回去保存")}</button></div>`,
  };
}
