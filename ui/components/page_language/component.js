// Screen readers and fonts ask the document for its language; Streamlit always says English. And style.css asks it
// whether enlarging is safe: where browsers measure enlarged elements each in its own way, hands would miss.
export default function ({ data }) {
  const root = document.documentElement;
  root.lang = data;
  root.classList.toggle("gm-zooms", "currentCSSZoom" in Element.prototype);
}
