// How a flow of points looks: data, arrows, the cloud, and the way of one point. No state of its own.

const [ARROW, LONG] = [0.33, 1.5]; // of the square's unit; noise that is longer than LONG hardly makes an arrow longer
const HEAD = 0.07;
const FAINT = 0.12; // what is left of the beginning of a way

/** Numbers that Python sent as 16 bits, [moments][places][x, y]; `at(i)` are those of a moment, x and y in turn. */
function movesOf(text, places, scale) {
  const raw = new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const size = 2 * places;
  return { at: (i) => Float32Array.from(raw.subarray(i * size, (i + 1) * size), (v) => v * scale) };
}

/** An arrow from each place against the noise there: the way to less of it. Long ones are shortened. */
function arrows(context, side, places, noise, colour, width, opacity) {
  const place = onCanvas(side);
  context.globalAlpha = opacity;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const length = Math.hypot(noise[i], noise[i + 1]) || 1;
    const scale = (-ARROW * Math.tanh(length / LONG)) / length;
    const [dx, dy] = [scale * noise[i], scale * noise[i + 1]];
    const [x, y] = [places[i] + dx, places[i + 1] + dy];
    arrowTo(context, place, [places[i], places[i + 1]], [x, y], HEAD);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The way of a point through places [[x, y], ...]: the longer ago, the paler. */
function trail(context, side, way, colour, width, opacity) {
  const place = onCanvas(side);
  context.strokeStyle = colour;
  context.lineWidth = width;
  for (let i = 1; i < way.length; i++) {
    context.globalAlpha = opacity * (FAINT + (1 - FAINT) * (i / (way.length - 1)) ** 2);
    straight(context, place(...way[i - 1]), place(...way[i]));
  }
  context.globalAlpha = 1;
}

/** A dashed line from one place to another. */
function dashes(context, side, from, to, colour, width) {
  const place = onCanvas(side);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash([2.5 * width, 2 * width]);
  straight(context, place(...from), place(...to));
  context.setLineDash([]);
}

/** The name of the guess beside its ring, on the side that is turned away from the point. */
function named(letters, [x, y], [fromX, fromY], side, colour) {
  const { context, pixel } = letters;
  const far = Math.hypot(x - fromX, y - fromY);
  const [ux, uy] = far > pixel ? [(x - fromX) / far, (y - fromY) / far] : [1, 0];
  const inside = (at, size) => Math.min(Math.max(at, size * pixel), side - size * pixel);
  const [left, middle] = [inside(x + 18 * pixel * ux, 14) - 8 * pixel, inside(y + 18 * pixel * uy, 12)];
  context.textAlign = "left";
  context.textBaseline = "middle";
  const width = letter(letters, "x̂", [left, middle], colour, 17, 600);
  letter(letters, "0", [left + width, middle + 5 * pixel], colour, 13, 600);
}
