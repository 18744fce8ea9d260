// Copies what the browser needs out of static/node_modules into static/vendor, which is kept out of git, with the
// licences beside it. Run after `npm ci --prefix static`: node tools/vendor.mjs
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const STATIC = join(dirname(fileURLToPath(import.meta.url)), "..", "static");
const MODULES = join(STATIC, "node_modules");
const VENDOR = join(STATIC, "vendor");

const WANTED = {
  "@panzoom/panzoom": ["dist/panzoom.es.js"],
  "client-zip": ["index.js"],
  exifr: ["dist/mini.esm.mjs"],
  "htmx.org": ["dist/htmx.min.js"],
  idb: ["build/index.js"],
  leaflet: ["dist/leaflet.js", "dist/leaflet.css"],
  "lit-html": ["lit-html.js"],
};

async function copyPackage(name, files) {
  const target = join(VENDOR, name);
  await mkdir(target, { recursive: true });
  await Promise.all(files.map((file) => copyFile(join(MODULES, name, file), join(target, file.split("/").at(-1)))));
  const { version, license, homepage } = JSON.parse(await readFile(join(MODULES, name, "package.json"), "utf8"));
  const licence = (await readdir(join(MODULES, name))).find((file) => /^licen[cs]e/i.test(file));
  const text = licence ? await readFile(join(MODULES, name, licence), "utf8") : "";
  return `# ${name} ${version} (${license})\n${homepage ?? ""}\n\n${text.trim()}\n`;
}

await rm(VENDOR, { recursive: true, force: true });
const licences = [];
for (const [name, files] of Object.entries(WANTED)) licences.push(await copyPackage(name, files));
await writeFile(join(VENDOR, "LICENSES.txt"), licences.join("\n\n"));
console.log(`static/vendor: ${Object.keys(WANTED).join(", ")}`);
