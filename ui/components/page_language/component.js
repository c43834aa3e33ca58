// Screen readers and fonts ask the document for its language; Streamlit always says English.
export default function ({ data }) {
  document.documentElement.lang = data;
}
