// The place is closed, or is not where it should be: shown by a picture and said in a sentence.
import { html, icon, nothing } from "../dom.js";
import { shutter } from "../shutter.js";
import { saidOf } from "../taking.js";
import { lackOfProof, toldOf } from "../visit.js";
import { shotsOf } from "../visitanswer.js";
import { holding, seal } from "../visiting.js";
import { _ } from "../words.js";

const WAYS = () => [["closed", _("关门了，进不去")], ["not_found", _("找不到，或者没有了")]];
const WORDS = { outcome: () => _("请选是哪一种。"), photo: () => _("请拍一张现场照片。"), note: () => _("请写一句现场是什么情况。") };

export function closed(app, { id }) {
  const held = holding(app, id, () => app.refresh());
  let lacks = "";
  let saving = false;

  const choose = (outcome) => {
    lacks = "";
    return held.now.change((record) => Object.assign(record, { outcome, answered_at: new Date().toISOString() }));
  };
  const handIn = async () => {
    if (saving) return;
    saving = true;
    try {
      await held.now.flush();
      lacks = lackOfProof(held.record);
      if (lacks) return app.refresh();
      await seal(app, held.now, toldOf);
    } catch (trouble) {
      app.tell("late", ...saidOf(trouble));
    } finally {
      saving = false;
    }
  };
  const back = async () => {
    await held.now.flush();
    await held.now.change((record) => (record.outcome = "done"));
    app.go(`/visit/${id}`);
  };

  return {
    title: _("没检查成"),
    start() {
      app.place.begin();
      held.begin();
      return () => held.stop();
    },
    speak: () => _("拍一张现场，写一句是什么情况，再按“交上去”"),
    view: () => {
      if (!held.record) return nothing;
      const { outcome, photos } = held.record;
      const look = html`${icon("camera", 40)}<b>${photos.length ? _("再拍一张") : _("拍一张现场，能认出地方")}</b>`;
      return html`<h1 class="ask">${_("是哪一种？")}</h1>
        <div class="answers" data-three role="group" aria-label=${_("是哪一种？")}>${WAYS().map(([way, word]) => html`<button aria-pressed=${outcome === way} data-good="false" @click=${() => choose(way)}>${word}</button>`)}</div>
        ${lacks ? html`<p class="toldoff" role="alert">${WORDS[lacks]()}</p>` : nothing}
        ${shotsOf(app, held.now, photos)}
        ${shutter(app, { cls: photos.length ? "btn" : "want", size: "wide", look, role: "visit", about: { item: null }, record: async () => held.record, after: held.now.read })}
        <div class="field"><label for="note">${_("现场是什么情况")}</label><span class="hint" id="note-hint">${_("比如：大门锁着，贴着停业")}</span><textarea class="input" id="note" aria-describedby="note-hint" rows="2" maxlength="2000" .value=${held.now.text("note")} @input=${held.now.typing("note")} @change=${held.now.flush}></textarea></div>`;
    },
    dock: () => held.record && html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${handIn}>${icon("send", 30)}${_("交上去")}</button><button class="btn" data-size="wide" @click=${back}>${icon("left", 24)}${_("返回，接着检查")}</button></div>`,
  };
}
