// How a flow of points looks: data, arrows, the cloud, and the way of one point. No state of its own.

const HALF = 3; // the square is [-3, 3]
const [ARROW, LONG] = [0.33, 1.5]; // of the square's unit; noise that is longer than LONG hardly makes an arrow longer
const HEAD = 0.07;

/** Numbers that Python sent as 16 bits, [moments][places][x, y]; `at(i)` are those of a moment, x and y in turn. */
function movesOf(text, places, scale) {
  const raw = new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const size = 2 * places;
  return { at: (i) => Float32Array.from(raw.subarray(i * size, (i + 1) * size), (v) => v * scale) };
}

/** Where a place of the plane lies on a canvas of that side. */
const onCanvas = (side) => (x, y) => [((x + HALF) / (2 * HALF)) * side, ((HALF - y) / (2 * HALF)) * side];

function dots(context, side, values, radius, colour, opacity) {
  const place = onCanvas(side);
  context.fillStyle = colour;
  context.globalAlpha = opacity;
  for (let i = 0; i < values.length; i += 2) {
    context.beginPath();
    context.arc(...place(values[i], values[i + 1]), radius, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** An arrow from each place against the noise there: the way to less of it. Long ones are shortened. */
function arrows(context, side, places, noise, colour, width) {
  const place = onCanvas(side);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const length = Math.hypot(noise[i], noise[i + 1]) || 1;
    const scale = (-ARROW * Math.tanh(length / LONG)) / length;
    const [dx, dy] = [scale * noise[i], scale * noise[i + 1]];
    const [x, y] = [places[i] + dx, places[i + 1] + dy];
    const long = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [(HEAD * dx) / long, (HEAD * dy) / long];
    context.moveTo(...place(places[i], places[i + 1]));
    context.lineTo(...place(x, y));
    context.lineTo(...place(x - ux - 0.6 * uy, y - uy + 0.6 * ux));
    context.moveTo(...place(x, y));
    context.lineTo(...place(x - ux + 0.6 * uy, y - uy - 0.6 * ux));
  }
  context.stroke();
}

/** A line through places [[x, y], ...]. */
function trail(context, side, way, colour, width, dashes = []) {
  const place = onCanvas(side);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dashes);
  context.beginPath();
  way.forEach(([x, y], i) => (i ? context.lineTo(...place(x, y)) : context.moveTo(...place(x, y))));
  context.stroke();
  context.setLineDash([]);
}
