// A landscape over a plane as bands of one colour.

const BANDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]; // nats above the least

/** base64 of little-endian float32. */
function readFloats(text) {
  return new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** The landscape as bands of one colour, the less of it the lower, with a line where a band begins. */
function paintBands(canvas, heights, columns, rows, colour, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const least = heights.reduce((a, b) => Math.min(a, b), Infinity);
  const logs = heights.map((value) => Math.log(value - least + BANDS[0] / 2)); // steep slopes bend less there
  const edges = BANDS.map((edge) => Math.log(edge + BANDS[0] / 2));
  const bands = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const v = ((h - 0.5 - y) / h) * (rows - 1);
    const row = Math.min(Math.max(Math.floor(v), 0), rows - 2);
    for (let x = 0; x < w; x++) {
      const u = ((x + 0.5) / w) * (columns - 1);
      const column = Math.min(Math.floor(u), columns - 2);
      const at = row * columns + column;
      const below = logs[at] + (logs[at + 1] - logs[at]) * (u - column);
      const above = logs[at + columns] + (logs[at + columns + 1] - logs[at + columns]) * (u - column);
      const value = below + (above - below) * (v - row);
      let band = 0;
      while (band < edges.length && value >= edges[band]) band++;
      bands[y * w + x] = band;
    }
  }
  const context = canvas.getContext("2d");
  const image = context.createImageData(w, h);
  for (let i = 0; i < bands.length; i++) {
    const edge = bands[i] !== bands[i + 1] || bands[i] !== bands[i + w];
    image.data.set(colour, 4 * i);
    image.data[4 * i + 3] = 255 * (0.04 + (0.34 * bands[i]) / BANDS.length + (edge ? 0.22 : 0));
  }
  context.putImageData(image, 0, 0);
}
