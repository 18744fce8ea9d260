// What could not be sent, as a file that the office takes in: outbox.json and each photo's bytes by hash.
import { RECEIVED, hashes, manifestOf } from "./record.js";

export const FORMAT = "mingcha-outbox-1";

/** The file's parts for client-zip: the list first, then every byte, once. */
export async function* partsOf({ person, records, bytesOf, at }) {
  const listed = records.map((record) => ({
    id: record.id,
    kind: record.kind,
    manifest: record.manifest ?? manifestOf(record),
    photos: record.photos.map((photo) => photo.sha256),
    recordings: record.recordings.map((recording) => recording.sha256),
  }));
  yield { name: "outbox.json", input: JSON.stringify({ format: FORMAT, exported_at: at, person, records: listed }, null, 1) };
  const told = new Set();
  for (const record of records) {
    for (const digest of hashes(record)) {
      const data = told.has(digest) ? null : await bytesOf(`${record.id}/${digest}`);
      if (data) yield { name: `bytes/${digest}`, input: data };
      told.add(digest);
    }
  }
}

/** Everything of this person that has no receipt, as a ZIP in a Blob. */
export async function exportOf(app) {
  const { downloadZip } = await import("../vendor/client-zip/index.js");
  const records = (await app.outbox.all()).filter((record) => record.state !== RECEIVED && hashes(record).length);
  const bytesOf = (key) => app.store.read(({ bytes }) => bytes.get(key)).then((kept) => kept?.data);
  const { id, name } = app.session.person;
  return downloadZip(partsOf({ person: { id, name }, records, bytesOf, at: new Date().toISOString() })).blob();
}
