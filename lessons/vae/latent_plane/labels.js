// What is written over the latent plane: the classes' numerals, the prior, the cloud of the picture. None of it hides a
// handle or another label: numerals give way, and a pill stands at the first free place.

const NUMERAL = 24; // CSS pixels across
const RING = 18; // radius of the ring round a cloud that a handle hides
const CLEAR = RING + NUMERAL / 2 + 2; // from a handle's middle to a numeral's

/** The box of a label of this size around its middle. */
const boxAt = ([x, y], [width, height]) => ({ left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 });

/** Area that two boxes share; they keep 2 pixels between them. */
const shared = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left) + 2) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + 2);

/** By how much a box leaves a square of that side. */
const beyond = (box, side) => Math.max(0, 3 - box.left, 3 - box.top, box.right - side + 3, box.bottom - side + 3);

/** Middles from which a label of this size touches a circle from outside, the one at `angle` first, all the way round. */
function aroundCircle([cx, cy], radius, [width, height], angle) {
  return Array.from({ length: 24 }, (_, k) => {
    const turned = angle + ((k % 2 ? 1 : -1) * Math.ceil(k / 2) * Math.PI) / 12;
    const [cos, sin] = [Math.cos(turned), -Math.sin(turned)];
    const near = (t) => Math.hypot(Math.max(Math.abs(t * cos) - width / 2, 0), Math.max(Math.abs(t * sin) - height / 2, 0));
    let away = radius;
    while (near(away) < radius - 2) away++;
    return [cx + away * cos, cy + away * sin];
  });
}

/** Whether a label at that middle lies within a circle. */
const within = ([cx, cy], radius, [x, y], [width, height]) => Math.hypot(Math.abs(x - cx) + width / 2, Math.abs(y - cy) + height / 2) < radius;

class PlaneLabels extends PlaneGeometry {
  /** CSS pixels of what nothing may hide: the handles, and the mean, where the cloud is. */
  get handles() {
    if (this.manifold) return [];
    return (this.view.mode === "path" ? [...this.ends, this.z] : [this.mu, this.view.z]).map((point) => this.place(point));
  }

  /** Each class's numeral stands where the class is dense and alone, so that no legend and no ten hues are needed. */
  findClasses() {
    this.middles = classPlaces(this.means, this.labels, this.data.extent).map(([a, b], label) => [a, this.line ? this.row(label) : b]);
  }

  numerals() {
    const middles = this.middles.map((middle) => this.place(middle));
    const width = Math.max(...[0, 1].map((d) => Math.max(...middles.map((p) => p[d])) - Math.min(...middles.map((p) => p[d]))));
    const hidden = this.manifold || !this.layers.digits || width < 80; // pushed apart, they would tell of classes in a mere heap
    const inside = (v) => clamp(v, NUMERAL / 2 + 1, this.size - NUMERAL / 2 - 1);
    const stand = hidden ? [] : apart(middles, NUMERAL + 2, this.handles, CLEAR).map((middle) => middle.map(inside));
    [...this.$(".numerals").children].forEach((button, digit) => {
      button.hidden = hidden;
      button.setAttribute("aria-pressed", this.chosen === digit);
      if (hidden) return;
      const [x, y] = stand[digit];
      button.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    });
    this.taken = [...stand.map((middle) => boxAt(middle, [NUMERAL, NUMERAL])), ...this.handles.map((middle) => boxAt(middle, [2 * RING, 2 * RING]))];
  }

  /** Of these middles the one where the label `name` stood before, or else the first, at which it hides nothing.
   * Where there is none it is the one where it hides least, or null if it `yields`. */
  free(name, middles, size, yields = false) {
    const costs = middles.map((middle) => {
      const box = boxAt(middle, size);
      return this.taken.reduce((sum, other) => sum + shared(box, other), 0) + 1000 * beyond(box, this.size);
    });
    this.stood ??= {};
    if (costs[this.stood[name]] !== 0) this.stood[name] = costs.indexOf(Math.min(...costs));
    if (yields && costs[this.stood[name]] > 0) return null;
    const middle = middles[this.stood[name]];
    this.taken.push(boxAt(middle, size));
    return middle;
  }

  /** N(0, I): two circles, or on a line the borders between which it holds so much. */
  drawPrior(over, scale) {
    const { palette, line, size } = this;
    const dotted = { fill: "none", stroke: palette.ink, "stroke-width": 1.6, "stroke-dasharray": "1.5 4" };
    const centre = this.place(this.data.centre);
    for (const radius of [1, 2]) {
      const r = radius * scale;
      if (!line) svg(over, "circle", { cx: centre[0], cy: centre[1], r, ...dotted });
      for (const x of line ? [centre[0] - r, centre[0] + r] : []) svg(over, "line", { x1: x, x2: x, y1: 0, y2: size, ...dotted });
    }
    if (scale < 24) return; // labels would hide what they name
    const put = (name, middle) => pill(over, this.data.labels[`prior-${line ? "line-" : ""}${name}`], palette.ink, palette, middle);
    if (line) {
      put("1", ([width]) => [centre[0] + scale - 4 - width / 2, 16]);
      put("2", ([width]) => [centre[0] + 2 * scale + 4 + width / 2, 16]);
      return;
    }
    const between = (name, yields) => (room) => { // it touches its own circle alone
      const places = [0, 4].flatMap((off) => aroundCircle(centre, scale + off, room, Math.PI / 2));
      const own = places.filter((middle) => within(centre, 2 * scale - 2, middle, room));
      return own.length ? this.free(name, own, room, yields) : null;
    };
    put("1", between("prior-1", true)) ?? put("1-short", between("prior-1-short", false));
    put("2", (room) => this.free("prior-2", aroundCircle(centre, 2 * scale, room, Math.PI), room));
  }

  /** The cloud of x: its ellipses to scale, a ring where they are so small that a handle hides them, and its name. */
  drawSpread(over, scale) {
    const { palette } = this;
    const [x, y] = this.place(this.mu);
    const stroke = { stroke: palette.q, "stroke-width": 1.5 };
    ellipses(over, [x, y], this.widths.map((s) => s * scale), this.tilt, palette.q);
    const ringed = 2 * Math.max(...this.widths) * scale < RING;
    if (ringed) svg(over, "circle", { cx: x, cy: y, r: RING, fill: "none", ...stroke });
    const leader = svg(over, "line", stroke);
    pill(over, "q(z|x)", palette.q, palette, (room) => {
      const side = x > 0.65 * this.size ? -1 : 1;
      const places = [1, 1.3, 1.7].flatMap((far) => [[62, -34], [62, 34], [-62, -34], [-62, 34], [0, -46], [0, 46]].map(([dx, dy]) => [x + far * side * dx, y + far * dy]));
      const [u, v] = this.free("q", places, room);
      const length = Math.hypot(u - x, v - y) / (ringed ? RING : 0.001);
      Object.entries({ x1: x + (u - x) / length, y1: y + (v - y) / length, x2: u, y2: v }).forEach((one) => leader.setAttribute(...one));
      return [u, v];
    });
  }
}
