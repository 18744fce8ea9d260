// A small map without tiles: the place, its error to scale, what is known around it, a scale bar. North is up.
import { html, nothing } from "./dom.js";
import { svg } from "../vendor/lit-html/lit-html.js";
import { distanceWords, moved, offset } from "./geo.js";
import { HEIGHT, WIDTH, barFor, scaleFor } from "./scale.js";
import { _ } from "./words.js";

/** `spot` {lat, lng, accuracy_m}; `marks` have lat, lng, distance_m; onTap(point), if given, hears where it was tapped. */
export function sketch({ spot, marks = [], onTap = null }) {
  const scale = scaleFor(spot.accuracy_m, Math.max(0, ...marks.map((one) => one.distance_m)));
  const bar = barFor(scale);
  const at = (point) => {
    const { east, north } = offset(spot, point);
    return { x: WIDTH / 2 + east * scale, y: HEIGHT / 2 - north * scale };
  };
  const tapped = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const east = ((event.clientX - box.left) / box.width - 0.5) * (WIDTH / scale);
    const north = (0.5 - (event.clientY - box.top) / box.height) * (HEIGHT / scale);
    onTap(moved(spot, { east, north }));
  };
  const label = _("示意图，北在上，一格 {distance}", { distance: distanceWords(bar) });
  return html`<div class="mapbox sketch"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label} @click=${onTap ? tapped : nothing}>
    ${grid(bar * scale)}
    ${spot.accuracy_m ? svg`<circle class="error" cx=${WIDTH / 2} cy=${HEIGHT / 2} r=${Math.max(6, spot.accuracy_m * scale)}></circle>` : nothing}
    ${marks.map((one, index) => numbered(at(one), index + 1))}
    <g class="pin" transform="translate(${WIDTH / 2} ${HEIGHT / 2})"><path d="M0 0c-14-16-21-27-21-36a21 21 0 0 1 42 0c0 9-7 20-21 36z"></path><circle cy="-36" r="7"></circle></g>
    <g class="bar" transform="translate(14 ${HEIGHT - 16})"><path d="M0 -7V0H${bar * scale}V-7"></path><text x=${bar * scale + 8} y="4">${distanceWords(bar)}</text></g>
    <text class="north" x=${WIDTH - 26} y="28">${_("北")}↑</text>
  </svg></div>`;
}

function grid(step) {
  const lines = [];
  for (let x = (WIDTH / 2) % step; x < WIDTH; x += step) lines.push(`M${x} 0V${HEIGHT}`);
  for (let y = (HEIGHT / 2) % step; y < HEIGHT; y += step) lines.push(`M0 ${y}H${WIDTH}`);
  return svg`<path class="grid" d=${lines.join("")}></path>`;
}

function numbered({ x, y }, number) {
  return svg`<g class="known" transform="translate(${x} ${y})"><circle r="17"></circle><text y="6.5" text-anchor="middle">${number}</text></g>`;
}
