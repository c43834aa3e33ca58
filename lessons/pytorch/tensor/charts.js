// What stands below the tensors: heaps of draws beside their density, equal shares of a normal, batches in a row.

const [TALL, FOOT] = [128, 22]; // CSS pixels: of a chart, and of the numbers below it
const signed = (value) => String(value).replace("-", "−");

/** A polygon's or a line's points in a chart that reaches from `low` to `high` and up to `top`. */
function placer({ low, high }, top, width) {
  return (x, y) => [((x - low) / (high - low)) * width, TALL - FOOT - (y / top) * (TALL - FOOT - 4)];
}

function axisMarkup({ low, high }, place, width, ticks) {
  const marks = ticks.map((tick) => {
    const [x] = place(tick, 0);
    return tag("path", { d: `M${x} ${TALL - FOOT}v4`, class: "axis" }) + tag("text", { x, y: TALL - 4, "text-anchor": "middle" }, signed(tick));
  });
  return tag("path", { d: `M0 ${TALL - FOOT}H${width}`, class: "axis" }) + marks.join("");
}

/** How often what was drawn, as a density, with the exact one over it. */
function histogramMarkup(chart, words, width) {
  const { low, high, top, bars, curve, mean } = chart;
  const place = placer(chart, top, width);
  const step = (high - low) / bars.length;
  const columns = bars.map((bar, i) => {
    const [[x0], [x1, y]] = [place(low + i * step, 0), place(low + (i + 1) * step, bar)];
    return tag("rect", { x: x0 + 0.5, y, width: Math.max(0, x1 - x0 - 1), height: TALL - FOOT - y, class: "bar" });
  });
  const exact = tag("path", { d: line(curve.map(([x, y]) => place(x, y))), class: "exact" });
  const [at] = place(mean, 0);
  const middle = tag("path", { d: `M${at} ${TALL - FOOT}V4`, class: "mean" });
  return svgOf(width, columns.join("") + middle + exact + axisMarkup(chart, place, width, [-3, -2, -1, 0, 1, 2, 3]), words.mean.replace("#", mean.toFixed(4)));
}

/** The normal density, cut where the quantiles are: between neighbours lies the same share. */
function quantilesMarkup(chart, words, width) {
  const { curve, cuts } = chart;
  const place = placer(chart, 1.08 * Math.max(...curve.map(([, y]) => y)), width);
  const height = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const stripes = cuts.slice(1).map((cut, i) => {
    const from = cuts[i];
    const inside = [from, ...curve.map(([x]) => x).filter((x) => x > from && x < cut), cut];
    const outline = [place(from, 0), ...inside.map((x) => place(x, height(x))), place(cut, 0)];
    return tag("path", { d: `${line(outline)}Z`, class: i % 2 ? "stripe odd" : "stripe", "data-stripe": i });
  });
  const lines = cuts.map((cut, i) => tag("path", { d: `M${place(cut, 0).join(" ")}L${place(cut, height(cut)).join(" ")}`, class: "cut", "data-cut": i }));
  const exact = tag("path", { d: line(curve.map(([x, y]) => place(x, y))), class: "exact" });
  return svgOf(width, stripes.join("") + exact + lines.join("") + axisMarkup(chart, place, width, [-3, -2, -1, 0, 1, 2, 3]), words.shares.replace("#", cuts.length - 1));
}

/** All pictures in a row, cut into batches as long as one can see them, with the present one. */
function batchesMarkup(chart, words, width) {
  const { all, size, number, dropped } = chart;
  const x = (pictures) => (pictures / all) * width;
  const cuts = all / size <= 200 ? Array.from({ length: Math.floor(all / size) }, (_, i) => `M${x((i + 1) * size)} 8V28`).join("") : "";
  const [from, to] = [x(number * size), x(Math.min(all, (number + 1) * size))];
  const here = Math.max(3, to - from);
  const left = Math.min(from, width - here);
  const content = [
    tag("rect", { x: 0, y: 8, width: x(all - dropped), height: 20, class: "row" }),
    tag("path", { d: cuts, class: "axis" }),
    tag("rect", { x: left, y: 5, width: here, height: 26, class: "here" }),
    tag("text", { x: 0, y: 50 }, "0"),
    tag("text", { x: width, y: 50, "text-anchor": "end" }, String(all - 1)),
  ];
  const said = words.batches.replace("#", number).replace("%", Math.ceil((all - dropped) / size));
  return `<svg viewBox="0 0 ${width} 56" width="${width}" height="56" role="img" aria-label="${escaped(said)}">${content.join("")}</svg>`;
}

const svgOf = (width, content, said) => `<svg viewBox="0 0 ${width} ${TALL}" width="${width}" height="${TALL}" role="img" aria-label="${escaped(said)}">${content}</svg>`;
const CHARTS = { histogram: histogramMarkup, quantiles: quantilesMarkup, batches: batchesMarkup };

/** One chart below a line that says what it shows; it takes the `width` that there is. */
function chartMarkup(chart, words, width) {
  const drawn = CHARTS[chart.kind](chart, words, width);
  const head = words[`chart-${chart.kind}`].replace("$", chart.name ?? "").replace("#", chart.mean?.toFixed(4).replace("-", "−"));
  return `<div class="chart ${chart.kind}" style="width:${width}px"><p>${head}</p>${drawn}</div>`;
}
