// What several models see of a picture at one pixel: their receptive fields side by side, as the gradients gave them. A
// click in one of them asks for another pixel, and the answer is here already.

const HTML = `<div class="row"></div><p class="hint"></p>`;
const UNSEEN = 0.55; // of the error's colour, for what comes before and is not seen

class Fields {
  constructor(root, messenger) {
    this.messenger = messenger;
    this.element = document.createElement("div");
    this.element.className = "fields";
    this.element.innerHTML = HTML;
    root.append(this.element);
    this.row = this.element.querySelector(".row");
    this.row.addEventListener("click", (event) => this.point(event));
    this.row.addEventListener("keydown", (event) => this.walk(event));
  }

  async update(data) {
    const moved = this.data?.revision !== data.revision;
    this.data = data;
    if (moved || this.place === undefined || data.place !== this.told) this.place = this.told = data.place;
    if (this.names !== data.models.map((one) => one.key).join()) await this.furnish();
    this.draw();
  }

  async furnish() {
    const { models } = this.data;
    const unpacked = await Promise.all(models.map(({ fields }) => inflated(fields)));
    this.names = models.map((one) => one.key).join();
    this.bits = unpacked;
    this.row.innerHTML = models.map(() => `<figure><figcaption></figcaption><div class="frame"><canvas role="img"></canvas></div><small></small></figure>`).join("");
    for (const frame of this.row.querySelectorAll(".frame")) frame.tabIndex = 0;
  }

  draw() {
    const { data, place } = this;
    const { side, words, models } = data;
    const [paper, seen, missed] = ["--st-background-color", "--gm-model", "--gm-error"].map((name) => colourOf(this.element, name));
    const mark = `--x:${(100 * (place % side)) / side}%;--y:${(100 * Math.floor(place / side)) / side}%;--cell:${100 / side}%`;
    [...this.row.children].forEach((figure, k) => {
      const sees = (pixel) => (this.bits[k][place * Math.ceil(side ** 2 / 8) + (pixel >> 3)] >> (7 - (pixel & 7))) & 1;
      const kind = Array.from({ length: side ** 2 }, (_, pixel) => (sees(pixel) ? 2 : pixel < place ? 1 : 0));
      const count = (which) => kind.filter((one) => one === which).length;
      const canvas = figure.querySelector("canvas");
      paintRgb(canvas, side, side, (i, c) => {
        if (kind[i] === 2) return seen[c];
        const stripe = (i % side + Math.floor(i / side)) % 4 < 2 ? UNSEEN : UNSEEN / 4;
        return kind[i] === 1 ? paper[c] + (missed[c] - paper[c]) * stripe : paper[c];
      });
      const text = words.sees.replace("#", count(2)).replace("%", count(1));
      figure.querySelector("figcaption").textContent = models[k].name;
      figure.querySelector("small").textContent = text;
      canvas.setAttribute("aria-label", `${models[k].name}: ${text}`);
      figure.querySelector(".frame").style.cssText = mark;
      figure.dataset.seen = count(2);
      figure.dataset.missed = count(1);
    });
    this.element.dataset.place = place;
    this.element.querySelector(".hint").innerHTML = words.hint;
  }

  point(event) {
    const { side } = this.data;
    const pixel = pixelUnder(event, side, side);
    if (pixel) this.go(pixel[0] * side + pixel[1]);
  }

  walk(event) {
    const along = arrowOf(event);
    if (!along) return;
    event.preventDefault();
    this.go(this.place + along[0] * this.data.side + along[1]);
  }

  go(place) {
    if (place < 0 || place >= this.data.side ** 2) return;
    this.place = this.told = place;
    this.draw();
    this.messenger.push({ pixel: place });
  }

  destroy() {
    this.element.remove();
  }
}

/** Bytes of a deflated text in base64. */
async function inflated(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export default live(Fields);
