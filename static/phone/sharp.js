// The small copy of a picture is there at once, also without a network; the large one takes its place when it has come.

/** over the app's shelf: look(pictures) fetches the large ones, address(picture) says which to show. Of each {web, thumb}. */
export function sharpener(app, { image = () => new Image() } = {}) {
  const sharp = new Set();
  return {
    async look(pictures) {
      if (!app.online) return;
      for (const { web } of pictures.filter((one) => one.web && !sharp.has(one.web))) {
        const large = Object.assign(image(), { src: web });
        if (await large.decode().then(() => true, () => false)) sharp.add(web);
        app.refresh();
      }
    },
    address: (picture) => (picture && sharp.has(picture.web) ? picture.web : app.shelf.url(picture?.thumb)),
  };
}
