// A small map without tiles: the place, its error to scale, what is known around it, a scale bar. North is up.
import { html, nothing } from "./dom.js";
import { svg } from "../vendor/lit-html/lit-html.js";
import { distance, moved, offset } from "./geo.js";
import { barFor, scaleFor, sheetFor } from "./scale.js";
import { _ } from "./words.js";

/**
 * `spot` {lat, lng, accuracy_m} is the place; `me` is where the phone is, if that is another; `centre` is the middle of
 * the sheet; `marks` have lat and lng; onTap(point, metres), if given, hears where it was tapped and how roughly.
 */
export function sketch({ spot, centre = spot, me = null, marks = [], onTap = null }) {
  const farthest = Math.max(0, ...[spot, me, ...marks].filter(Boolean).map((point) => distance(centre, point)));
  const sheet = sheetFor({ width: innerWidth, height: innerHeight });
  const { width, height } = sheet;
  const scale = scaleFor(spot.accuracy_m, farthest, sheet);
  const bar = barFor(scale, sheet);
  const at = (point) => {
    const { east, north } = offset(centre, point);
    return { x: width / 2 + east * scale, y: height / 2 - north * scale };
  };
  const tapped = (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(event.currentTarget.getScreenCTM().inverse());
    onTap(moved(centre, { east: (x - width / 2) / scale, north: (height / 2 - y) / scale }), FINGER / scale);
  };
  const distance_words = barWords(bar);
  const label = marks.length ? _("示意图，上面是北，一格 {distance}，{n} 处附近报过的", { distance: distance_words, n: marks.length }) : _("示意图，上面是北，一格 {distance}", { distance: distance_words });
  return html`<div class="mapbox sketch"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${label} data-tap=${onTap ? "" : nothing} @click=${onTap ? tapped : nothing}>
    <path class="grid" d=${gridOf(bar * scale, sheet)}></path>
    ${spot.accuracy_m ? errorOf(at(spot), Math.max(6, spot.accuracy_m * scale)) : nothing}
    ${me ? meOf(at(me)) : nothing}
    ${marks.map((one, index) => numbered(at(one), index + 1))}
    ${pinOf(at(spot))}
    <g class="bar" transform="translate(14 ${height - 14})"><path d="M0 -8V0H${bar * scale}V-8"></path><text x=${bar * scale + 8} y="1">${barWords(bar)}</text></g>
    <g class="north" transform="translate(${width - 26} 16)"><path d="M0 -6l7 14-7-4-7 4z"></path><text y="30">${_("北")}</text></g>
  </svg></div>`;
}

/** Pixels by which a finger misses. */
const FINGER = 12;

const barWords = (metres) => (metres < 1000 ? _("{n} 米", { n: metres }) : _("{n} 公里", { n: metres / 1000 }));

function gridOf(step, { width, height }) {
  const lines = [];
  for (let x = (width / 2) % step; x < width; x += step) lines.push(`M${x} 0V${height}`);
  for (let y = (height / 2) % step; y < height; y += step) lines.push(`M0 ${y}H${width}`);
  return lines.join("");
}

const errorOf = ({ x, y }, r) => svg`<circle class="error" cx=${x} cy=${y} r=${r}></circle>`;
const meOf = ({ x, y }) => svg`<g class="me" transform="translate(${x} ${y})"><circle r="10"></circle><circle r="4"></circle></g>`;
const pinOf = ({ x, y }) => svg`<g class="pin" transform="translate(${x} ${y})"><path d="M0 0c-14-16-21-27-21-36a21 21 0 0 1 42 0c0 9-7 20-21 36z"></path><circle cy="-36" r="7"></circle></g>`;
const numbered = ({ x, y }, number) => svg`<g class="known" transform="translate(${x} ${y})"><circle r="17"></circle><text y="6.5" text-anchor="middle">${number}</text></g>`;
