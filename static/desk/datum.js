// GCJ-02, the datum of most Chinese map tiles: where a WGS-84 point lies on such a map. Degrees; Krasovsky's ellipsoid.

const A = 6378245.0;
const EE = 0.00669342162296594323;

const wave = (x, unit) => (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3) * unit;

function north(x, y) {
  const slow = (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3);
  const slower = (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3);
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave(x, 1) + slow + slower;
}

function east(x, y) {
  const slow = (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3);
  const slower = (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3);
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave(x, 1) + slow + slower;
}

/** [lat, lng] in GCJ-02 of [lat, lng] in WGS-84, for a point in China. */
export function gcj02([lat, lng]) {
  const [x, y] = [lng - 105, lat - 35];
  const radians = (lat / 180) * Math.PI;
  const magic = 1 - EE * Math.sin(radians) ** 2;
  const perLat = ((A * (1 - EE)) / (magic * Math.sqrt(magic))) * (Math.PI / 180);
  const perLng = (A / Math.sqrt(magic)) * Math.cos(radians) * (Math.PI / 180);
  return [lat + north(x, y) / perLat, lng + east(x, y) / perLng];
}

/** How a point is drawn on tiles of a datum. */
export function onTiles(point, datum) {
  return datum === "gcj02" ? gcj02(point) : point;
}

/** The WGS-84 point that is drawn there on tiles of a datum, to a few metres. */
export function fromTiles(point, datum) {
  const [lat, lng] = onTiles(point, datum);
  return [2 * point[0] - lat, 2 * point[1] - lng];
}
