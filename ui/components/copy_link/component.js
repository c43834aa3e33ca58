// A button that puts the address of the present state on the clipboard and says so for a moment.

const SAID_MS = 1500;

/** Copy a text; true when it worked. Browsers offer navigator.clipboard over https and on localhost only. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    Object.assign(area, { value: text, readOnly: true });
    area.style.cssText = "position: fixed; top: 0; opacity: 0; font-size: 16px"; // smaller, and a phone would zoom in
    document.body.append(area);
    area.select();
    try {
      return document.execCommand("copy");
    } finally {
      area.remove();
    }
  }
}

class CopyLink {
  constructor(root) {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.innerHTML = `<span class="label"></span><span class="copied" role="status"></span>`;
    this.button.addEventListener("click", () => this.press());
    root.append(this.button);
  }

  destroy() {
    clearTimeout(this.timer);
    this.button.remove();
  }

  update(data) {
    this.data = data;
    this.button.querySelector(".label").textContent = data.label;
    this.button.style.setProperty("--copied", JSON.stringify(data.copied));
  }

  async press() {
    const url = location.origin + location.pathname + "?" + this.data.query.replace(/^\?/, "");
    const done = await copy(url);
    this.button.focus();
    if (!done) return window.prompt(this.data.label, url); // the last resort: a field to copy from by hand
    this.say(this.data.copied);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.say(""), SAID_MS);
  }

  say(word) {
    this.button.querySelector(".copied").textContent = word;
    this.button.toggleAttribute("data-copied", word !== "");
  }
}

export default function ({ data, parentElement }) {
  return keep(parentElement, () => new CopyLink(parentElement), (link) => link.update(data));
}
