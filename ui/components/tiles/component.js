// A row of small pictures as paper and ink: values 0-255 become the theme's background and text colours.

const rgb = (colour) => {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
};

function paint(canvas, values, width, paper, ink) {
  [canvas.width, canvas.height] = [width, values.length / width];
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  values.forEach((value, i) => {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = paper[c] + ((ink[c] - paper[c]) * value) / 255;
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".tiles") ?? parentElement.appendChild(document.createElement("div"));
  const style = getComputedStyle(host);
  host.className = "tiles";
  host.style.setProperty("--size", `${data.size}px`);
  const colours = ["--st-background-color", "--st-text-color"].map((name) => rgb(style.getPropertyValue(name)));
  const bytes = Uint8Array.from(atob(data.pixels), (c) => c.charCodeAt(0));
  const each = data.width * data.height;
  host.replaceChildren(...data.captions.map((caption, i) => {
    const figure = document.createElement("figure");
    figure.className = data.roles[i];
    const canvas = figure.appendChild(document.createElement("canvas"));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", caption || data.alt);
    paint(canvas, bytes.subarray(i * each, (i + 1) * each), data.width, ...colours);
    if (caption) figure.appendChild(document.createElement("figcaption")).textContent = caption;
    return figure;
  }));
}
