// Where things are on the latent plane: its state, and the way between codes z and CSS pixels. Nothing is drawn here.

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class PlaneGeometry {
  get grid() { return this.data.grid; }
  get manifold() { return this.view.mode === "manifold"; }
  get decoder() { return (this.decoders[this.view.epoch] ??= this.shelf.decoder(`epoch-${this.data.epochs[this.view.epoch]}.`)); }
  get size() { return this.$(".square").clientWidth; }
  get mu() { return this.data.x.mu[this.view.epoch]; }
  get sigma() { return this.data.x.sigma[this.view.epoch]; }

  meansOf(epoch) {
    const all = this.shelf.tensors.means;
    const length = 2 * this.labels.length;
    return all.slice(epoch * length, (epoch + 1) * length);
  }

  /** CSS pixels of a latent point. */
  place([z1, z2]) {
    const scale = this.size / (2 * this.data.extent);
    return [(z1 + this.data.extent) * scale, (this.data.extent - z2) * scale];
  }

  /** Latent point under CSS pixels; in the manifold, the code of the tile there. */
  pick(x, y) {
    if (this.manifold) {
      const tile = (v) => clamp(Math.floor((v / this.size) * this.grid.length), 0, this.grid.length - 1);
      return [this.grid[tile(x)], this.grid[tile(this.size - y)]];
    }
    const unit = (2 * this.data.extent) / this.size;
    const inside = (v) => clamp(v, -this.data.extent, this.data.extent);
    return [inside(x * unit - this.data.extent), inside(this.data.extent - y * unit)];
  }

  /** Column and row (from below) of the manifold tile nearest to z. */
  tileOf(z) {
    return z.map((v) => this.grid.reduce((best, g, i) => (Math.abs(g - v) < Math.abs(this.grid[best] - v) ? i : best), 0));
  }

  /** Index of the test digit whose mean lies nearest to z. */
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
