// The pictures that were picked: kept together from camera and gallery, shown, and taken out again.
import { fill } from "./words.js";

/** The kept files with the new ones behind, at most so many; and whether some did not fit. */
export function added(kept, fresh, most) {
  const all = [...kept, ...fresh];
  return { files: all.slice(0, most), tooMany: all.length > most };
}

/** The album of a form: camera and gallery input, the list that shows them, words. onChange gets the files. */
export function album({ camera, gallery, list, few, most, words, onChange }) {
  let files = [];
  let addresses = [];

  const keep = (fresh) => {
    const result = added(files, fresh, most);
    files = result.files;
    few.hidden = !result.tooMany;
    store();
  };
  const remove = (index) => {
    files = files.filter((_file, at) => at !== index);
    few.hidden = true;
    store();
  };
  const store = () => {
    const carrier = new DataTransfer();
    files.forEach((file) => carrier.items.add(file));
    gallery.files = carrier.files;
    camera.value = "";
    addresses.forEach((address) => URL.revokeObjectURL(address));
    addresses = files.map((file) => URL.createObjectURL(file));
    list.hidden = files.length === 0;
    list.replaceChildren(...files.map((_file, index) => tile(index)));
    onChange(files);
  };
  const tile = (index) => {
    const item = document.createElement("li");
    item.className = "photo";
    item.append(picture(addresses[index]), caption(index), button(index));
    return item;
  };
  const picture = (address) => {
    const image = new Image();
    image.alt = "";
    image.addEventListener("error", () => image.remove());
    image.src = address;
    return image;
  };
  const caption = (index) => {
    const span = document.createElement("span");
    span.className = "cap";
    span.textContent = index === 0 ? words.far : words.close;
    return span;
  };
  const button = (index) => {
    const out = document.createElement("button");
    out.type = "button";
    out.className = "out";
    out.textContent = "✕";
    out.setAttribute("aria-label", fill(words.remove, { number: index + 1 }));
    out.addEventListener("click", () => remove(index));
    return out;
  };

  camera.addEventListener("change", () => keep(camera.files));
  gallery.addEventListener("change", () => keep(gallery.files));
  // What was picked before this script came, or stands there again after going back.
  const adopt = () => {
    const there = [...gallery.files, ...camera.files];
    if (there.length) keep(there);
  };
  return { adopt, shoot: () => camera.click() };
}
