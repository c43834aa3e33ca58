// How the planes look: codes, circles of N(0, I), heaps at the edges, the way, the draws, and the curve. No state here.
// A `sheet` is what sharp() of curves.js gives, with the `family` of its letters and the `colour` of a name.

const BINS = 26;
const MANY = 40; // learned phases: from here on their dots would hide each other
const [BLACK, WHITE] = [[0, 0, 0], [255, 255, 255]]; // a moon is white in both themes

/** Where a code lies on a sheet that shows a square. */
const placeOn = ({ width }, [x, y, half]) => ([a, b]) => [((a - x) / half + 1) * (width / 2), (1 - (b - y) / half) * (width / 2)];

function disc({ context, pixel }, [x, y], radius, fill, stroke) {
  context.beginPath();
  context.arc(x, y, radius * pixel, 0, 7);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  if (stroke) {
    context.strokeStyle = stroke;
    context.stroke();
  }
}

/** Letters of 13 CSS pixels on a halo of the page's colour. */
function written({ context, pixel, family, colour }, text, [x, y], align, name = "muted", weight = 400) {
  context.font = `${weight} ${13 * pixel}px ${family}`;
  Object.assign(context, { textAlign: align, textBaseline: "middle", lineJoin: "round", lineWidth: 4 * pixel });
  context.strokeStyle = colour("bg");
  context.strokeText(text, x, y);
  context.fillStyle = colour(name);
  context.fillText(text, x, y);
}

/** A distance of 1, 2 or 5 times a power of ten, with which two or three numbers stand on a side. */
function stepOf(side) {
  const ten = 10 ** Math.floor(Math.log10(side / 2));
  return ten * [5, 2, 1].find((one) => one * ten <= side / 2);
}

/** Numbers at the lower and at the left edge: the two planes have different scales. */
function scale(sheet, [x, y, half]) {
  const { context, width, pixel, colour } = sheet;
  const place = placeOn(sheet, [x, y, half]);
  const step = stepOf(2 * half);
  const [near, far] = [[30, 12], [12, 30]].map((ends) => ends.map((one) => one * pixel)); // the corner belongs to neither
  const said = (value) => String(Number(value.toFixed(6))).replace("-", "−");
  for (const [d, centre] of [x, y].entries()) {
    for (let k = Math.ceil((centre - half) / step); k * step <= centre + half; k++) {
      const at = place(d ? [x, k * step] : [k * step, y])[d];
      const [before, after] = d ? far : near;
      if (at < before || at > width - after) continue;
      context.fillStyle = colour("axis");
      if (d) context.fillRect(0, at - pixel / 2, 5 * pixel, pixel);
      else context.fillRect(at - pixel / 2, width - 5 * pixel, pixel, 5 * pixel);
      if (d) written(sheet, said(k * step), [8 * pixel, at], "left");
      else written(sheet, said(k * step), [at, width - 13 * pixel], "center");
    }
  }
}

/** One and two sigma of N(0, I), wherever they are. */
function circles(sheet, square) {
  const { context, width, pixel, colour } = sheet;
  const [x, y] = placeOn(sheet, square)([0, 0]);
  const unit = width / 2 / square[2];
  context.lineWidth = 1.25 * pixel;
  context.setLineDash([4 * pixel, 3 * pixel]);
  for (const sigma of [1, 2]) disc(sheet, [x, y], (sigma * unit) / pixel, undefined, colour("axis"));
  context.setLineDash([]);
}

/** Their name on that side of them where there is room for it and the way is far. */
function itsName(sheet, square, way) {
  const { width, pixel } = sheet;
  const [x, y] = placeOn(sheet, square)([0, 0]);
  const reach = width / square[2];
  const [up, along] = [reach + 10 * pixel, reach + 28 * pixel];
  const sides = [[x, y - up], [x, y + up], [x + along, y], [x - along, y]];
  const inside = ([left, top]) => left > 26 * pixel && left < width - 26 * pixel && top > 10 * pixel && top < width - 24 * pixel;
  const far = (one) => Math.min(40 * pixel, ...way.map((place) => Math.hypot(place[0] - one[0], place[1] - one[1])));
  const [best] = sides.filter(inside).sort((one, other) => far(other) - far(one));
  if (best) written(sheet, "N(0, I)", best, "center");
}

/** Every phase in its order, and those that were learned. */
function codesOn(sheet, { codes }, learned, square, places) {
  const { context, width, pixel, colour } = sheet;
  const place = placeOn(sheet, square);
  const all = Array.from({ length: PHASES }, (_, phase) => place([codes[2 * phase], codes[2 * phase + 1]]));
  context.clearRect(0, 0, width, width);
  circles(sheet, square);
  scale(sheet, square);
  context.strokeStyle = colour("muted");
  context.lineWidth = pixel;
  line(context, all);
  for (const one of all) disc(sheet, one, 1.4, colour("muted"));
  for (const phase of learned) disc(sheet, all[phase], learned.length > MANY ? 2.2 : 4, colour("data"));
  itsName(sheet, square, places.map(place));
}

/** The heap of one coordinate of the codes, and N(0, 1) on the same scale; 0 lies over the plane, 1 beside it. */
function heap(sheet, { codes }, square, coordinate) {
  const { context, width, height, pixel, colour } = sheet;
  const [low, high] = [square[coordinate] - square[2], square[coordinate] + square[2]];
  const found = densities(codes, coordinate, low, high, BINS);
  const [long, tall] = coordinate ? [height, width] : [width, height];
  const unit = (tall - 2 * pixel) / Math.max(normalDensity(0), ...found);
  const put = (along, up) => (coordinate ? [up, long - along] : [along, tall - up]);
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour("data");
  context.globalAlpha = 0.45;
  found.forEach((density, i) => {
    const [x0, y0] = put((i * long) / BINS, 0);
    const [x, y] = put(((i + 1) * long) / BINS - pixel, density * unit);
    context.fillRect(Math.min(x0, x), Math.min(y0, y), Math.abs(x - x0), Math.abs(y - y0));
  });
  context.globalAlpha = 1;
  context.strokeStyle = colour("ink");
  context.lineWidth = 1.25 * pixel;
  line(context, Array.from({ length: long + 1 }, (_, at) => put(at, normalDensity(low + ((high - low) * at) / long) * unit)));
}

/** The straight line from code to code, the places of its pictures, and its ends with their angles. */
function wayOn(sheet, places, ends, square) {
  const { context, width, pixel, colour } = sheet;
  const way = places.map(placeOn(sheet, square));
  context.clearRect(0, 0, width, width);
  for (const [name, thick] of [["bg", 3.5], ["ink", 1.5]]) {
    context.strokeStyle = colour(name);
    context.lineWidth = thick * pixel;
    line(context, [way[0], way.at(-1)]);
  }
  for (const one of way.slice(1, -1)) disc(sheet, one, 2, colour("ink"));
  const rightwards = way.at(-1)[0] >= way[0][0];
  ends.forEach((phase, i) => {
    const [x, y] = i ? way.at(-1) : way[0];
    context.lineWidth = 2 * pixel;
    disc(sheet, [x, y], 5, colour("bg"), colour("ink"));
    const inside = Math.min(Math.max(y + (i ? -15 : 15) * pixel, 9 * pixel), width - 9 * pixel);
    const right = (i === 1) === rightwards ? x < width - 44 * pixel : x < 44 * pixel;
    written(sheet, `${angleOf(phase)}°`, [x + (right ? 7 : -7) * pixel, inside], right ? "left" : "right", "ink", 600);
  });
}

/** Crosses: what was drawn is told from what was coded without colour too. */
function drawsOn({ context, width, pixel, colour }, draws, place) {
  context.clearRect(0, 0, width, width);
  context.strokeStyle = colour("model");
  context.lineWidth = 1.75 * pixel;
  const reach = 3.5 * pixel;
  for (const [x, y] of draws.map(place)) {
    line(context, [[x - reach, y], [x + reach, y]]);
    line(context, [[x, y - reach], [x, y + reach]]);
  }
}

/** The distance along the way, from the middle of the first picture to the middle of the last one, as high as `most` goes. */
function distances(sheet, values, shown, most) {
  const { context, width, height, pixel, colour } = sheet;
  const edge = width / shown.length / 2;
  const x = (share) => edge + share * (width - 2 * edge);
  const y = (value) => height - 3 * pixel - (value / most) * (height - 8 * pixel);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = colour("axis");
  context.lineWidth = 1.25 * pixel;
  context.setLineDash([4 * pixel, 3 * pixel]);
  line(context, [[0, y(VALID)], [width, y(VALID)]]);
  context.setLineDash([]);
  context.strokeStyle = colour("model");
  context.lineWidth = 2 * pixel;
  line(context, values.map((value, i) => [x(i / (values.length - 1)), y(value)]));
  shown.forEach((value, i) => disc(sheet, [x(i / (shown.length - 1)), y(value)], 2.6, colour("model")));
  written(sheet, most.toFixed(2), [0, 8 * pixel], "left");
}

/** A disc for a moon, a cross for what is none. */
const markOf = (moon) =>
  `<svg class="mark" viewBox="0 0 10 10" aria-hidden="true">${moon ? '<circle cx="5" cy="5" r="4"/>' : '<path d="M1.5 1.5L8.5 8.5M8.5 1.5L1.5 8.5"/>'}</svg>`;

const paintMoon = (canvas, pixels) => paintPixels(canvas, pixels, SIDE, BLACK, WHITE);
