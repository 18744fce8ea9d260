// Setting the place by hand: on the sketch, by district and street, and in words. No drag is ever needed.
import { html, icon, nothing } from "./dom.js";
import { distance, distanceWords, moved } from "./geo.js";
import { sketch } from "./sketch.js";
import { locate, nearestStreets, streetsOf } from "./streets.js";
import { _ } from "./words.js";

/** A picked street stands for a place about this far around its office; a district alone for much more. */
const STREET_M = 1_500;
export const DISTRICT_M = 10_000;
/** What a finger on the map can mean at best. */
const PIN_M = 20;
const STEP_M = 10;
/** Farther from the phone than this, the map follows the pin. */
const AROUND_M = 400;

const WAYS = () => [["up", _("往北"), 0, STEP_M], ["left", _("往西"), -STEP_M, 0], ["right", _("往东"), STEP_M, 0], ["down", _("往南"), 0, -STEP_M]];

/** The parts of setting a place: `spot()` is the place so far or null, `areas()` the streets or null, `fix()` the phone's. */
export function byHand(app, { held, areas, spot, fix }) {
  let chosen = null;

  const put = (point, accuracy_m, street = null) => held.change((record) => {
    record.place = { lat: point.lat, lng: point.lng, accuracy_m: Math.round(accuracy_m), source: "pin", fixed_at: null };
    record.street = street;
  });
  const tap = (point, metres) => put(point, Math.max(PIN_M, metres));
  const nudge = (east, north) => put(moved(spot(), { east, north }), Math.max(PIN_M, spot().accuracy_m ?? PIN_M));
  const pickStreet = (street) => put(street.seat, STREET_M, { code: street.code, name: street.name, district: street.district.name });
  const pickDistrict = (code) => {
    chosen = code;
    const streets = code ? streetsOf(areas(), code) : [];
    if (!streets.length) return app.refresh();
    const middle = (name) => streets.reduce((sum, street) => sum + street.seat[name], 0) / streets.length;
    return put({ lat: middle("lat"), lng: middle("lng") }, DISTRICT_M);
  };
  const pickCode = (code) => {
    const street = streetsOf(areas(), district()).find((one) => one.code === code);
    return street ? pickStreet(street) : pickDistrict(district());
  };
  const live = () => {
    chosen = null;
    return held.change((record) => Object.assign(record, { place: null, street: null }));
  };
  const district = () => chosen ?? (spot() && areas() ? locate(areas(), spot()).district?.code : null) ?? "";
  const picked = () => held.record.street?.code;

  const arrows = () => html`<div class="arrows" role="group" aria-label=${_("挪动位置，一次 10 米")}>
    ${WAYS().map(([name, word, east, north]) => html`<button class="btn" data-way=${name} @click=${() => nudge(east, north)}>${word}</button>`)}<span data-way="step" aria-hidden="true">${_("一次 10 米")}</span></div>`;
  const map = () => {
    const me = fix();
    const centre = me && distance(me, spot()) <= AROUND_M ? me : spot();
    return html`<p class="soft">${_("点图上的地方，或者按方向挪")}</p>${sketch({ spot: spot(), centre, me, onTap: tap })}${arrows()}`;
  };
  /** The nearest streets as large buttons. */
  const near = () => html`<section class="stack"><h2>${_("是哪个街道？")}</h2>${nearestStreets(areas(), fix() ?? spot(), 3).map(({ street, distance_m }) => html`
    <button class="btn street" aria-pressed=${picked() === street.code} @click=${() => pickStreet(street)}><span>${street.name}</span><span class="note soft">${_("街道办离这里 {distance}", { distance: distanceWords(distance_m) })}</span></button>`)}</section>`;
  /** District and street to choose from. */
  const lists = () => html`<section class="stack">
    <div class="field"><label for="district">${_("哪个区")}</label>
      <select class="input" id="district" @change=${(event) => pickDistrict(event.target.value)}><option value="">${_("请选择")}</option>${areas().districts.map((one) => html`<option value=${one.code} .selected=${one.code === district()}>${one.name}</option>`)}</select></div>
    ${district() ? html`<div class="field"><label for="street">${_("哪个街道或乡镇")}</label>
      <select class="input" id="street" @change=${(event) => pickCode(event.target.value)}><option value="">${_("不清楚")}</option>${streetsOf(areas(), district()).map((one) => html`<option value=${one.code} .selected=${one.code === picked()}>${one.name}</option>`)}</select></div>` : nothing}</section>`;
  /** What the person says of the place. */
  const words = () => html`<div class="field"><label for="address">${_("门牌或路口")}</label><span class="hint" id="address-hint">${_("比如：东四六条 63 号门前")}</span><input class="input" id="address" aria-describedby="address-hint" maxlength="200" autocomplete="off" enterkeyhint="done" .value=${held.text("address")} @input=${held.typing("address")} @change=${held.flush}></div>`;
  const none = () => html`<p class="soft">${_("街道名单还没有取到，可以写上门牌或路口")}</p>`;

  return {
    near, lists, words,
    view: () => html`<h1 class="ask">${_("在哪里？")}</h1>
      ${spot() ? map() : nothing}
      ${words()}
      ${areas() ? html`${spot() ? near() : nothing}${lists()}` : none()}
      ${held.record.place && fix() ? html`<button class="btn" data-size="wide" @click=${live}>${icon("undo", 26)}${_("还是用手机的定位")}</button>` : nothing}`,
  };
}
