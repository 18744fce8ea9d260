import assert from "node:assert/strict";
import test from "node:test";

import { fromTiles, gcj02, onTiles } from "./datum.js";

test("two places in Beijing land where the server's conversion puts them", () => {
  const close = (got, wanted) => got.forEach((degrees, at) => assert.ok(Math.abs(degrees - wanted[at]) < 1e-9));

  close(gcj02([39.93, 116.42]), [39.93139816717968, 116.42623662430242]);
  close(gcj02([40.45, 115.97]), [40.451209867489034, 115.97609930657632]);
});

test("tiles in WGS-84 move nothing", () => {
  assert.deepEqual(onTiles([39.93, 116.42], "wgs84"), [39.93, 116.42]);
  assert.notDeepEqual(onTiles([39.93, 116.42], "gcj02"), [39.93, 116.42]);
});

test("what lies under a point of the tiles is found again to a few metres", () => {
  for (const datum of ["wgs84", "gcj02"]) {
    const [lat, lng] = fromTiles(onTiles([39.93, 116.42], datum), datum);
    assert.ok(Math.abs(lat - 39.93) < 2e-5 && Math.abs(lng - 116.42) < 2e-5, `${datum}: ${lat}, ${lng}`);
  }
});
