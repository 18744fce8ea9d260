// How an item is answered, by its kind, and the proof that goes with it: pictures and a word.
import { counter } from "./counter.js";
import { html, icon, nothing } from "./dom.js";
import { shutter } from "./shutter.js";
import { answerOf, fails, isAnswered, photosOf } from "./visit.js";
import { _ } from "./words.js";

/** What is asked by 有没有 or 有无 is answered by 没有 and 有, everything else by 是 and 不是. */
const YES = /\u6709(\u6ca1\u6709|\u65e0)/;

/** The answers of an item; `put(work)` keeps what `work` makes of what was answered so far. */
export function answersOf(app, held, item, put) {
  const { record } = held;
  const given = record.answers[item.key] ?? {};
  if (item.kind === "yes_no") return yesNo(item, given, put);
  if (item.kind === "graded") return graded(given, put);
  if (item.kind === "count") return counting(held, item, given, put);
  return item.kind === "number" ? numbered(held, item, put) : inWords(held, item, put);
}

const choice = ({ pressed, good, sign, word, note = "", choose }) => html`<button aria-pressed=${pressed} data-good=${good} @click=${choose}>${sign ? icon(sign, 30) : nothing}${word}${note ? html`<span>${note}</span>` : nothing}</button>`;

function yesNo(item, given, put) {
  const words = YES.test(item.text) ? { yes: _("有"), no: _("没有") } : { yes: _("是"), no: _("不是") };
  const answer = (yes) => {
    const good = yes === Boolean(item.good);
    return choice({
      pressed: !given.skipped && given.yes === yes, good, sign: good ? "check" : "x", word: yes ? words.yes : words.no,
      note: good ? _("合格") : _("不合格"), choose: () => put((one) => ({ ...one, yes, skipped: false })),
    });
  };
  return html`<div class="answers" role="group" aria-label=${_("答案")}>${[Boolean(item.good), !item.good].map(answer)}</div>`;
}

const GRADES = () => [["good", true, "check", _("合格")], ["fair", true, "", _("基本合格")], ["bad", false, "x", _("不合格")]];

function graded(given, put) {
  return html`<div class="answers" data-three role="group" aria-label=${_("答案")}>${GRADES().map(([grade, good, sign, word]) => choice({
    pressed: !given.skipped && given.grade === grade, good, sign, word, choose: () => put((one) => ({ ...one, grade, skipped: false })),
  }))}</div>`;
}

// The counter of a report, over this item's own count.
function counting(held, item, given, put) {
  const box = { record: { count: given.skipped ? null : given.count ?? null } };
  box.change = (work) => put((one) => {
    const inner = { count: one.count ?? null };
    work(inner);
    return { ...one, count: inner.count, skipped: false };
  });
  return counter(box, Date.now(), item.minutes ?? undefined);
}

/** Typing an answer takes back that the item was skipped. */
const typing = (held, name, item, put) => (event) => {
  held.typing(name)(event);
  if (held.record.answers[item.key]?.skipped) put((one) => ({ ...one, skipped: false }));
};
const typed = (held, put) => async () => {
  await held.flush();
  await put((one) => one);
};

function numbered(held, item, put) {
  const name = `number:${item.key}`;
  const answer = answerOf(held.record, item);
  const verdict = isAnswered(item, answer) && !answer.skipped ? html`<p class="verdict" data-good=${!fails(item, answer)} role="status">${fails(item, answer) ? _("不合格") : _("合格")}</p>` : nothing;
  return html`<div class="field"><label for="number">${item.unit ? _("多少{unit}", { unit: item.unit }) : _("是多少")}</label><input class="input" id="number" inputmode="decimal" autocomplete="off" enterkeyhint="done" .value=${held.text(name)} @input=${typing(held, name, item, put)} @change=${typed(held, put)}></div>${verdict}`;
}

function inWords(held, item, put) {
  const name = `text:${item.key}`;
  return html`<div class="field"><label for="text">${_("写一句就行")}</label><textarea class="input" id="text" rows="3" maxlength="2000" .value=${held.text(name)} @input=${typing(held, name, item, put)} @change=${typed(held, put)}></textarea></div>`;
}

/** The pictures and the word of an item: what its failure wants, or with `wide` what may be added at will. */
export function proofOf(app, held, item, { put, wide = false }) {
  const answer = answerOf(held.record, item);
  const failed = isAnswered(item, answer) && fails(item, answer);
  const photos = (failed && item.photo_on_failure) || photosOf(held.record, item).length > 0;
  const note = failed && item.note_on_failure;
  if (wide) return html`${photos ? nothing : pictures(app, held, item, false)}${note ? nothing : word(held, item, put, _("想说的话"))}`;
  return html`${photos ? pictures(app, held, item, failed && item.photo_on_failure) : nothing}${note ? word(held, item, put, _("怎么回事，写一句")) : nothing}`;
}

function word(held, item, put, label) {
  const name = `note:${item.key}`;
  return html`<div class="field"><label for="note">${label}</label><textarea class="input" id="note" rows="2" maxlength="2000" .value=${held.text(name)} @input=${held.typing(name)} @change=${held.flush}></textarea></div>`;
}

function pictures(app, held, item, wanted) {
  const mine = photosOf(held.record, item);
  const look = html`${icon("camera", 40)}<b>${mine.length ? _("再拍一张") : _("拍一张看得清的照片")}</b>`;
  return html`${shotsOf(app, held, mine)}${shutter(app, { cls: wanted && !mine.length ? "want" : "btn", size: "wide", look, role: "visit", about: { item: item.key }, record: async () => held.record, after: held.read })}`;
}

/** Pictures that were taken, each of which may be taken out again. */
export function shotsOf(app, held, photos) {
  const drop = async (key) => {
    await app.outbox.removePhoto(held.record.id, key);
    held.asking = null;
    await held.read();
  };
  const ask = (key) => {
    held.asking = key;
    app.refresh();
  };
  const question = (key) => html`<div class="question" role="alert"><p><b>${_("真的不要这张照片吗？")}</b></p><div class="pairs2"><button class="btn" @click=${() => ask(null)}>${_("留着")}</button><button class="btn" data-kind="danger" @click=${() => drop(key)}>${_("不要了")}</button></div></div>`;
  if (!photos.length) return nothing;
  return html`<ul class="shots-list">${photos.map(({ key }, at) => html`<li class="shot"><figure class="photo"><img src=${held.url(key)} alt=${_("第 {n} 张照片", { n: at + 1 })}><figcaption class="cap">${icon("check", 22)}${_("已存在手机里")}</figcaption></figure>
    ${held.asking === key ? question(key) : html`<button class="btn" @click=${() => ask(key)}>${icon("x", 24)}${_("不要这张")}</button>`}</li>`)}</ul>`;
}
