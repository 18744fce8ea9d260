// A small map without tiles: the place, its error to scale, what is known around it, a scale bar. North is up.
import { html, nothing } from "./dom.js";
import { svg } from "../vendor/lit-html/lit-html.js";
import { distance, moved, offset } from "./geo.js";
import { HEIGHT, WIDTH, barFor, scaleFor } from "./scale.js";
import { _ } from "./words.js";

/**
 * `spot` {lat, lng, accuracy_m} is the place; `me` is where the phone is, if that is another; `centre` is the middle of
 * the sheet; `marks` have lat and lng; onTap(point, metres), if given, hears where it was tapped and how roughly.
 */
export function sketch({ spot, centre = spot, me = null, marks = [], onTap = null }) {
  const farthest = Math.max(0, ...[spot, me, ...marks].filter(Boolean).map((point) => distance(centre, point)));
  const scale = scaleFor(spot.accuracy_m, farthest);
  const bar = barFor(scale);
  const at = (point) => {
    const { east, north } = offset(centre, point);
    return { x: WIDTH / 2 + east * scale, y: HEIGHT / 2 - north * scale };
  };
  const tapped = (event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(event.currentTarget.getScreenCTM().inverse());
    onTap(moved(centre, { east: (x - WIDTH / 2) / scale, north: (HEIGHT / 2 - y) / scale }), FINGER / scale);
  };
  const label = _("示意图，上面是北，一格 {distance}，{n} 处附近报过的", { distance: barWords(bar), n: marks.length });
  return html`<div class="mapbox sketch"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label} data-tap=${onTap ? "" : nothing} @click=${onTap ? tapped : nothing}>
    <path class="grid" d=${gridOf(bar * scale)}></path>
    ${spot.accuracy_m ? errorOf(at(spot), Math.max(6, spot.accuracy_m * scale)) : nothing}
    ${me ? meOf(at(me)) : nothing}
    ${marks.map((one, index) => numbered(at(one), index + 1))}
    ${pinOf(at(spot))}
    <g class="bar" transform="translate(14 ${HEIGHT - 14})"><path d="M0 -8V0H${bar * scale}V-8"></path><text x=${bar * scale + 8} y="2">${barWords(bar)}</text></g>
    <g class="north" transform="translate(${WIDTH - 26} 16)"><path d="M0 -6l7 14-7-4-7 4z"></path><text y="30">${_("北")}</text></g>
  </svg></div>`;
}

/** Pixels by which a finger misses. */
const FINGER = 12;

const barWords = (metres) => (metres < 1000 ? _("{n} 米", { n: metres }) : _("{n} 公里", { n: metres / 1000 }));

function gridOf(step) {
  const lines = [];
  for (let x = (WIDTH / 2) % step; x < WIDTH; x += step) lines.push(`M${x} 0V${HEIGHT}`);
  for (let y = (HEIGHT / 2) % step; y < HEIGHT; y += step) lines.push(`M0 ${y}H${WIDTH}`);
  return lines.join("");
}

const errorOf = ({ x, y }, r) => svg`<circle class="error" cx=${x} cy=${y} r=${r}></circle>`;
const meOf = ({ x, y }) => svg`<g class="me" transform="translate(${x} ${y})"><circle r="10"></circle><circle r="4"></circle></g>`;
const pinOf = ({ x, y }) => svg`<g class="pin" transform="translate(${x} ${y})"><path d="M0 0c-14-16-21-27-21-36a21 21 0 0 1 42 0c0 9-7 20-21 36z"></path><circle cy="-36" r="7"></circle></g>`;
const numbered = ({ x, y }, number) => svg`<g class="known" transform="translate(${x} ${y})"><circle r="17"></circle><text y="6.5" text-anchor="middle">${number}</text></g>`;
