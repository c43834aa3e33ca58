// Curves over the frames of something that is played, with a line where it stands.

/** A canvas with as many pixels as it has on the screen, { context, width, height, pixel }; null where it has no room. */
function sharp(canvas) {
  const pixel = globalThis.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * pixel));
  if (!width || !height) return null;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  return { context: canvas.getContext("2d"), width, height, pixel };
}

/** Lets whoever presses or drags in a canvas of curves hear `go` of the frame under the pointer, of 0 to `last()`. */
function seekable(canvas, last, go) {
  const seek = (event) => {
    const box = canvas.getBoundingClientRect();
    go(Math.round(((event.clientX - box.left) / box.width) * last()));
  };
  canvas.addEventListener("pointerdown", seek);
  canvas.addEventListener("pointermove", (event) => event.buttons && seek(event));
}

/** From where to where curves of losses are drawn: from 0 to 2, or as far as all but the outermost 2 % of them go. */
function lossRange(series) {
  const all = series.flatMap(({ values }) => [...values]).sort((a, b) => a - b);
  const at = (share) => all[Math.floor(share * (all.length - 1))];
  return [Math.min(0, at(0.02)), Math.max(2, at(0.98))];
}

/**
 * Curves over the frames: each `{ values, colour }`; `level` is the height of a line that they are held against. The
 * axis goes from `low` to `high`.
 */
function curves(context, width, height, series, [low, high], at, last, level, ink, grid, pixel) {
  const x = (i) => (last ? (i / last) * (width - 2 * pixel) : 0) + pixel;
  const y = (value) => height - 3 * pixel - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (height - 6 * pixel);
  context.clearRect(0, 0, width, height);
  context.lineWidth = pixel;
  if (level !== undefined) {
    context.strokeStyle = grid;
    context.setLineDash([4 * pixel, 4 * pixel]);
    line(context, [[0, y(level)], [width, y(level)]]);
    context.setLineDash([]);
  }
  context.lineWidth = 1.6 * pixel;
  for (const { values, colour } of series) {
    context.strokeStyle = colour;
    line(context, Array.from(values, (value, i) => [x(i), y(value)]));
  }
  context.strokeStyle = ink;
  context.lineWidth = 1.5 * pixel;
  line(context, [[x(at), 0], [x(at), height]]);
}

function line(context, places) {
  context.beginPath();
  places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
}
