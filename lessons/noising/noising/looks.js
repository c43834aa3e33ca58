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

const NAMES = 52; // pixels at the right of the curves, for their names
const LINE = 17; // height of a name

/** The shares of signal and noise over t, with a line at `t`; each is named at its end, where the line never comes. */
function shares({ signal, noisy, words }, t, room, height) {
  const width = room - NAMES;
  const last = signal.length - 1;
  const place = (k, y) => [(k / last) * width, (1 - y) * height];
  const curve = (values) => line(values.map((y, k) => place(k, y)));
  const [x] = place(t, 0);
  const dot = (values, kind) => tag("circle", { cx: x, cy: place(t, values[t])[1], r: 5, class: kind });
  const part = (name, ...drawn) => tag("g", { "data-part": name, style: `opacity: ${opacityOf(name)}; transition: opacity 240ms ease-out` }, drawn.join(""));
  const ends = [signal, noisy].map((values) => place(last, values[last])[1] + 4.5);
  const apart = Math.max(0, LINE - Math.abs(ends[0] - ends[1])) / 2;
  const name = (i, word, kind) =>
    tag("text", { x: width + 9, y: ends[i] + (ends[i] < ends[1 - i] || (ends[0] === ends[1] && !i) ? -apart : apart), class: kind }, word);
  return [
    ...[0, 0.5, 1].map((y) => tag("path", { d: `M0 ${place(0, y)[1]}H${width}`, class: "grid" }) + tag("text", { x: -8, y: place(0, y)[1] + 4, "text-anchor": "end" }, y)),
    tag("path", { d: `M${x} 0V${height}`, class: "now" }),
    part("signal", tag("path", { d: curve(signal), class: "curve signal" }), dot(signal, "signal"), name(0, words.signal, "signal")),
    part("noise", tag("path", { d: curve(noisy), class: "curve noisy" }), dot(noisy, "noisy"), name(1, words.noisy, "noisy")),
    tag("text", { x: 0, y: -8 }, words.amplitude),
    tag("text", { x: 0, y: height + 18 }, 0), tag("text", { x: width, y: height + 18, "text-anchor": "end" }, `t = ${last}`),
  ].join("");
}
