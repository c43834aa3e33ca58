// How noise looks: a picture as paper and ink, points in the plane, and what is left of both. No state of its own.

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

/** Of things as Python tells them: `steps(t)` and `jump(signal, noisy)` are their values. */
function thingsOf({ path, x0, eps }, reach) {
  const [steps, start, noise] = [bytes(path), floats(x0), floats(eps)];
  return {
    steps: (t) => Float32Array.from(steps.subarray(t * start.length, (t + 1) * start.length), (v) => ((v / 255) * 2 - 1) * reach),
    jump: (signal, noisy) => start.map((value, i) => signal * value + noisy * noise[i]),
  };
}

/** Values in the model's scale: -1 is paper, 1 is ink, and what lies beyond is cut off. */
const paintDigit = (canvas, values, width, paper, ink) =>
  paintPixels(canvas, values.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1)), width, paper, ink);

/** Points (x, y interleaved) in the square [-3, 3]. */
function paintPoints(canvas, values, colour) {
  const side = Math.round(canvas.clientWidth * (globalThis.devicePixelRatio || 1));
  if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, side, side);
  context.fillStyle = colour;
  context.globalAlpha = 0.75;
  const radius = side / 120;
  for (let i = 0; i < values.length; i += 2) {
    context.beginPath();
    context.arc(((values[i] + 3) / 6) * side, ((3 - values[i + 1]) / 6) * side, radius, 0, 7);
    context.fill();
  }
}

/** The shares of signal and noise over t, with a line at `t`. */
function shares({ signal, noisy, words }, t, width, height) {
  const last = signal.length - 1;
  const place = (k, y) => [(k / last) * width, (1 - y) * height];
  const curve = (values) => line(values.map((y, k) => place(k, y)));
  const [x] = place(t, 0);
  const dot = (values, kind) => tag("circle", { cx: x, cy: place(t, values[t])[1], r: 5, class: kind });
  const name = (values, word, kind) => {
    const [k, below] = kind === "signal" ? [Math.round(0.08 * last), 24] : [Math.round(0.16 * last), 18];
    const [x, y] = place(k, values[k]);
    return tag("text", { x: kind === "signal" ? x : x + 8, y: Math.min(y + below, height - 6), class: kind }, word);
  };
  return [
    ...[0, 0.5, 1].map((y) => tag("path", { d: `M0 ${place(0, y)[1]}H${width}`, class: "grid" }) + tag("text", { x: -8, y: place(0, y)[1] + 4, "text-anchor": "end" }, y)),
    tag("path", { d: `M${x} 0V${height}`, class: "now" }),
    tag("path", { d: curve(signal), class: "curve signal" }), tag("path", { d: curve(noisy), class: "curve noisy" }),
    dot(signal, "signal"), dot(noisy, "noisy"), name(signal, words.signal, "signal"), name(noisy, words.noisy, "noisy"),
    tag("text", { x: 0, y: height + 18 }, 0), tag("text", { x: width, y: height + 18, "text-anchor": "end" }, `t = ${last}`),
  ].join("");
}
