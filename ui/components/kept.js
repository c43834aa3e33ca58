// What a component keeps from one of Streamlit's calls to the next.

const CALLS = 4; // that may be under way at once

/**
 * What `make()` made for `parent`, once, brought up to date by `update(it)`; returns what Streamlit calls at its end.
 *
 * Streamlit awaits a component's script at every call. A call that was overtaken while it waited comes late: its end
 * follows at once, before the newer call or after it, on a page that still shows the component. Then the newest of the
 * other calls counts. Only where `parent` is off the page is it the component's own end.
 */
function keep(parent, make, update) {
  parent.kept ??= make();
  const show = () => update(parent.kept);
  parent.calls = [...(parent.calls ?? []), show].slice(-CALLS);
  show();
  return () => {
    if (!parent.isConnected) return end(parent);
    const newest = parent.calls.at(-1);
    parent.calls = parent.calls.filter((one) => one !== show);
    if (newest === show) parent.calls.at(-1)?.();
  };
}

function end(parent) {
  parent.kept?.destroy();
  delete parent.kept;
  delete parent.calls;
}
