// Where labels stand: each where it covers least, and of its places rather at one of the first.

const LATER = 0.4; // a point may be covered rather than the label put three places later
const [ASCENT, DESCENT] = [10, 3]; // of 13 px type, from its baseline

/** Pixels that a text takes in bold 13 px type, roughly; a Chinese sign is as wide as it is high. */
const breadth = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 13 : /\d/.test(sign) ? 7.4 : 6.2), 0);

/** Points along a line, so close that no label slips between two of them. */
function along(points, step = 4) {
  return points.flatMap(([x, y], i) => {
    const [x0, y0] = points[Math.max(i - 1, 0)];
    const parts = Math.min(Math.max(Math.ceil(Math.hypot(x - x0, y - y0) / step), 1), 100);
    return Array.from({ length: parts }, (_, k) => [x0 + ((x - x0) * (k + 1)) / parts, y0 + ((y - y0) * (k + 1)) / parts]);
  });
}

/** Points of a disc. */
const disc = (x, y, r) => [0, 1, 2, 3, 4, 5, 6, 7].map((k) => [x + r * Math.cos((k * Math.PI) / 4), y + r * Math.sin((k * Math.PI) / 4)]).concat([[x, y]]);

class Labels {
  /** `taken` are points [x, y] that no label is to cover. */
  constructor(width, height, taken) {
    Object.assign(this, { width, height, taken: [...taken] });
  }

  /** Markup of a text at one of the `places` [x, y of the baseline, text-anchor, by how many points it is worse]; it is taken from then on. */
  put(text, places, kind) {
    const tried = places.map(([x, y, anchor, worse = 0]) => {
      const long = breadth(text);
      const left = x - { start: 0, middle: long / 2, end: long }[anchor];
      return { x, y, anchor, worse, box: [left, y - ASCENT, left + long, y + DESCENT] };
    });
    const costs = tried.map(({ box, worse }, i) => this.cost(box) + worse + LATER * i);
    const { x, y, anchor, box } = tried[costs.indexOf(Math.min(...costs))];
    for (let at = box[0]; at <= box[2]; at += 5) this.taken.push([at, box[1]], [at, (box[1] + box[3]) / 2], [at, box[3]]);
    return tag("text", { x, y, "text-anchor": anchor, class: kind }, text);
  }

  /** How much a label in that box would cover; beyond the picture is worse than anything within. */
  cost([left, top, right, bottom]) {
    const out = Math.max(2 - left, right - this.width + 2, 2 - top, bottom - this.height, 0);
    const room = 2;
    const covered = this.taken.filter(([x, y]) => left - room < x && x < right + room && top - room < y && y < bottom + room);
    return covered.length + 1000 * out;
  }
}
