// What can be added and need not be: words, a plate, a count, a voice note, the original picture.
import { begun, clockWords, left, seen, undone } from "../count.js";
import { html, icon, nothing } from "../dom.js";
import { holder } from "../holder.js";
import { categoryOf } from "../kit.js";
import { canRecord, record as speakInto } from "../voice.js";
import { _ } from "../words.js";

export function more(app, { id }) {
  const held = holder(app, id);
  let recording = null;
  let seconds = 0;
  let heard = null;
  let whole = false;
  let ticking = null;

  const row = () => categoryOf(app.kit, held.record.category);
  const write = (name) => (event) => held.change((record) => (record[name] = event.target.value));
  const count = (work) => held.change((record) => (record.count = work(record.count)));

  const listen = async () => {
    try {
      seconds = 0;
      recording = await speakInto({
        most: app.session.settings.voice_seconds,
        onTick: (now) => ((seconds = now), app.refresh()),
        onDone: async (note) => ((recording = null), await app.outbox.addRecording(id, note), held.read()),
      });
    } catch {
      app.tell("late", _("手机没让用话筒"), _("可以打字，或者不说也行。"));
    }
    app.refresh();
  };
  const play = async (one) => {
    heard?.pause();
    heard = new Audio(URL.createObjectURL(await app.outbox.photo(id, one.key)));
    heard.play();
  };

  const counter = (now) => {
    const { count: counted } = held.record;
    if (!counted) return html`<section class="card stack"><h2>${_("数一数")}</h2><p class="soft">${_("看 5 分钟：一共过去几个，几个不守规矩")}</p><button class="btn" data-size="full" @click=${() => count(() => begun(Date.now()))}>${icon("clock", 26)}${_("开始数 5 分钟")}</button></section>`;
    const rest = left({ began_at: 0, steps: [], ...counted }, now);
    return html`<section class="card stack counter"><h2>${_("数一数")}</h2>
      <p class="big" role="timer">${rest ? _("还有 {clock}", { clock: clockWords(rest) }) : _("时间到")}</p>
      <p aria-live="polite">${_("一共 {observed} 个，违规 {violations} 个", { observed: counted.observed, violations: counted.violations })}</p>
      <button class="btn" data-size="full" @click=${() => count((one) => seen(one, false))}>${icon("plus", 26)}${_("守规矩的，加一")}</button>
      <button class="btn" data-size="full" @click=${() => count((one) => seen(one, true))}>${icon("plus", 26)}${_("违规的，加一")}</button>
      <div class="row"><button class="btn grow" ?disabled=${!counted.steps?.length} @click=${() => count(undone)}>${_("刚才数错了")}</button><button class="btn grow" @click=${() => count(() => null)}>${_("重新数")}</button></div></section>`;
  };
  const voice = () => {
    if (!canRecord()) return html`<p class="soft">${_("这部手机的浏览器不能录音，可以打字。")}</p>`;
    const notes = held.record.recordings;
    return html`<section class="card stack"><h2>${_("说一段话")}</h2>
      ${notes.map((one) => html`<div class="row"><button class="btn grow" @click=${() => play(one)}>${icon("speak", 26)}${_("听一听（{n} 秒）", { n: one.seconds })}</button><button class="btn" @click=${() => app.outbox.removeRecording(id, one.key).then(held.read)}>${_("不要")}</button></div>`)}
      ${recording ? html`<p class="big" role="timer">${_("正在录 {n} 秒", { n: seconds })}</p><button class="btn" data-kind="primary" data-size="full" @click=${() => recording.stop()}>${_("说完了")}</button>`
        : notes.length < 3 ? html`<button class="btn" data-size="full" @click=${listen}>${icon("mic", 26)}${_("按一下，开始说（最多 {n} 秒）", { n: app.session.settings.voice_seconds })}</button>` : nothing}
      <p class="note soft">${_("录音只有督查处听得到，被查的单位听不到。")}</p></section>`;
  };

  return {
    title: _("补充几句"),
    start() {
      app.kept.get("original").then((on) => ((whole = Boolean(on)), app.refresh()));
      ticking = setInterval(() => held.record?.count && app.refresh(), 1000);
      const stop = held.start();
      return () => (clearInterval(ticking), recording?.stop(), heard?.pause(), stop());
    },
    speak: () => _("想补充的可以写，可以说，也可以什么都不写"),
    view: () => !held.record ? nothing : html`<h1 class="ask">${_("还想补充吗？")}</h1><p class="soft">${_("可以什么都不写")}</p>
      ${row()?.record === "count" ? counter(Date.now()) : nothing}
      ${row()?.plate ? html`<div class="field"><label for="plate">${_("车牌号")}</label><span class="hint" id="plate-hint">${_("看得清才写，没有就空着")}</span><input class="input plate" id="plate" aria-describedby="plate-hint" maxlength="12" autocapitalize="characters" autocomplete="off" .value=${held.record.plate} @change=${write("plate")}></div>` : nothing}
      <div class="field"><label for="description">${_("想说的话")}</label><textarea class="input" id="description" rows="3" maxlength="2000" .value=${held.record.description} @change=${write("description")}></textarea></div>
      ${voice()}
      <label class="card switch"><input type="checkbox" .checked=${whole} @change=${(event) => app.kept.set("original", (whole = event.target.checked))}><span class="grow"><b>${_("以后的照片用原图")}</b><span class="note soft">${_("更清楚，发得慢，费流量")}</span></span></label>`,
    dock: () => html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${() => app.go(`/report/${id}/place`)}>${icon("check", 30)}${_("好了")}</button></div>`,
  };
}
