// Voice notes (语音说明) of a record: recorded, listened to, taken out. Where there is no microphone they are not offered.
import { html, icon, nothing } from "./dom.js";
import { canRecord, record } from "./voice.js";
import { _ } from "./words.js";

const MOST = 3;

/** The part of a screen with the voice notes of the record that `held` holds, all or those of one `item`: view(), stop(). */
export function notes(app, held, item = null) {
  let recording = null;
  let heard = null;
  let told = { seconds: 0, loudness: null };
  let asking = null;

  const keep = async (note) => {
    recording = null;
    try {
      await app.outbox.addRecording(held.record.id, item ? { ...note, item } : note);
      await held.read();
    } catch {
      app.tell("late", _("这段话没有存住"), _("请再说一次，或者打字。"));
    }
    app.refresh();
  };
  const listen = async () => {
    hush();
    told = { seconds: 0, loudness: null };
    try {
      recording = await record({
        most: app.session.settings.voice_seconds, onDone: keep,
        onTick: (seconds, loudness) => ((told = { seconds, loudness }), app.refresh()),
      });
    } catch {
      app.tell("late", _("手机没让用话筒"), _("可以打字，或者不说也行。"));
    }
    app.refresh();
  };
  const hush = () => {
    if (!heard) return;
    heard.audio.pause();
    URL.revokeObjectURL(heard.audio.src);
    heard = null;
    app.refresh();
  };
  const play = async (one) => {
    hush();
    const blob = await app.outbox.photo(held.record.id, one.key);
    if (!blob) return;
    const audio = new Audio(URL.createObjectURL(blob));
    heard = { key: one.key, audio };
    audio.addEventListener("ended", hush);
    app.refresh();
    await audio.play().catch(hush);
  };
  const drop = async (one) => {
    asking = null;
    hush();
    await app.outbox.removeRecording(held.record.id, one.key);
    await held.read();
  };
  const ask = (key) => {
    asking = key;
    app.refresh();
  };

  const kept = (one, at) => asking === one.key
    ? html`<div class="question" role="alert"><p><b>${_("真的不要这段话吗？")}</b></p><div class="pairs2"><button class="btn" @click=${() => ask(null)}>${_("留着")}</button><button class="btn" data-kind="danger" @click=${() => drop(one)}>${_("不要了")}</button></div></div>`
    : html`<p class="kept">${icon("check", 24)}<span>${_("第 {n} 段，{seconds} 秒，已存在手机里", { n: at + 1, seconds: one.seconds })}</span></p><div class="pairs2">${heard?.key === one.key
      ? html`<button class="btn" @click=${hush}>${icon("x", 24)}${_("停下")}</button>`
      : html`<button class="btn" @click=${() => play(one)}>${icon("speak", 24)}${_("听一听")}</button>`}<button class="btn" @click=${() => ask(one.key)}>${icon("x", 24)}${_("不要了")}</button></div>`;
  const running = () => html`<p class="big" role="timer">${_("正在录，{n} 秒", { n: told.seconds })}</p>
    <p role="status">${{ quiet: _("声音小，请靠近话筒说"), good: _("听得见，接着说") }[told.loudness] ?? _("请说话")}</p>
    <button class="btn" data-kind="primary" data-size="full" @click=${() => recording.stop()}>${icon("check", 30)}${_("说完了")}</button>`;
  const offer = () => html`<button class="btn" data-size="wide" @click=${listen}>${icon("mic", 26)}${_("按一下，开始说")}</button><p class="note soft">${_("最多 {n} 秒。只有督查处听得到，被查的单位听不到。", { n: app.session.settings.voice_seconds })}</p>`;

  return {
    view() {
      if (!canRecord()) return html`<p class="soft">${_("这个浏览器不能录音，可以打字。")}</p>`;
      const recordings = held.record.recordings.filter((one) => !item || one.item === item);
      return html`<section class="card stack"><h2>${_("说一段话")}</h2>${recordings.map(kept)}${recording ? running() : recordings.length < MOST ? offer() : nothing}</section>`;
    },
    stop() {
      recording?.stop();
      hush();
    },
  };
}
