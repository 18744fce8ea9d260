// One cannot go: a reason, no blame. Somebody else is drawn at once, so it takes a network.
import { html, icon, nothing } from "../dom.js";
import { heldOf, listed } from "../visiting.js";
import { _ } from "../words.js";

const REASONS = () => [["busy", _("有事")], ["unwell", _("身体不适")], ["far", _("地方太远")], ["acquainted", _("认识那里的人")], ["other", _("其他")]];
const SHORTEST = 2;

export function decline(app, { id }) {
  let reason = "";
  let text = "";
  let wrong = "";
  let sending = false;

  const choose = (code) => {
    [reason, wrong] = [code, ""];
    app.refresh();
  };
  const lack = () => {
    if (!reason) return _("请选一个原因。");
    return reason === "other" && text.trim().length < SHORTEST ? _("请写一句为什么去不了。") : "";
  };
  const send = async () => {
    wrong = lack();
    if (wrong || sending) return app.refresh();
    sending = true;
    app.refresh();
    try {
      const { csrf, person } = await app.net.json("/api/v1/session");
      await app.net.ask("POST", `/api/v1/visits/${id}/decline`, { json: { reason, text: text.trim() }, headers: { "X-CSRFToken": csrf, "Mingcha-Person": person.id } });
      await leave();
    } catch (trouble) {
      wrong = trouble.kind === "refused" ? trouble.problem?.detail : _("现在没有网络，有网再说一声。");
    }
    sending = false;
    return app.refresh();
  };
  // It is nobody's here any more: neither in the list nor as a draft.
  const leave = async () => {
    const { draft } = heldOf(app, id);
    if (draft) await app.outbox.discard(draft.id);
    app.visits = { ...app.visits, items: (app.visits?.items ?? []).filter((one) => one.id !== id) };
    await app.kept.set("visits", app.visits);
    await app.replace("/");
    app.tell("done", _("知道了，会请别人去"), _("谢谢您说一声。"));
  };

  return {
    title: _("去不了"),
    start() {
      app.outbox.read();
    },
    speak: () => _("选一个去不了的原因，再按下面的钮，会请别人去"),
    view: () => html`<h1 class="ask">${_("为什么去不了？")}</h1>
      <p class="soft">${listed(app, id)?.name ?? ""} ${_("说一声就行，不算您的错。")}</p>
      <fieldset class="seg"><legend class="sr">${_("为什么去不了？")}</legend>${REASONS().map(([code, word]) => html`<label><input type="radio" name="reason" .checked=${reason === code} @change=${() => choose(code)}>${word}</label>`)}</fieldset>
      <div class="field"><label for="why">${_("想说的话")}</label><textarea class="input" id="why" rows="2" maxlength="300" .value=${text} @input=${(event) => (text = event.target.value)}></textarea></div>
      ${wrong ? html`<p class="toldoff" role="alert">${wrong}</p>` : nothing}`,
    dock: () => html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" ?disabled=${sending} @click=${send}>${_("去不了，请别人去")}</button><a class="btn" data-size="wide" href="#/visit/${id}">${icon("left", 24)}${_("返回")}</a></div>`,
  };
}
