// Links of components to other pages of the course.

/** The address of a page as seen from the first one, which is the root of the course, wherever that lies on its host. */
function addressOf(page, query) {
  const root = location.pathname.replace(/\/$/, "");
  return `${root}/${page}?${new URLSearchParams(query)}`;
}
