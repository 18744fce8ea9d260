// Setting the place by hand: on the sketch, by district and street, and in words. No drag is ever needed.
import { html, icon, nothing } from "./dom.js";
import { distanceWords, moved } from "./geo.js";
import { sketch } from "./sketch.js";
import { nearestStreets, streetsOf } from "./streets.js";
import { _ } from "./words.js";

/** A picked street stands for a place about this far around its office; a district alone for much more. */
const STREET_M = 1_500;
const DISTRICT_M = 10_000;
const PIN_M = 20;
const STEP_M = 10;

/** The sub-screen: view(), dock(), and street() that was picked, or null. `spot()` is the place so far. */
export function byHand(app, { held, areas, spot, close }) {
  let district = "";
  let picked = null;

  const pin = (point, accuracy_m) => held.change((record) => (record.place = { lat: point.lat, lng: point.lng, accuracy_m, source: "pin", fixed_at: null }));
  const nudge = (east, north) => pin(moved(spot(), { east, north }), PIN_M);
  const pickStreet = (street) => {
    picked = { code: street.code, name: street.name, district: street.district.name };
    return pin(street.seat, STREET_M);
  };
  const pickDistrict = (code) => {
    district = code;
    const streets = streetsOf(areas(), code);
    if (!streets.length) return app.refresh();
    const middle = (name) => streets.reduce((sum, street) => sum + street.seat[name], 0) / streets.length;
    picked = null;
    return pin({ lat: middle("lat"), lng: middle("lng") }, DISTRICT_M);
  };
  const pickCode = (code) => {
    const street = streetsOf(areas(), district).find((one) => one.code === code);
    return street ? pickStreet(street) : pickDistrict(district);
  };
  const live = () => held.change((record) => (record.place = null)).then(() => ((picked = null), app.refresh()));

  const arrows = () => html`<div class="arrows" role="group" aria-label=${_("挪动位置，一次 10 米")}>
    ${[["up", _("往北"), 0, STEP_M], ["left", _("往西"), -STEP_M, 0], ["right", _("往东"), STEP_M, 0], ["down", _("往南"), 0, -STEP_M]].map(([name, word, east, north]) => html`
      <button class="btn" data-way=${name} @click=${() => nudge(east, north)}>${word}</button>`)}</div>`;
  const near = () => html`<h2>${_("离您最近的街道")}</h2><div class="stack">${nearestStreets(areas(), spot(), 3).map(({ street, distance_m }) => html`
    <button class="btn" data-size="full" aria-pressed=${picked?.code === street.code} @click=${() => pickStreet(street)}>${street.name}<span class="note soft">${distanceWords(distance_m)}</span></button>`)}</div>`;
  const lists = () => html`<div class="field"><label for="district">${_("哪个区")}</label>
      <select class="input" id="district" @change=${(event) => pickDistrict(event.target.value)}><option value="">${_("请选择")}</option>${areas().districts.map((one) => html`<option value=${one.code} ?selected=${one.code === district}>${one.name}</option>`)}</select></div>
    ${district ? html`<div class="field"><label for="street">${_("哪个街道或乡镇")}</label>
      <select class="input" id="street" @change=${(event) => pickCode(event.target.value)}><option value="">${_("不清楚")}</option>${streetsOf(areas(), district).map((one) => html`<option value=${one.code} ?selected=${one.code === picked?.code}>${one.name}</option>`)}</select></div>` : nothing}`;

  return {
    street: () => picked,
    view: () => html`<h1 class="ask">${_("在哪里？")}</h1>
      ${spot() ? html`<p class="soft">${_("点图上的位置，或按方向挪")}</p>${sketch({ spot: spot(), onTap: (point) => pin(point, PIN_M) })}${arrows()}` : nothing}
      <div class="field"><label for="address">${_("门牌或路口")}</label><input class="input" id="address" maxlength="200" autocomplete="off" placeholder=${_("比如：东四六条 63 号门前")} .value=${held.record.address} @change=${(event) => held.change((record) => (record.address = event.target.value))}></div>
      ${areas() ? html`${spot() ? near() : nothing}${lists()}` : html`<p>${_("街道名单还没有取到，可以写上门牌或路口")}</p>`}
      ${held.record.place?.source === "pin" && app.place.best() ? html`<button class="btn" data-size="full" @click=${live}>${icon("pin", 26)}${_("还是用手机的定位")}</button>` : nothing}`,
    dock: () => html`<div class="dock"><button class="btn" data-kind="primary" data-size="full" @click=${close}>${icon("check", 30)}${_("改好了")}</button></div>`,
  };
}
