// A pad for drawing one digit, alone; ui/components/pad.js is all of it.

// Streamlit calls this again, on the same element, when words or theme change; the drawing stays as it is.
export default function ({ data, parentElement, setStateValue }) {
  return keep(parentElement, () => new Pad(parentElement, data), (pad) => pad.update(data, setStateValue));
}
