// Where things are on the latent plane: its state, and the way between points and CSS pixels. Nothing is drawn here.
// A point is (a, b) of the plane that Python has chosen; with two latent dimensions that is the code z itself, with more
// the plane is a cut, and with one (`line`) b means nothing.

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class PlaneGeometry {
  get grid() { return this.data.grid; }
  get line() { return this.data.dim === 1; }
  get manifold() { return this.view.mode === "manifold"; }
  get decoder() { return (this.decoders[this.view.epoch] ??= this.shelf.decoder(`epoch-${this.data.epochs[this.view.epoch]}.`)); }
  get size() { return this.$(".square").clientWidth; }
  get mu() { return this.data.x.mu[this.view.epoch]; }
  get widths() { return this.data.x.widths[this.view.epoch]; }
  get tilt() { return this.data.x.tilt[this.view.epoch]; }
  get kl() { return this.data.x.kl[this.view.epoch]; }

  meansOf(epoch) {
    const all = this.shelf.tensors.means;
    const length = 2 * this.labels.length;
    return all.slice(epoch * length, (epoch + 1) * length);
  }

  /** A step of (along the first, along the second) width of q(z|x), turned as its ellipse is. */
  turned([first, second]) {
    const [cos, sin] = [Math.cos(this.tilt), Math.sin(this.tilt)];
    return [cos * first - sin * second, sin * first + cos * second];
  }

  /** CSS pixels of a point. */
  place([z1, z2]) {
    const scale = this.size / (2 * this.data.extent);
    return [(z1 + this.data.extent) * scale, (this.data.extent - z2) * scale];
  }

  /** The point under CSS pixels; in the manifold, that of the tile there. */
  pick(x, y) {
    if (this.manifold) {
      const tile = (v) => clamp(Math.floor((v / this.size) * this.grid.length), 0, this.grid.length - 1);
      return [this.grid[tile(x)], this.grid[tile(this.size - y)]];
    }
    const unit = (2 * this.data.extent) / this.size;
    const inside = (v) => clamp(v, -this.data.extent, this.data.extent);
    return [inside(x * unit - this.data.extent), this.line ? 0 : inside(this.data.extent - y * unit)];
  }

  /** Column and row (from below) of the manifold tile nearest to z. */
  tileOf(z) {
    return z.map((v) => this.grid.reduce((best, g, i) => (Math.abs(g - v) < Math.abs(this.grid[best] - v) ? i : best), 0));
  }

  /** Where the dot of test picture i is drawn, (a, b): on a line the classes stand in rows above each other. */
  dot(i) {
    const b = this.line ? this.row(this.labels[i]) + (((i * 0.618034) % 1) - 0.5) * 0.1 * this.data.extent : this.means[2 * i + 1];
    return [this.means[2 * i], b];
  }

  /** Height of a class's row on a line, 0 on top. */
  row(label) {
    return this.data.extent * (0.78 - 0.17 * label - (label > 4 ? 0.03 : 0));
  }

  /** Index of the test picture whose mean lies nearest to a point. */
  nearest([z1, z2]) {
    let [best, least] = [0, Infinity];
    for (let i = 0; i < this.labels.length; i++) {
      const distance = (this.means[2 * i] - z1) ** 2 + (this.means[2 * i + 1] - z2) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  }

  get ends() {
    return [this.dragged.a ?? this.mu, this.dragged.b ?? this.data.b.mu[this.view.epoch]];
  }

  get z() {
    if (this.view.mode !== "path") return this.view.z;
    const [a, b] = this.ends;
    return [0, 1].map((d) => a[d] + (b[d] - a[d]) * this.view.t);
  }
}
