// A row of small pictures: grey ones as paper and ink, coloured ones as they are.

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".tiles") ?? parentElement.appendChild(document.createElement("div"));
  host.className = "tiles";
  host.style.setProperty("--size", `${data.size}px`);
  host.toggleAttribute("data-tens", data.captions.length % 10 === 0);
  const style = getComputedStyle(host);
  const [paper, ink] = ["--st-background-color", "--st-text-color"].map((name) => toRgb(style.getPropertyValue(name)));
  const values = Float32Array.from(atob(data.pixels), (c) => c.charCodeAt(0) / 255);
  const each = data.width * data.height * (data.colours ? 3 : 1);
  host.replaceChildren(...data.captions.map((caption, i) => {
    const figure = document.createElement("figure");
    figure.className = data.roles[i];
    const canvas = figure.appendChild(document.createElement("canvas"));
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", caption || data.alt);
    const own = values.subarray(i * each, (i + 1) * each);
    if (data.colours) paintColours(canvas, own, data.width);
    else paintPixels(canvas, own, data.width, paper, ink);
    if (caption) figure.appendChild(document.createElement("figcaption")).textContent = caption;
    return figure;
  }));
}
