// How a tensor looks: its last two axes as rows and columns of cells, the axes before them as blocks. No state here.

/** The index of the cell number `flat`, row by row. */
function indexOf(flat, shape) {
  const index = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(flat % shape[axis]);
    flat = Math.floor(flat / shape[axis]);
  }
  return index;
}

/** As code writes a cell: out[1, 2]; the only number of a tensor without axes is its name. */
const cellName = (name, shape, flat) => (shape.length ? `${name}[${indexOf(flat, shape).join(", ")}]` : name);

/** As Python writes a shape: (5,) has one axis. */
const shapeText = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The code; what stands between the signs 2 and 3 can be set. */
const codeMarkup = (code) => escaped(code).replace(/\x02/g, "<b>").replace(/\x03/g, "</b>");

const pictureMarkup = () => `<canvas width="28" height="28"></canvas>`;

const tintOf = (grid, flat) => `${(100 * grid.tints[flat]).toFixed(1)}%`;
const factsMarkup = (grid) => grid.facts.map((one) => `<span>${escaped(one)}</span>`).join("");

function cellMarkup(grid, flat, words) {
  const style = grid.tints.length ? ` style="--tint:${tintOf(grid, flat)}"` : "";
  const name = cellName(grid.name, grid.shape, flat);
  const shown = grid.cells[flat];
  if (grid.edit) {
    const about = `aria-valuemin="0" aria-valuemax="${grid.most}" aria-valuenow="${shown}" aria-label="${words.set.replace("#", name)}"`;
    return `<input class="cell set" data-cell="${flat}" role="spinbutton" inputmode="numeric" maxlength="2" value="${shown}" ${about}${style}>`;
  }
  const content = grid.pictures ? `${pictureMarkup()}` : escaped(shown);
  return `<button type="button" class="cell" data-cell="${flat}" tabindex="-1" aria-label="${escaped(`${name} = ${shown}`)}"${style}>${content}</button>`;
}

/** The axes before the last two: a block for each of their indices, with its index above it where there are several. */
function blocksMarkup(grid, words) {
  const { shape, cells, more } = grid;
  const flatOnly = grid.pictures || shape.length < 2;
  const columns = flatOnly ? cells.length : shape.at(-1);
  const size = flatOnly ? cells.length : shape.at(-1) * shape.at(-2);
  const count = size ? cells.length / size : 0;
  const rest = more > 0 ? `<span class="more">${words.more.replace("#", more.toLocaleString("en"))}</span>` : "";
  const block = (number) => {
    const inside = Array.from({ length: size }, (_, i) => cellMarkup(grid, number * size + i, words)).join("");
    const before = flatOnly ? [] : indexOf(number, shape.slice(0, -2));
    const label = before.length ? `<i>[${before.join(", ")}, :, :]</i>` : "";
    return `<div class="block">${label}<div class="grid" style="--columns:${columns}">${inside}</div></div>`;
  };
  return `<div class="blocks">${Array.from({ length: count }, (_, number) => block(number)).join("")}${rest}</div>`;
}

/** Name, shape and axes above the cells, and below them what PyTorch says of the tensor. */
function gridMarkup(grid, words) {
  const axes = grid.shape.map((size, axis) => words.axis.replace("#", axis).replace("%", size)).join(" · ");
  const label = escaped(words.tensor.replace("#", grid.name).replace("%", shapeText(grid.shape)));
  return `<figure data-name="${grid.name}" class="${[grid.pictures && "pictures", grid.shape.length < 2 && "flat"].filter(Boolean).join(" ")}">
    <div class="cells"><figcaption><b>${grid.name}</b> <code>${shapeText(grid.shape)}</code> <span>${axes}</span></figcaption>
    <div role="group" aria-label="${label}">${blocksMarkup(grid, words)}</div></div>
    <p class="facts">${factsMarkup(grid)}</p></figure>`;
}
