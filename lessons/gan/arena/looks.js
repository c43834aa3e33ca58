// How a game looks: what D believes as a surface, where made points are pushed, how the losses went. No state of its own.

const [PUSH, STEEP] = [0.42, 0.6]; // of the square's unit; a slope that is longer than STEEP hardly makes an arrow longer
const TIP = 0.06;
const TINT = 0.5; // of a colour, where D is sure
const LOG4 = Math.log(4);

/** Where D holds things to be real the colour of the data, where it holds them to be made that of the model. */
function surface(canvas, values, side, paper, real, made) {
  paintRgb(canvas, side, side, (i, c) => {
    const share = values[(side - 1 - Math.floor(i / side)) * side + (i % side)] / 255; // its first row is the lowest
    const towards = share > 0.5 ? real : made;
    return paper[c] + (towards[c] - paper[c]) * TINT * Math.abs(2 * share - 1);
  });
}

/** Lays a small picture over the whole of a canvas, smoothly. */
function spread(context, side, picture) {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, side, side);
}

/** An arrow from each place along a slope, shortened where it is long. */
function pushes(context, side, places, slopes, colour, width, opacity) {
  const place = onCanvas(side);
  context.globalAlpha = opacity;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const length = Math.hypot(slopes[i], slopes[i + 1]);
    if (length < 1e-4) continue;
    const scale = (PUSH * Math.tanh(length / STEEP)) / length;
    const [dx, dy] = [scale * slopes[i], scale * slopes[i + 1]];
    const [x, y] = [places[i] + dx, places[i + 1] + dy];
    arrowTo(context, place, [places[i], places[i + 1]], [x, y], Math.min(TIP, 0.6 * Math.hypot(dx, dy)));
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** The point that is followed. */
function ringed(context, side, [x, y], radius, fill, edge, width) {
  context.beginPath();
  context.arc(...onCanvas(side)(x, y), radius, 0, 7);
  [context.fillStyle, context.strokeStyle, context.lineWidth] = [fill, edge, width];
  context.fill();
  context.stroke();
}
