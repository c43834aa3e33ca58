// Waits for the charts that Streamlit has announced; their library comes late, and the rest would hold it up.

const LOOK_MS = 50;
const CHART = '[data-testid="stMain"] [data-testid="stPlotlyChart"]';

/** Whether every chart has been drawn; `asked` is when the waiting began, and it does not go on for ever. */
function drawn(asked) {
  const charts = [...document.querySelectorAll(CHART)];
  return charts.every((chart) => chart.querySelector(".main-svg")) || performance.now() - asked > 5000;
}

export default function ({ data, parentElement, setStateValue }) {
  if (parentElement.asked) return;
  parentElement.asked = performance.now();
  const look = () => {
    if (!drawn(parentElement.asked)) setTimeout(look, LOOK_MS);
    else sayPainted(parentElement, data, () => setStateValue("painted", true));
  };
  setTimeout(look, LOOK_MS);
}
