// On a narrow screen Streamlit's menu lies over the page, and stays there after a page was chosen in it.

const NARROW = matchMedia("(max-width: 768px)"); // as in Streamlit's own style
const LINK = '[data-testid="stSidebarNavLink"]';
const CLOSE = '[data-testid="stSidebarCollapseButton"] button';

const chosen = (event) => {
  if (NARROW.matches && event.target.closest?.(LINK)) document.querySelector(CLOSE)?.click();
};

export default function () {
  addEventListener("click", chosen);
  return () => removeEventListener("click", chosen);
}
